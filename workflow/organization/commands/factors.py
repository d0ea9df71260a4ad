"""Second factors: added, removed, their recovery codes made, used and, for a lost telephone, all taken away."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.utils.translation import gettext as _

from config.commands import Actor, ActorKind, command
from config.errors import Conflict, NotAllowed, NotFound
from documents.ledger.writer import record
from workflow.organization import rules
from workflow.organization.commands.people import staff_for
from workflow.organization.models import Staff
from workflow.organization.signin import ledger_actions as acts
from workflow.organization.signin.models import StaffSession

APP, KEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES


@command
def add_app(*, code: str, secret: str, actor: Actor) -> Staff:
    """Enrol an authenticator app; the first factor brings recovery codes.  Raises NotAllowed, NotFound, Conflict."""
    staff = staff_for(code=code)
    _check_own(staff, actor)
    if Authenticator.objects.filter(user=staff, type=APP).exists():
        raise Conflict(_("認証アプリは既に登録されています。"), code="already_enrolled")

    TOTP.activate(staff, secret)

    record(acts.FactorAdded, subject=staff, actor=actor, staff_code=code, kind=str(APP), name="")
    _first_codes(staff, actor)
    return staff


@command
def add_key(*, code: str, name: str, credential: dict[str, Any], actor: Actor) -> Staff:
    """Enrol a security key that the browser has shown.  Raises NotAllowed, NotFound."""
    staff = staff_for(code=code)
    _check_own(staff, actor)

    WebAuthn.add(staff, name, credential)

    record(acts.FactorAdded, subject=staff, actor=actor, staff_code=code, kind=str(KEY), name=name)
    _first_codes(staff, actor)
    return staff


@command
def remove_factor(*, authenticator_id: int, required: bool, actor: Actor) -> Staff:
    """Remove one's app or key; with the last one the recovery codes go too.

    `required`: the person must have a second factor, so that the last one stays.  Raises NotAllowed, NotFound.
    """
    if actor.user_id is None:
        raise NotAllowed(_("自分の認証の方法だけを外せます。"), code="not_own")
    staff = staff_for(code=actor.code)
    own = Authenticator.objects.select_for_update().filter(user=staff)
    found = own.filter(pk=authenticator_id, type__in=(APP, KEY)).first()
    if found is None:
        raise NotFound(_("その認証の方法はもうありません。"))
    is_last = own.filter(type__in=(APP, KEY)).count() == 1
    if is_last and required:
        raise NotAllowed(_("二要素認証が必要な人の、最後の方法は外せません。"), code="last_factor")

    kind, name = found.type, found.data.get("name", "")
    (own if is_last else own.filter(pk=found.pk)).delete()

    record(acts.FactorRemoved, subject=staff, actor=actor, staff_code=staff.code, kind=str(kind), name=name)
    return staff


@command
def make_recovery_codes(*, actor: Actor) -> Staff:
    """Make new recovery codes; the former ones are void.  Raises NotAllowed without a second factor."""
    if actor.user_id is None:
        raise NotAllowed(_("自分の予備のコードだけを作れます。"), code="not_own")
    staff = staff_for(code=actor.code)
    if not Authenticator.objects.filter(user=staff, type__in=(APP, KEY)).exists():
        raise NotAllowed(_("先に認証アプリかセキュリティキーを登録してください。"), code="no_factor")

    Authenticator.objects.filter(user=staff, type=CODES).delete()
    RecoveryCodes.activate(staff)

    record(acts.RecoveryCodesMade, subject=staff, actor=actor, staff_code=staff.code)
    return staff


@command
def record_recovery_code(*, code: str, left: int, actor: Actor) -> Staff:
    """A recovery code was used; so many are left.  Raises NotFound."""
    staff = staff_for(code=code)
    record(acts.RecoveryCodeUsed, subject=staff, actor=actor, staff_code=code, left=left)
    return staff


@command
def reset_factors(*, code: str, actor: Actor) -> Staff:
    """Take all second factors of a person away, as after a lost telephone, and end his log-ins.

    Raises NotAllowed, NotFound.
    """
    staff = staff_for(code=code)
    rules.check_keeps_masters(actor)
    if actor.user_id == staff.pk:
        raise NotAllowed(_("自分の二要素認証は、ほかの管理者に外してもらってください。"), code="own_factors")

    Authenticator.objects.filter(user=staff).delete()
    StaffSession.objects.filter(staff=staff).delete()

    record(acts.FactorsReset, subject=staff, actor=actor, staff_code=code)
    return staff


def _check_own(staff: Staff, actor: Actor) -> None:
    if actor.kind is not ActorKind.SYSTEM and actor.user_id != staff.pk:
        raise NotAllowed(_("自分の認証の方法だけを登録できます。"), code="not_own")


def _first_codes(staff: Staff, actor: Actor) -> None:
    if not Authenticator.objects.filter(user=staff, type=CODES).exists():
        RecoveryCodes.activate(staff)
        record(acts.RecoveryCodesMade, subject=staff, actor=actor, staff_code=staff.code)
