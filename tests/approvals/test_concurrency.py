"""What must hold when several people press at once; on a database of their own, with real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from approvals import commands
from approvals.models import Act, Case
from config.errors import Conflict
from documents.ledger.models import LedgerEntry
from tests.approvals.cast import SINCE, SYSTEM, Cast, build, draft, submitted
from workflow.organization import commands as organization

EIGHT = 8


def together(*doings: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each in a thread of its own; results or exceptions, in order."""
    start = threading.Barrier(len(doings))
    results: list[Any] = [None] * len(doings)

    def run(number: int) -> None:
        try:
            start.wait()
            results[number] = doings[number]()
        except Exception as odd:
            results[number] = odd
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(doings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def city(at_office: None, fresh_database: str) -> Cast:
    return build()


def test_eight_submitters_get_eight_numbers_without_gap_or_double(city: Cast) -> None:
    names = ["佐久間", "桐生"]
    cases = [draft(city, names[number % 2], files=0) for number in range(EIGHT)]
    actors = [city.actor(names[number % 2]) for number in range(EIGHT)]

    def submit(number: int) -> Callable[[], Any]:
        return lambda: commands.submit_draft(
            case_id=cases[number].pk, seen_revision=cases[number].revision, actor=actors[number]
        )

    results = together(*(submit(number) for number in range(EIGHT)))
    assert [r for r in results if isinstance(r, Exception)] == []
    assert sorted(Case.objects.values_list("number", flat=True)) == [
        f"起-R07-デジ-{value:05d}" for value in range(1, EIGHT + 1)
    ]
    assert LedgerEntry.objects.filter(action="case.submitted").count() == EIGHT


def test_of_two_holders_of_one_post_one_wins_and_the_other_is_told(city: Cast) -> None:
    organization.appoint(staff_code="200402", post_id=city.posts["白井"], valid_from=SINCE, kind="acting", actor=SYSTEM)
    case = submitted(city, files=0)
    step = case.steps.get(state="open")
    actors = [city.actor("白井"), city.actor("桐生")]

    def approve(number: int) -> Callable[[], Any]:
        return lambda: commands.approve_step(
            case_id=case.pk, step_id=step.pk, seen_revision=case.revision, actor=actors[number]
        )

    results = together(approve(0), approve(1))
    lost = [r for r in results if isinstance(r, Exception)]
    assert [type(r) for r in lost] == [Conflict]
    winner = Act.objects.get(verb="approve").staff_name
    assert str(lost[0]).startswith(f"既に{winner}さんが処理しました(11/11 ")


def test_taking_back_and_approving_at_once_leaves_exactly_one_of_them(city: Cast) -> None:
    case = submitted(city, files=0)
    step = case.steps.get(state="open")
    drafter, chief = city.actor("佐久間"), city.actor("白井")
    results = together(
        lambda: commands.take_back(case_id=case.pk, seen_revision=case.revision, actor=drafter),
        lambda: commands.approve_step(case_id=case.pk, step_id=step.pk, seen_revision=case.revision, actor=chief),
    )
    assert [type(r) for r in results].count(Conflict) == 1
    assert Act.objects.filter(verb__in=("take_back", "approve")).count() == 1


def test_two_pages_of_one_draft_do_not_overwrite_each_other(city: Cast) -> None:
    from tests.approvals.cast import TEXT

    case = draft(city, files=0)
    actor = city.actor("佐久間")

    def save(title: str) -> Callable[[], Any]:
        text = TEXT | {"binder_id": city.binder_id, "title": title}
        return lambda: commands.save_draft(case_id=case.pk, seen_revision=case.revision, actor=actor, **text)

    results = together(save("一つ目"), save("二つ目"))
    lost = [r for r in results if isinstance(r, Exception)]
    assert [type(r) for r in lost] == [Conflict]
    kept = Case.objects.get(pk=case.pk).record.title
    assert lost[0].details["kept"] == {"title": kept}
