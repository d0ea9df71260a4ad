"""Jobs that a command asks for are written at its end; a job that is about one command ends together with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import clock
from config.commands import Actor, command, note_record, system_actor
from config.errors import Conflict
from config.jobs import handlers, queue, worker
from config.jobs.handlers import JobView, LeaseLost
from config.jobs.mail import queue_mail
from config.jobs.models import Job, JobState

pytestmark = pytest.mark.django_db
ROBOT = system_actor("test-outbox")


@command
def ask(*, keys: list[str], refused: bool = False, actor: Actor) -> list[str]:
    """Ask for jobs; what is in the table meanwhile."""
    note_record()  # the ledger is not what this is about
    for key in keys:
        queue.enqueue(kind="tests.asked", key=key, payload={"key": key})
    if refused:
        raise Conflict("no", code="no")
    return list(Job.objects.values_list("key", flat=True))


@command
def ask_and_take_back(*, key: str, actor: Actor) -> bool:
    """Ask for a job, and cancel it."""
    note_record()
    queue.enqueue(kind="tests.asked", key=key)
    return queue.cancel(key=key)


@command
def ask_within(*, keys: list[str], actor: Actor) -> None:
    """A command within a command."""
    ask(keys=keys[:1], actor=actor)
    ask(keys=keys[1:], actor=actor)


def keys() -> list[str]:
    return sorted(Job.objects.filter(kind="tests.asked").values_list("key", flat=True))


def test_a_commands_jobs_and_mails_are_written_at_its_end_in_one_statement() -> None:
    queue.enqueue(kind="tests.asked", key="b", payload={"first": True})
    with CaptureQueriesContext(connection) as caught:
        assert ask(keys=["a", "b", "c", "c"], actor=ROBOT) == ["b"]
    assert keys() == ["a", "b", "c"]
    assert Job.objects.get(key="b").payload == {"first": True}
    assert sum(query["sql"].startswith("INSERT") for query in caught) == 1
    ask_within(keys=["d", "e"], actor=ROBOT)
    assert keys() == ["a", "b", "c", "d", "e"]


def test_what_a_refused_command_asked_for_is_forgotten() -> None:
    with pytest.raises(Conflict):
        ask(keys=["a"], refused=True, actor=ROBOT)
    ask(keys=["b"], actor=ROBOT)
    assert keys() == ["b"]


def test_what_was_asked_for_can_be_taken_back_in_the_same_command() -> None:
    assert ask_and_take_back(key="a", actor=ROBOT) is True
    assert Job.objects.get(key="a").state == JobState.CANCELLED


def test_a_mail_is_one_row_until_it_is_sent() -> None:
    queue_mail(key="m", to="a@example.jp", subject="件" * 300, body="本文")
    payload = Job.objects.get(key="mail:m").payload
    assert payload == {"mail": "m", "to": "a@example.jp", "subject": "件" * 200, "body": "本文"}


@pytest.fixture
def at_once() -> Iterator[list[Any]]:
    """A kind of job that is about one command, and what it saw: states of its own row after the command."""
    seen: list[Any] = []

    def run(job: JobView) -> None:
        if job.payload.get("taken"):
            Job.objects.filter(pk=job.id).update(locked_by="another")
        if job.payload.get("refused"):
            with pytest.raises(Conflict):
                ask(keys=["x"], refused=True, actor=ROBOT)
            seen.append(Job.objects.get(pk=job.id).state)
            return
        try:
            ask(keys=["x"], actor=ROBOT)
        except LeaseLost:
            seen.append("lost")
            raise
        seen.append(Job.objects.get(pk=job.id).state)
        if job.payload.get("fails"):
            raise RuntimeError("behind the command")

    handlers.handler("tests.once", at_once=True)(run)
    yield seen
    handlers._handlers.pop("tests.once")


def test_a_job_is_done_with_its_command(at_once: list[Any]) -> None:
    queue.enqueue(kind="tests.once", key="once")
    assert worker.run_once(worker="w") == 1
    assert at_once == [JobState.DONE]
    job = Job.objects.get(key="once")
    assert (job.state, job.locked_by, job.attempts) == (JobState.DONE, "", 1) and keys() == ["x"]


def test_what_goes_wrong_behind_the_command_does_not_bring_the_job_back(at_once: list[Any]) -> None:
    queue.enqueue(kind="tests.once", key="once", payload={"fails": True})
    worker.run_once(worker="w")
    assert Job.objects.get(key="once").state == JobState.DONE and worker.run_once(worker="w") == 0


def test_a_command_of_a_job_that_another_worker_has_taken_changes_nothing(at_once: list[Any]) -> None:
    queue.enqueue(kind="tests.once", key="once", payload={"taken": True})
    worker.run_once(worker="w")
    assert at_once == ["lost"] and keys() == []
    assert Job.objects.get(key="once").state == JobState.RUNNING


def test_a_job_whose_command_was_refused_ends_with_its_function(at_once: list[Any]) -> None:
    queue.enqueue(kind="tests.once", key="once", payload={"refused": True}, due=clock.now())
    worker.run_once(worker="w")
    assert at_once == [JobState.RUNNING] and keys() == []
    assert Job.objects.get(key="once").state == JobState.DONE
