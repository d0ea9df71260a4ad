"""What becomes of work, of those who have it, and of what is listened for, when a process goes on by another version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from config.errors import NotAllowed
from documents.ledger.models import LedgerEntry
from tests.workflow.happening_models import START, flows
from tests.workflow.happening_models import deploy as deploy_drawn
from tests.workflow.people import (
    MANAGER,
    STARTER,
    TWO_CLERKS,
    People,
    complete,
    deploy,
    item_at,
    last_entry,
    model,
    start,
)
from tests.workflow.test_migration import EDGE, KEYED, LATER, WORK, migrate, text
from workflow import commands
from workflow.bpmn.parser import parse
from workflow.models import EventSubscription, InstancePart, ItemCandidate, ProcessInstance, WorkItem
from workflow.runtime.user_tasks import assigned_to
from workflow.values import InstanceView

pytestmark = pytest.mark.usefixtures("at_office")
Visit = Callable[[str], Client]
HANDED = "workflow.item.handed_on"
CLERKS_AND = TWO_CLERKS.replace("200402", "200402, 200201")


def who_has(case: InstanceView, element: str) -> list[str]:
    rows = ItemCandidate.objects.filter(item=item_at(case, element), is_open=True).order_by("staff__code")
    return list(rows.values_list("staff__code", flat=True))


def test_work_that_the_new_version_gives_to_others_is_handed_on(people: People) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    case = start(people)
    deploy(("ask", TWO_CLERKS), ("look", MANAGER))
    before = item_at(case, "ask").pk
    migrate(case, people, reason="係で分担する")
    assert who_has(case, "ask") == ["200401", "200402"] and item_at(case, "ask").pk == before
    who, details = last_entry(HANDED)
    assert (who, details["before"], details["after"], details["reason"]) == (
        "システム管理者",
        "佐久間 陽向",
        "佐久間 陽向, 桐生 朔",
        "係で分担する",
    )
    complete(people, case, "ask", "桐生")
    assert who_has(case, "look") == ["200201"]


def test_work_that_it_gives_to_the_same_stays_with_whoever_has_it(people: People) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    case = start(people)
    item = item_at(case, "ask").pk
    commands.hand_on_item(
        item_id=item,
        leaver_id=people.staff["佐久間"].pk,
        heir_id=people.staff["桐生"].pk,
        reason="休みのため",
        actor=people.actor("管理者"),
    )
    deploy(("ask", STARTER.replace("申請する", "申請を書く")), ("look", MANAGER))
    migrate(case, people)
    assert who_has(case, "ask") == ["200402"] and item_at(case, "ask").element_name == "申請を書く"
    assert LedgerEntry.objects.filter(action=HANDED).count() == 1


@pytest.mark.parametrize(("later", "holder"), [(CLERKS_AND, "200402"), (STARTER, None)])
def test_whoever_has_taken_it_keeps_it_only_if_it_is_his_still(people: People, later: str, holder: str | None) -> None:
    deploy(("ask", TWO_CLERKS), ("look", MANAGER))
    case = start(people)
    item = item_at(case, "ask")
    commands.take_item(item_id=item.pk, actor=people.actor("桐生"))
    deploy(("ask", later), ("look", MANAGER))
    migrate(case, people)
    item.refresh_from_db()
    assert (item.owner.code if item.owner is not None else None) == holder


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (STARTER, MANAGER, False),
        (STARTER, STARTER + ' camunda:priority="90"', True),
        (TWO_CLERKS, TWO_CLERKS.replace(", ", ","), True),
        (TWO_CLERKS, CLERKS_AND, False),
        (TWO_CLERKS, TWO_CLERKS.replace("candidateUsers", "candidateGroups"), False),
        ('camunda:assignee="200401"', 'camunda:assignee="200402"', False),
    ],
)
def test_whom_a_task_names(one: str, other: str, same: bool) -> None:
    found = []
    for attributes in (one, other):
        definitions = parse(model(("ask", attributes), ("look", MANAGER))).definitions
        assert definitions is not None
        process = definitions.processes[0]
        found.append(assigned_to(process, process.elements["ask"]))
    assert (found[0] == found[1]) is same


def test_a_process_that_another_part_drives_stays_as_it_is(people: People, visit: Visit) -> None:
    decision = STARTER + ' kessai:itemKind="decision"'
    deploy(("ask", decision), ("look", MANAGER))
    case = start(people)
    deploy(("ask", decision), ("check", TWO_CLERKS), ("look", MANAGER))
    before = ProcessInstance.objects.get(pk=case.id)
    with pytest.raises(NotAllowed) as refused:
        migrate(case, people)
    assert refused.value.code == "not_generic"
    client, address = visit("管理者"), f"/processes/operation/{case.id}/migrate/"
    assert address not in text(client.get(f"/processes/operation/{case.id}/"))
    shown = text(client.get(address + "?version=2"))
    assert "ここからは移せません" in shown and "第2版へ移す" not in shown
    sent = {"version": "2", "revision": before.revision, "reason": "試しに"}
    assert client.post(address, sent).status_code == 403
    after = ProcessInstance.objects.get(pk=case.id)
    assert (after.definition_id, after.revision, after.state) == (before.definition_id, before.revision, before.state)


def test_nor_does_any_process_go_over_to_such_a_version(people: People) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    case = start(people)
    deploy(("ask", STARTER), ("look", MANAGER + ' kessai:itemKind="decision"'))
    with pytest.raises(NotAllowed):
        migrate(case, people)


def test_the_page_lets_events_be_mapped_too(people: People, visit: Visit) -> None:
    drawn = WORK + LATER + flows("start>work", "work>later", "later>done")
    deploy_drawn(START + drawn + EDGE.format("edge") + flows("edge>done"), shared=KEYED)
    case, client = start(people, key="waits"), visit("管理者")
    deploy_drawn(START + drawn + EDGE.format("late") + flows("late>done"), shared=KEYED)
    row = EventSubscription.objects.get()
    address = f"/processes/operation/{case.id}/migrate/"
    unmapped = text(client.get(address + "?version=2"))
    assert (
        "待つのをやめるもの: 督促" in unmapped and "新しく待つもの: 督促" in unmapped and "待つのをやめます" in unmapped
    )
    wrong = text(client.get(address + "?version=2&to_edge=work"))
    assert "待つのをやめるもの: 督促" in wrong and "第2版へ移す" in wrong
    mapped = text(client.get(address + "?version=2&to_edge=late"))
    assert (
        '<option value="late" selected>' in mapped and "待つのをやめ" not in mapped and "新しく待つもの" not in mapped
    )
    assert '<input type="hidden" name="to_edge" value="late">' in mapped
    sent = {"version": "2", "to_edge": "late", "revision": ProcessInstance.objects.get().revision, "reason": "改名"}
    assert client.post(address, sent).status_code == 302
    kept = EventSubscription.objects.get()
    assert (kept.pk, kept.element_id, kept.due) == (row.pk, "late", row.due)
    assert last_entry("workflow.instance.migrated")[1]["elements"] == {"edge": "late"}


def test_a_stale_page_keeps_what_was_chosen(people: People, visit: Visit) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    case, client = start(people), visit("管理者")
    deploy(("write", STARTER), ("look", MANAGER))
    sent = {"version": "2", "to_ask": "write", "revision": "0", "reason": "様式が変わった"}
    stale = client.post(f"/processes/operation/{case.id}/migrate/", sent)
    shown = text(stale)
    assert stale.status_code == 409 and '<option value="write" selected>' in shown and "様式が変わった" in shown
    assert ProcessInstance.objects.get().definition.version == 1


def test_pages_of_work_done_before_are_still_opened(people: People, visit: Visit) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    case = start(people)
    done = item_at(case, "ask").pk
    complete(people, case, "ask", "佐久間")
    deploy(("write", STARTER), ("look", MANAGER))
    migrate(case, people)
    client = visit("佐久間")
    for address in (f"/work/bpmn/{done}/", f"/processes/bpmn/{case.id}/", f"/processes/bpmn/{case.id}/model/"):
        answer = client.get(address)
        assert answer.status_code == 200, address
    assert "申請する" in text(client.get(f"/processes/bpmn/{case.id}/"))
    assert "申請する" in text(visit("管理者").get(f"/processes/operation/{case.id}/"))
    assert client.post(f"/work/bpmn/{done}/", {"revision": 1, "note": ""}).status_code == 409


MANY = (
    '<bpmn:subProcess id="each" name="各人"><bpmn:multiInstanceLoopCharacteristics>'
    '<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">25</bpmn:loopCardinality>'
    '</bpmn:multiInstanceLoopCharacteristics><bpmn:startEvent id="in"/>'
    f'<bpmn:userTask id="ask" {STARTER}/>{{inside}}<bpmn:endEvent id="out"/>' + "{flows}</bpmn:subProcess>"
)


def many(*, with_edge: bool) -> str:
    inside = EDGE.format("edge").replace('attachedToRef="work"', 'attachedToRef="ask"') if with_edge else ""
    ways = flows("in>ask", "ask>out", *(["edge>out"] if with_edge else []))
    return START + MANY.format(inside=inside, flows=ways) + flows("start>each", "each>done")


def test_broad_work_goes_over_in_parts_or_in_one_piece(people: People) -> None:
    deploy_drawn(many(with_edge=False))
    case = start(people, key="waits")
    deploy_drawn(many(with_edge=True))
    assert InstancePart.objects.filter(instance_id=case.id).count() == 25
    items = WorkItem.objects.filter(process_id=case.id, finished=None).order_by("pk")
    first = items[0].pk
    commands.complete_item(item_id=first, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    migrate(case, people)
    assert not InstancePart.objects.filter(instance_id=case.id).exists()
    assert EventSubscription.objects.filter(instance_id=case.id, element_id="edge").count() == 24
    for item in list(items):
        commands.complete_item(item_id=item.pk, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    assert who_has(case, "done") == ["200401"] and not EventSubscription.objects.exists()


def test_broad_work_that_stays_plain_stays_in_its_parts(people: People) -> None:
    deploy_drawn(many(with_edge=False))
    case = start(people, key="waits")
    deploy_drawn(many(with_edge=False).replace('id="ask" name="申請する"', 'id="ask" name="申し出る"'))
    migrate(case, people)
    assert InstancePart.objects.filter(instance_id=case.id).count() == 25
    items: list[Any] = list(WorkItem.objects.filter(process_id=case.id, finished=None))
    assert {item.element_name for item in items} == {"申し出る"}
    for item in items:
        commands.complete_item(item_id=item.pk, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    assert who_has(case, "done") == ["200401"]
