"""What every page declares: who may open it.  `AccessRuleMiddleware` enforces it; nothing declared means closed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

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


def page(access: Access) -> Callable[[V], V]:
    """Declare the access rule of a view function (class-based views set the class attribute `access`)."""

    def mark(view: V) -> V:
        view.access = access  # type: ignore[attr-defined]  # functions carry no declared attributes
        return view

    return mark


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
