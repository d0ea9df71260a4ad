"""A person as pages show him: his names, his 任用, where he was when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.functional import Promise

from config.errors import NotFound
from workflow.organization.models import Appointment, AppointmentKind, Staff, StaffProfile, UnitVersion

PAGE = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of a day."""

    profile: StaffProfile
    posts: list[str]


@dataclass(frozen=True, slots=True)
class Stay:
    """One appointment with the unit's name of its first day."""

    row: Appointment
    kind: str | Promise
    unit: str
    is_now: bool
    is_future: bool


def people(on: dt.date, text: str, after: str) -> tuple[list[PersonRow], str]:
    """Staff of a day by 職員番号, name, ふりがな or 旧姓, fifty at a time; and where the next page goes on."""
    found = StaffProfile.objects.on(on).select_related("staff").order_by("staff__code")
    for word in text.split():
        found = found.filter(
            Q(staff__code__startswith=word)
            | Q(name__contains=word)
            | Q(kana__contains=word)
            | Q(former_name__contains=word)
        )
    page = list(found.filter(staff__code__gt=after)[: PAGE + 1])
    shown = page[:PAGE]
    posts: dict[int, list[str]] = {}
    for seat in _named(Appointment.objects.on(on).filter(staff_id__in=[row.staff_id for row in shown]), on):
        name = f"{seat.unit_then or seat.post.unit.name} {seat.post.name}"  # type: ignore[attr-defined]  # annotated
        kind = "" if seat.kind == AppointmentKind.MAIN else f"({seat.get_kind_display()})"
        posts.setdefault(seat.staff_id, []).append(name + kind)
    rows = [PersonRow(row, posts.get(row.staff_id, [])) for row in shown]
    return rows, shown[-1].staff.code if len(page) > PAGE else ""


def _named(seats: QuerySet[Appointment], on: dt.date) -> QuerySet[Appointment]:
    valid = Q(post__unit__versions__valid_from__lte=on) & (
        Q(post__unit__versions__valid_to=None) | Q(post__unit__versions__valid_to__gt=on)
    )
    version = FilteredRelation("post__unit__versions", condition=valid)
    named = seats.annotate(version=version).annotate(unit_then=F("version__name"))
    return named.select_related("post__unit").order_by("id")


def person_for(code: str) -> Staff:
    """The person with that 職員番号.  Raises NotFound."""
    staff = Staff.objects.filter(code=code).first()
    if staff is None:
        raise NotFound(f"職員番号 {code} の職員はいません。")
    return staff


def profiles(staff: Staff) -> list[StaffProfile]:
    """What was known of him, newest first."""
    return list(staff.profiles.order_by("-valid_from"))


def stays(staff: Staff, today: dt.date) -> list[Stay]:
    """Every appointment, newest first, under the unit's name of its first day."""
    rows = list(staff.appointments.select_related("post").order_by("-valid_from", "-id"))
    versions: dict[int, list[UnitVersion]] = {}
    for version in UnitVersion.objects.filter(unit_id__in={row.post.unit_id for row in rows}).order_by("valid_from"):
        versions.setdefault(version.unit_id, []).append(version)
    return [
        Stay(
            row,
            AppointmentKind(row.kind).label,
            _name_on(versions.get(row.post.unit_id, []), row.valid_from),
            row.valid_from <= today and (row.valid_to is None or today < row.valid_to),
            today < row.valid_from,
        )
        for row in rows
    ]


def _name_on(versions: list[UnitVersion], day: dt.date) -> str:
    known = [version for version in versions if version.valid_from <= day] or versions
    return known[-1].name if known else ""
