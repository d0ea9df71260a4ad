"""Jobs: written once, claimed by one, reported once, never lost."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core import mail
from django.db import connection, transaction

from config import clock
from config.jobs import handlers, queue, worker
from config.jobs.handlers import LeaseLost, Permanent
from config.jobs.mail import queue_mail
from config.jobs.models import Job, JobState, OutgoingMail

LEASE = dt.timedelta(minutes=5)


@pytest.fixture
def kind(monkeypatch):
    """A job kind whose handler the test sets as `kind.run`."""

    class Kind:
        name = "tests.kind"
        seen: list[handlers.JobView] = []
        run = staticmethod(lambda job: None)

    def call(job):
        Kind.seen.append(job)
        Kind.run(job)

    Kind.seen = []
    monkeypatch.setitem(handlers._handlers, Kind.name, handlers.Handler(Kind.name, call, LEASE))
    return Kind


def claim(name="w1"):
    return queue.claim(worker=name, leases={"tests.kind": LEASE})


def expire(job):
    Job.objects.filter(pk=job.pk).update(locked_until=clock.now() - dt.timedelta(seconds=1))


@pytest.mark.django_db
def test_the_same_key_twice_is_one_job(kind):
    first = queue.enqueue(kind=kind.name, key="k", payload={"n": 1})
    second = queue.enqueue(kind=kind.name, key="k", payload={"n": 2})

    assert first.pk == second.pk
    assert Job.objects.get().payload == {"n": 1}


@pytest.mark.django_db
def test_a_job_vanishes_with_the_transaction_that_wrote_it(kind):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue.enqueue(kind=kind.name, key="k")
        raise ZeroDivisionError

    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_job_is_done_once_and_its_outcome_noted(kind):
    queue.enqueue(kind=kind.name, key="k", payload={"n": 1})

    assert worker.run_once(worker="w1") == 1
    assert worker.run_once(worker="w1") == 0

    job = Job.objects.get()
    assert (job.state, job.attempts, job.error_code) == (JobState.DONE, 1, "")
    assert job.finished_at is not None
    assert [(view.key, view.attempt, view.payload) for view in kind.seen] == [("k", 1, {"n": 1})]


@pytest.mark.django_db
def test_a_future_job_waits(kind):
    queue.enqueue(kind=kind.name, key="k", due=clock.now() + dt.timedelta(hours=1))

    assert worker.run_once(worker="w1") == 0
    assert Job.objects.get().state == JobState.WAITING


@pytest.mark.django_db
def test_more_urgent_jobs_come_first(kind):
    for key, priority in [("low", 0), ("high", 9)]:
        queue.enqueue(kind=kind.name, key=key, priority=priority)

    worker.run_once(worker="w1")

    assert [view.key for view in kind.seen] == ["high", "low"]


@pytest.mark.django_db
def test_a_failure_is_tried_again_after_a_pause_that_grows_and_ends(kind):
    def fails(job):
        raise OSError("the disk is full")

    kind.run = staticmethod(fails)
    job = queue.enqueue(kind=kind.name, key="k", max_attempts=3)
    pauses = []
    for _ in range(3):
        Job.objects.update(due=clock.now())
        before = clock.now()
        worker.run_once(worker="w1")
        job.refresh_from_db()
        pauses.append(job.due - before)

    assert pauses[1] > pauses[0]
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert (job.error_code, job.error_text) == ("OSError", "the disk is full")
    assert queue.retry(job_id=job.pk)
    assert Job.objects.get().state == JobState.WAITING


@pytest.mark.django_db
def test_a_permanent_failure_is_not_tried_again(kind):
    def fails(job):
        raise Permanent("encrypted", "パスワードがかかっています")

    kind.run = staticmethod(fails)
    queue.enqueue(kind=kind.name, key="k")
    worker.run_once(worker="w1")

    job = Job.objects.get()
    assert (job.state, job.attempts, job.error_code) == (JobState.FAILED, 1, "encrypted")


@pytest.mark.django_db
def test_a_dead_workers_job_goes_to_another_and_the_late_answer_is_not_noted(kind):
    queue.enqueue(kind=kind.name, key="k")
    late = claim("dead")
    expire(late)

    assert queue.sweep() == 1
    second = claim("alive")
    assert second.attempts == 2

    assert queue.finish(late) is False
    assert queue.fail(late, code="x", text="x") is False
    with pytest.raises(LeaseLost):
        queue.beat(late, done=1, total=2, lease=LEASE)
    assert queue.finish(second) is True
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db
def test_a_job_whose_workers_keep_dying_fails_in_the_end(kind):
    queue.enqueue(kind=kind.name, key="k", max_attempts=1)
    expire(claim())
    queue.sweep()

    job = Job.objects.get()
    assert (job.state, job.error_code) == (JobState.FAILED, "worker_lost")


@pytest.mark.django_db
def test_progress_prolongs_the_lease(kind):
    queue.enqueue(kind=kind.name, key="k")
    job = claim()
    Job.objects.update(locked_until=clock.now() + dt.timedelta(seconds=1))

    queue.beat(job, done=3, total=30, lease=LEASE)

    job.refresh_from_db()
    assert (job.progress_done, job.progress_total) == (3, 30)
    assert job.locked_until > clock.now() + dt.timedelta(minutes=4)


@pytest.mark.django_db
def test_a_cancelled_job_is_not_begun_and_a_running_one_told_to_stop(kind):
    queue.enqueue(kind=kind.name, key="k")
    job = claim()
    assert queue.cancel(key="k")
    with pytest.raises(LeaseLost):
        queue.beat(job, done=1, total=1, lease=LEASE)
    assert queue.finish(job) is False
    assert Job.objects.get().state == JobState.CANCELLED


@pytest.mark.django_db
def test_an_unknown_kind_is_left_for_a_process_that_knows_it(kind):
    queue.enqueue(kind="tests.nobody", key="k")

    assert worker.run_once(worker="w1") == 0
    assert Job.objects.get().state == JobState.WAITING


@pytest.mark.django_db
def test_idle_workers_write_nothing(kind, django_assert_num_queries):
    with django_assert_num_queries(2) as caught:
        assert worker.run_once(worker="w1") == 0
        assert queue.sweep() == 0
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in caught.captured_queries)


@pytest.mark.django_db
def test_mail_goes_out_once_per_key():
    queue_mail(key="m1", to="a@example.jp", subject="件名", body="本文")
    queue_mail(key="m1", to="a@example.jp", subject="件名", body="本文")
    assert mail.outbox == []

    worker.run_once(worker="w1")
    Job.objects.update(state=JobState.WAITING, due=clock.now())
    worker.run_once(worker="w1")

    assert [(m.to, m.subject, m.body) for m in mail.outbox] == [(["a@example.jp"], "件名", "本文")]
    assert mail.outbox[0].extra_headers["Message-ID"] == "<mail:m1@kessai.invalid>"
    assert OutgoingMail.objects.get().sent_at is not None


def test_many_workers_share_the_jobs_without_doing_one_twice(kind, fresh_database):
    for number in range(40):
        queue.enqueue(kind=kind.name, key=f"k{number}")

    def work(name):
        worker.run_once(worker=name)
        connection.close()

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(view.key for view in kind.seen) == sorted(f"k{n}" for n in range(40))
    assert set(Job.objects.values_list("state", "attempts")) == {(JobState.DONE, 1)}
