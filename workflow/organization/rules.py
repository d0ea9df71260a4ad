"""Who may change the organisation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.commands import Actor, ActorKind, Role
from config.errors import NotAllowed


def check_keeps_masters(actor: Actor) -> None:
    """Only the システム管理者 (or the system itself while it is set up) keeps the masters.  Raises NotAllowed."""
    if actor.kind is ActorKind.SYSTEM or actor.has(Role.ADMINISTRATOR):
        return
    raise NotAllowed(_("組織と職員の登録はシステム管理者だけができます。"), code="masters_only")


def check_own_or_masters(actor: Actor, *, staff_id: int) -> None:
    """A person's own absence and deputy: himself, or the システム管理者.  Raises NotAllowed."""
    if actor.user_id == staff_id or actor.has(Role.ADMINISTRATOR):
        return
    raise NotAllowed(_("本人とシステム管理者だけが登録できます。"), code="not_own")
