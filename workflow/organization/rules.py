"""Who may change the organisation."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, ActorKind, Role
from config.errors import Invalid, NotAllowed

LONGEST_REASON = 200


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


def check_reason(reason: str) -> str:
    """The reason, without blanks around it.  Raises Invalid when there is none or it is too long."""
    text = reason.strip()
    if not text:
        raise Invalid(_("入力を確認してください。"), fields={"reason": [_("理由を書いてください。")]})
    if len(text) > LONGEST_REASON:
        told = _("理由は%(most)d字までにしてください。") % {"most": LONGEST_REASON}
        raise Invalid(_("入力を確認してください。"), fields={"reason": [told]})
    return text


def check_effective_day(day: dt.date, *, field: str = "effective_on") -> None:
    """Raises Invalid for a day in the past: what was so on a day stays as it was."""
    if day < clock.today():
        told = _("今日以後の日にしてください。")
        raise Invalid(_("入力を確認してください。"), fields={field: [told]})
