"""Days, times, moments and durations (10.3.4.1, 10.3.4.7, 10.3.4.8).  Pure.  Now is what the evaluation was given."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from workflow.feel.functions.registry import NOW, builtin
from workflow.feel.temporal import (
    Months,
    months_between,
    offset_zone,
    parse_date,
    parse_duration,
    parse_moment,
    parse_time,
    zone_named,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _whole(*numbers: Any) -> bool:
    return all(isinstance(number, Decimal) and number == int(number) for number in numbers)


@builtin("date", "from: Any")
def _date(value: Any) -> dt.date | None:
    if isinstance(value, str):
        return parse_date(value)
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


@builtin("date", "year: number", "month: number", "day: number")
def _date_of(year: Decimal, month: Decimal, day: Decimal) -> dt.date | None:
    return dt.date(int(year), int(month), int(day)) if _whole(year, month, day) else None


@builtin("time", "from: Any")
def _time(value: Any) -> dt.time | None:
    if isinstance(value, str):
        return parse_time(value)
    if isinstance(value, dt.datetime):
        return value.timetz()
    if isinstance(value, dt.date):
        return dt.time(tzinfo=dt.UTC)
    return value if isinstance(value, dt.time) else None


@builtin("time", "hour: number", "minute: number", "second: number", "offset: days and time duration?")
def _time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: dt.timedelta | None = None) -> dt.time | None:
    if not _whole(hour, minute):
        return None
    zone = None if offset is None else offset_zone(offset)
    if offset is not None and zone is None:
        return None
    micro = int((second - int(second)) * 1_000_000)
    return dt.time(int(hour), int(minute), int(second), micro, tzinfo=zone)


@builtin("date and time", "from: Any")
def _moment(value: Any) -> dt.datetime | None:
    if isinstance(value, str):
        return parse_moment(value)
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time(), dt.UTC) if isinstance(value, dt.date) else None


@builtin("date and time", "date: Any", "time: time")
def _moment_of(date: Any, time: dt.time) -> dt.datetime | None:
    day = date.date() if isinstance(date, dt.datetime) else date
    return dt.datetime.combine(day, time) if isinstance(day, dt.date) else None


@builtin("date and time", "date: date and time", "timezone: string")
def _moment_in(date: dt.datetime, timezone: str) -> dt.datetime | None:
    zone = zone_named(timezone)
    if zone is None:
        return None
    return date.astimezone(zone) if date.tzinfo is not None else date.replace(tzinfo=zone)


@builtin("duration", "from: Any")
def _duration(value: Any) -> Months | dt.timedelta | None:
    if isinstance(value, str):
        return parse_duration(value)
    return value if isinstance(value, Months | dt.timedelta) else None


@builtin("years and months duration", "from: Any", "to: Any")
def _years_and_months(start: Any, end: Any) -> Months | None:
    if not (isinstance(start, dt.date) and isinstance(end, dt.date)):
        return None
    first, last = (value.date() if isinstance(value, dt.datetime) else value for value in (start, end))
    return Months(months_between(first, last))


@builtin("now")
def _now() -> dt.datetime | None:
    return NOW.get()


@builtin("today")
def _today() -> dt.date | None:
    now = NOW.get()
    return None if now is None else now.date()


def _on_day(name: str, run: Any) -> None:
    builtin(name, "date: Any")(lambda date: run(date) if isinstance(date, dt.date) else None)


_on_day("day of year", lambda date: Decimal(date.timetuple().tm_yday))
_on_day("day of week", lambda date: WEEKDAYS[date.weekday()])
_on_day("month of year", lambda date: MONTHS[date.month - 1])
_on_day("week of year", lambda date: Decimal(date.isocalendar()[1]))
