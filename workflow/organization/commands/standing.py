"""What units and staff are called and whether staff are at work today, copied from their dated rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from config import clock
from config.commands import Actor
from workflow.organization.commands.logins import end_all_sessions
from workflow.organization.models import Staff, StaffProfile, Standing, Unit, UnitVersion

PERSONAL = ("name", "kana", "former_name", "occupation", "employment", "email")


def refresh_staff(ids: Collection[int]) -> None:
    """Bring the columns of today up to date: the profile that holds, and the next day on which somebody comes or goes."""
    today = clock.today()
    profiles: dict[int, list[StaffProfile]] = defaultdict(list)
    for row in StaffProfile.objects.filter(staff_id__in=ids).order_by("valid_from"):
        profiles[row.staff_id].append(row)
    for staff in Staff.objects.select_for_update().filter(pk__in=list(profiles)).order_by("pk"):
        wanted = _today_of(profiles[staff.pk], today)
        # What is in memory may be ahead of the row (Staff.from_db): written whenever the day turned.
        if staff.turns_on is None and all(getattr(staff, name) == value for name, value in wanted.items()):
            continue
        for name, value in wanted.items():
            setattr(staff, name, value)
        staff.save(update_fields=list(wanted))


def _today_of(rows: list[StaffProfile], today: dt.date) -> dict[str, Any]:
    """What the columns of today should hold, from the person's profiles in order."""
    now = next((r for r in rows if r.valid_from <= today and (r.valid_to is None or today < r.valid_to)), None)
    shown = now or rows[0]
    is_active = now is not None and now.standing == Standing.WORKING
    turn = next((r for r in rows if r.valid_from > today and (r.standing == Standing.WORKING) != is_active), None)
    return {name: getattr(shown, name) for name in PERSONAL} | {
        "is_active": is_active,
        "turns_on": turn.valid_from if turn is not None else None,
        "turns_active": turn is None or turn.standing == Standing.WORKING,
    }


def refresh_units(ids: Collection[int]) -> None:
    """Bring the columns of today up to date."""
    for row in UnitVersion.objects.on(clock.today()).filter(unit_id__in=ids).order_by("unit_id"):
        Unit.objects.filter(pk=row.unit_id).update(
            name=row.name, short_name=row.short_name, symbol=row.symbol, kind=row.kind, parent_id=row.parent_id
        )


def end_sessions(staff: Staff, actor: Actor) -> None:
    """Log somebody who left, or stopped working for a time, out wherever he is logged in."""
    if staff.browser_sessions.exists():
        end_all_sessions(code=staff.code, why="left", actor=actor)
