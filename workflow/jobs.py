"""Background work on processes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.commands import system_actor
from config.errors import Conflict, NotFound
from config.jobs.handlers import JobView, handler
from workflow import machine_jobs
from workflow.commands.handing import hand_on_item, is_settled
from workflow.enums import Family
from workflow.open_work import FIND_AGAIN

__all__ = ["find_again", "machine_jobs"]


@handler(FIND_AGAIN)
def find_again(job: JobView) -> None:
    """Whoever sits in the post now gets the work; what is over meanwhile needs nobody."""
    actor = system_actor("organization-day", request_id=f"job-{job.id}")
    family, item = Family(job.payload["family"]), int(job.payload["item"])
    if is_settled(item_id=item, family=family):
        return
    try:
        hand_on_item(item_id=item, family=family, find_again=True, reason=_("人事異動"), actor=actor)
    except (Conflict, NotFound):
        return
