"""What a path may ask of a value (DMN 1.5, 10.3.2.15, table 65).  Pure."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from workflow.feel.temporal import Months
from workflow.feel.values import Range, kind


def property_of(value: Any, key: str) -> Any:
    """The entry of a context, or a property of a day, time, moment, duration or range; null for anything else."""
    if isinstance(value, Mapping):
        return value.get(key)
    ask = _PROPERTIES.get(kind(value), {}).get(key)
    return None if ask is None else ask(value)


def _seconds(value: dt.time | dt.datetime) -> Decimal:
    return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000


def _zone(value: dt.time | dt.datetime) -> str | None:
    zone = value.tzinfo
    return zone.key if isinstance(zone, zoneinfo.ZoneInfo) else None


def _part(value: dt.timedelta, unit: int, whole: int | None) -> Decimal:
    size = int(abs(value).total_seconds()) // unit
    return Decimal((size % whole if whole else size) * (-1 if value < dt.timedelta() else 1))


def _of_months(value: Months) -> tuple[int, int]:
    years, months = divmod(abs(value.months), 12)
    return (-years, -months) if value.months < 0 else (years, months)


_DAY: Mapping[str, Callable[[Any], Any]] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_CLOCK: Mapping[str, Callable[[Any], Any]] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _seconds,
    "time offset": lambda value: value.utcoffset(),
    "timezone": _zone,
}
# A day is the midnight of it (10.3.2.3.5).
_MIDNIGHT: Mapping[str, Callable[[Any], Any]] = {
    "hour": lambda value: Decimal(0),
    "minute": lambda value: Decimal(0),
    "second": lambda value: Decimal(0),
    "time offset": lambda value: dt.timedelta(),
    "timezone": lambda value: None,
}
_PROPERTIES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "date": {**_DAY, **_MIDNIGHT},
    "date and time": {**_DAY, **_CLOCK},
    "time": _CLOCK,
    "days and time duration": {
        "days": lambda value: _part(value, 86_400, None),
        "hours": lambda value: _part(value, 3_600, 24),
        "minutes": lambda value: _part(value, 60, 60),
        "seconds": lambda value: _part(value, 1, 60),
    },
    "years and months duration": {
        "years": lambda value: Decimal(_of_months(value)[0]),
        "months": lambda value: Decimal(_of_months(value)[1]),
    },
    "range": {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: _included(value, "above"),
        "end included": lambda value: _included(value, "below"),
    },
}


def _included(value: Range, side: str) -> bool:
    return value.above == ">=" if side == "above" else value.below == "<="
