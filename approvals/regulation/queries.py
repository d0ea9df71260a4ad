"""Reading the 決裁規程: which version holds on a day, and its table as pure values."""

from __future__ import annotations

import datetime as dt

from approvals.regulation import bench
from approvals.regulation.enums import State
from approvals.regulation.models import Regulation, RegulationBenchRow, RegulationMatter, RegulationRow
from approvals.regulation.table import Matter, Office, Question, Row, Rulebook


def in_force(*, body: str, on: dt.date) -> Regulation | None:
    """The version of an 執行機関 that holds on a day."""
    published = Regulation.objects.filter(body=body, state=State.PUBLISHED, effective_from__lte=on)
    return published.order_by("-effective_from").first()


def rulebook(regulation: Regulation) -> Rulebook:
    """The table of a version.  Two queries."""
    matters = RegulationMatter.objects.filter(regulation=regulation).order_by("code")
    rows = RegulationRow.objects.filter(matter__regulation=regulation).select_related("matter")
    return Rulebook(
        tuple(Matter(matter.code, matter.name, matter.basis) for matter in matters),
        tuple(_row(row) for row in rows.order_by("matter__code", "number")),
    )


def _row(row: RegulationRow) -> Row:
    return Row(
        matter=row.matter.code,
        number=row.number,
        level=row.level,
        condition=row.condition,
        low=row.low,
        high=row.high,
        post=row.post,
        offices=tuple(Office(*office) for office in row.offices),
        deputy=row.deputy,
        council=row.council,
        source=row.source,
        raised_by=tuple(row.raised_by),
    )


def bench_of(regulation: Regulation) -> list[bench.Case]:
    """The bench of a version.  One query."""
    return [case_of(row) for row in RegulationBenchRow.objects.filter(regulation=regulation).order_by("number")]


def case_of(row: RegulationBenchRow) -> bench.Case:
    """A stored row of the bench as a value."""
    return bench.Case(
        row.number,
        Question(row.matter_code, row.amount, row.condition, frozenset(row.circumstances)),
        bench.Expected(row.level, frozenset(row.offices), row.deputy),
        row.note,
    )
