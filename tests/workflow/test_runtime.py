"""The bridge between engine and tables: what a step writes, what it costs, what it never loses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.status import PROCESS, STATUS

from tests.workflow.people import MANAGER, STARTER, TWO_CLERKS, People, complete, deploy, item_at, model, start
from workflow import commands
from workflow.models import ElementHistory, Incident, ItemCandidate, ProcessInstance, WorkItem
from workflow.runtime.flow import BpmnFlow


def test_a_process_runs_to_its_end_through_viewflow(people: People) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    instance = start(people)
    item = item_at(instance, "ask")
    assert (item.flow_task, item.flow_task_type, item.status) == (BpmnFlow.user_task, "HUMAN", STATUS.NEW)
    complete(people, instance, "ask", "佐久間")
    item.refresh_from_db()
    assert (item.status, item.owner_id, item.finished_by_name) == (
        STATUS.DONE,
        people.staff["佐久間"].pk,
        "佐久間 陽向",
    )
    assert not ItemCandidate.objects.filter(item=item, is_open=True).exists()
    waiting = item_at(instance, "look")
    assert [c.staff_id for c in waiting.candidates.all()] == [people.staff["三田村"].pk]
    ended = complete(people, instance, "look", "三田村")
    stored = ProcessInstance.objects.get()
    assert (ended.status, stored.status, stored.state["tokens"]) == (PROCESS.DONE, PROCESS.DONE, [])
    assert stored.finished is not None


def test_history_keeps_person_and_post_of_the_day(people: People) -> None:
    deploy(("ask", STARTER), ("look", MANAGER), gateway="again = true")
    instance = start(people)
    complete(people, instance, "ask", "佐久間", again=False)
    complete(people, instance, "look", "三田村")
    rows = [
        (h.sequence, h.element_id, h.outcome, h.actor_name, h.actor_post)
        for h in ElementHistory.objects.filter(instance_id=instance.id)
    ]
    assert rows == [
        (1, "start", "completed", "", ""),
        (2, "ask", "completed", "佐久間 陽向", "主事"),
        (3, "again", "completed", "", ""),
        (4, "look", "completed", "三田村 涼", "課長"),
        (5, "end", "completed", "", ""),
    ]


def test_a_gateway_costs_no_item(people: People) -> None:
    deploy(("ask", STARTER), ("look", MANAGER), gateway="again = true")
    instance = start(people)
    for _round in range(3):
        complete(people, instance, "ask", "佐久間", again=True)
    assert list(WorkItem.objects.values_list("element_id", flat=True)) == ["ask"] * 4


def statements(people: People, element: str) -> list[str]:
    """What one completion sends to the database."""
    deploy(("ask", TWO_CLERKS), ("take", TWO_CLERKS))
    instance = start(people)
    item, actor = item_at(instance, element), people.actor("佐久間")
    with CaptureQueriesContext(connection) as seen:
        commands.complete_item(item_id=item.pk, seen_revision=instance.revision, variables={}, actor=actor)
    return [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]


def test_statements_of_one_completion(people: People) -> None:
    sent = statements(people, "ask")
    if connection.vendor == "postgresql":
        # The lock, the item, two people with their posts, new items, the ledger; all else is one statement.
        assert len(sent) == 7
        return
    writes = sorted(sql.split('"')[0].strip() + " " + sql.split('"')[1] for sql in sent if not sql.startswith("SELECT"))
    assert writes == [
        "INSERT INTO ledger_ledgerentry",
        "INSERT INTO workflow_elementhistory",
        "INSERT INTO workflow_itemcandidate",  # closes those of what is done, too
        "INSERT INTO workflow_workitem",
        "UPDATE workflow_processinstance",
        "UPDATE workflow_workitem",
    ]
    # Reads: the item with what the actor may do with it, and each of the two people named by the model with his posts.
    assert len(sent) == 6 + 1 + 2


def test_a_step_costs_the_same_after_many_steps(people: People) -> None:
    deploy(("ask", STARTER), ("look", MANAGER), gateway="again = true")
    instance = start(people)
    actor, counts = people.actor("佐久間"), []
    for _round in range(12):
        item = item_at(instance, "ask")
        with CaptureQueriesContext(connection) as seen:
            commands.complete_item(item_id=item.pk, seen_revision=None, variables={"again": True}, actor=actor)
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_viewflow_makes_no_table_of_previous_items() -> None:
    fields = {f.name for f in WorkItem._meta.get_fields()}
    assert "previous" not in fields and "leading" not in fields
    assert not WorkItem._meta.many_to_many


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('name="空席" camunda:assignee="999999"', "no_candidate"),
        ('name="不明" kessai:assignment="nobody.knows"', "unknown_assignment"),
        ('name="無指定"', "no_assignment"),
    ],
)
def test_nobody_found_is_an_incident_and_no_exception(people: People, attributes: str, code: str) -> None:
    deploy(("ask", STARTER), ("next", attributes))
    instance = start(people)
    after = complete(people, instance, "ask", "佐久間")
    incident = Incident.objects.get()
    assert (incident.element_id, incident.code, incident.resolved_at) == ("next", code, None)
    assert after.status == PROCESS.NEW
    assert not WorkItem.objects.filter(element_id="next").exists()


def test_a_gateway_without_a_way_out_is_an_incident(people: People) -> None:
    xml = model(("ask", STARTER), ("look", MANAGER), gateway="again = true").replace(b' default="f2"', b"")
    xml = xml.replace(
        b'<bpmn:sequenceFlow id="f2" sourceRef="again" targetRef="look"/>',
        b'<bpmn:sequenceFlow id="f2" sourceRef="again" targetRef="look">'
        b'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        b"again = false</bpmn:conditionExpression></bpmn:sequenceFlow>",
    )
    commands.deploy_definition(xml=xml, actor=people.actor("管理者"))
    instance = start(people)
    complete(people, instance, "ask", "佐久間", again=None)
    incident = Incident.objects.get()
    assert incident.element_id == "again"
    admin = people.actor("管理者")
    revision = ProcessInstance.objects.get().revision
    commands.retry_incident(incident_id=incident.pk, variables={"again": False}, seen_revision=revision, actor=admin)
    incident.refresh_from_db()
    assert incident.resolved_at is not None
    assert item_at(instance, "look").candidates.count() == 1


def test_the_database_refuses_to_change_history_and_definitions(people: People) -> None:
    from django.db import DatabaseError, transaction

    from workflow.models import ProcessDefinition

    deploy(("ask", STARTER))
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    attempts: list[Any] = [
        lambda: ProcessDefinition.objects.update(name="別の名"),
        lambda: ProcessDefinition.objects.all()._raw_delete("default"),
        lambda: ElementHistory.objects.update(actor_name="別の人"),
        lambda: ElementHistory.objects.all()._raw_delete("default"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert ProcessDefinition.objects.get().name == "申請"
    assert ElementHistory.objects.filter(actor_name="佐久間 陽向").count() == 1
