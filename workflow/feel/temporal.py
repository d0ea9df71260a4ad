"""Days, times, moments and durations as texts and back.  Pure.

DMN 1.5, 10.3.2.3: years 1 to 9999, seconds to the microsecond, offsets or IANA zones.  A duration is either of months
(`Months`) or of days and time (`datetime.timedelta`), never both.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?P<zone>Z|z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z0-9_+\-/]+)?")
_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?P<time>T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d*)?)S)?)?"
)
MAX_MONTHS = 12 * 999_999_999
UTC_OFFSET = dt.timedelta(hours=14)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A duration of years and months, in months."""

    months: int


def parse_date(text: str) -> dt.date | None:
    """A day from `2026-04-01`; None for anything else."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def zone_named(name: str) -> dt.tzinfo | None:
    """The IANA zone of a name; None when there is none."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def offset_zone(offset: dt.timedelta) -> dt.timezone | None:
    """The zone of an offset; None beyond 14 hours."""
    return dt.timezone(offset) if abs(offset) <= UTC_OFFSET else None


def _zone(text: str) -> dt.tzinfo | None:
    if text in "Zz":
        return dt.UTC
    if text[0] == "@":
        return zone_named(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if minutes > 59 or (seconds and seconds[0] > 59):
        return None
    offset = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return offset_zone(-offset if text[0] == "-" else offset)


def parse_time(text: str) -> dt.time | None:
    """A time from `10:30:00`, with a fraction, an offset or `@Asia/Tokyo`; None for anything else."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    zone = None
    if found["zone"]:
        zone = _zone(found["zone"])
        if zone is None:
            return None
    hour, minute, second = (int(part) for part in found.groups()[:3])
    microsecond = int(((found[4] or "") + "000000")[:6])
    try:
        return dt.time(hour, minute, second, microsecond, tzinfo=zone)
    except ValueError:
        return None


def parse_moment(text: str) -> dt.datetime | None:
    """A moment from `2026-04-01T10:30:00…`; a day alone is its midnight; None for anything else."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    if day is None:
        return None
    if not separator:
        return dt.datetime.combine(day, dt.time())
    time = parse_time(time_text)
    return None if time is None else dt.datetime.combine(day, time)


def parse_duration(text: str) -> Months | dt.timedelta | None:
    """A duration from ISO 8601; None for anything else, also for a mixture of months and days."""
    found = _DURATION.fullmatch(text)
    if not found or text.endswith(("P", "T")):
        return None
    parts = {name: value for name, value in found.groupdict().items() if value and name not in ("sign", "time")}
    if not parts:
        return None
    sign = -1 if found["sign"] else 1
    if parts.keys() <= {"years", "months"}:
        months = int(parts.get("years", 0)) * 12 + int(parts.get("months", 0))
        return Months(sign * months) if months <= MAX_MONTHS else None
    if parts.keys() & {"years", "months"}:
        return None
    try:
        whole = {name: int(parts.get(name, 0)) for name in ("days", "hours", "minutes")}
        seconds = Decimal(parts.get("seconds", "0"))
        return sign * dt.timedelta(**whole, microseconds=int(seconds * 1_000_000))
    except OverflowError:
        return None


def parse_any(text: str) -> Any:
    """What an at-literal names (`@"2026-04-01"`): day, moment, time or duration; None for anything else."""
    for parse in (parse_date, parse_time, parse_duration):
        found = parse(text)
        if found is not None:
            return found
    return parse_moment(text)


def add_months(day: dt.date, months: int) -> dt.date | None:
    """The same day of another month, or its last; a moment keeps its time.  None outside the years 1 to 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def months_between(start: dt.date, end: dt.date) -> int:
    """Whole months from one day to another, negative when the second is earlier (10.3.4.7)."""
    if end < start:
        return -months_between(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def zone_text(value: dt.time | dt.datetime) -> str:
    """`Z`, an offset, `@` and the name of a zone, or nothing."""
    zone = value.tzinfo
    if zone is None:
        return ""
    if isinstance(zone, zoneinfo.ZoneInfo):
        return f"@{zone.key}"
    offset = value.utcoffset() or dt.timedelta()
    if not offset:
        return "Z"
    whole = int(abs(offset).total_seconds())
    text = f"{'-' if offset < dt.timedelta() else '+'}{whole // 3600:02d}:{whole % 3600 // 60:02d}"
    return f"{text}:{whole % 60:02d}" if whole % 60 else text


def time_text(value: dt.time | dt.datetime) -> str:
    """The time as FEEL writes it."""
    bare = value.time() if isinstance(value, dt.datetime) else value.replace(tzinfo=None)
    text = bare.isoformat()
    return (text.rstrip("0") if "." in text else text) + zone_text(value)


def text_of(value: Any) -> str:
    """A day, time, moment or duration as FEEL writes it."""
    if isinstance(value, dt.datetime):
        return f"{value.date().isoformat()}T{time_text(value)}"
    if isinstance(value, dt.time):
        return time_text(value)
    if isinstance(value, Months):
        return _months_text(value.months)
    if isinstance(value, dt.timedelta):
        return _duration_text(value)
    return str(value.isoformat())


def _months_text(months: int) -> str:
    years, rest = divmod(abs(months), 12)
    text = (f"{years}Y" if years else "") + (f"{rest}M" if rest or not years else "")
    return f"{'-' if months < 0 else ''}P{text}"


def _duration_text(value: dt.timedelta) -> str:
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{size.microseconds:06d}".rstrip("0") if size.microseconds else ""
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    time += f"{seconds}{fraction}S" if seconds or fraction else ""
    text = (f"{size.days}D" if size.days else "") + (f"T{time}" if time else "")
    return f"{'-' if value < dt.timedelta() else ''}P{text or 'T0S'}"
