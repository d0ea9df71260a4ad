"""Statements made once give what the querysets and saves give of which they are made."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from config import prepared
from config.jobs.models import Job, OutgoingMail
from workflow.organization.models import Appointment, Staff

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 4, 1)


@pytest.fixture
def jobs() -> list[Job]:
    at = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)
    rows = [
        Job(kind="a.b", key=f"k{n}", payload={"n": n}, due=at + dt.timedelta(hours=n), priority=n, created_at=at)
        for n in range(4)
    ]
    prepared.insert(rows, keys=True)
    return rows


def test_what_is_inserted_is_what_bulk_create_would_write(jobs: list[Job]) -> None:
    twin = Job(kind="a.b", key="twin", payload={"n": 2}, due=jobs[2].due, priority=2, created_at=jobs[2].due)
    twin.save()
    shown = ("kind", "payload", "due", "priority", "state", "attempts", "queue")
    assert Job.objects.filter(key="k2").values(*shown).get() == Job.objects.filter(key="twin").values(*shown).get()
    assert [row.pk for row in jobs] == list(Job.objects.exclude(key="twin").order_by("pk").values_list("pk", flat=True))
    jobs[0].priority = 9
    jobs[0].save(update_fields=["priority"])
    assert Job.objects.get(pk=jobs[0].pk).priority == 9
    prepared.insert([])
    prepared.insert([Job(kind="other", key="k0", payload={}, due=twin.due, created_at=twin.due)], ignore=True)
    assert Job.objects.get(key="k0").kind == "a.b"
    many = [Job(kind="many", key=f"m{n}", payload={}, due=twin.due, created_at=twin.due) for n in range(95)]
    prepared.insert(many, keys=True)
    assert [row.pk for row in many] == list(Job.objects.filter(kind="many").order_by("pk").values_list("pk", flat=True))
    assert [row.key for row in Job.objects.filter(kind="many").order_by("pk")] == [f"m{n}" for n in range(95)]
    prepared.insert([Job(kind="a.b", key="single", payload={}, due=jobs[0].due, created_at=jobs[0].due)])
    assert Job.objects.filter(key="single").count() == 1


def test_rows_are_those_of_the_queryset(jobs: list[Job], django_assert_num_queries: Any) -> None:
    def build(key: str, at: dt.datetime, least: int) -> Any:
        return Job.objects.filter(Q(key=key) | Q(due__gte=at), priority__gte=least).order_by("-priority")

    select = prepared.Select(build, str, dt.datetime, int)
    for asked in (("k0", jobs[2].due, 0), ("k0", jobs[2].due, 1), ("k9", jobs[0].due, 0), ("k9", jobs[3].due, 9)):
        plain = list(build(*asked))
        with django_assert_num_queries(1):
            found = select(*asked)
        assert found == plain
        assert [row.payload for row in found] == [row.payload for row in plain]
        assert [row.due for row in found] == [row.due for row in plain]
        assert select.first(*asked) == (plain[0] if plain else None)


def test_values_annotations_and_subqueries(jobs: list[Job]) -> None:
    OutgoingMail.objects.create(key="k1", to="a@example.jp", subject="s", body="b", created_at=jobs[1].due)
    mailed = OutgoingMail.objects.filter(key=OuterRef("key"))

    def flat(least: int) -> Any:
        return Job.objects.filter(Exists(mailed), priority__gte=least).values_list("pk", flat=True)

    def pairs(kind: str) -> Any:
        return Job.objects.filter(kind=kind).values_list("kind").annotate(n=Count("pk"))

    assert prepared.Select(flat, int)(0) == list(flat(0)) == [jobs[1].pk]
    assert prepared.Select(flat, int)(2) == list(flat(2)) == []
    assert prepared.Select(pairs, str)("a.b") == list(pairs("a.b")) == [("a.b", 4)]


def test_related_rows_come_with_it(django_assert_num_queries: Any) -> None:
    staff = Staff.objects.create(code="200401", name="佐久間 陽向")

    def build(code: str, day: dt.date) -> Any:
        return Appointment.objects.filter(staff__code=code, valid_from__lte=day).select_related("staff", "post__unit")

    assert prepared.Select(build, str, dt.date)("200401", DAY) == list(build("200401", DAY)) == []
    of = prepared.Select(lambda code: Staff.objects.filter(code=code).defer("password"), str)
    with django_assert_num_queries(1):
        found = of.first("200401")
    assert found == staff and found.name == "佐久間 陽向" and found.get_deferred_fields() == {"password"}
    assert of.first("nobody") is None


def test_an_expression_is_worked_out_by_the_database(jobs: list[Job]) -> None:
    for number in range(2):
        row = Job(kind="sum", key=f"s{number}", payload={"n": number}, due=jobs[0].due, created_at=jobs[0].due)
        row.priority = RawSQL("40 + 2", ())  # type: ignore[assignment]  # worked out by the database
        prepared.insert([row])
    found = Job.objects.filter(kind="sum").order_by("pk").values_list("key", "priority", "payload")
    assert list(found) == [("s0", 42, {"n": 0}), ("s1", 42, {"n": 1})]


def test_what_cannot_be_prepared_is_told() -> None:
    with pytest.raises(ValueError, match="not every argument"):
        prepared.Select(lambda key: Job.objects.filter(key__contains=key), str)("x")
    with pytest.raises(TypeError, match="no <class 'list'>"):
        prepared.Select(lambda keys: Job.objects.filter(key__in=keys), list)(["x"])
    with pytest.raises(TypeError, match="1 arguments"):
        prepared.Select(lambda pk: Job.objects.filter(pk=pk), int)()


def test_a_change_meets_the_rows_of_its_queryset(jobs: list[Job]) -> None:
    change = prepared.Change(lambda least: Job.objects.filter(priority__gte=least, kind="a.b"), int, queue="slow")
    assert change(2) == 2
    assert list(Job.objects.filter(queue="slow").order_by("pk")) == jobs[2:]
    assert change(9) == 0
    assert Job.objects.filter(queue="slow").count() == 2


def test_an_update_writes_these_fields_alone(jobs: list[Job]) -> None:
    row = Job.objects.get(pk=jobs[1].pk)
    row.priority, row.payload, row.kind = 7, {"k": "数"}, "not.written"
    prepared.update(row, ["priority", "payload"])
    fresh = Job.objects.get(pk=row.pk)
    assert (fresh.priority, fresh.payload, fresh.kind) == (7, {"k": "数"}, "a.b")
    assert Job.objects.filter(priority=7).count() == 1
    row.pk = 10_000_000
    with pytest.raises(LookupError):
        prepared.update(row, ["priority"])
