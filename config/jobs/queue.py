"""Job rows: written with the change that caused them, claimed by compare-and-set, reported once.

These functions keep the books of the work itself and are therefore no commands: what a job changes, it changes through
commands, which are recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from config import clock, prepared
from config.commands import before_commit, in_command, take_outbox, to_outbox
from config.jobs.handlers import LeaseLost
from config.jobs.models import Job, JobState

FIRST_RETRY = dt.timedelta(seconds=15)
LONGEST_RETRY = dt.timedelta(hours=1)


def enqueue(
    *,
    kind: str,
    key: str,
    payload: dict[str, Any] | None = None,
    due: dt.datetime | None = None,
    queue: str = "default",
    priority: int = 0,
    max_attempts: int = 5,
) -> Job:
    """Write a job row in the caller's transaction; the same key twice leaves one row.  Wakes workers after commit.

    Within a command the row is written at its end, with all others, and has no number yet.
    """
    now = clock.now()
    job = Job(
        kind=kind,
        key=key,
        payload=payload or {},
        due=due or now,
        queue=queue,
        priority=priority,
        max_attempts=max_attempts,
        created_at=now,
    )
    put(job)
    return job if in_command() else Job.objects.get(key=key)


def put(job: Job) -> None:
    """Write a row unless its key is known, whoever else writes the same key at the same moment."""
    if not to_outbox(job):
        prepared.insert([job], ignore=True)
    if job.due <= job.created_at:
        # The change is committed whatever becomes of the call: its failure is logged and never shown to the person.
        transaction.on_commit(lambda: wake(job.queue), robust=True)


@before_commit
def write_outbox() -> None:
    """Write the jobs of the command under way in one statement; those whose key is known are left out."""
    prepared.insert(take_outbox(), ignore=True)


def wake(queue: str = "default") -> None:
    """Tell Celery's workers that there is work.  The call may get lost: the sweep finds the row all the same."""
    if not settings.REDIS_URL:
        return
    from config.jobs.tasks import drain  # noqa: PLC0415 - Celery is loaded only where Redis is configured

    drain.apply_async(queue=queue, expires=60, retry=False)


def claim(*, worker: str, leases: Mapping[str, dt.timedelta], queues: list[str] | None = None) -> Job | None:
    """Take the most urgent due job, or None.  Two workers never get the same one.

    `leases` says which kinds the worker can do and how long each may go without a sign of life.

    Reads first and writes only when there is work, so that idle workers never take SQLite's write lock.
    """
    now = clock.now()
    due = Job.objects.filter(state=JobState.WAITING, due__lte=now, kind__in=list(leases))
    if queues:
        due = due.filter(queue__in=queues)
    due = due.order_by("-priority", "due", "id")
    if not due.exists():
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = due.values_list("pk", "kind").first()
        if found is None:
            return None
        pk, kind = found
        taken = Job.objects.filter(pk=pk, state=JobState.WAITING).update(
            state=JobState.RUNNING,
            locked_by=worker,
            locked_until=now + leases[kind],
            attempts=F("attempts") + 1,
            progress_done=0,
            progress_total=0,
        )
    return Job.objects.get(pk=pk) if taken else None


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, locked_by=job.locked_by, attempts=job.attempts)


def beat(job: Job, *, done: int, total: int, lease: dt.timedelta) -> None:
    """Note progress and prolong the lease.  Raises LeaseLost when another claim has replaced this one."""
    updated = _mine(job).update(progress_done=done, progress_total=total, locked_until=clock.now() + lease)
    if not updated:
        raise LeaseLost(job.key)


def is_mine(job: Job) -> bool:
    """Whether this claim still holds: not taken over by another worker, not cancelled."""
    return bool(_mine(job).exists())


def finish(job: Job) -> bool:
    """Mark the job done; False when the claim was lost meanwhile and the outcome is therefore not noted."""
    return bool(
        _mine(job).update(
            state=JobState.DONE, finished_at=clock.now(), locked_by="", locked_until=None, error_code="", error_text=""
        )
    )


def fail(job: Job, *, code: str, text: str, permanent: bool = False) -> bool:
    """Note a failure: wait with a growing pause and try again, or give up after `max_attempts` or when permanent."""
    now = clock.now()
    over = permanent or job.attempts >= job.max_attempts
    pause = min(FIRST_RETRY * 2 ** (job.attempts - 1), LONGEST_RETRY)
    return bool(
        _mine(job).update(
            state=JobState.FAILED if over else JobState.WAITING,
            due=now + pause,
            finished_at=now if over else None,
            locked_by="",
            locked_until=None,
            error_code=code[:60],
            error_text=text[:500],
        )
    )


def sweep() -> int:
    """Free the jobs whose worker gave no sign of life in time; those out of attempts fail.  Returns how many moved."""
    now = clock.now()
    dead = Job.objects.filter(state=JobState.RUNNING, locked_until__lt=now)
    if not dead.exists():
        return 0
    over = dead.filter(attempts__gte=F("max_attempts")).update(
        state=JobState.FAILED,
        finished_at=now,
        locked_by="",
        locked_until=None,
        error_code="worker_lost",
        error_text="The worker stopped without reporting.",
    )
    back = dead.update(state=JobState.WAITING, due=now, locked_by="", locked_until=None)
    return over + back


def retry(*, job_id: int) -> bool:
    """Give a failed job a new set of attempts; False when it is not failed."""
    return bool(
        Job.objects.filter(pk=job_id, state=JobState.FAILED).update(
            state=JobState.WAITING, due=clock.now(), attempts=0, finished_at=None, error_code="", error_text=""
        )
    )


def cancel(*, key: str) -> bool:
    """Take back a job that nobody has begun, or tell its worker to stop; False when it is already over."""
    write_outbox()
    open_states = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING)
    return bool(Job.objects.filter(open_states, key=key).update(state=JobState.CANCELLED, finished_at=clock.now()))
