"""Units, posts and who sits in them."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext as _

from config.commands import Actor, command
from config.errors import Invalid, NotFound
from documents.ledger.writer import record
from workflow.organization import ledger_actions as acts
from workflow.organization import rules
from workflow.organization.commands.days import tell
from workflow.organization.commands.people import staff_for
from workflow.organization.models import (
    Appointment,
    AppointmentKind,
    Post,
    Rank,
    Unit,
    UnitKind,
    UnitVersion,
)


def _unit_on(code: str, day: dt.date) -> Unit:
    try:
        return Unit.objects.on(day).select_for_update().get(code=code)
    except Unit.DoesNotExist:
        raise NotFound(_("所属コード %(code)s はその日にありません。") % {"code": code}) from None


@command
def create_unit(
    *,
    code: str,
    name: str,
    valid_from: dt.date,
    parent_code: str = "",
    symbol: str = "",
    short_name: str = "",
    kind: str = "",
    actor: Actor,
) -> Unit:
    """Set up a unit and its group of principals.  Raises NotAllowed, NotFound, Invalid when the code is in use then."""
    rules.check_keeps_masters(actor)
    parent = _unit_on(parent_code, valid_from) if parent_code else None
    if Unit.objects.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), code=code).exists():
        raise Invalid(_("入力を確認してください。"), fields={"code": [_("この所属コードは使われています。")]})
    if kind and kind not in UnitKind.values:
        raise Invalid(_("入力を確認してください。"), fields={"kind": [_("種別を選んでください。")]})

    known = {"name": name, "short_name": short_name, "symbol": symbol, "kind": kind, "parent": parent}
    group = Group.objects.create(name=f"{code}@{valid_from.isoformat()}")
    unit = Unit.objects.create(code=code, group=group, valid_from=valid_from, **known)
    UnitVersion.objects.create(unit=unit, valid_from=valid_from, **known)

    record(acts.UnitCreated, subject=unit, actor=actor, unit_code=code, name=name, valid_from=valid_from)
    return unit


@command
def end_unit(*, unit_id: int, valid_to: dt.date, actor: Actor) -> Unit:
    """Give a unit its end.  Raises NotAllowed, NotFound, Invalid while people are appointed beyond that day."""
    try:
        unit = Unit.objects.select_for_update().get(pk=unit_id)
    except Unit.DoesNotExist:
        raise NotFound(_("所属がありません。")) from None
    rules.check_keeps_masters(actor)
    beyond = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=valid_to), post__unit=unit)
    if beyond.exists():
        raise Invalid(_("この日より後まで任用されている職員がいます。"), code="unit_occupied")
    if valid_to <= unit.valid_from:
        raise Invalid(_("入力を確認してください。"), fields={"valid_to": [_("開始日より後の日を指定してください。")]})

    if unit.versions.filter(valid_from__gte=valid_to).exists():
        raise Invalid(_("この日より後の変更が登録されています。先に取り消してください。"), code="changes_later")

    unit.valid_to = valid_to
    unit.save(update_fields=["valid_to"])
    for version in unit.versions.on(valid_to - dt.timedelta(days=1)):
        version.valid_to = valid_to
        version.save(update_fields=["valid_to"])

    record(acts.UnitEnded, subject=unit, actor=actor, unit_code=unit.code, valid_to=valid_to)
    return unit


@command
def create_post(*, unit_code: str, name: str, rank: int, valid_from: dt.date, actor: Actor) -> Post:
    """Set up a post in a unit.  Raises NotAllowed, NotFound, Invalid for an unknown rank."""
    rules.check_keeps_masters(actor)
    unit = _unit_on(unit_code, valid_from)
    if rank not in Rank.values:
        raise Invalid(_("入力を確認してください。"), fields={"rank": [_("職位を選んでください。")]})

    post = Post.objects.create(unit=unit, name=name, rank=rank, valid_from=valid_from)

    record(
        acts.PostCreated, subject=post, actor=actor, unit_code=unit_code, name=name, rank=rank, valid_from=valid_from
    )
    return post


@command
def appoint(
    *, staff_code: str, post_id: int, valid_from: dt.date, kind: str = AppointmentKind.MAIN, actor: Actor
) -> Appointment:
    """Put a person into a post.  Raises NotAllowed, NotFound, Invalid for a second 本務 at the same time."""
    staff = staff_for(code=staff_code)
    try:
        post = Post.objects.select_related("unit").get(pk=post_id)
    except Post.DoesNotExist:
        raise NotFound(_("職がありません。")) from None
    rules.check_keeps_masters(actor)
    if kind not in AppointmentKind.values:
        raise Invalid(_("入力を確認してください。"), fields={"kind": [_("任用の種類を選んでください。")]})
    running = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), staff=staff)
    if kind == AppointmentKind.MAIN and running.filter(kind=AppointmentKind.MAIN).exists():
        raise Invalid(
            _("入力を確認してください。"), fields={"kind": [_("この日に本務がすでにあります。先に終えてください。")]}
        )
    if running.filter(post=post).exists():
        raise Invalid(_("入力を確認してください。"), fields={"post_id": [_("この職にすでに任用されています。")]})

    row = Appointment.objects.create(staff=staff, post=post, kind=kind, valid_from=valid_from)

    record(
        acts.StaffAppointed,
        subject=row,
        actor=actor,
        staff_code=staff_code,
        post_id=post.pk,
        post=str(post),
        kind=kind,
        valid_from=valid_from,
    )
    tell(valid_from, actor)
    return row


@command
def end_appointment(*, appointment_id: int, valid_to: dt.date, actor: Actor) -> Appointment:
    """Give an appointment its end.  Raises NotAllowed, NotFound, Invalid when it would end before it began."""
    try:
        row = Appointment.objects.select_for_update().get(pk=appointment_id)
    except Appointment.DoesNotExist:
        raise NotFound(_("任用がありません。")) from None
    rules.check_keeps_masters(actor)
    if valid_to <= row.valid_from:
        raise Invalid(_("入力を確認してください。"), fields={"valid_to": [_("開始日より後の日を指定してください。")]})

    row.valid_to = valid_to
    row.save(update_fields=["valid_to"])

    record(
        acts.AppointmentEnded,
        subject=row,
        actor=actor,
        staff_code=row.staff.code,
        post_id=row.post_id,
        post=str(row.post),
        valid_to=valid_to,
    )
    tell(valid_to, actor)
    return row
