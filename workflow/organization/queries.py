"""Who works where, as of a day or a moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from config import clock
from workflow.organization.chart import Chart, Holder, PostNode, UnitNode
from workflow.organization.models import Absence, Appointment, AppointmentKind, Delegation, Post, Staff, Unit

_ORDER = {AppointmentKind.MAIN: 0, AppointmentKind.ACTING: 1, AppointmentKind.CONCURRENT: 2}


def chart(on: dt.date | None = None) -> Chart:
    """The whole organisation of a day (today when none is named), in three queries."""
    day = on or clock.today()
    holders: dict[int, list[Holder]] = defaultdict(list)
    held = Appointment.objects.on(day).filter(staff__is_active=True).select_related("staff").order_by("id")
    for row in sorted(held, key=lambda a: _ORDER[AppointmentKind(a.kind)]):
        holders[row.post_id].append(Holder(row.staff_id, row.staff.code, row.staff.name, row.kind))
    posts = {
        post.pk: PostNode(post.pk, post.unit_id, post.name, post.rank, tuple(holders[post.pk]))
        for post in Post.objects.on(day)
    }
    units = {
        unit.pk: UnitNode(unit.pk, unit.parent_id, unit.code, unit.name, unit.short_name, unit.symbol, unit.group_id)
        for unit in Unit.objects.on(day)
    }
    return Chart(day, units, posts)


def holders_of(*, post_id: int, on: dt.date | None = None) -> list[Holder]:
    """Who sits in the post that day: 本務 first, then 事務取扱, then 兼務."""
    day = on or clock.today()
    held = (
        Appointment.objects.on(day)
        .filter(post_id=post_id, staff__is_active=True)
        .select_related("staff")
        .order_by("id")
    )
    return [
        Holder(row.staff_id, row.staff.code, row.staff.name, row.kind)
        for row in sorted(held, key=lambda a: _ORDER[AppointmentKind(a.kind)])
    ]


def appointments_of(*, staff_id: int, on: dt.date | None = None) -> list[Appointment]:
    """The posts a person holds that day, 本務 first, with post and unit loaded."""
    day = on or clock.today()
    held = (
        Appointment.objects.on(day)
        .filter(staff_id=staff_id, post__in=Post.objects.on(day))
        .select_related("post__unit")
    )
    return sorted(held, key=lambda a: (_ORDER[AppointmentKind(a.kind)], -a.post.rank, a.pk))


def absences_at(*, staff_ids: Iterable[int], moment: dt.datetime) -> dict[int, Absence]:
    """The absence each of the people has at that moment, by staff id."""
    rows = Absence.objects.filter(
        staff_id__in=list(staff_ids), starts_at__lte=moment, ends_at__gt=moment, cancelled_at=None
    )
    return {row.staff_id: row for row in rows.order_by("starts_at")}


def delegations_to(*, staff_id: int, moment: dt.datetime) -> list[Delegation]:
    """For whom the person may act at that moment (代理)."""
    rows = Delegation.objects.filter(delegate_id=staff_id, starts_at__lte=moment, ends_at__gt=moment, cancelled_at=None)
    return list(rows.select_related("staff").order_by("starts_at"))


def staff_by_code(code: str) -> Staff | None:
    """The staff member with that 職員番号, or None."""
    return Staff.objects.filter(code=code).first()


def users_of_role(role: str) -> list[int]:
    """Ids of the active staff who hold a role."""
    return [pk for pk, roles in Staff.objects.filter(is_active=True).values_list("pk", "roles") if role in roles]
