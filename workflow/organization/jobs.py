"""What happens at 0:00 of a day on which another organisation begins to hold."""

from __future__ import annotations

import datetime as dt

from config.commands import system_actor
from config.jobs.handlers import JobView, handler
from workflow.organization import commands


@handler(commands.BEGIN_DAY, lease=dt.timedelta(minutes=10))
def begin_day(job: JobView) -> None:
    """Tell the rest of the product; safe to do again."""
    actor = system_actor("organization-day", request_id=f"job-{job.id}")
    commands.begin_day(day=dt.date.fromisoformat(job.payload["day"]), actor=actor)
