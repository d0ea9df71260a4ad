"""Builds the Actor of a person from the appointments valid now."""

from __future__ import annotations

import datetime as dt

from django.db.models import Value

from config import clock
from config.commands import Actor, ActorKind, Right, Role
from workflow.organization.models import Appointment, Rank, Staff, UnitSuccession, UnitVersion
from workflow.organization.queries import appointments_of

HEIR = "="  # marks a row of the 新旧対応表 among units; no 文書記号 is this


def actor_for(
    *,
    staff: Staff,
    post_id: int | None = None,
    channel: str,
    request_id: str = "",
    address: str = "",
    on: dt.date | None = None,
) -> Actor:
    """The person as he may act now (or on a day): in the given post, else in his 本務; with the unit groups of that day.

    Whoever leads a unit (課長 and above) also holds the groups of the units below it, and every unit those of the units
    whose work it took over.  Two queries.
    """
    day = on or clock.today()
    held = appointments_of(staff_id=staff.pk, on=day)
    first = next((row for row in held if row.post_id == post_id), held[0] if held else None)
    return Actor(
        kind=ActorKind.STAFF,
        code=staff.code,
        name=staff.name,
        user_id=staff.pk,
        post_id=first.post_id if first else None,
        post=first.post.name if first else "",
        unit_id=first.post.unit_id if first else None,
        unit=first.post.unit.name if first else "",
        right=Right(first.kind) if first else Right.NONE,
        channel=channel,
        request_id=request_id,
        address=address,
        roles=frozenset(Role(role) for role in staff.roles),
        group_ids=_groups(held, day),
    )


def _groups(held: list[Appointment], day: dt.date) -> frozenset[int]:
    units, heirs = _units_and_heirs(day)
    own = {row.post.unit_id for row in held}
    led = {row.post.unit_id for row in held if row.post.rank >= Rank.MANAGER}
    sections = {pk for pk, _, _, symbol in units if symbol}
    # A clerk of a 係 works with the binders of his 課, the unit above it that has a 文書記号.
    office = {parent for pk, parent, _, symbol in units if pk in own and not symbol and parent in sections}
    while True:
        below = {pk for pk, parent, _, _ in units if parent in led} - led
        if not below:
            break
        led |= below
    return frozenset(group for pk, _, group, _ in units if pk in own | led | office) | _inherited(
        own | led | office, heirs
    )


def _units_and_heirs(day: dt.date) -> tuple[list[tuple[int, int | None, int, str]], list[tuple[int, int, int]]]:
    """Units (id, parent, group, 文書記号) and 新旧対応 (new unit, old unit, group of the old one) of a day: one query."""
    units = UnitVersion.objects.on(day).order_by().values_list("unit_id", "parent_id", "unit__group_id", "symbol")
    heirs = UnitSuccession.objects.filter(effective_on__lte=day).order_by()
    marked = heirs.values_list("new_id", "old_id", "old__group_id", Value(HEIR))
    rows = list(units.union(marked, all=True))
    return [row for row in rows if row[3] != HEIR], [row[:3] for row in rows if row[3] == HEIR]


def _inherited(units: set[int], heirs: list[tuple[int, int, int]]) -> frozenset[int]:
    """The groups of the units whose work these go on with, and of those before them."""
    groups: set[int] = set()
    reached = set(units)
    while True:
        found = [(old, group) for new, old, group in heirs if new in reached and group not in groups]
        if not found:
            return frozenset(groups)
        groups |= {group for _, group in found}
        reached |= {old for old, _ in found}
