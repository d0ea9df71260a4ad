"""The pages of operators: what runs, where it stands, what happened; letting it rest and go on.  Nobody else opens them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from config.errors import Conflict, NotAllowed
from tests.workflow.happening_models import MESSAGE, NOBODY, START, TIMER, flows
from tests.workflow.happening_models import deploy as deploy_waiting
from tests.workflow.people import MANAGER, STARTER, People, complete, deploy, item_at, last_entry, start
from workflow import commands
from workflow.models import ProcessInstance
from workflow.sheets import operations

pytestmark = pytest.mark.usefixtures("at_office")
KEYED = MESSAGE.format('kessai:correlationKey="番号"')
WAITS = (
    START
    + f'<bpmn:userTask id="work" name="受け付ける" {NOBODY}/><bpmn:boundaryEvent id="edge" name="督促" attachedToRef="work">'
    + TIMER.format("PT2H")
    + "</bpmn:boundaryEvent>"
    + '<bpmn:receiveTask id="later" name="届くのを待つ" messageRef="m"/>'
    + flows("start>work", "work>later", "later>done", "edge>done")
)
Visit = Callable[[str], Client]


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def begun(people: People, title: str = "秘密の件", number: str = "") -> int:
    made = commands.start_instance(
        key="waits", title=title, business_key=number, variables={"番号": "秘-7"}, actor=people.actor("佐久間")
    )
    return made.id


def test_the_list_shows_numbers_and_no_contents(people: People, visit: Visit) -> None:
    deploy_waiting(WAITS, shared=KEYED)
    begun(people, number="起-1")
    begun(people, title="別の件", number="庶-2")
    shown = text(visit("管理者").get("/processes/operation/"))
    assert "起-1" in shown and "庶-2" in shown and "待つ流れ 第1版" in shown
    assert "秘密の件" not in shown and "別の件" not in shown
    narrowed = text(visit("管理者").get("/processes/operation/?number=起"))
    assert "起-1" in narrowed and "庶-2" not in narrowed
    assert "この番号で動いている処理はありません" in text(visit("管理者").get("/processes/operation/?number=ない"))


@pytest.mark.parametrize("name", ["佐久間", "三田村", "仁科"])
def test_nobody_else_opens_them(people: People, visit: Visit, name: str) -> None:
    deploy_waiting(WAITS, shared=KEYED)
    number = begun(people)
    client = visit(name if name in people.staff else "桐生")
    for address in ("/processes/operation/", f"/processes/operation/{number}/"):
        assert client.get(address).status_code == 404
    form = {"verb": "rest", "reason": "調べる", "revision": ProcessInstance.objects.get().revision}
    assert client.post(f"/processes/operation/{number}/", form).status_code == 404
    assert ProcessInstance.objects.get().state["status"] == "running"


def test_where_it_stands_is_told_without_contents(people: People, visit: Visit) -> None:
    deploy_waiting(WAITS, shared=KEYED)
    number = begun(people)
    shown = text(visit("管理者").get(f"/processes/operation/{number}/"))
    assert "受け付ける" in shown and "2025/11/11 11:40 を待っています" in shown
    commands.complete_item(
        item_id=item_at(commands_view(number), "work").pk,
        seen_revision=None,
        variables={},
        actor=people.actor("佐久間"),
    )
    shown = text(visit("管理者").get(f"/processes/operation/{number}/"))
    assert "メッセージ「届いた」を待っています" in shown
    assert "秘-7" not in shown and "秘密の件" not in shown
    assert shown.count("佐久間 陽向") == 1  # in the log: who did the work


def commands_view(number: int) -> Any:
    from workflow.values import InstanceView

    return InstanceView.of(ProcessInstance.objects.get(pk=number))


def test_it_rests_for_a_reason_and_goes_on(people: People, visit: Visit) -> None:
    deploy_waiting(WAITS, shared=KEYED)
    number, client = begun(people), visit("管理者")
    address = f"/processes/operation/{number}/"

    def send(verb: str, reason: str = "") -> Any:
        revision = ProcessInstance.objects.get().revision
        return client.post(address, {"verb": verb, "reason": reason, "revision": revision})

    refused = send("rest")
    assert refused.status_code == 422 and "id_reason_error" in text(refused)
    assert ProcessInstance.objects.get().state["status"] == "running"
    assert send("rest", "機械を調べる").headers["Location"] == address
    assert "休止中" in text(client.get(address)) and "再開する" in text(client.get(address))
    who, details = last_entry("workflow.instance.suspended")
    assert (who, details["rests"], details["reason"]) == ("システム管理者", True, "機械を調べる")
    with pytest.raises(Conflict):
        complete(people, commands_view(number), "work", "佐久間")
    stale = client.post(address, {"verb": "go_on", "reason": "", "revision": 1})
    assert stale.status_code == 409
    assert send("go_on").status_code == 302
    assert last_entry("workflow.instance.suspended")[1]["rests"] is False
    assert "進行中" in text(client.get(address))
    complete(people, commands_view(number), "work", "佐久間")


def test_the_command_itself_refuses_others(people: People) -> None:
    deploy_waiting(WAITS, shared=KEYED)
    number = begun(people)
    with pytest.raises(NotAllowed):
        commands.suspend_instance(
            instance_id=number, rests=True, reason="調べる", seen_revision=1, actor=people.actor("三田村")
        )


def test_the_log_tells_everything_a_page_at_a_time(
    people: People, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "SHOWN", 4)
    deploy(("ask", STARTER), ("look", MANAGER), gateway="again = true")
    instance = start(people)
    for _round in range(3):
        complete(people, instance, "ask", "佐久間", again=True)
    client, address = visit("管理者"), f"/processes/operation/{instance.id}/"
    first = text(client.get(address))
    assert first.count('<td class="right num">') == 4
    assert "after=4" in first
    second = text(client.get(address + "?after=4"))
    assert '<td class="right num">5</td>' in second and '<td class="right num">4</td>' not in second
    narrowed = text(client.get(address + "?element=ask"))
    assert narrowed.count('<td class="right num">') == 3
    odd = text(client.get(address + "?element=ない&after=x"))
    assert odd.count('<td class="right num">') == 4


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    people: People, visit: Visit, rows: int, django_assert_num_queries: Any
) -> None:
    deploy_waiting(WAITS, shared=KEYED)
    for _ in range(rows):
        begun(people)
    client = visit("管理者")
    with django_assert_num_queries(QUERIES):
        shown = text(client.get("/processes/operation/"))
    assert shown.count('<a class="t"') == rows


QUERIES = 7
