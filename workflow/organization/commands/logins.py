"""Log-ins as evidence: who came in, by what way, and who left; and which of his log-ins end."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import NotAllowed, NotFound
from documents.ledger.writer import record
from workflow.organization import rules
from workflow.organization.commands.lockout import BROWSER_LENGTH, forget_failures
from workflow.organization.commands.people import staff_for
from workflow.organization.models import Staff, StaffProfile, Standing
from workflow.organization.signin import ledger_actions as acts
from workflow.organization.signin.ending import key_hash
from workflow.organization.signin.models import EndedSession, StaffSession

# A browser that was left open over a week's holidays is still told why its log-in is over.
KEPT = dt.timedelta(days=14)
# A provider may name anybody at any length.
CODE_LENGTH = 20


@command
def record_login(*, code: str, browser: str, session_key: str = "", way: str = "password", actor: Actor) -> Staff:
    """Somebody logged in; where the settings allow him only so many log-ins, the oldest end.  Raises NotFound.

    Of log-ins at the same moment each sees the others here, one after the other under the lock of the person, and all
    agree which are the newest: the one that arrives may be among those that end.
    """
    staff = staff_for(code=code)
    forget_failures(staff)
    if settings.SESSIONS_PER_PERSON and session_key:
        newest_first = _sessions(staff).order_by("-started_at", "-session_key")
        for row in newest_first[settings.SESSIONS_PER_PERSON :]:
            _end(row, why="surplus", actor=actor)

    action = acts.LoggedIn if way == "password" else acts.LoggedInBySso
    record(action, subject=staff, actor=actor, staff_code=code, browser=browser[:BROWSER_LENGTH])
    return staff


@command
def record_refused_sso(*, code: str, why: str, browser: str, actor: Actor) -> Staff | None:
    """The log-in through the OpenID provider was refused; `why` is a word of WHY_SSO, `code` whom the provider named."""
    known = Staff.objects.filter(code=code).first() if code else None
    seen = browser[:BROWSER_LENGTH]
    if code:
        record(acts.SsoRefused, subject=known, actor=actor, staff_code=code[:CODE_LENGTH], why=why, browser=seen)
    else:
        record(acts.SsoFailed, subject=None, actor=actor, why=why, browser=seen)
    return known


@command
def record_logout(*, code: str, actor: Actor) -> Staff:
    """Somebody logged out.  Raises NotFound."""
    staff = staff_for(code=code)
    record(acts.LoggedOut, subject=staff, actor=actor, staff_code=code)
    return staff


@command
def end_session(*, handle: str, actor: Actor) -> Staff:
    """End one of one's own log-ins, on whatever machine it is.  Raises NotAllowed for machines, NotFound."""
    if actor.user_id is None:
        raise NotAllowed(_("自分のログインだけを終えられます。"), code="not_own")
    staff = staff_for(code=actor.code)
    row = next((row for row in _sessions(staff) if session_handle(row.session_key) == handle), None)
    if row is None:
        raise NotFound(_("そのログインはもう終わっています。"))

    _end(row, why="own", actor=actor)
    return staff


@command
def end_all_sessions(*, code: str, why: str = "administrator", actor: Actor) -> Staff:
    """End every log-in of a person at once; `why` is what his browsers are told.  Raises NotAllowed, NotFound."""
    staff = staff_for(code=code)
    rules.check_keeps_masters(actor)

    _forget(StaffSession.objects.select_for_update().filter(staff=staff), why)

    record(acts.SessionsEnded, subject=staff, actor=actor, staff_code=code)
    return staff


def standing_of(*, code: str) -> str:
    """Why somebody who exists may not come in today: left, leave, or inactive before his first day."""
    profile = StaffProfile.objects.on(clock.today()).filter(staff__code=code).first()
    return str(profile.standing) if profile and profile.standing != Standing.WORKING else "inactive"


def session_handle(session_key: str) -> str:
    """How a page names a session: the key itself would let its reader in."""
    return hashlib.sha256(f"session\0{session_key}".encode()).hexdigest()[:16]


def _sessions(staff: Staff):  # type: ignore[no-untyped-def]  # a queryset of a manager that Django leaves untyped
    return StaffSession.objects.select_for_update().filter(staff=staff, expire_date__gt=clock.now())


def _end(row: StaffSession, *, why: str, actor: Actor) -> None:
    _forget([row], why)
    code = row.staff.code if row.staff else ""
    record(
        acts.SessionEnded,
        subject=row.staff,
        actor=actor,
        staff_code=code,
        address=row.address,
        browser=row.browser,
        why=why,
    )


def _forget(rows: Iterable[StaffSession], why: str) -> None:
    """The log-ins are over, and their browsers are told why; `why` is a word of config.web.session.ENDED_BECAUSE."""
    ended, now = list(rows), clock.now()
    StaffSession.objects.filter(pk__in=[row.pk for row in ended]).delete()
    told = [EndedSession(key_hash=key_hash(row.session_key), why=why, ended_at=now) for row in ended]
    EndedSession.objects.bulk_create(told, ignore_conflicts=True)
    EndedSession.objects.filter(ended_at__lt=now - KEPT).delete()
    StaffSession.objects.filter(expire_date__lt=now - KEPT).delete()
