"""The page of a process tells what it waits for besides people: times, messages, signals, machines; and that it rests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.workflow.happening_models import MESSAGE, NOBODY, START, TIMER, deploy, flows
from tests.workflow.people import People, start
from workflow import commands
from workflow.commands import machines
from workflow.models import MachineWork, ProcessInstance

pytestmark = pytest.mark.usefixtures("at_office")
KEYED = MESSAGE.format('kessai:correlationKey="番号"')
RECEIVES = (
    START + '<bpmn:receiveTask id="later" name="届くのを待つ" messageRef="m"/>' + flows("start>later", "later>done")
)
TIMED = (
    START
    + f'<bpmn:userTask id="work" {NOBODY}/><bpmn:boundaryEvent id="edge" name="督促" attachedToRef="work">'
    + TIMER.format("PT2H")
    + "</bpmn:boundaryEvent>"
    + flows("start>work", "work>end", "edge>done")
)
OUTSIDE = (
    START
    + '<bpmn:serviceTask id="scan" name="読み取る" camunda:type="external" camunda:topic="ocr"/>'
    + flows("start>scan", "scan>done")
)
HEADING = "人の作業のほかに待っているもの"


def page(client: Client, instance_id: int) -> str:
    return " ".join(client.get(f"/processes/bpmn/{instance_id}/").content.decode().split())


def test_a_time_is_shown_with_its_day(people: People, visit: Callable[[str], Client]) -> None:
    deploy(TIMED)
    shown = page(visit("佐久間"), start(people, key="waits").id)
    assert HEADING in shown
    assert "<b>督促</b>" in shown and "2025/11/11 11:40 を待っています" in shown


def test_a_message_is_shown_with_its_key_to_those_who_take_part(
    people: People, visit: Callable[[str], Client], django_assert_num_queries: Any
) -> None:
    deploy(RECEIVES, shared=KEYED)
    one = start(people, key="waits", 番号="秘-7")
    assert "メッセージ「届いた」(秘-7)を待っています" in page(visit("佐久間"), one.id)
    assert "開いている作業はありません" not in page(visit("佐久間"), one.id)
    assert visit("森脇").get(f"/processes/bpmn/{one.id}/").status_code == 404


def test_a_machine_is_shown_with_its_tries_and_what_went_wrong(people: People, visit: Callable[[str], Client]) -> None:
    deploy(OUTSIDE)
    instance = start(people, key="waits")
    assert "機械の作業「ocr」を待っています" in page(visit("佐久間"), instance.id)
    work = MachineWork.objects.get()
    machines.fail_work(work_id=work.pk, problem="紙が詰まりました", left=0, actor=_machine())
    shown = page(visit("佐久間"), instance.id)
    assert "機械の作業「ocr」が失敗しました" in shown and "紙が詰まりました" in shown
    operator = page(visit("管理者"), instance.id)
    assert "機械の作業「ocr」が失敗しました" in operator


def test_what_rests_says_so_until_it_goes_on(people: People, visit: Callable[[str], Client]) -> None:
    deploy(TIMED)
    instance = start(people, key="waits")
    for rests, word in ((True, "休止中"), (False, "進行中")):
        commands.suspend_instance(
            instance_id=instance.id,
            rests=rests,
            reason="調べる" if rests else "",
            seen_revision=ProcessInstance.objects.get().revision,
            actor=people.actor("管理者"),
        )
        assert f">{word}</span>" in page(visit("佐久間"), instance.id)


@pytest.mark.parametrize("waits", [1, 3])
def test_it_costs_the_same_for_one_and_three(
    people: People, visit: Callable[[str], Client], waits: int, django_assert_num_queries: Any
) -> None:
    edges = "".join(
        f'<bpmn:boundaryEvent id="e{n}" attachedToRef="work">{TIMER.format("PT2H")}</bpmn:boundaryEvent>'
        + flows(f"e{n}>done")
        for n in range(waits)
    )
    deploy(START + f'<bpmn:userTask id="work" {NOBODY}/>{edges}' + flows("start>work", "work>end"))
    instance, client = start(people, key="waits"), visit("佐久間")
    with django_assert_num_queries(QUERIES):
        shown = page(client, instance.id)
    assert shown.count("を待っています") == waits


QUERIES = 14  # as of any process: test_pages.py names them


def _machine() -> Any:
    from config.commands import system_actor

    return system_actor("test-machine")
