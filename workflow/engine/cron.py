"""Times of the clock and the calendar as Camunda 7 writes them: `0 0 9 ? * MON-FRI`.  Pure.

Six fields, or seven with the years: seconds, minutes, hours, days of the month, months, days of the week (1 is Sunday).
What stands for last days and nearest weekdays (L, W, #) is not read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
MONTHS = {name: number for number, name in enumerate(_MONTHS, 1)}
WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
BOUNDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))
LAST_YEAR = 2199


@dataclass(frozen=True, slots=True)
class Cron:
    """The values that each field admits; a day has to be of the month or of the week, or both where both are given."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]

    def after(self, moment: dt.datetime) -> dt.datetime | None:
        """The first time after a moment, on its clock; None when there is none any more."""
        start = moment.replace(microsecond=0) + dt.timedelta(seconds=1)
        day, earliest = start.date(), start.time().replace(tzinfo=None)
        while day.year <= LAST_YEAR and any(year >= day.year for year in self.years):
            if not self._has(day):
                in_vain = day.month not in self.months or day.year not in self.years
                day = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1) if in_vain else day + dt.timedelta(1)
                earliest = dt.time()
                continue
            found = self._time(earliest)
            if found is not None:
                return dt.datetime.combine(day, found, moment.tzinfo)
            day, earliest = day + dt.timedelta(1), dt.time()
        return None

    def _has(self, day: dt.date) -> bool:
        weekday = day.isoweekday() % 7 + 1
        return day.year in self.years and day.month in self.months and day.day in self.days and weekday in self.weekdays

    def _time(self, earliest: dt.time) -> dt.time | None:
        times = (
            dt.time(hour, minute, second)
            for hour in sorted(h for h in self.hours if h >= earliest.hour)
            for minute in sorted(self.minutes)
            for second in sorted(self.seconds)
        )
        return next((time for time in times if time >= earliest), None)


def read_cron(text: str) -> Cron | None:
    """The expression of a text; None for what is none, or never comes."""
    fields = text.split()
    if len(fields) not in (6, 7):
        return None
    found = [_field(at, field.upper()) for at, field in enumerate([*fields, "*"][:7])]
    if not all(found) or (fields[3] == "?" and fields[5] == "?"):
        return None
    cron = Cron(*found)
    return cron if any(_in(month, day) for month in cron.months for day in cron.days) else None


def _in(month: int, day: int) -> bool:
    return day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def _field(at: int, text: str) -> frozenset[int]:
    """The values of a field; none when it cannot be read."""
    found: set[int] = set()
    for part in text.split(","):
        values = _part(at, part)
        if not values:
            return frozenset()
        found |= values
    return frozenset(found)


def _part(at: int, text: str) -> set[int]:
    low, high = BOUNDS[at]
    span, slash, step = text.partition("/")
    if slash and not (step.isascii() and step.isdigit() and int(step) > 0):
        return set()
    if span == "*" or (span == "?" and at in (3, 5) and not slash):
        return set(range(low, high + 1, int(step or 1)))
    first, dash, last = span.partition("-")
    begin = _value(at, first)
    end = _value(at, last) if dash else high if slash else begin
    if begin is None or end is None:
        return set()
    if begin > end:  # FRI-MON goes round
        return set([*range(begin, high + 1), *range(low, end + 1)][:: int(step or 1)]) if at != 6 else set()
    return set(range(begin, end + 1, int(step or 1)))


def _value(at: int, text: str) -> int | None:
    named = MONTHS.get(text) if at == 4 else WEEKDAYS.get(text) if at == 5 else None
    if named is not None:
        return named
    low, high = BOUNDS[at]
    return int(text) if text.isascii() and text.isdigit() and low <= int(text) <= high else None
