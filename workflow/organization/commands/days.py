"""Days on which another organisation begins to hold."""

from __future__ import annotations

import datetime as dt

from config import clock
from config.commands import Actor
from config.jobs import queue
from workflow.organization.announce import OrganizationChanged, announce

BEGIN_DAY = "organization.begin_day"


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins in Japan."""
    return dt.datetime.combine(day, dt.time(), clock.TOKYO)


def expect(day: dt.date, *, key: str = "") -> None:
    """Let the rest of the product be told at 0:00 of that day; the same key once."""
    name = f"{BEGIN_DAY}:{key or day.isoformat()}"
    queue.enqueue(kind=BEGIN_DAY, key=name, payload={"day": day.isoformat()}, due=midnight(day), priority=10)


def forget(*, key: str) -> None:
    """Nothing is to be told any more."""
    queue.cancel(key=f"{BEGIN_DAY}:{key}")


def tell(day: dt.date, by: Actor) -> None:
    """Something changes on that day: tell now when it has come, else when it comes."""
    if day <= clock.today():
        announce(OrganizationChanged(clock.today(), by))
    else:
        expect(day)
