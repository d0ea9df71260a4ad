"""Wrong tries are counted for each person; too many in a row lock his log-in for a while."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from config import clock
from config.commands import Actor, command
from documents.ledger.writer import record
from workflow.organization import rules
from workflow.organization.commands.people import staff_for
from workflow.organization.models import Staff
from workflow.organization.signin import ledger_actions as acts
from workflow.organization.signin import lock
from workflow.organization.signin.models import SignInState

# A browser names itself at any length it likes.
BROWSER_LENGTH = 200


def state_of(staff: Staff) -> SignInState:
    """The state of a person's log-in, locked for the command."""
    return SignInState.objects.select_for_update().get_or_create(staff=staff)[0]


@command
def record_refused_login(*, code: str, browser: str, actor: Actor) -> Staff:
    """A wrong password was typed for this 職員番号; the last of too many locks it.  Raises NotFound."""
    staff = staff_for(code=code)
    record(acts.LoginRefused, subject=staff, actor=actor, staff_code=code, browser=browser[:BROWSER_LENGTH])
    _count(staff, browser, actor)
    return staff


@command
def record_refused_code(*, code: str, browser: str, actor: Actor) -> Staff:
    """A wrong code or key came after the right password; the last of too many locks.  Raises NotFound."""
    staff = staff_for(code=code)
    record(acts.CodeRefused, subject=staff, actor=actor, staff_code=code, browser=browser[:BROWSER_LENGTH])
    _count(staff, browser, actor)
    return staff


@command
def unlock_login(*, code: str, actor: Actor) -> Staff:
    """Let a person log in again before the time is over.  Raises NotAllowed, NotFound."""
    staff = staff_for(code=code)
    rules.check_keeps_masters(actor)

    forget_failures(staff)

    record(acts.LoginUnlocked, subject=staff, actor=actor, staff_code=code)
    return staff


def forget_failures(staff: Staff) -> None:
    """Begin to count anew."""
    state = state_of(staff)
    state.failures, state.failed_at, state.locked_until = 0, None, None
    state.save(update_fields=["failures", "failed_at", "locked_until"])
    lock.forget_counts(code=staff.code, staff_id=staff.pk)


def _count(staff: Staff, browser: str, actor: Actor) -> None:
    state, now, lasts = state_of(staff), clock.now(), dt.timedelta(minutes=settings.LOCK_MINUTES)
    if state.failed_at is not None and state.failed_at < now - lasts:
        state.failures = 0
    state.failures, state.failed_at = state.failures + 1, now
    if state.failures >= settings.LOCK_AFTER:
        state.failures, state.locked_until = 0, now + lasts
        record(acts.LoginLocked, subject=staff, actor=actor, staff_code=staff.code, browser=browser[:BROWSER_LENGTH])
    state.save(update_fields=["failures", "failed_at", "locked_until"])
