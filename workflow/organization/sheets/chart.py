"""The organisation of a day as pages show it, and what is amiss in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from config.commands import Role
from workflow.organization import queries
from workflow.organization.chart import Chart, Holder, PostNode, UnitNode
from workflow.organization.models import (
    Appointment,
    AppointmentKind,
    Post,
    Rank,
    StaffProfile,
    Standing,
    UnitKind,
    UnitSuccession,
    UnitVersion,
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a post; the kind of appointment stands beside him unless it is the 本務."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with who sits in it."""

    name: str
    rank: str
    seats: list[Seat]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit at its depth, 0 at the top."""

    depth: int
    unit: UnitNode
    kind: str
    posts: list[PostRow] = field(default_factory=list)


def tree(chart: Chart) -> list[UnitRow]:
    """Every unit below the one it belongs to, in the order of codes."""
    below: dict[int | None, list[UnitNode]] = {}
    for unit in sorted(chart.units.values(), key=lambda unit: unit.code):
        parent = unit.parent_id if unit.parent_id in chart.units else None
        below.setdefault(parent, []).append(unit)
    posts: dict[int, list[PostRow]] = {}
    for post in sorted(chart.posts.values(), key=lambda post: (-post.rank, post.id)):
        posts.setdefault(post.unit_id, []).append(PostRow(post.name, str(Rank(post.rank).label), _seats(post.holders)))
    rows: list[UnitRow] = []

    def add(parent: int | None, depth: int) -> None:
        for unit in below.get(parent, []):
            kind = str(UnitKind(unit.kind).label) if unit.kind else ""
            rows.append(UnitRow(depth, unit, kind, posts.get(unit.id, [])))
            add(unit.id, depth + 1)

    add(None, 0)
    return rows


def _seats(holders: tuple[Holder, ...]) -> list[Seat]:
    main = AppointmentKind.MAIN
    return [Seat(h.code, h.name, "" if h.kind == main else str(AppointmentKind(h.kind).label)) for h in holders]


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post without a person; `waiting` says who sits in it without being at work."""

    unit: str
    post: str
    rank: str
    why: str


def vacancies(chart: Chart) -> list[Vacancy]:
    """The posts of a day in which nobody who is at work sits, highest first."""
    empty = [post for post in chart.posts.values() if not post.holders and post.unit_id in chart.units]
    away = _away(chart.on, [post.id for post in empty])
    return [
        Vacancy(chart.unit_path(post.unit_id), post.name, str(Rank(post.rank).label), away.get(post.id, _("欠員")))
        for post in sorted(empty, key=lambda post: (-post.rank, chart.units[post.unit_id].code, post.id))
    ]


def _away(on: dt.date, post_ids: list[int]) -> dict[int, str]:
    held = Appointment.objects.on(on).filter(post_id__in=post_ids).select_related("staff").order_by("id")
    return {row.post_id: _("%(name)s(休職・退職)") % {"name": row.staff.name} for row in held}


def without_post(on: dt.date) -> list[StaffProfile]:
    """Who is at work that day without a post; whoever only keeps the system needs none."""
    seat = Appointment.objects.on(on).filter(staff=OuterRef("staff_id"), post__in=Post.objects.on(on))
    found = StaffProfile.objects.on(on).filter(~Exists(seat), standing=Standing.WORKING).select_related("staff")
    return [row for row in found.order_by("staff__code") if Role.ADMINISTRATOR not in row.staff.roles]


def post_title(chart: Chart, post: PostNode) -> str:
    """A post with the path of its unit."""
    return f"{chart.unit_path(post.unit_id)} {post.name}"


def chart_of(on: dt.date) -> Chart:
    """The organisation of that day."""
    return queries.chart(on)


@dataclass(frozen=True, slots=True)
class Became:
    """One line of the 新旧対応表, under the names of that time."""

    on: dt.date
    way: str
    old_code: str
    old: str
    new_code: str
    new: str


def correspondence() -> list[Became]:
    """Every change of a name and every succession, newest first."""
    rows: list[Became] = []
    names: dict[int, list[UnitVersion]] = {}
    for version in UnitVersion.objects.select_related("unit").order_by("unit_id", "valid_from"):
        known = names.setdefault(version.unit_id, [])
        if known and known[-1].name != version.name:
            code = version.unit.code
            rows.append(Became(version.valid_from, _("名称変更"), code, known[-1].name, code, version.name))
        known.append(version)
    for heir in UnitSuccession.objects.select_related("old", "new"):
        old, new = names[heir.old_id][-1].name, names[heir.new_id][0].name
        rows.append(Became(heir.effective_on, _("引継ぎ"), heir.old.code, old, heir.new.code, new))
    return sorted(rows, key=lambda row: row.on, reverse=True)
