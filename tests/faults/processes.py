"""Worker processes that a test starts, kills and stops by pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url(name: str) -> str:
    """The address under which another process finds the test's copy of the database."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    at = connection.settings_dict
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{name}"


@contextmanager
def running(*arguments: str, log: Path, database: str, redis: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of the product on the test's database and files; gone, with its children, at the end."""
    environment = dict(os.environ) | {
        "DATABASE_URL": database_url(database),
        "KESSAI_VAR": str(settings.VAR),
        "REDIS_URL": redis,
        "OBJECT_STORE_URL": "",  # content lies where the test put it: on disk
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the process and its children: the group is its own, and its number is the pid we were given."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def worker(log: Path, database: str) -> object:
    """The local worker."""
    return running("-m", "tests.faults.local_worker", log=log, database=database)


def celery_worker(log: Path, database: str, redis: str) -> object:
    """A Celery worker with two pool processes and the beat."""
    options = ("worker", "--concurrency=2", "--loglevel=info", "--without-gossip", "--without-mingle", "-B")
    schedule = ("-s", str(log.with_suffix(".beat")))
    words = ("-m", "celery", "-A", "tests.faults.celery_app", *options, *schedule)
    return running(*words, log=log, database=database, redis=redis)


def until(true: Callable[[], bool], *, log: Path, seconds: float = 60) -> None:
    """Wait until something is so; the log of the process is the message when it never comes."""
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text()[-4000:])
