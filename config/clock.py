"""The one source of "now". Every other module asks here, so that tests can set the time and audits can trust it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def now() -> dt.datetime:
    """The present moment, timezone-aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The present day in Japan, where every deadline and fiscal year is reckoned."""
    return now().astimezone(TOKYO).date()
