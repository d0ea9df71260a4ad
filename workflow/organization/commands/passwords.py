"""Passwords: one's own, and those set for others, which hold until the first log-in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Invalid, NotAllowed
from documents.ledger.writer import record
from workflow.organization import rules
from workflow.organization.commands.lockout import state_of
from workflow.organization.commands.people import staff_for
from workflow.organization.models import Staff
from workflow.organization.signin import ledger_actions as acts
from workflow.organization.signin.models import FormerPassword


@command
def set_password(*, code: str, password: str, temporary: bool = True, actor: Actor) -> Staff:
    """Set a first or forgotten password; a temporary one is changed at the next log-in.

    Raises NotAllowed, NotFound, Invalid when the password rules refuse it.
    """
    staff = staff_for(code=code)
    rules.check_keeps_masters(actor)
    _change(staff, password, must_change=temporary and settings.PASSWORD_FIRST_CHANGE)

    record(acts.PasswordSet, subject=staff, actor=actor, staff_code=code)
    return staff


@command
def change_own_password(*, password: str, actor: Actor) -> Staff:
    """Set one's own password.  Raises NotAllowed for machines, Invalid when the password rules refuse it."""
    if actor.user_id is None:
        raise NotAllowed(_("自分のパスワードだけを変えられます。"), code="not_own")
    staff = staff_for(code=actor.code)
    _change(staff, password, must_change=False)

    record(acts.OwnPasswordChanged, subject=staff, actor=actor, staff_code=staff.code)
    return staff


def _change(staff: Staff, password: str, *, must_change: bool) -> None:
    try:
        validate_password(password, staff)
    except ValidationError as refused:
        raise Invalid(_("入力を確認してください。"), fields={"password": list(refused.messages)}) from None
    if staff.has_usable_password():
        FormerPassword.objects.create(staff=staff, encoded=staff.password, replaced_at=clock.now())
    staff.set_password(password)
    staff.save(update_fields=["password"])
    state = state_of(staff)
    state.must_change_password = must_change
    state.save(update_fields=["must_change_password"])
