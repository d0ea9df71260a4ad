"""What a number looks like (domain.md 1.5).  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from config.calendar import fiscal_label

DRAFT = "起-{era}-{scope}-{value:05d}"


@dataclass(frozen=True, slots=True)
class SeriesName:
    """Which counter: kind (draft, receipt, dispatch …), scope (the unit's symbol) and year."""

    kind: str
    scope: str
    year: int


def text(pattern: str, series: SeriesName, value: int) -> str:
    """The printed form.  `pattern` knows {era} (R07), {scope}, {year} and {value}.  Raises ValueError for an odd one."""
    if value < 1:
        raise ValueError("numbers count from 1")
    try:
        return pattern.format(era=fiscal_label(series.year), scope=series.scope, year=series.year, value=value)
    except (KeyError, IndexError) as odd:
        raise ValueError(f"odd number pattern {pattern!r}") from odd
