"""A Redis that forgets everything, or is gone for a while, loses no job: the rows are the truth, the sweep finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.jobs.models import Job, JobState
from tests.faults.conftest import OwnRedis
from tests.faults.processes import celery_worker, running, until

pytestmark = pytest.mark.services


def enqueue(prefix: str, count: int, effects: Path, *, log: Path, database: str, redis: str) -> None:
    """Another process writes the jobs and calls Celery, as the web process does."""
    words = ("-m", "tests.faults.enqueue", prefix, str(count), str(effects))
    with running(*words, log=log, database=database, redis=redis) as process:
        assert process.wait(timeout=120) == 0, log.read_text()[-4000:]


def keys_of(effects: Path) -> list[str]:
    return sorted(line.split()[0] for line in effects.read_text().splitlines()) if effects.exists() else []


def all_done(count: int) -> bool:
    return Job.objects.filter(kind="tests.note", state=JobState.DONE).count() == count


def test_a_redis_that_forgets_everything_loses_no_job(
    fresh_database: str, log: Path, tmp_path: Path, own_redis: OwnRedis
) -> None:
    effects = tmp_path / "effects"
    enqueue("lost", 20, effects, log=log, database=fresh_database, redis=own_redis.url)
    assert own_redis.client().llen("default") == 20, "a call for each job waits in Redis"
    own_redis.client().flushall()
    assert own_redis.client().dbsize() == 0

    with celery_worker(log, fresh_database, own_redis.url):  # type: ignore[attr-defined]  # a context manager
        until(lambda: all_done(20), log=log)
        own_redis.client().flushall()
        enqueue("later", 5, effects, log=log, database=fresh_database, redis=own_redis.url)
        until(lambda: all_done(25), log=log)

    assert keys_of(effects) == sorted([f"lost-{n}" for n in range(20)] + [f"later-{n}" for n in range(5)])
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_a_redis_that_is_gone_stops_nobody_who_writes(
    fresh_database: str, log: Path, tmp_path: Path, own_redis: OwnRedis
) -> None:
    effects = tmp_path / "effects"
    own_redis.kill()
    enqueue("alone", 3, effects, log=log, database=fresh_database, redis=own_redis.url)
    assert Job.objects.filter(kind="tests.note", state=JobState.WAITING).count() == 3
    assert keys_of(effects) == []

    own_redis.start()
    with celery_worker(log, fresh_database, own_redis.url):  # type: ignore[attr-defined]  # a context manager
        until(lambda: all_done(3), log=log)
    assert keys_of(effects) == [f"alone-{n}" for n in range(3)]
