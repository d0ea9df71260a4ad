"""Pure reckoning of days as a Japanese city hall counts them: fiscal years, eras, business days, office hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import jpholiday

FISCAL_FIRST_MONTH = 4
OPENS = dt.time(8, 30)
CLOSES = dt.time(17, 15)


@dataclass(frozen=True, slots=True)
class Era:
    """A 元号 and its first day."""

    name: str
    letter: str
    begins: dt.date


ERAS = (
    Era("令和", "R", dt.date(2019, 5, 1)),
    Era("平成", "H", dt.date(1989, 1, 8)),
    Era("昭和", "S", dt.date(1926, 12, 25)),
    Era("大正", "T", dt.date(1912, 7, 30)),
    Era("明治", "M", dt.date(1868, 10, 23)),
)


def era_of(day: dt.date) -> Era:
    """The era of a day.  Raises ValueError before Meiji."""
    for era in ERAS:
        if day >= era.begins:
            return era
    raise ValueError(f"{day} lies before Meiji")


def era_year(day: dt.date) -> int:
    """The year within its era, 1 for 元年."""
    return day.year - era_of(day).begins.year + 1


def wareki(day: dt.date) -> str:
    """令和7年11月11日; the first year of an era is 元年."""
    return f"{era_of(day).name}{_year(era_year(day))}年{day.month}月{day.day}日"


def wareki_short(day: dt.date) -> str:
    """7.11.11, as on a stamp."""
    return f"{era_year(day)}.{day.month}.{day.day}"


def _year(number: int) -> str:
    return "元" if number == 1 else str(number)


def fiscal_year(day: dt.date) -> int:
    """The 会計年度 of a day, 1 April to 31 March (地方自治法208条), named by the year in which it begins."""
    return day.year if day.month >= FISCAL_FIRST_MONTH else day.year - 1


def fiscal_year_start(year: int) -> dt.date:
    """1 April of the fiscal year."""
    return dt.date(year, FISCAL_FIRST_MONTH, 1)


def fiscal_year_end(year: int) -> dt.date:
    """31 March that ends the fiscal year."""
    return dt.date(year + 1, FISCAL_FIRST_MONTH, 1) - dt.timedelta(days=1)


def fiscal_label(year: int) -> str:
    """R07: the fiscal year as it stands in a 起案番号.

    A fiscal year in which an era begins is written with the new era (令和元年度, 2019), as offices did from 1 May 2019.
    """
    era = era_of(fiscal_year_end(year))
    return f"{era.letter}{year - era.begins.year + 1:02d}"


def fiscal_name(year: int) -> str:
    """令和7年度."""
    era = era_of(fiscal_year_end(year))
    return f"{era.name}{_year(year - era.begins.year + 1)}年度"


def is_business_day(day: dt.date) -> bool:
    """Whether the city hall is open: not Saturday, Sunday, a national holiday, or 29 December to 3 January.

    Source: 地方自治法4条の2 (休日), 国民の祝日に関する法律.
    """
    if day.weekday() >= 5 or (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3):
        return False
    return not jpholiday.is_holiday(day)


def add_business_days(day: dt.date, count: int) -> dt.date:
    """The day that lies `count` business days after `day` (before it, if negative); `day` itself is not counted."""
    step = dt.timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        if is_business_day(day):
            left -= 1
    return day


def business_days_between(first: dt.date, last: dt.date) -> int:
    """How many business days lie after `first` up to and including `last`; negative when `last` is earlier."""
    if last < first:
        return -business_days_between(last, first)
    span = (last - first).days
    return sum(is_business_day(first + dt.timedelta(days=n)) for n in range(1, span + 1))


def office_days(start: dt.datetime, end: dt.datetime) -> float:
    """Office time between two local moments, in days of 8 h 45 min, to be shown with one decimal.

    Both moments must be in the same zone, that of the city hall.  Raises ValueError when `end` lies before `start`.
    """
    if end < start:
        raise ValueError("the end lies before the start")
    length = dt.timedelta(hours=CLOSES.hour - OPENS.hour, minutes=CLOSES.minute - OPENS.minute)
    total = dt.timedelta()
    day = start.date()
    while day <= end.date():
        if is_business_day(day):
            opened = max(start, dt.datetime.combine(day, OPENS, start.tzinfo))
            closed = min(end, dt.datetime.combine(day, CLOSES, start.tzinfo))
            total += max(closed - opened, dt.timedelta())
        day += dt.timedelta(days=1)
    return total / length
