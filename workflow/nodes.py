"""Who gets the work of a user task: named by `kessai:assignment="…"` in the model, resolved when the work arrives.

An app registers its own way with `@assignment("app.name")`.  Built in are the starter, his superior and his 課長.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.commands import Right, Role
from workflow.organization import queries as organization
from workflow.organization.enums import Rank

USUAL, URGENT = 50, 75  # of priorities; what is urgent or more stands at the top of the inbox


@dataclass(frozen=True, slots=True)
class AssignmentContext:
    """What an assignment may look at.  `starter` is the id of the staff member who started the instance."""

    instance_id: int
    element_id: str
    variables: Mapping[str, Any]
    business_key: str
    starter: int | None
    item_id: int | None = None  # of work that is open already and for which people are looked for anew


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may do the work: in which post, by what right, why, until when; `priority` from 0 to 100."""

    staff_id: int
    post_id: int | None
    post_name: str
    right: str
    reason: str
    due_on: dt.date | None = None
    priority: int = USUAL


Assignment = Callable[[AssignmentContext], list[Candidate]]
_by_code: dict[str, Assignment] = {}
_bound: set[str] = set()


def assignment(code: str, *, bound: bool = False) -> Callable[[Assignment], Assignment]:
    """Register a way to find candidates; `bound` where the work is one person's own and can be given to nobody else.

    Raises ValueError for a code taken twice.
    """

    def add(function: Assignment) -> Assignment:
        if code in _by_code:
            raise ValueError(f"two assignments with the code {code}")
        _by_code[code] = function
        if bound:
            _bound.add(code)
        return function

    return add


def assignment_of(code: str) -> Assignment | None:
    """The assignment with that code, or None."""
    return _by_code.get(code)


def is_bound(code: str) -> bool:
    """Whether work with that assignment is one person's own."""
    return code in _bound


def by_codes(codes: list[str]) -> list[Candidate]:
    """The people whose 職員番号 a model names outright (camunda:assignee, camunda:candidateUsers)."""
    found = []
    for code in codes:
        held = organization.appointments_of_code(code)
        staff = held[0].staff if held else organization.staff_by_code(code)
        if staff is not None and staff.is_active:
            found.append(_in_first(held, staff.pk, str(_("流れの図で指定されています"))))
    return found


def by_groups(names: list[str]) -> list[Candidate]:
    """The people of groups that a model names (camunda:candidateGroups, a lane): a unit with all below it, by code, name
    or short name; a post by its name; or a role.  KESSAI_GROUP_NAMES maps the names of foreign models to these."""
    if not names:
        return []
    mapped = dict(settings.GROUP_NAMES)
    wanted = {mapped.get(name, name): name for name in names}
    chart = organization.chart()
    units = {unit.id: {unit.code, unit.name, unit.short_name} - {""} for unit in chart.units.values()}
    found = []
    for post in chart.posts.values():
        called = {post.name}.union(*(units[unit.id] for unit in chart.units_upward(post.unit_id)))
        for group in wanted.keys() & called:
            reason = str(_("候補の組「%(group)s」の一員です") % {"group": group})
            found += [Candidate(h.staff_id, post.id, post.name, h.kind, reason) for h in post.holders]
    for role in wanted.keys() & set(Role):
        reason = str(_("候補の組「%(group)s」の一員です") % {"group": role})
        found += [in_main_post(staff_id, reason) for staff_id in organization.users_of_role(role)]
    return found


@assignment("workflow.starter")
def starter(context: AssignmentContext) -> list[Candidate]:
    """Whoever started the instance."""
    if context.starter is None:
        return []
    return [in_main_post(context.starter, str(_("あなたが始めた処理です")))]


@assignment("workflow.superior")
def superior(context: AssignmentContext) -> list[Candidate]:
    """The nearest superior of the starter whose post is held by somebody else."""
    return above(context.starter, rank=Rank.CHIEF, reason=str(_("申請者の上司")))


@assignment("workflow.manager")
def manager(context: AssignmentContext) -> list[Candidate]:
    """The 課長 of the starter, else the next post above."""
    return above(context.starter, rank=Rank.MANAGER, reason=str(_("申請者の課長")))


def above(staff_id: int | None, *, rank: int, reason: str) -> list[Candidate]:
    """The holders of the lowest post of at least `rank` on the person's own line, himself left out."""
    held = organization.appointments_of(staff_id=staff_id) if staff_id is not None else []
    if not held:
        return []
    for post in organization.chart().line_up(held[0].post_id):
        others = [holder for holder in post.holders if holder.staff_id != staff_id]
        if post.rank >= rank and others:
            return [Candidate(h.staff_id, post.id, post.name, h.kind, reason) for h in others]
    return []


def in_main_post(staff_id: int, reason: str) -> Candidate:
    """A person in his first post of today, or in none."""
    return _in_first(organization.appointments_of(staff_id=staff_id), staff_id, reason)


def _in_first(held: Sequence[Any], staff_id: int, reason: str) -> Candidate:
    if not held:
        return Candidate(staff_id, None, "", Right.NONE, reason)
    return Candidate(staff_id, held[0].post_id, held[0].post.name, held[0].kind, reason)
