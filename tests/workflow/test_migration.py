"""A running process on another version: tried out on the page, done by the command, and by nobody but operators."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from config.errors import Conflict, Invalid, NotAllowed
from documents.ledger.models import LedgerEntry
from tests.workflow.happening_models import MESSAGE, NOBODY, START, TIMER, flows
from tests.workflow.happening_models import deploy as deploy_waiting
from tests.workflow.people import MANAGER, STARTER, TWO_CLERKS, People, complete, deploy, item_at, last_entry, start
from workflow import commands
from workflow.models import EventSubscription, Incident, ItemCandidate, ProcessDefinition, ProcessInstance, WorkItem
from workflow.values import InstanceView

pytestmark = pytest.mark.usefixtures("at_office")
Visit = Callable[[str], Client]
EDGE = '<bpmn:boundaryEvent id="{0}" name="督促" attachedToRef="work">' + TIMER.format("PT2H") + "</bpmn:boundaryEvent>"
WORK = f'<bpmn:userTask id="work" name="受け付ける" {NOBODY}/>'
LATER = '<bpmn:receiveTask id="later" name="届くのを待つ" messageRef="m"/>'
OLD = START + WORK + EDGE.format("edge") + LATER + flows("start>work", "work>later", "later>done", "edge>done")
NEW = START + WORK.replace("受け付ける", "受領する") + LATER + flows("start>work", "work>later", "later>done")
KEYED = MESSAGE.format("")


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def migrate(case: InstanceView, people: People, version: int = 2, **more: Any) -> InstanceView:
    given = {"mapping": {}, "reason": "様式が変わったため", "actor": people.actor("管理者")} | more
    revision = ProcessInstance.objects.get(pk=case.id).revision
    return commands.migrate_instance(
        **({"instance_id": case.id, "version": version, "seen_revision": revision} | given)
    )


def two_versions(people: People) -> InstanceView:
    """An instance of the first of two versions, which its clerk has begun."""
    deploy(("ask", STARTER), ("look", MANAGER))
    case = start(people)
    deploy(("ask", STARTER), ("check", TWO_CLERKS), ("look", MANAGER))
    return case


def test_it_goes_on_by_the_new_version(people: People) -> None:
    case = two_versions(people)
    before = item_at(case, "ask")
    migrate(case, people)
    instance = ProcessInstance.objects.get(pk=case.id)
    assert (instance.definition.version, instance.revision) == (2, case.revision + 1)
    item = item_at(case, "ask")
    assert item.pk == before.pk and item.candidates.filter(is_open=True).count() == 1
    complete(people, case, "ask", "佐久間")
    assert WorkItem.objects.get(process_id=case.id, finished=None).element_id == "check"
    who, details = last_entry("workflow.instance.migrated")
    assert (who, details["before"], details["after"], details["reason"]) == (
        "システム管理者",
        1,
        2,
        "様式が変わったため",
    )
    assert (details["elements"], details["closed"], details["opened"]) == ({}, [], [])


def test_it_may_go_back_to_an_older_version(people: People) -> None:
    case = two_versions(people)
    migrate(case, people)
    migrate(case, people, version=1)
    complete(people, case, "ask", "佐久間")
    assert WorkItem.objects.get(process_id=case.id, finished=None).element_id == "look"


def test_elements_that_are_called_otherwise_are_renamed_everywhere(people: People) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    case = start(people)
    deploy(("write", 'name="書く" kessai:assignment="workflow.starter"'), ("look", MANAGER))
    migrate(case, people, mapping={"ask": "write"})
    item = WorkItem.objects.get(process_id=case.id, finished=None)
    assert (item.element_id, item.element_name) == ("write", "書く")
    assert last_entry("workflow.instance.migrated")[1]["elements"] == {"ask": "write"}
    complete(people, case, "write", "佐久間")
    assert item_at(case, "look").candidates.filter(is_open=True).exists()


def test_what_stands_still_may_go_over_and_be_mended_there(people: People) -> None:
    vacant = 'name="主事補が見る" camunda:candidateUsers="999999"'
    deploy(("ask", STARTER), ("next", vacant), ("look", MANAGER))
    case = start(people)
    complete(people, case, "ask", "佐久間")
    deploy(("ask", STARTER), ("mend", TWO_CLERKS), ("look", MANAGER))
    migrate(case, people, mapping={"next": "mend"})
    incident = Incident.objects.get(instance_id=case.id, resolved_at=None)
    assert (incident.element_id, incident.element_name) == ("mend", "係で受ける")
    revision = ProcessInstance.objects.get(pk=case.id).revision
    commands.retry_incident(incident_id=incident.pk, variables={}, seen_revision=revision, actor=people.actor("管理者"))
    assert ItemCandidate.objects.filter(item=item_at(case, "mend"), is_open=True).count() == 2


def test_events_are_listened_for_as_the_new_version_says(people: People) -> None:
    deploy_waiting(OLD, shared=KEYED)
    case = start(people, key="waits")
    deploy_waiting(NEW, shared=KEYED)
    deploy_waiting(NEW + EDGE.format("other") + flows("other>done"), shared=KEYED)
    assert [row.element_id for row in EventSubscription.objects.all()] == ["edge"]
    migrate(case, people)
    assert not EventSubscription.objects.exists()
    assert item_at(case, "work").element_name == "受領する"
    migrate(case, people, version=3)
    row = EventSubscription.objects.get()
    assert (row.element_id, row.kind) == ("other", "timer") and row.due is not None
    assert last_entry("workflow.instance.migrated")[1]["opened"] == ["other"]
    migrate(case, people, version=1, mapping={"other": "edge"})
    again = EventSubscription.objects.get()
    assert (again.pk, again.element_id, again.due) == (row.pk, "edge", row.due), "it keeps its time"


def refused(case: InstanceView, people: People, **more: Any) -> Any:
    """The refusal; nothing has changed."""
    before = ProcessInstance.objects.get(pk=case.id)
    with pytest.raises((Invalid, NotAllowed, Conflict)) as caught:
        migrate(case, people, **more)
    after = ProcessInstance.objects.get(pk=case.id)
    assert (after.state, after.definition_id, after.revision) == (before.state, before.definition_id, before.revision)
    assert LedgerEntry.objects.filter(action="workflow.instance.migrated").count() == 0
    return caught.value


def test_refusals_change_nothing(people: People) -> None:
    case = two_versions(people)
    assert refused(case, people, actor=people.actor("三田村")).code == "not_operator"
    assert refused(case, people, reason=" ").fields.keys() == {"reason"}
    assert refused(case, people, version=9).code == "no_version"
    assert refused(case, people, version=1).code == "no_version", "its own"
    assert refused(case, people, seen_revision=case.revision - 1).code == "stale"
    wrong = refused(case, people, mapping={"ask": "start"})
    assert wrong.code == "not_migratable" and [p.code for p in wrong.details["problems"]] == ["other_kind"]
    commands.cancel_instance(instance_id=case.id, reason="やめる", actor=people.actor("佐久間"))
    assert refused(case, people).code == "over"


def test_a_suspended_one_may_go_over_and_still_rests(people: People) -> None:
    case = two_versions(people)
    commands.suspend_instance(
        instance_id=case.id, rests=True, reason="版を替える", seen_revision=case.revision, actor=people.actor("管理者")
    )
    migrate(case, people)
    instance = ProcessInstance.objects.get(pk=case.id)
    assert (instance.state["status"], instance.definition.version) == ("suspended", 2)


def test_the_page_tries_out_and_does_it(people: People, visit: Visit) -> None:
    case, client = two_versions(people), visit("管理者")
    address = f"/processes/operation/{case.id}/migrate/"
    assert f'href="{address}"' in text(client.get(f"/processes/operation/{case.id}/"))
    first = text(client.get(address))
    assert "第2版" in first and "移す先の版" in first and "移行する理由" not in first
    tried = text(client.get(address + "?version=2"))
    assert "開いている所の移り先" in tried and "第2版へ移す" in tried
    assert "封筒の購入" not in tried, "operators see no contents"
    wrong = text(client.get(address + "?version=2&to_ask=start"))
    assert "種類が違います" in wrong and "第2版へ移す" not in wrong
    revision = re.search(r'name="revision" value="(\d+)"', tried)
    assert revision is not None
    sent = {"version": "2", "revision": revision[1], "reason": ""}
    empty = client.post(address, sent)
    assert empty.status_code == 422 and "id_reason_error" in text(empty)
    stale = client.post(address, sent | {"revision": "0", "reason": "書きかけの理由"})
    assert stale.status_code == 409 and "書きかけの理由" in text(stale) and "第2版へ移す" in text(stale)
    done = client.post(address, sent | {"reason": "様式が変わったため"})
    assert done.headers["Location"] == f"/processes/operation/{case.id}/"
    assert ProcessInstance.objects.get(pk=case.id).definition.version == 2
    assert "第2版" in text(client.get(f"/processes/operation/{case.id}/"))


def test_the_page_takes_what_became_of_elements(people: People, visit: Visit) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    case, client = start(people), visit("管理者")
    deploy(("write", STARTER), ("look", MANAGER))
    address = f"/processes/operation/{case.id}/migrate/"
    gone = text(client.get(address + "?version=2"))
    assert "は新しい版にありません" in gone and '<option value="write">' in gone
    tried = text(client.get(address + "?version=2&to_ask=write"))
    assert '<input type="hidden" name="to_ask" value="write">' in tried
    sent = {"version": "2", "to_ask": "write", "revision": ProcessInstance.objects.get().revision, "reason": "改名"}
    assert client.post(address, sent).status_code == 302
    assert WorkItem.objects.get(finished=None).element_id == "write"


def test_one_version_alone_leads_nowhere(people: People, visit: Visit) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    case, client = start(people), visit("管理者")
    assert "別の版へ移す" not in text(client.get(f"/processes/operation/{case.id}/"))
    assert "ほかの版はありません" in text(client.get(f"/processes/operation/{case.id}/migrate/"))
    assert ProcessDefinition.objects.count() == 1


@pytest.mark.parametrize("name", ["佐久間", "三田村", "仁科"])
def test_nobody_else_opens_it(people: People, visit: Visit, name: str) -> None:
    case = two_versions(people)
    address = f"/processes/operation/{case.id}/migrate/"
    assert visit(name).get(address + "?version=2").status_code == 404
    assert visit(name).post(address, {"version": 2, "revision": case.revision, "reason": "x"}).status_code == 404
    assert ProcessInstance.objects.get(pk=case.id).definition.version == 1
