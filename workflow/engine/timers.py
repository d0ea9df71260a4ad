"""When a timer is due: dates, durations and cycles of ISO 8601, and 営業日.  Pure.

`P5BD` and `5営業日` are five business days, at the same time of the day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from workflow.engine.cron import read_cron
from workflow.engine.trouble import Trouble
from workflow.feel.temporal import add_months, parse_date, parse_moment

TOKYO = ZoneInfo("Asia/Tokyo")
_SPAN = re.compile(
    r"P(?=\w)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<business>\d+)BD)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_BUSINESS = re.compile(r"(\d+)\s*営業日")
FOREVER = -1
MAX_YEAR = 9000


@dataclass(frozen=True, slots=True)
class Timer:
    """`due` in UTC; of a cycle `left` further times (FOREVER: no end) and its period."""

    due: dt.datetime
    left: int = 0
    period: str = ""

    def details(self) -> dict[str, Any]:
        """As it is stored with a subscription."""
        found: dict[str, Any] = {"due": self.due.astimezone(dt.UTC).isoformat()}
        return found | ({"left": self.left, "period": self.period} if self.period else {})


Adds = Callable[[dt.date, int], dt.date] | None


def plan(kind: str, text: str, now: dt.datetime, adds: Adds = None) -> Timer:
    """The timer of a definition (`timeDate`, `timeDuration`, `timeCycle`).  Raises Trouble for what is no time."""
    said = text.strip()
    if kind == "timeDate":
        return Timer(_moment(said))
    if kind == "timeDuration":
        return Timer(later(said, now, adds))
    return _cycle(said, now, adds)


def unreadable(kind: str, text: str) -> Trouble | None:
    """Why a literal time can never be reckoned with; None when it can."""
    try:
        plan(kind, text, dt.datetime(2000, 1, 1, tzinfo=dt.UTC), lambda day, _number: day)
    except Trouble as odd:
        return odd
    return None


def again(details: Any, adds: Adds = None) -> dict[str, Any] | None:
    """The details of a cycle after it was due once; None when that was the last time."""
    left, period = int(details.get("left", 0)), str(details.get("period", ""))
    if not period or left == 0:
        return None
    cron = read_cron(period)
    if cron is not None:
        following = cron.after(dt.datetime.fromisoformat(details["due"]).astimezone(TOKYO))
        return {"due": following.astimezone(dt.UTC).isoformat(), "left": FOREVER} if following is not None else None
    due = later(period, dt.datetime.fromisoformat(details["due"]), adds)
    return {"due": due.astimezone(dt.UTC).isoformat(), "left": left if left == FOREVER else left - 1}


def _moment(text: str) -> dt.datetime:
    found = parse_moment(text)
    if found is None and (day := parse_date(text)) is not None:
        found = dt.datetime.combine(day, dt.time())
    if found is None:
        raise Trouble("bad_time", f"「{text}」は日時として読めません。", f"“{text}” is no date or date and time.")
    return (found if found.tzinfo is not None else found.replace(tzinfo=TOKYO)).astimezone(dt.UTC)


def later(text: str, start: dt.datetime, adds: Adds = None) -> dt.datetime:
    """A moment so much later, reckoned in Japanese time: months keep their day, or take the month's last one.

    Raises Trouble for what is no duration.
    """
    named = _BUSINESS.fullmatch(text)
    found = _SPAN.fullmatch(f"P{named[1]}BD" if named else text)
    if found is None or not any(found.groupdict().values()):
        raise Trouble("bad_duration", f"「{text}」は期間として読めません。", f"“{text}” is no duration.")
    parts = {name: float(value) if value else 0.0 for name, value in found.groupdict().items()}
    local = start.astimezone(TOKYO)
    try:
        day = add_months(local.date(), int(parts["years"] * 12 + parts["months"]))
        if day is None or day.year > MAX_YEAR:
            raise OverflowError
        if parts["business"]:
            day = _business(day, int(parts["business"]), adds)
        moved = dt.datetime.combine(day, local.timetz())
        rest = {name: parts[name] for name in ("weeks", "days", "hours", "minutes", "seconds")}
        return (moved + dt.timedelta(**rest)).astimezone(dt.UTC)
    except OverflowError:
        raise Trouble("bad_duration", f"期間「{text}」が長すぎます。", f"The duration “{text}” is too long.") from None


def _business(day: dt.date, number: int, adds: Adds) -> dt.date:
    if adds is None or number > 10_000:
        raise Trouble("bad_duration", "営業日の暦がありません。", "There is no calendar of business days.")
    return adds(day, number)


def _cycle(text: str, now: dt.datetime, adds: Adds) -> Timer:
    """`R3/PT10M`, `R/2026-04-01T09:00:00/P1D`: so many times, one period apart, the first one period from the start.

    `0 0 9 ? * MON-FRI` comes whenever clock and calendar in Japan say so.
    """
    cron = read_cron(text)
    if cron is not None:
        due = cron.after(now.astimezone(TOKYO))
        if due is None:
            raise Trouble("bad_cycle", f"「{text}」はもう起こりません。", f"“{text}” never happens again.")
        return Timer(due, FOREVER, text)
    head, _, rest = text.partition("/")
    if not re.fullmatch(r"R\d*", head) or not rest:
        raise Trouble("bad_cycle", f"「{text}」は繰返しとして読めません。", f"“{text}” is no cycle like R3/PT10M.")
    times = int(head[1:]) if head[1:] else FOREVER
    if times == 0:
        raise Trouble("bad_cycle", f"「{text}」は1回も起こりません。", f"“{text}” never happens.")
    start, _, period = rest.rpartition("/")
    first = _moment(start) if start else later(period, now, adds)
    later(period, first, adds)  # a period that cannot be read is told at once
    return Timer(first, FOREVER if times == FOREVER else times - 1, period)
