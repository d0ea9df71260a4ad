"""Workers that die, hang or come back late: a job's result is recorded once.  Real processes, real commits."""

from __future__ import annotations

import datetime as dt
import os
import signal
from pathlib import Path

import pytest

from config import clock
from config.demo import city
from config.jobs import queue
from config.jobs.models import Job, JobState
from documents import commands as documents
from documents.ledger.models import LedgerEntry
from documents.models import AttachmentVersion, PageText
from tests.documents.makers import checked
from tests.faults.processes import until, worker
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff


def state(key: str) -> str:
    return Job.objects.values_list("state", flat=True).get(key=key)


def begun(key: str) -> bool:
    """The worker has given a sign of life from inside the job."""
    return Job.objects.filter(key=key, state=JobState.RUNNING, progress_done=1).exists()


def lease_runs_out(key: str) -> None:
    """What time would do."""
    assert Job.objects.filter(key=key, state=JobState.RUNNING).update(
        locked_until=clock.now() - dt.timedelta(seconds=1)
    )


def lines(file: Path) -> list[list[str]]:
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def held(tmp_path: Path, fresh_database: str) -> tuple[str, Path, Path]:
    """A job that waits for a file before it goes on: its key, the file, and where its effect is noted."""
    go, effects = tmp_path / "go", tmp_path / "effects"
    queue.enqueue(kind="tests.hold", key="held", payload={"go": str(go), "file": str(effects)})
    return "held", go, effects


def test_the_job_of_a_killed_worker_is_done_once_by_another(
    held: tuple[str, Path, Path], fresh_database: str, log: Path
) -> None:
    key, go, effects = held
    with worker(log, fresh_database) as first:
        until(lambda: begun(key), log=log)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(timeout=10)

    assert state(key) == JobState.RUNNING, "nobody knows yet that its worker is dead"
    lease_runs_out(key)
    go.touch()
    with worker(log, fresh_database):
        until(lambda: state(key) == JobState.DONE, log=log)

    job = Job.objects.get(key=key)
    assert (job.attempts, job.locked_by, job.error_code) == (2, "", "")
    assert [(done, attempt) for done, attempt, _pid in lines(effects)] == [(key, "2")]


def test_a_worker_that_comes_back_after_its_lease_changes_nothing(
    held: tuple[str, Path, Path], fresh_database: str, log: Path
) -> None:
    key, go, effects = held
    with worker(log, fresh_database) as late:
        until(lambda: begun(key), log=log)
        os.kill(late.pid, signal.SIGSTOP)
        lease_runs_out(key)
        go.touch()
        with worker(log, fresh_database):
            until(lambda: state(key) == JobState.DONE, log=log)
        finished = Job.objects.get(key=key).finished_at
        os.kill(late.pid, signal.SIGCONT)
        until(lambda: "taken over by another worker" in log.read_text(), log=log)

    job = Job.objects.get(key=key)
    assert (job.state, job.attempts, job.finished_at) == (JobState.DONE, 2, finished)
    assert len(lines(effects)) == 1


def test_a_worker_told_to_stop_finishes_the_job_in_hand(
    held: tuple[str, Path, Path], fresh_database: str, log: Path
) -> None:
    key, go, effects = held
    with worker(log, fresh_database) as process:
        until(lambda: begun(key), log=log)
        process.send_signal(signal.SIGTERM)
        go.touch()
        assert process.wait(timeout=30) == 0

    assert (state(key), len(lines(effects))) == (JobState.DONE, 1)


def test_a_job_that_kills_its_workers_fails_in_the_end_and_others_go_on(
    tmp_path: Path, fresh_database: str, log: Path
) -> None:
    queue.enqueue(kind="tests.die", key="poison", max_attempts=2, priority=9)
    queue.enqueue(kind="tests.note", key="innocent", payload={"file": str(tmp_path / "effects")})
    for _ in range(2):
        with worker(log, fresh_database) as process:
            assert process.wait(timeout=60) == -signal.SIGKILL
        lease_runs_out("poison")
    with worker(log, fresh_database):
        until(lambda: state("poison") == JobState.FAILED and state("innocent") == JobState.DONE, log=log)

    job = Job.objects.get(key="poison")
    assert (job.attempts, job.error_code) == (2, "worker_lost")
    assert job.error_text
    assert job.finished_at is not None


def waiting_text(fresh_database: str) -> AttachmentVersion:
    """A text file that the clerk of the demo city has attached; its text is not read yet."""
    city.load()
    clerk = actor_for(staff=Staff.objects.get(code="200401"), channel="web")
    draft = documents.create_record(actor=clerk)
    upload = checked("仕様書.txt", "読取精度は月ごとに報告する。".encode())
    return documents.attach_file(record_id=draft.pk, upload=upload, actor=clerk)


def test_text_read_by_a_worker_that_dies_before_saying_so_is_recorded_once(fresh_database: str, log: Path) -> None:
    version = waiting_text(fresh_database)
    job = Job.objects.get(kind="documents.extract_text", payload__version=version.pk)
    Job.objects.filter(pk=job.pk).update(kind="tests.extract_then_die")
    with worker(log, fresh_database) as process:
        assert process.wait(timeout=60) == -signal.SIGKILL
    read = LedgerEntry.objects.filter(action="documents.text.extracted", subject_id=str(version.pk))
    assert (read.count(), state(job.key)) == (1, JobState.RUNNING)

    lease_runs_out(job.key)
    with worker(log, fresh_database):
        until(lambda: state(job.key) == JobState.DONE, log=log)

    assert read.count() == 1
    assert PageText.objects.filter(version=version).count() == 1
    version.refresh_from_db()
    assert version.text_state == "done"
