"""Staff: entered once, never deleted."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from config.commands import Actor, Role, command
from config.errors import Invalid, NotFound
from documents.ledger.writer import record
from workflow.organization import ledger_actions as acts
from workflow.organization import rules
from workflow.organization.models import Staff, StaffProfile

SINCE_EVER = dt.date(1900, 1, 1)  # from when on nothing else is known of a person


def staff_for(*, code: str) -> Staff:
    """The staff member with that 職員番号, locked.  Raises NotFound."""
    try:
        return Staff.objects.select_for_update().get(code=code)
    except Staff.DoesNotExist:
        raise NotFound(_("職員番号 %(code)s の職員はいません。") % {"code": code}) from None


def _known_roles(roles: list[str]) -> list[str]:
    unknown = set(roles) - set(Role)
    if unknown:
        raise Invalid(_("知らない役割です。"), fields={"roles": [", ".join(sorted(unknown))]})
    return sorted(set(roles))


@command
def hire_staff(
    *, code: str, name: str, kana: str = "", email: str = "", roles: list[str] | None = None, actor: Actor
) -> Staff:
    """Enter a person, without a password.  Raises NotAllowed, Invalid for a 職員番号 in use."""
    rules.check_keeps_masters(actor)
    if Staff.objects.filter(code=code).exists():
        raise Invalid(_("入力を確認してください。"), fields={"code": [_("この職員番号は使われています。")]})

    staff = Staff(code=code, name=name, kana=kana, email=email, roles=_known_roles(roles or []))
    staff.set_unusable_password()
    staff.save(force_insert=True)
    StaffProfile.objects.create(staff=staff, name=name, kana=kana, email=email, valid_from=SINCE_EVER)

    record(acts.StaffHired, subject=staff, actor=actor, staff_code=code, name=name, roles=staff.roles)
    return staff


@command
def set_roles(*, code: str, roles: list[str], actor: Actor) -> Staff:
    """Give a person exactly these roles.  Raises NotAllowed, NotFound, Invalid for an unknown role."""
    staff = staff_for(code=code)
    rules.check_keeps_masters(actor)

    before, staff.roles = staff.roles, _known_roles(roles)
    staff.save(update_fields=["roles"])

    record(acts.StaffRolesSet, subject=staff, actor=actor, staff_code=code, before=before, after=staff.roles)
    return staff
