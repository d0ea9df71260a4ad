"""Who works where, as of a day or a moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from config import clock, prepared
from workflow.organization.chart import Chart, Holder, PostNode, UnitNode
from workflow.organization.models import (
    Absence,
    Appointment,
    AppointmentKind,
    Delegation,
    Post,
    PostSuccession,
    Staff,
    Standing,
    UnitVersion,
)

# In a post with several people, who is asked first.
_ORDER = {
    AppointmentKind.MAIN: 0,
    AppointmentKind.PROVISIONAL: 1,
    AppointmentKind.SUBSTITUTE: 2,
    AppointmentKind.ACTING: 3,
    AppointmentKind.JOINT: 4,
    AppointmentKind.CONCURRENT: 5,
}
_LONGEST_CHAIN = 20  # of posts that took over from one another


def _in(path: str, day: dt.date) -> Q:
    """The dated rows at `path` that are valid on that day."""
    begun, endless, later = f"{path}__valid_from__lte", f"{path}__valid_to", f"{path}__valid_to__gt"
    return Q(**{begun: day}) & (Q(**{endless: None}) | Q(**{later: day}))


def seats_on(day: dt.date) -> QuerySet[Appointment]:
    """The appointments of a day whose people are at work then; `name_then` is the person's name of that day."""
    profile = FilteredRelation("staff__profiles", condition=_in("staff__profiles", day))
    at_work = Appointment.objects.on(day).annotate(profile=profile).filter(profile__standing=Standing.WORKING)
    return at_work.annotate(name_then=F("profile__name")).select_related("staff").order_by("id")


def at_work(path: str = "") -> Q:
    """Staff who work today, at `path` of a query ("staff__"); the day counts whether or not anything ran at midnight."""
    turned = Q(**{f"{path}turns_on__lte": clock.today()})
    return (turned & Q(**{f"{path}turns_active": True})) | (~turned & Q(**{f"{path}is_active": True}))


def _holders(rows: Iterable[Appointment]) -> list[Holder]:
    first = sorted(rows, key=lambda a: _ORDER[AppointmentKind(a.kind)])
    return [Holder(row.staff_id, row.staff.code, _name_then(row), row.kind) for row in first]


def _name_then(row: Appointment) -> str:
    return str(row.name_then)  # type: ignore[attr-defined]  # annotated by seats_on


def chart(on: dt.date | None = None) -> Chart:
    """The whole organisation of a day (today when none is named) with the names of that day, in three queries."""
    day = on or clock.today()
    held: dict[int, list[Appointment]] = defaultdict(list)
    for row in seats_on(day):
        held[row.post_id].append(row)
    posts = {
        post.pk: PostNode(post.pk, post.unit_id, post.name, post.rank, tuple(_holders(held[post.pk])))
        for post in Post.objects.on(day)
    }
    units = {
        row.unit_id: UnitNode(
            row.unit_id, row.parent_id, row.unit.code, row.name, row.short_name, row.symbol, row.unit.group_id, row.kind
        )
        for row in UnitVersion.objects.on(day).select_related("unit").order_by("unit__code", "id")
    }
    return Chart(day, units, posts)


def holders_of(*, post_id: int, on: dt.date | None = None) -> list[Holder]:
    """Who sits in the post that day: 本務 first, then 心得, 職務代理, 事務取扱, 併任 and 兼務.

    Where the post is gone, whoever sits in the one that took it over.
    """
    day = on or clock.today()
    for _step in range(_LONGEST_CHAIN):
        found = _holders(seats_on(day).filter(post_id=post_id))
        if found:
            return found
        heir = PostSuccession.objects.filter(old_id=post_id, effective_on__lte=day).values_list("new_id", flat=True)
        following = heir.first()
        if following is None:
            return []
        post_id = following
    return []


def present_post(*, post_id: int, on: dt.date | None = None) -> Post | None:
    """The post, or the one that took it over by that day; None for an unknown one."""
    day = on or clock.today()
    for _step in range(_LONGEST_CHAIN):
        post = Post.objects.filter(pk=post_id).select_related("unit").first()
        heir = PostSuccession.objects.filter(old_id=post_id, effective_on__lte=day).first()
        if post is None or heir is None:
            return post
        post_id = heir.new_id
    return None


def _seats(day: dt.date) -> QuerySet[Appointment]:
    version = FilteredRelation("post__unit__versions", condition=_in("post__unit__versions", day))
    held = Appointment.objects.on(day).filter(_in("post", day)).annotate(version=version)
    return held.annotate(unit_then=F("version__name")).select_related("post__unit")


_held = prepared.Select(lambda staff, day: _seats(day).filter(staff_id=staff), int, dt.date)
_held_by_code = prepared.Select(
    lambda code, day: _seats(day).filter(staff__code=code).select_related("staff"), str, dt.date
)
_of_code = prepared.Select(lambda code: Staff.objects.filter(code=code), str)


def appointments_of(*, staff_id: int, on: dt.date | None = None) -> list[Appointment]:
    """The posts a person holds that day, 本務 first, with post and unit loaded under their names of that day."""
    return _in_order(_held(staff_id, on or clock.today()))


def appointments_of_code(code: str) -> list[Appointment]:
    """As `appointments_of` today, by 職員番号, with the person loaded too; nothing for whoever holds no post."""
    return _in_order(_held_by_code(code, clock.today()))


def _in_order(held: list[Any]) -> list[Appointment]:
    for row in held:
        row.post.unit.name = row.unit_then or row.post.unit.name
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


def those_at_work(*, staff_ids: Collection[int]) -> set[int]:
    """Which of the people work today."""
    return set(Staff.objects.filter(at_work(), pk__in=staff_ids).values_list("pk", flat=True))


def names_of(*, staff_ids: Collection[int]) -> dict[int, str]:
    """The names of people, by staff id, in the order asked."""
    known = dict(Staff.objects.filter(pk__in=staff_ids).values_list("pk", "name"))
    return {pk: known[pk] for pk in staff_ids if pk in known}


def staff_by_code(code: str) -> Staff | None:
    """The staff member with that 職員番号, or None."""
    found: Staff | None = _of_code.first(code)
    return found


def users_of_role(role: str) -> list[int]:
    """Ids of the active staff who hold a role."""
    return [person.pk for person in Staff.objects.all() if person.is_active and role in person.roles]


def unit_names() -> dict[int, str]:
    """The names of units by their groups, as they are today or were last, in the order of their codes."""
    rows = UnitVersion.objects.order_by("unit__code", "valid_from").values_list("unit__group_id", "name")
    return {group: name for group, name in rows if group is not None}
