"""What every page declares: who may open it.  `AccessRuleMiddleware` enforces it; nothing declared means closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.http import HttpRequest

from config.commands import Actor, Role

V = TypeVar("V", bound=Callable[..., object])


class Access(StrEnum):
    """Who may open a page at all.  What the page then shows is decided by the app's access.py, object by object."""

    PUBLIC = "public"
    STAFF = "staff"  # anyone logged in
    DRAFTER = "drafter"  # logged in and holding a post today: may draft and decide
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    CLOSED = "closed"


Confirmation = bool | Callable[[HttpRequest], bool]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a page says of itself beyond its access rule."""

    entrance: bool = False
    activity: bool = True
    confirms: Confirmation = False
    limit: str = ""

    def wants_confirmation(self, request: HttpRequest) -> bool:
        """Whether this request is a dangerous act, before which the person proves anew who he is."""
        return self.confirms(request) if callable(self.confirms) else self.confirms


def page(
    access: Access, *, entrance: bool = False, activity: bool = True, confirms: Confirmation = False, limit: str = ""
) -> Callable[[V], V]:
    """Declare the rules of a view function (class-based views set class attributes of the same names).

    `entrance`: open to whoever is logged in but still has to change his password or to enrol a second factor.
    `activity`: False for what scripts ask by themselves; it does not put off the end of an idle log-in.
    `confirms`: True, or a function of the request, where the person has to prove anew who he is (step-up).
    `limit`: name of a rate in settings.RATE_LIMITS.
    """

    def mark(view: V) -> V:
        view.access = access  # type: ignore[attr-defined]  # functions carry no declared attributes
        view.rules = Rules(entrance, activity, confirms, limit)  # type: ignore[attr-defined]  # as above
        return view

    return mark


def rules_of(view: Callable[..., object]) -> Rules:
    """What a resolved view says of itself."""
    declared = getattr(view, "rules", None)
    if isinstance(declared, Rules):
        return declared
    holder = getattr(view, "view_class", view)
    said = {name: getattr(holder, name) for name in Rules.__slots__ if hasattr(holder, name)}
    return Rules(**said)


def access_of(view: Callable[..., object]) -> Access | None:
    """The declared rule of a resolved view, or None."""
    declared = getattr(view, "access", None) or getattr(getattr(view, "view_class", None), "access", None)
    return declared if isinstance(declared, Access) else None


def may_open(access: Access, actor: Actor | None) -> bool:
    """Whether the actor (None: not logged in) may open a page with that rule."""
    if access is Access.PUBLIC:
        return True
    if access is Access.CLOSED or actor is None:
        return False
    if access is Access.STAFF:
        return True
    if access is Access.DRAFTER:
        return actor.post_id is not None
    return actor.has(Role.AUDITOR if access is Access.AUDITOR else Role.ADMINISTRATOR)
