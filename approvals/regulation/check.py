"""Pure: what is wrong with the rows of a 決裁規程 before it holds: cells, gaps, overlaps.  Rows and amounts are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from approvals.regulation.table import LEVELS, Matter, Row, Rulebook, gettext_noop


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.  `template % params` is the sentence; a gap and an overlap name amounts from `low` to below `high`."""

    code: str
    matter: str
    template: str
    rows: tuple[str, ...] = ()
    condition: str = ""
    low: int = 0
    high: int | None = None
    params: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def sentence(self) -> str:
        """In Japanese."""
        return self.template % self.params


def check(book: Rulebook) -> tuple[Finding, ...]:
    """Everything that is wrong, matter by matter."""
    return tuple(finding for matter in book.matters for finding in check_matter(matter, book.rows_of(matter.code)))


def check_matter(matter: Matter, rows: Sequence[Row]) -> Iterator[Finding]:
    """Overlaps of any two rows, then the gaps of each condition."""
    if not rows:
        yield Finding(
            "empty", matter.code, gettext_noop("%(matter)sに行がありません。"), params={"matter": matter.name}
        )
        return
    for first, second in combinations(rows, 2):
        low, high = _shared(first, second)
        if _alike(first, second) and (high is None or low < high):
            yield _overlap(matter, first, second, low, high)
    for condition in tuple(dict.fromkeys(row.condition for row in rows if row.condition)) or ("",):
        yield from _gaps(matter, condition, [row for row in rows if row.condition in (condition, "")])


def row_faults(row: Row) -> Iterator[tuple[str, str]]:
    """The cells of one row that cannot stand: the name of the cell and the sentence."""
    if row.level not in LEVELS:
        yield "level", gettext_noop("決裁者を選んでください。")
    if row.low is not None and row.low < 0:
        yield "low", gettext_noop("0以上にしてください。")
    if row.high is not None and row.high <= (row.low or 0):
        yield "high", gettext_noop("「以上」より大きくしてください。")


def _alike(first: Row, second: Row) -> bool:
    return first.condition == second.condition or not first.condition or not second.condition


def _shared(first: Row, second: Row) -> tuple[int, int | None]:
    """The amounts that both hold."""
    highs = [row.high for row in (first, second) if row.high is not None]
    return max(first.low or 0, second.low or 0), min(highs) if highs else None


@dataclass(frozen=True, slots=True)
class Span:
    """Amounts from `low` to below `high`, or all above; in Japanese as a text."""

    low: int
    high: int | None

    def __str__(self) -> str:
        return f"{self.low:,}円以上" if self.high is None else f"{self.low:,}円以上{self.high:,}円未満"


def _overlap(matter: Matter, first: Row, second: Row, low: int, high: int | None) -> Finding:
    params = {"matter": matter.name, "first": first.name, "second": second.name, "span": Span(low, high)}
    return Finding(
        "overlap",
        matter.code,
        gettext_noop("%(matter)s: 行%(first)sと行%(second)sが重なっています(%(span)s)。"),
        (first.name, second.name),
        first.condition or second.condition,
        low,
        high,
        params,
    )


def _gaps(matter: Matter, condition: str, rows: Sequence[Row]) -> Iterator[Finding]:
    """The amounts from 0 on that no row holds, and the rows on both sides of each."""
    reached: int | None = 0
    before = ""
    for row in sorted(rows, key=lambda row: row.low or 0):
        if reached is None:
            return
        if (row.low or 0) > reached:
            yield _gap(matter, condition, reached, row.low, tuple(name for name in (before, row.name) if name))
        if row.high is None or row.high > reached:
            reached, before = row.high, row.name
    if reached is not None:
        yield _gap(matter, condition, reached, None, (before,) if before else ())


def _gap(matter: Matter, condition: str, low: int, high: int | None, rows: tuple[str, ...]) -> Finding:
    about = f"{matter.name} {condition}".strip()
    params = {"matter": about, "span": Span(low, high), "rows": "・".join(rows)}
    template = gettext_noop("%(matter)s: %(span)sに当たる行がありません(隣は行%(rows)s)。")
    return Finding("gap", matter.code, template, rows, condition, low, high, params)
