"""The commands of docker-compose.yml, started as they stand there: each comes up, does its work, and its check says so."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from config.jobs import queue
from config.jobs.models import Job, JobState
from tests.faults.conftest import OwnRedis
from tests.faults.processes import ROOT, running, until

pytestmark = pytest.mark.services

SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]


def words(name: str, **instead: str) -> list[str]:
    """The words of a service's command after `python`, some of them replaced."""
    command = [str(word) for word in SERVICES[name]["command"]]
    assert command[0] == "python"
    return [instead.get(re.sub(r"\W", "_", word), word) for word in command[1:]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(*arguments: str, environment: dict[str, str]) -> bool:
    command = [sys.executable, "manage.py", "alive", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0


def test_prepare_and_web(fresh_database: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(*words("prepare"), log=log, database=fresh_database) as prepare:
        assert prepare.wait(timeout=120) == 0, log.read_text()[-4000:]
    port = free_port()
    with pytest.raises(CommandError, match="does not answer"):
        call_command("alive", "web", port=port)
    command = words("web", **{"8000": str(port), "0_0_0_0": "127.0.0.1"})
    with running(*command, log=log, database=fresh_database):
        until(lambda: _answers(port), log=log)
        call_command("alive", "web", port=port)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_worker_and_beat(fresh_database: str, log: Path, tmp_path: Path, own_redis: OwnRedis) -> None:
    """The worker does a job that nobody called it for: the beat's sweep finds the row."""
    schedule = tmp_path / "beat"
    with pytest.raises(CommandError, match="has not written"):
        call_command("alive", "beat", schedule=str(schedule))
    queue.enqueue(kind="jobs.mail", key="compose", payload={"mail": "of nobody"}, max_attempts=1)
    database, redis = fresh_database, own_redis.url
    beat = words("beat", _tmp_beat=str(schedule))
    with (
        running(*words("worker"), "--concurrency=1", log=log, database=database, redis=redis),
        running(*beat, log=log, database=database, redis=redis),
    ):
        until(
            lambda: Job.objects.get(key="compose").state not in (JobState.WAITING, JobState.RUNNING),
            log=log,
            seconds=90,
        )
        call_command("alive", "beat", schedule=str(schedule))
        environment = _environment(redis)
        assert alive("worker", environment=environment), log.read_text()[-4000:]
    assert not alive("worker", environment=_environment(redis))


def _environment(redis: str) -> dict[str, str]:
    return dict(os.environ) | {"REDIS_URL": redis}
