"""How long a record is kept (domain.md 1.4).  Pure."""

from __future__ import annotations

import datetime as dt

from config.calendar import fiscal_year, fiscal_year_start

# Codes of documents.enums.Basis, spelled out here because this module knows no Django.
FISCAL_YEAR, CALENDAR_YEAR, EVENT_YEAR, ACCOUNT_YEAR, NONE = "FY", "CY", "EVENT_FY", "ACCOUNT_FY", "NONE"


def start_date(
    basis: str, *, completed_on: dt.date, event_on: dt.date | None = None, account_year: int | None = None
) -> dt.date | None:
    """The 起算日, or None while it is not settled (常用, or the event has not happened).

    `event_on` is the 特定日 of EVENT_FY; `account_year` the 会計年度 of ACCOUNT_FY, which in the 出納整理期間 (April and
    May) is the year before that of `completed_on`.  Raises ValueError for an unknown basis.
    """
    if basis == FISCAL_YEAR:
        return fiscal_year_start(fiscal_year(completed_on) + 1)
    if basis == CALENDAR_YEAR:
        return dt.date(completed_on.year + 1, 1, 1)
    if basis == EVENT_YEAR:
        return fiscal_year_start(fiscal_year(event_on) + 1) if event_on else None
    if basis == ACCOUNT_YEAR:
        return fiscal_year_start((fiscal_year(completed_on) if account_year is None else account_year) + 1)
    if basis == NONE:
        return None
    raise ValueError(f"unknown basis {basis!r}")


def expiry(start: dt.date | None, years: int | None) -> dt.date | None:
    """The 満了日: start + years − 1 day.  None for 常用 (no years) or while the period has not begun.

    A start is the first of a month, so that adding years never meets a 29 February; zero years (1年未満) expire on the
    day before the period would begin.
    """
    if start is None or years is None:
        return None
    return start.replace(year=start.year + years) - dt.timedelta(days=1)
