"""Does jobs: claim, run outside any transaction, report.  One process or many, with or without Celery."""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from contextvars import ContextVar

from django.db import close_old_connections, connection

from config.commands import before_commit
from config.jobs import queue
from config.jobs.handlers import Handler, JobView, LeaseLost, Permanent, handler_of, leases
from config.jobs.models import Job

log = logging.getLogger(__name__)
_in_hand: ContextVar[Job | None] = ContextVar("job_in_hand", default=None)  # done together with its first command


def new_name() -> str:
    """A name for this worker that no other has: host, process, and a random part."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def run_once(*, worker: str, limit: int = 100, queues: list[str] | None = None) -> int:
    """Do up to `limit` due jobs, one after the other; returns how many were begun."""
    begun = 0
    while begun < limit:
        job = queue.claim(worker=worker, leases=leases(), queues=queues)
        if job is None:
            break
        begun += 1
        run_job(job)
    return begun


def run_job(job: Job) -> None:
    """Run one claimed job and note how it ended.  Never raises for what the handler did."""
    found = handler_of(job.kind)
    if found is None:
        queue.fail(job, code="unknown_kind", text=f"no handler for {job.kind}", permanent=True)
        return
    held = _in_hand.set(job if found.at_once else None)
    try:
        found.run(_view(job, found))
    except LeaseLost:
        log.warning("job %s was taken over by another worker", job.pk)
    except Permanent as gave_up:
        queue.fail(job, code=gave_up.code, text=gave_up.text, permanent=True)
    except Exception as error:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        queue.fail(job, code=type(error).__name__, text=str(error))
    else:
        if _in_hand.get() is not None or not found.at_once:
            queue.finish(job)
    finally:
        _in_hand.reset(held)


@before_commit
def _done_with_its_command() -> None:
    """The job in hand is over with the command that it is about.  Raises LeaseLost when another worker has taken it."""
    job = _in_hand.get()
    if job is None:
        return
    if not queue.finish(job):
        raise LeaseLost(job.key)
    _in_hand.set(None)


def _view(job: Job, found: Handler) -> JobView:
    def beat(done: int, total: int) -> None:
        queue.beat(job, done=done, total=total, lease=found.lease)

    return JobView(job.pk, job.kind, job.key, dict(job.payload), job.attempts, beat, lambda: queue.is_mine(job))


def loop(*, stop: threading.Event, pause: float = 1.0, queues: list[str] | None = None) -> None:
    """Work until `stop` is set: due jobs, then a sweep, then a pause of `pause` seconds when there was nothing to do."""
    name = new_name()
    while not stop.is_set():
        try:
            begun = run_once(worker=name, queues=queues, limit=20)
            queue.sweep()
        except Exception:
            # The database may be away for a while; the worker waits for it rather than dying.
            log.exception("worker %s could not reach its queue", name)
            connection.close()
            begun = 0
        if not begun:
            close_old_connections()
            stop.wait(pause)
