"""Log-ins as evidence: who came in, who was refused, which 職員番号 was locked; and one's own password."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from config.commands import Actor, command
from config.errors import Invalid, NotAllowed
from documents.ledger.writer import record
from workflow.organization import ledger_actions as acts
from workflow.organization.commands.people import staff_for
from workflow.organization.models import Staff

# A browser names itself at any length it likes.
BROWSER_LENGTH = 200


@command
def record_login(*, code: str, browser: str, actor: Actor) -> Staff:
    """Somebody logged in.  Raises NotFound."""
    staff = staff_for(code=code)
    record(acts.LoggedIn, subject=staff, actor=actor, staff_code=code, browser=browser[:BROWSER_LENGTH])
    return staff


@command
def record_refused_login(*, code: str, browser: str, actor: Actor) -> Staff:
    """A wrong password was typed for this 職員番号.  Raises NotFound."""
    staff = staff_for(code=code)
    record(acts.LoginRefused, subject=staff, actor=actor, staff_code=code, browser=browser[:BROWSER_LENGTH])
    return staff


@command
def record_locked_login(*, code: str, browser: str, actor: Actor) -> Staff:
    """This 職員番号 was locked for a while.  Raises NotFound."""
    staff = staff_for(code=code)
    record(acts.LoginLocked, subject=staff, actor=actor, staff_code=code, browser=browser[:BROWSER_LENGTH])
    return staff


@command
def record_logout(*, code: str, actor: Actor) -> Staff:
    """Somebody logged out.  Raises NotFound."""
    staff = staff_for(code=code)
    record(acts.LoggedOut, subject=staff, actor=actor, staff_code=code)
    return staff


@command
def change_own_password(*, password: str, actor: Actor) -> Staff:
    """Set one's own password.  Raises NotAllowed for machines, Invalid when the password rules refuse it."""
    if actor.user_id is None:
        raise NotAllowed(_("自分のパスワードだけを変えられます。"), code="not_own")
    staff = staff_for(code=actor.code)
    try:
        validate_password(password, staff)
    except ValidationError as refused:
        raise Invalid(_("入力を確認してください。"), fields={"password": list(refused.messages)}) from None

    staff.set_password(password)
    staff.save(update_fields=["password"])

    record(acts.OwnPasswordChanged, subject=staff, actor=actor, staff_code=staff.code)
    return staff
