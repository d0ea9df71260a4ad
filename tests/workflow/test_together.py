"""What must hold when two people press at once; on a database of its own, with real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from viewflow.workflow.models import Task

from config import clock
from config.errors import Conflict
from documents.ledger.models import LedgerEntry
from tests.workflow.people import MANAGER, SINCE, SYSTEM, TWO_CLERKS, People, build, deploy, item_at, model, start
from workflow import commands
from workflow.enums import Family
from workflow.models import ElementHistory, ProcessDefinition, WorkItem
from workflow.organization import commands as organization


def together(*doings: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each in a thread of its own; results or exceptions, in order."""
    begin = threading.Barrier(len(doings))
    results: list[Any] = [None] * len(doings)

    def run(number: int) -> None:
        try:
            begin.wait()
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
def office(at_office: None, fresh_database: str) -> People:
    return build()


def test_of_two_who_do_one_work_one_wins_and_the_other_is_told(office: People) -> None:
    deploy(("take", TWO_CLERKS), ("look", MANAGER))
    instance = start(office)
    item, actors = item_at(instance, "take"), [office.actor("佐久間"), office.actor("桐生")]

    def do(number: int) -> Callable[[], Any]:
        return lambda: commands.complete_item(
            item_id=item.pk, seen_revision=instance.revision, variables={}, actor=actors[number]
        )

    results = together(do(0), do(1))
    lost = [number for number, result in enumerate(results) if isinstance(result, Exception)]
    assert [type(results[number]) for number in lost] == [Conflict]
    winner = actors[1 - lost[0]]
    refusal = results[lost[0]]
    item.refresh_from_db()
    assert (refusal.code, item.finished_by_name) == ("already_done", winner.name)
    assert str(refusal) == f"既に{winner.name}さんが処理しました(11/11 09:40)"
    assert WorkItem.objects.filter(element_id="look").count() == 1
    assert ElementHistory.objects.filter(element_id="take").count() == 1
    assert LedgerEntry.objects.filter(action="workflow.item.completed").count() == 1


def test_of_two_who_take_one_work_one_has_it(office: People) -> None:
    deploy(("take", TWO_CLERKS), ("look", MANAGER))
    item, actors = item_at(start(office), "take"), [office.actor("佐久間"), office.actor("桐生")]
    results = together(*(lambda actor=actor: commands.take_item(item_id=item.pk, actor=actor) for actor in actors))
    lost = [result for result in results if isinstance(result, Exception)]
    assert [(type(one), one.code) for one in lost] == [(Conflict, "held")]
    item.refresh_from_db()
    assert item.owner.name in str(lost[0])


def test_a_completion_and_a_cancellation_do_not_both_happen(office: People) -> None:
    deploy(("take", TWO_CLERKS))
    instance = start(office)
    item, clerk, other = item_at(instance, "take"), office.actor("佐久間"), office.actor("桐生")
    results = together(
        lambda: commands.complete_item(item_id=item.pk, seen_revision=None, variables={}, actor=clerk),
        lambda: commands.cancel_instance(instance_id=instance.id, reason="不要", actor=other),
    )
    assert [isinstance(result, Conflict) for result in results].count(True) == 1
    outcomes = ElementHistory.objects.filter(element_id="take").values_list("outcome", flat=True)
    assert len(outcomes) == 1


def test_two_deployments_make_two_versions(office: People) -> None:
    drawn = [model(("ask", MANAGER)), model(("ask", MANAGER), ("again", MANAGER))]
    results = together(*(lambda xml=xml: commands.deploy_definition(xml=xml, actor=SYSTEM) for xml in drawn))
    assert sorted(result.version for result in results) == [1, 2]
    assert ProcessDefinition.objects.count() == 2


def test_of_two_who_do_one_task_of_the_hand_written_flow_one_wins(office: People) -> None:
    organization.appoint(
        staff_code="200402", post_id=office.posts["三田村"], valid_from=SINCE, kind="acting", actor=SYSTEM
    )
    today = clock.today()
    commands.start_loan(item="椅子", lent_from=today, lent_to=today, purpose="会議", actor=office.actor("佐久間"))
    task, actors = Task.objects.get(finished=None), [office.actor("三田村"), office.actor("桐生")]

    def do(number: int) -> Callable[[], Any]:
        return lambda: commands.complete_item(
            item_id=task.pk, seen_revision=None, variables={}, family=Family.FLOW, actor=actors[number]
        )

    results = together(do(0), do(1))
    lost = [number for number, result in enumerate(results) if isinstance(result, Exception)]
    assert [(type(results[number]), results[number].code) for number in lost] == [(Conflict, "already_done")]
    assert actors[1 - lost[0]].name in str(results[lost[0]])
    assert Task.objects.filter(flow_task_type="HUMAN").count() == 2
    assert LedgerEntry.objects.filter(action="workflow.item.completed").count() == 1
