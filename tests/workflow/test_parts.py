"""Broad repeated work in the database: each run a row of its own, read and written with its work; no other run is touched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from config.errors import Conflict
from tests.workflow.conftest import NOW
from tests.workflow.happening_models import START, deploy, flows
from tests.workflow.people import SYSTEM, People, build, start
from workflow import commands
from workflow.engine import intents
from workflow.engine.state import Mode
from workflow.models import ElementHistory, InstancePart, ItemCandidate, ProcessInstance, WorkItem
from workflow.runtime import states, store
from workflow.runtime.step import think

CLERK = 'camunda:assignee="200401"'
OUTPUT = 'kessai:outputCollection="answers" kessai:outputElement="answer"'
FORMAL = 'xsi:type="bpmn:tFormalExpression"'


def repeated(until: str = "", tag: str = "userTask", inside: str = "") -> str:
    """An activity for each of `names`, whose answers are gathered."""
    condition = f"<bpmn:completionCondition {FORMAL}>{until}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:{tag} id="each" name="答える" {CLERK if tag == "userTask" else ""}>'
        f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="names" camunda:elementVariable="who" {OUTPUT}>'
        f"{condition}</bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:{tag}>" + flows("start>each", "each>done")
    )


@pytest.fixture
def office(fresh_database: str) -> Iterator[People]:
    """The small office, in a database where commands really commit."""
    with time_machine.travel(NOW):
        yield build()


def begin(office: People, number: int, body: str = "") -> ProcessInstance:
    deploy(START + (body or repeated()), key="broad")
    view = start(office, key="broad", names=[f"人{n}" for n in range(number)])
    return ProcessInstance.objects.get(pk=view.id)


def items(case: ProcessInstance, element: str = "each") -> list[WorkItem]:
    return list(WorkItem.objects.filter(process=case, element_id=element, finished=None).order_by("pk"))


def complete(office: People, item: WorkItem, **variables: object) -> None:
    actor = office.actor("佐久間")
    commands.complete_item(item_id=item.pk, seen_revision=None, variables=variables, actor=actor)


def root(case: ProcessInstance) -> dict[str, object]:
    case.refresh_from_db()
    return dict(case.variables["root"])


def test_every_run_has_a_row_and_its_work_points_to_it(office: People) -> None:
    case = begin(office, 25)
    rows = list(InstancePart.objects.filter(instance=case).order_by("number"))
    assert [row.number for row in rows] == list(range(25))
    assert [item.part for item in items(case)] == rows
    assert [next(iter(row.variables.values()))["who"] for row in rows] == [f"人{n}" for n in range(25)]
    assert len(case.state["tokens"]) == 1 and "人3" not in str(case.state) + str(case.variables["s1"])


def test_few_runs_have_none(office: People) -> None:
    case = begin(office, 20)
    assert not InstancePart.objects.exists() and len(items(case)) == 20
    assert {item.part_id for item in items(case)} == {None}


def test_a_completion_reads_and_writes_its_own_run_alone(office: People) -> None:
    case = begin(office, 30)
    first, other, *_rest = items(case)
    with CaptureQueriesContext(connection) as caught:
        complete(office, other, answer="はい")
    asked = [query["sql"] for query in caught if "workflow_instancepart" in query["sql"]]
    reads = [sql for sql in asked if sql.startswith("SELECT")]
    assert len(reads) == 1 and "LEFT OUTER JOIN" in reads[0], "read with the work"
    assert sum(sql.count('UPDATE "workflow_instancepart"') for sql in asked) == 1
    row = InstancePart.objects.get(pk=other.part_id)
    assert (row.state, row.result) == ({}, ["はい"])
    assert InstancePart.objects.exclude(pk=row.pk).filter(result=[]).count() == 29
    case.refresh_from_db()
    assert case.variables["s1"] == {
        "nrOfInstances": 30,
        "nrOfActiveInstances": 29,
        "nrOfCompletedInstances": 1,
    }
    left = ElementHistory.objects.get(instance=case, element_id="each")
    assert (left.outcome, left.item_id, left.actor_name) == ("completed", other.pk, "佐久間 陽向")
    assert ItemCandidate.objects.filter(item=first, is_open=True).exists()


def test_the_number_of_statements_is_that_of_a_small_one(office: People) -> None:
    """Beside those of a small instance: the run that is over is written."""
    counts = []
    for number in (3, 40):
        case = begin(office, number)
        complete(office, items(case)[0], answer="0")
        with CaptureQueriesContext(connection) as caught:
            complete(office, items(case)[0], answer="1")
        counts.append(len(caught))
    more = 1 if connection.vendor == "sqlite" else 0
    assert counts[1] == counts[0] + more


def test_the_whole_ends_when_the_last_run_does_with_all_results_in_order(office: People) -> None:
    case = begin(office, 22)
    for item in reversed(items(case)):
        number = item.part.number
        complete(office, item, answer=f"答{number}")
    assert root(case)["answers"] == [f"答{n}" for n in range(22)]
    assert not InstancePart.objects.filter(instance=case).exists()
    assert [item.element_id for item in WorkItem.objects.filter(process=case, finished=None)] == ["done"]
    complete(office, items(case, "done")[0])
    case.refresh_from_db()
    assert case.finished is not None
    finished = WorkItem.objects.filter(process=case, element_id="each", status="DONE")
    assert finished.count() == 22, "work stays when its part is gone"
    with pytest.raises(Conflict) as twice:
        complete(office, finished.first())
    assert twice.value.code == "already_done"


def test_a_condition_that_comes_true_calls_off_what_still_runs(office: People) -> None:
    case = begin(office, 24, repeated("nrOfCompletedInstances = 3"))
    for number in (5, 1, 9):
        complete(office, items(case)[number], answer=f"{number}")
    assert WorkItem.objects.filter(process=case, element_id="each", status="CANCELED").count() == 21
    assert len(root(case)["answers"]) == 3  # type: ignore[arg-type]  # a list
    assert not InstancePart.objects.exists() and len(items(case, "done")) == 1


def test_sub_processes_lie_apart_with_all_that_is_in_them(office: People) -> None:
    inside = (
        '<bpmn:startEvent id="in"/><bpmn:endEvent id="out"/>'
        f'<bpmn:userTask id="ask" {CLERK}/><bpmn:userTask id="say" {CLERK}/>' + flows("in>ask", "ask>say", "say>out")
    )
    case = begin(office, 21, repeated(tag="subProcess", inside=inside))
    asked = items(case, "ask")
    complete(office, asked[4])
    (said,) = items(case, "say")
    assert said.part_id == asked[4].part_id
    complete(office, said, answer="四")
    row = InstancePart.objects.get(pk=said.part_id)
    assert (row.number, row.state, row.result) == (4, {}, ["四"])
    assert len(states.whole(ProcessInstance.objects.get(pk=case.pk)).waits) == 20


def test_cancelling_ends_every_run(office: People) -> None:
    case = begin(office, 25)
    complete(office, items(case)[0], answer="x")
    commands.cancel_instance(instance_id=case.pk, reason="取りやめ", actor=office.actor("佐久間"))
    assert not items(case) and not InstancePart.objects.exists()
    assert WorkItem.objects.filter(process=case, status="CANCELED").count() == 24
    history = ElementHistory.objects.filter(instance=case, element_id="each", outcome="cancelled")
    assert history.count() == 25  # the runs, and the whole


def test_trouble_within_a_run_waits_there_and_is_mended_there(office: People) -> None:
    inside = (
        '<bpmn:startEvent id="in"/><bpmn:endEvent id="out"/>'
        f'<bpmn:userTask id="ask" {CLERK}/><bpmn:exclusiveGateway id="way"/>'
        + flows("in>ask", "ask>way")
        + '<bpmn:sequenceFlow id="f" sourceRef="way" targetRef="out"><bpmn:conditionExpression '
        + f"{FORMAL}>answer = 1</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    case = begin(office, 21, repeated(tag="subProcess", inside=inside))
    asked = items(case, "ask")[7]
    complete(office, asked, answer=2)
    part = InstancePart.objects.get(pk=asked.part_id)
    assert [(row[1], row[3]) for row in part.state["tokens"]] == [("each", "hosting"), ("way", "incident")]
    complete(office, items(case, "ask")[0], answer=1)
    incident = case.incidents.get(resolved_at=None)
    case.refresh_from_db()
    commands.retry_incident(
        incident_id=incident.pk, variables={"answer": 1}, seen_revision=case.revision, actor=office.actor("管理者")
    )
    part.refresh_from_db()
    incident.refresh_from_db()
    assert (part.state, part.result) == ({}, [1]) and incident.resolved_at is not None
    assert InstancePart.objects.filter(instance=case).exclude(state={}).count() == 19


def test_runs_added_and_taken_away_by_an_operator_have_rows_too(office: People) -> None:
    """Through the step that commands take."""
    case = begin(office, 21)
    case = ProcessInstance.objects.select_related("definition").get(pk=case.pk)
    (host,) = [token for token in states.whole(case).tokens.values() if token.mode is Mode.HOSTING]
    with transaction.atomic():
        store.write(think(instance=case, intent=intents.AddBranch(host.id, "増員"), actor=SYSTEM))
    fresh = items(case)[-1]
    assert (fresh.part.number, len(items(case))) == (21, 22)
    case.refresh_from_db()
    with transaction.atomic():
        store.write(think(instance=case, intent=intents.RemoveBranch(int(fresh.token_id), "不要"), actor=SYSTEM))
    fresh.refresh_from_db()
    assert fresh.status == "CANCELED" and InstancePart.objects.get(pk=fresh.part_id).state == {}
    assert len(items(case)) == 21
