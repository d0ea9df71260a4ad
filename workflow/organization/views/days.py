"""The day of which a page speaks."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from config import clock


def asked_day(request: HttpRequest) -> dt.date:
    """The day in the address, today where none or no day stands there."""
    try:
        day = dt.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today()
    return day if 1900 <= day.year <= 2200 else clock.today()
