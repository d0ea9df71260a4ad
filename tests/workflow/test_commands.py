"""Deploying, beginning, doing, returning, cancelling: what changes, what is recorded, and who is refused."""

from __future__ import annotations

import pytest
from viewflow.workflow.status import PROCESS, STATUS

from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry
from tests.workflow.people import (
    MANAGER,
    STARTER,
    SYSTEM,
    TWO_CLERKS,
    People,
    complete,
    deploy,
    item_at,
    last_entry,
    ledger,
    model,
    start,
    told,
)
from workflow import commands
from workflow.models import ElementHistory, ProcessDefinition, ProcessInstance, WorkItem

LINE = (("ask", STARTER), ("look", MANAGER))


def test_a_model_is_stored_byte_for_byte_as_the_next_version(people: People) -> None:
    first, second = model(*LINE), model(*LINE, gateway="again = true")
    admin = people.actor("管理者")
    assert commands.deploy_definition(xml=first, actor=admin).version == 1
    view = commands.deploy_definition(xml=second, actor=admin)
    assert (view.version, view.is_new) == (2, True)
    kept = [bytes(xml) for xml in ProcessDefinition.objects.order_by("version").values_list("xml", flat=True)]
    assert kept == [first, second]
    who, details = last_entry("workflow.definition.deployed")
    assert (who, details["key"], details["version"], details["sha256"]) == ("システム管理者", "request", 2, view.sha256)


def test_the_same_bytes_again_make_no_version_but_are_recorded(people: People) -> None:
    deploy(*LINE)
    again = deploy(*LINE)
    assert (again.version, again.is_new, ProcessDefinition.objects.count()) == (1, False, 1)
    assert ledger() == ["workflow.definition.deployed", "workflow.definition.unchanged"]


def test_only_an_administrator_deploys(people: People) -> None:
    for name in ("三田村", "仁科"):
        with pytest.raises(NotAllowed) as refused:
            commands.deploy_definition(xml=model(*LINE), actor=people.actor(name))
        assert refused.value.code == "not_administrator"
    assert not ProcessDefinition.objects.exists()


def test_a_model_with_errors_is_refused_with_their_places(people: People) -> None:
    broken = model(*LINE).replace(b'targetRef="look"', b'targetRef="nowhere"')
    with pytest.raises(Invalid) as refused:
        commands.deploy_definition(xml=broken, actor=SYSTEM)
    found = {finding.element_id: finding for finding in refused.value.details["findings"]}
    line = next(n for n, text in enumerate(broken.decode().splitlines(), 1) if 'id="f1"' in text)
    assert (found["f1"].line, "nowhere" in found["f1"].ja) == (line, True)
    assert not ProcessDefinition.objects.exists()


def test_beginning_opens_the_first_work_and_is_recorded(people: People) -> None:
    deploy(*LINE)
    begun = start(people, 金額=4_800_000)
    stored = ProcessInstance.objects.get()
    assert (stored.title, stored.started_by_id) == ("封筒の購入", people.staff["佐久間"].pk)
    assert (stored.status, stored.variables) == (PROCESS.NEW, {"root": {"金額": 4_800_000}})
    assert item_at(begun, "ask").status == STATUS.NEW
    assert told(begun) == [("start", "completed", "", "")]
    assert last_entry("workflow.instance.started") == (
        "佐久間 陽向",
        {"key": "request", "version": 1, "title": "封筒の購入", "business_key": "申-00001"},
    )


def test_a_process_that_is_not_deployed_does_not_begin(people: People) -> None:
    with pytest.raises(NotFound) as refused:
        start(people, key="unknown")
    assert (refused.value.code, ProcessInstance.objects.count()) == ("no_definition", 0)


def test_a_running_instance_stays_on_its_version(people: People) -> None:
    deploy(*LINE)
    old = start(people)
    deploy(*LINE, gateway="again = true")
    complete(people, old, "ask", "佐久間")
    assert ProcessInstance.objects.get(pk=old.id).definition.version == 1
    assert item_at(old, "look")
    assert ProcessInstance.objects.get(pk=start(people).id).definition.version == 2


def test_doing_is_recorded_with_the_names_of_values_and_not_the_values(people: People) -> None:
    deploy(*LINE)
    instance = start(people)
    item = item_at(instance, "ask")
    complete(people, instance, "ask", "佐久間", 債権者="個人名")
    assert last_entry("workflow.item.completed") == (
        "佐久間 陽向",
        {
            "instance": instance.id,
            "element": "ask",
            "name": "申請する",
            "business_key": "申-00001",
            "variables": ["債権者"],
        },
    )
    assert told(instance)[-1] == ("ask", "completed", "佐久間 陽向", "")
    item.refresh_from_db()
    assert (item.status, item.finished_by_name) == (STATUS.DONE, "佐久間 陽向")


@pytest.mark.parametrize(
    ("name", "refusal", "code"),
    [("森脇", NotFound, "not_found"), ("管理者", NotFound, "not_found"), ("佐久間", NotAllowed, "not_candidate")],
)
def test_others_do_not_do_it(people: People, name: str, refusal: type[Exception], code: str) -> None:
    deploy(("look", MANAGER), ("ask", STARTER))
    instance = start(people)
    with pytest.raises(refusal) as refused:
        complete(people, instance, "look", name)
    assert getattr(refused.value, "code", "") == code
    assert item_at(instance, "look").status == STATUS.NEW


def test_an_auditor_sees_but_does_nothing(people: People) -> None:
    deploy(*LINE)
    instance = start(people)
    auditor = people.actor("仁科")
    with pytest.raises(NotAllowed):
        complete(people, instance, "ask", "仁科")
    with pytest.raises(NotAllowed):
        commands.cancel_instance(instance_id=instance.id, reason="監査", actor=auditor)
    with pytest.raises(NotAllowed):
        commands.return_to(instance_id=instance.id, element_id="ask", reason="監査", actor=auditor)
    assert ProcessInstance.objects.get().status == PROCESS.NEW


def test_a_page_made_before_the_last_step_changes_nothing(people: People) -> None:
    deploy(*LINE)
    instance = start(people)
    item = item_at(instance, "ask")
    before = LedgerEntry.objects.count()
    with pytest.raises(Conflict) as refused:
        commands.complete_item(
            item_id=item.pk, seen_revision=instance.revision - 1, variables={}, actor=people.actor("佐久間")
        )
    assert refused.value.code == "stale"
    assert (LedgerEntry.objects.count(), item_at(instance, "ask").status) == (before, STATUS.NEW)


def test_the_second_to_do_it_is_told_by_whom_and_when(people: People) -> None:
    deploy(("take", TWO_CLERKS), ("look", MANAGER))
    instance = start(people)
    item = item_at(instance, "take")
    complete(people, instance, "take", "桐生")
    with pytest.raises(Conflict, match=r"既に桐生 朔さんが処理しました\(11/11 09:40\)") as refused:
        commands.complete_item(item_id=item.pk, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    assert refused.value.code == "already_done"
    assert WorkItem.objects.filter(element_id="look").count() == 1


def test_a_return_voids_what_came_after_and_keeps_it_in_the_history(people: People) -> None:
    deploy(*LINE)
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    waiting = item_at(instance, "look")
    commands.return_to(
        instance_id=instance.id, element_id="ask", reason="数量を直してください", actor=people.actor("三田村")
    )
    waiting.refresh_from_db()
    assert (waiting.status, waiting.candidates.filter(is_open=True).count()) == (STATUS.CANCELED, 0)
    assert item_at(instance, "ask").candidates.get().staff_id == people.staff["佐久間"].pk
    assert told(instance) == [
        ("start", "completed", "", ""),
        ("ask", "completed", "佐久間 陽向", ""),
        ("look", "voided", "三田村 涼", "数量を直してください"),
    ]
    marked = ElementHistory.objects.exclude(voided_at=None).values_list("element_id", flat=True)
    assert list(marked) == ["ask"]
    who, details = last_entry("workflow.instance.returned")
    assert (who, details["element"], details["reason"]) == ("三田村 涼", "ask", "数量を直してください")
    assert details["voided"] == [waiting.pk]


def test_a_return_needs_a_reason_and_a_place_that_was_done(people: People) -> None:
    deploy(*LINE)
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    manager = people.actor("三田村")
    for element, reason, code in (
        ("ask", " ", "invalid"),
        ("look", "戻す", "not_passed"),
        ("end", "戻す", "not_returnable"),
    ):
        with pytest.raises(Invalid) as refused:
            commands.return_to(instance_id=instance.id, element_id=element, reason=reason, actor=manager)
        assert refused.value.code == code
    with pytest.raises(Conflict):
        commands.return_to(instance_id=instance.id, element_id="ask", reason="戻す", seen_revision=1, actor=manager)
    assert item_at(instance, "look")


@pytest.mark.parametrize("name", ["森脇", "管理者"])
def test_whoever_has_no_part_in_it_does_not_know_of_it(people: People, name: str) -> None:
    deploy(*LINE)
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    actor = people.actor(name)
    with pytest.raises(NotFound):
        commands.return_to(instance_id=instance.id, element_id="ask", reason="戻す", actor=actor)
    with pytest.raises(NotFound):
        commands.cancel_instance(instance_id=instance.id, reason="不要", actor=actor)


def test_cancelling_closes_the_work_and_says_why(people: People) -> None:
    deploy(*LINE)
    instance = start(people)
    item = item_at(instance, "ask")
    view = commands.cancel_instance(instance_id=instance.id, reason="二重に申請した", actor=people.actor("佐久間"))
    stored = ProcessInstance.objects.get()
    item.refresh_from_db()
    assert (view.status, stored.status, item.status) == (PROCESS.CANCELED, PROCESS.CANCELED, STATUS.CANCELED)
    assert stored.finished is not None
    assert told(instance)[-1] == ("ask", "cancelled", "佐久間 陽向", "二重に申請した")
    assert last_entry("workflow.instance.cancelled")[1]["reason"] == "二重に申請した"
    with pytest.raises(Conflict) as refused:
        commands.complete_item(item_id=item.pk, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    assert refused.value.code == "voided"
    with pytest.raises(Conflict) as over:
        commands.cancel_instance(instance_id=instance.id, reason="もう一度", actor=people.actor("佐久間"))
    assert over.value.code == "over"


def test_cancelling_needs_a_reason(people: People) -> None:
    deploy(*LINE)
    instance = start(people)
    with pytest.raises(Invalid) as refused:
        commands.cancel_instance(instance_id=instance.id, reason="", actor=people.actor("佐久間"))
    assert list(refused.value.fields) == ["reason"]
    assert ProcessInstance.objects.get().status == PROCESS.NEW
