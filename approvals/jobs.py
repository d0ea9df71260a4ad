"""Background work on cases."""

from __future__ import annotations

from approvals.commands.deeming import DEEM, deem_consent
from config.commands import system_actor
from config.errors import Conflict, NotFound
from config.jobs.handlers import JobView, handler


@handler(DEEM)
def silence_counts(job: JobView) -> None:
    """The day of an opinion is over; what was said or sent back meanwhile needs nothing."""
    actor = system_actor("case-routing", request_id=f"job-{job.id}")
    try:
        deem_consent(step_id=int(job.payload["step"]), item_id=int(job.payload["item"]), actor=actor)
    except (Conflict, NotFound):
        return
