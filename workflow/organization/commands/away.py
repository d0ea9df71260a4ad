"""Absence (不在) and deputies (代理)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Conflict, Invalid, NotFound
from documents.ledger.writer import record
from workflow.organization import ledger_actions as acts
from workflow.organization import rules
from workflow.organization.commands.people import staff_for
from workflow.organization.models import Absence, AbsenceReason, Delegation


def _check_times(starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid(_("入力を確認してください。"), fields={"ends_at": [_("開始より後の日時を入れてください。")]})


@command
def register_absence(
    *, staff_code: str, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, note: str = "", actor: Actor
) -> Absence:
    """Note that a person will be away.  Raises NotAllowed, NotFound, Invalid for odd times or an overlap."""
    staff = staff_for(code=staff_code)
    rules.check_own_or_masters(actor, staff_id=staff.pk)
    _check_times(starts_at, ends_at)
    if reason not in AbsenceReason.values:
        raise Invalid(_("入力を確認してください。"), fields={"reason": [_("事由を選んでください。")]})
    others = Absence.objects.filter(staff=staff, cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if others.exists():
        raise Invalid(_("入力を確認してください。"), fields={"starts_at": [_("登録済みの不在と重なっています。")]})

    row = Absence.objects.create(staff=staff, starts_at=starts_at, ends_at=ends_at, reason=reason, note=note)

    record(
        acts.AbsenceRegistered,
        subject=row,
        actor=actor,
        staff_code=staff_code,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
    )
    return row


@command
def cancel_absence(*, absence_id: int, actor: Actor) -> Absence:
    """Take an absence back.  Raises NotFound, Conflict when that was done already."""
    try:
        row = Absence.objects.select_for_update().get(pk=absence_id)
    except Absence.DoesNotExist:
        raise NotFound(_("不在の登録がありません。")) from None
    rules.check_own_or_masters(actor, staff_id=row.staff_id)
    if row.cancelled_at is not None:
        raise Conflict(_("この不在は取り消されています。"))

    row.cancelled_at = clock.now()
    row.save(update_fields=["cancelled_at"])

    record(
        acts.AbsenceCancelled,
        subject=row,
        actor=actor,
        staff_code=row.staff.code,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
    return row


@command
def register_delegation(
    *, staff_code: str, delegate_code: str, starts_at: dt.datetime, ends_at: dt.datetime, note: str = "", actor: Actor
) -> Delegation:
    """Let another act for this person (代理).  Raises NotAllowed, NotFound, Invalid; a deputy's deputy does not arise,
    because a delegation gives the delegate only what the person himself holds (代理の代理不可, domain.md 2.3)."""
    staff, delegate = staff_for(code=staff_code), staff_for(code=delegate_code)
    rules.check_own_or_masters(actor, staff_id=staff.pk)
    _check_times(starts_at, ends_at)
    if staff.pk == delegate.pk:
        raise Invalid(_("入力を確認してください。"), fields={"delegate_code": [_("本人以外の職員を選んでください。")]})
    if not delegate.is_active:
        raise Invalid(_("入力を確認してください。"), fields={"delegate_code": [_("在職していない職員です。")]})
    others = Delegation.objects.filter(staff=staff, cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if others.exists():
        raise Invalid(_("入力を確認してください。"), fields={"starts_at": [_("登録済みの代理と重なっています。")]})

    row = Delegation.objects.create(staff=staff, delegate=delegate, starts_at=starts_at, ends_at=ends_at, note=note)

    record(
        acts.DelegationRegistered,
        subject=row,
        actor=actor,
        staff_code=staff_code,
        delegate_code=delegate_code,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return row


@command
def cancel_delegation(*, delegation_id: int, actor: Actor) -> Delegation:
    """End a delegation at once.  Raises NotFound, Conflict when that was done already."""
    try:
        row = Delegation.objects.select_for_update().get(pk=delegation_id)
    except Delegation.DoesNotExist:
        raise NotFound(_("代理の登録がありません。")) from None
    rules.check_own_or_masters(actor, staff_id=row.staff_id)
    if row.cancelled_at is not None:
        raise Conflict(_("この代理は取り消されています。"))

    row.cancelled_at = clock.now()
    row.save(update_fields=["cancelled_at"])

    record(
        acts.DelegationCancelled,
        subject=row,
        actor=actor,
        staff_code=row.staff.code,
        delegate_code=row.delegate.code,
    )
    return row
