"""What is allowed in a process, and the sentences of refusal."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from config.commands import Actor, ActorKind, Role
from config.errors import Conflict, Invalid, NotAllowed

MAX_REASON = 500


def moment(at: dt.datetime) -> str:
    """11/11 10:42, as people say it here."""
    return timezone.localtime(at).strftime("%-m/%-d %H:%M")


def check_open(*, finished: dt.datetime | None, done: bool, name: str) -> None:
    """Raises Conflict for work that is over: by whom and when, or that it was called off."""
    if finished is None:
        return
    if done:
        raise Conflict(
            _("既に%(name)sさんが処理しました(%(when)s)") % {"name": name, "when": moment(finished)},
            code="already_done",
            name=name,
            when=finished,
        )
    raise Conflict(
        _("この作業は取り消されたか、前の段へ戻されました(%(when)s)") % {"when": moment(finished)}, code="voided"
    )


def check_revision(*, revision: int, seen: int | None) -> None:
    """Raises Conflict when the page was made before the last step.  None: the caller has checked a revision of its own."""
    if seen is not None and seen != revision:
        raise Conflict(
            _("この案件は、画面を開いたあとに動きました。最新の状態を表示します。"), code="stale", revision=revision
        )


def check_free(*, holder: str, since: dt.datetime | None) -> None:
    """Raises Conflict when a colleague has taken the work; an empty name for nobody, or the actor himself."""
    if holder:
        when = moment(since) if since is not None else ""
        raise Conflict(
            _("%(name)sさんが受け持っています(%(when)sから)") % {"name": holder, "when": when}, code="held", name=holder
        )


def check_held(held: bool) -> None:
    """Raises Conflict when nobody has taken the work."""
    if not held:
        raise Conflict(_("この作業は、だれも受け持っていません。"), code="not_held")


def check_not_mine(mine: bool) -> None:
    """Raises Conflict when the actor has taken the work already."""
    if mine:
        raise Conflict(_("この作業は、既に自分が受け持っています。"), code="already_mine")


def check_candidate(allowed: bool) -> None:
    """Raises NotAllowed unless the actor may do the work."""
    if not allowed:
        raise NotAllowed(_("この作業を処理できるのは、受け取った人だけです。"), code="not_candidate")


def check_takes_part(allowed: bool) -> None:
    """Raises NotAllowed unless the actor started the process or had work in it."""
    if not allowed:
        raise NotAllowed(_("この案件を動かせるのは、始めた人か作業を受け取った人だけです。"), code="no_part")


def check_running(finished: dt.datetime | None) -> None:
    """Raises Conflict when the process is over."""
    if finished is not None:
        raise Conflict(_("この案件は既に終わっています(%(when)s)") % {"when": moment(finished)}, code="over")


def check_reason(reason: str) -> str:
    """The reason without blanks around.  Raises Invalid when there is none or it is too long."""
    sentence = ""
    if not reason.strip():
        sentence = _("理由を入力してください。")
    elif len(reason.strip()) > MAX_REASON:
        sentence = _("理由は%(most)d字までです。") % {"most": MAX_REASON}
    if sentence:
        raise Invalid(sentence, fields={"reason": [sentence]})
    return reason.strip()


def check_may_deploy(actor: Actor) -> None:
    """Raises NotAllowed unless an administrator, or the system itself when it is set up, deploys."""
    if actor.kind is not ActorKind.SYSTEM and not actor.has(Role.ADMINISTRATOR):
        raise NotAllowed(_("流れを登録できるのはシステム管理者だけです。"), code="not_administrator")


def check_system(actor: Actor) -> None:
    """Raises NotAllowed for people: what comes from outside reaches processes through jobs of the system."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(_("この操作は画面からはできません。"), code="not_system")


def check_may_deploy_decisions(actor: Actor) -> None:
    """As `check_may_deploy`, for decisions."""
    if actor.kind is not ActorKind.SYSTEM and not actor.has(Role.ADMINISTRATOR):
        raise NotAllowed(_("判断表を登録できるのはシステム管理者だけです。"), code="not_administrator")


def check_operator(actor: Actor) -> None:
    """Raises NotAllowed unless the actor looks after incidents."""
    if not actor.has(Role.ADMINISTRATOR):
        raise NotAllowed(_("止まった案件を直せるのはシステム管理者だけです。"), code="not_operator")


def check_keeps_order(actor: Actor) -> None:
    """Raises NotAllowed unless an administrator, or the system when a day begins, gives work to other people."""
    if actor.kind is not ActorKind.SYSTEM and not actor.has(Role.ADMINISTRATOR):
        raise NotAllowed(_("作業をほかの職員に渡せるのはシステム管理者だけです。"), code="not_operator")


def check_may_begin(allowed: bool) -> None:
    """Raises NotAllowed unless the model lets this person begin the process."""
    if not allowed:
        raise NotAllowed(_("この流れを始められるのは、図で指定された人だけです。"), code="not_starter")


def check_generic(is_generic: bool) -> None:
    """Raises NotAllowed for work that another part of the product does on pages of its own."""
    if not is_generic:
        raise NotAllowed(
            _("この流れの作業は案件の画面で進めます。ここからは、やり直しだけができます。"), code="not_generic"
        )
