"""Job kinds for tests of faults: imported by the worker processes they start."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from pathlib import Path

from config.jobs.handlers import JobView, handler


def _note(job: JobView) -> None:
    """A side effect outside the database: one line in a file."""
    with Path(job.payload["file"]).open("a") as file:
        file.write(f"{job.key} {job.attempt} {os.getpid()}\n")


@handler("tests.note")
def note(job: JobView) -> None:
    """Done at once."""
    _note(job)


@handler("tests.hold", lease=dt.timedelta(minutes=10))
def hold(job: JobView) -> None:
    """Begins, and goes on only when the file `go` is there; notes its line only while the job is still its own."""
    job.progress(1, 3)
    while not Path(job.payload["go"]).exists():
        time.sleep(0.05)
    job.progress(2, 3)
    if job.still_mine():
        _note(job)


@handler("tests.die")
def die(job: JobView) -> None:
    """Takes its whole process down, every time."""
    os.kill(os.getpid(), signal.SIGKILL)


@handler("tests.extract_then_die")
def extract_then_die(job: JobView) -> None:
    """Reads an attachment and stores its text; the first attempt dies after that, before it can say so."""
    from documents.jobs import extract_text

    extract_text(job)
    if job.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
