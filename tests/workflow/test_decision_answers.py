"""What a decision answered a process is kept as it was said, shown to those who read the process, and never changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.workflow.decided import RANKS, dmn, table
from tests.workflow.happening_models import START, deploy, flows
from tests.workflow.people import SYSTEM, People
from workflow import commands
from workflow.models import DecisionAnswer

pytestmark = pytest.mark.usefixtures("at_office")
RULE = (
    START
    + '<bpmn:businessRuleTask id="rank" name="区分を決める" camunda:decisionRef="rank" camunda:resultVariable="区分" '
    + 'camunda:mapDecisionResult="singleEntry"/>'
    + flows("start>rank", "rank>done")
)


def asked(people: People, amount: int) -> int:
    commands.deploy_decisions(xml=dmn(table(RANKS)), actor=SYSTEM)
    deploy(RULE)
    made = commands.start_instance(
        key="waits", title="封筒", business_key="", variables={"金額": amount}, actor=people.actor("佐久間")
    )
    return made.id


def page(client: Client, number: int) -> str:
    return " ".join(client.get(f"/processes/bpmn/{number}/").content.decode().split())


def test_the_answer_is_kept_with_its_reasons(people: People) -> None:
    number = asked(people, 800_000)
    kept = DecisionAnswer.objects.get()
    assert (kept.instance_id, kept.element_name, kept.decision, kept.version) == (number, "区分を決める", "rank", 1)
    assert kept.trace["result"] == "課長"
    assert [rule["number"] for rule in kept.trace["tables"][0]["rules"]] == [1]
    assert kept.instance.variables[next(iter(kept.instance.variables))]["区分"] == "課長"


def test_people_who_read_the_process_read_why(people: People, visit: Callable[[str], Client]) -> None:
    number = asked(people, 800_000)
    shown = page(visit("佐久間"), number)
    assert "判断表の答え" in shown and "<b>区分を決める</b> 課長" in shown
    assert "<dt>金額</dt><dd>800,000</dd>" in shown
    assert "規則1が当たり" in shown and "百万円未満" in shown
    assert 'href="/definitions/decisions/rank/1/"' in shown
    assert visit("森脇").get(f"/processes/bpmn/{number}/").status_code == 404
    operator = " ".join(visit("管理者").get(f"/processes/operation/{number}/").content.decode().split())
    assert "800,000" not in operator and "判断表の答え" not in operator


def test_a_later_version_changes_nothing_of_what_was_said(people: People, visit: Callable[[str], Client]) -> None:
    number = asked(people, 800_000)
    commands.deploy_decisions(xml=dmn(table((("-", '"市長"', "すべて"),))), actor=SYSTEM)
    shown = page(visit("佐久間"), number)
    assert "課長" in shown and "市長" not in shown.split("判断表の答え")[1].split("流れの図")[0]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE workflow_decisionanswer SET trace = '{}'", "DELETE FROM workflow_decisionanswer"],
)
def test_the_database_itself_refuses_changes(people: People, statement: str) -> None:
    asked(people, 20_000_000)
    before = list(DecisionAnswer.objects.values())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(DecisionAnswer.objects.values()) == before and before[0]["trace"]["result"] == "市長"
