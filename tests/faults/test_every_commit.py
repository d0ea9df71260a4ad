"""Whatever commit a process dies at, whoever carries on brings every instance to the same end, once.

A case with parallel branches, timers, messages and a called process runs in a child process, which is killed right before
or right after its first, second, third … commit; another one carries on where the database stands.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from tests.databases import _admin, close_everything
from tests.faults import story
from tests.faults.processes import ROOT, database_url
from tests.workflow.people import build

pytestmark = [pytest.mark.services, pytest.mark.timeout(900)]
BEGINS = dt.datetime(2025, 11, 11, 0, 40, tzinfo=dt.UTC)
LATER = BEGINS + dt.timedelta(days=1)
ENDS = {"answer": "DONE", "called": "DONE", "story": "DONE"}


class Children:
    """Child processes that carry the story on, each in a fresh copy of the database."""

    def __init__(self, server: subprocess.Popen[str], template: str, log: Path) -> None:
        self.server, self.template, self.log = server, template, log
        self.copies = 0

    def copy(self) -> str:
        """A new copy of the database as it was before anything began."""
        self.copies += 1
        name = f"{self.template}_run{self.copies}"
        _admin(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        return name

    def run(self, database: str, *, at: dt.datetime, commit: int = 0, side: str = "after") -> dict[str, Any]:
        """One child, until it ends or dies."""
        assert self.server.stdin and self.server.stdout
        asked = {"database": database, "commit": commit, "side": side, "at": at.isoformat()}
        self.server.stdin.write(json.dumps(asked) + "\n")
        self.server.stdin.flush()
        answer = self.server.stdout.readline()
        assert answer, self.log.read_text()[-4000:]
        said: dict[str, Any] = json.loads(answer)
        assert said["code"] in (0, -signal.SIGKILL), self.log.read_text()[-4000:]
        return said

    def drop(self, database: str) -> None:
        """It is no longer needed."""
        _admin(f'DROP DATABASE "{database}" WITH (FORCE)')


@pytest.fixture
def children(fresh_database: str, log: Path) -> Iterator[Children]:
    """A server of forks, and an office in which everything is deployed and nothing has begun."""
    if connection.vendor != "postgresql":
        pytest.skip("a server of its own is needed that outlives its clients")
    with time_machine.travel(BEGINS):
        build()
        story.deploy()
    close_everything()
    environment = dict(os.environ) | {
        "DATABASE_URL": database_url(fresh_database),
        "KESSAI_VAR": str(settings.VAR),
        "REDIS_URL": "",
        "OBJECT_STORE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tests.faults.counted_settings",
    }
    with log.open("ab") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.forks"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True,
        )  # fmt: skip
    try:
        yield Children(server, fresh_database, log)
    finally:
        server.kill()
        server.communicate()


def test_a_process_that_dies_at_any_commit_leaves_no_trace(children: Children) -> None:
    whole = children.copy()
    as_it_should_be = children.run(whole, at=BEGINS)
    children.drop(whole)
    told = as_it_should_be["told"]
    assert {row["key"]: row["status"] for row in told["instances"]} == ENDS
    assert not any(row["gaps"] for row in told["instances"]) and not any(told["left"].values())
    assert {state for _kind, state, _count in told["jobs"]} == {"done"}
    commits = as_it_should_be["commits"]
    assert commits > 25

    for commit in range(1, commits + 1):
        for side in ("before", "after"):
            database = children.copy()
            died = children.run(database, at=BEGINS, commit=commit, side=side)
            assert died["signal"] == signal.SIGKILL, f"nobody died {side} commit {commit} of {commits}"
            ended = children.run(database, at=LATER)["told"]
            for name, meant in told.items():
                assert ended[name] == meant, f"{name}, when it died {side} commit {commit} of {commits}"
            children.drop(database)
