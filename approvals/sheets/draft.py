"""What the draft page shows beside the form: the route as it would be, and what is still missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals import rules
from approvals.commands.submission import plan_route
from approvals.models import Case, Level
from approvals.routing import Route
from approvals.sheets.seals import surname
from config import clock
from config.calendar import wareki
from config.errors import Invalid
from workflow.organization import queries as organization

WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of 提出前の確認; `target` is the field to go to."""

    text: str
    done: bool
    target: str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    """提出前の確認."""

    entries: list[Entry]

    @property
    def open(self) -> int:
        """How many are left."""
        return sum(not entry.done for entry in self.entries)


def preview(case: Case) -> dict[str, Any]:
    """The route of the draft as kept, or why there is none; what is missing; what submitting will do."""
    route, problem = None, ""
    try:
        route = plan_route(case, organization.chart(on=clock.today()))
    except Invalid as refusal:
        problem = str(refusal.message)
    return {
        "route": route,
        "route_problem": problem,
        "verdict": _verdict(case, route) if route else _("経路を決められません"),
        "todo": _todo(case, route),
        "submit_effect": _effect(case, route),
        "wanted_read": read_day(case.wanted_on),
    }


def _verdict(case: Case, route: Route) -> str:
    level = Level(case.level).label
    return _("%(level)s → %(post)sが決裁") % {"level": level, "post": route.decider.post_name}


def _effect(case: Case, route: Route | None) -> str:
    if route is None:
        return _("経路が決まると出せます")
    first = route.asked[0]
    who = {"who": f"{surname(first.person_name)} {first.post_name}"}
    if case.version:
        return _("番号はそのまま、%(who)sへ回ります") % who
    return _("番号が付き、%(who)sへ回ります") % who


def _todo(case: Case, route: Route | None) -> Todo:
    kept = case.record
    missing = rules.missing_fields(case, title=kept.title, binder_id=kept.binder_id, disclosure=kept.disclosure)
    entries = [Entry(str(texts[0]), False, f"id_{name}") for name, texts in missing.items()]
    if not missing:
        entries.append(Entry(_("必須の項目をすべて入力"), True))
    if route is None:
        entries.append(Entry(_("決裁経路を決める"), False, "id_level"))
    else:
        entries.append(Entry(_("決裁経路が決まりました(%d人)") % len(route.asked), True))
        entries += _late(case, route.decider.expected_on)
    return Todo(entries)


def _late(case: Case, expected: dt.date) -> list[Entry]:
    if case.wanted_on is None:
        return []
    when = {"day": f"{expected.month}/{expected.day}"}
    if expected > case.wanted_on:
        return [Entry(_("決裁希望日に間に合わない見込みです(見込み %(day)s)") % when, False, "id_wanted_on")]
    return [Entry(_("決裁希望日までに終わる見込み(%(day)s)") % when, True)]


def read_day(day: dt.date | None) -> str:
    """令和7年11月13日(木)."""
    return f"{wareki(day)}({WEEKDAYS[day.weekday()]})" if day else ""
