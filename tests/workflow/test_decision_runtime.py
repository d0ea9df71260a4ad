"""What a business rule task gets from deployed decisions: the version it asks for, in the shape it wants, with reasons."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from tests.workflow.decided import RANKS, dmn, table
from tests.workflow.people import HEAD, MANAGER, SYSTEM, People, deploy
from workflow import commands
from workflow.bpmn.model import Element
from workflow.bpmn.parser import parse
from workflow.engine.nodes.base import Trouble
from workflow.models import ProcessDefinition
from workflow.runtime.decisions import decide_for

ONE = (("< 100", '"少"', "少額"), ("-", '"多"'))
TWO_OUT = (("区分", "string"), ("日数", "number"))


def task(attributes: str = "", *, key: str = "rank", prefix: str = "camunda") -> Element:
    """A business rule task as the parser reads it."""
    head = HEAD.replace("<bpmn:definitions", '<bpmn:definitions xmlns:operaton="http://operaton.org/schema/1.0/bpmn"')
    head = head.replace("<bpmn:definitions", '<bpmn:definitions xmlns:activiti="http://activiti.org/bpmn"')
    said = f'{prefix}:decisionRef="{escape(key)}" {prefix}:resultVariable="r" ' + attributes.replace("@", f"{prefix}:")
    xml = (
        head
        + f'<bpmn:process id="p"><bpmn:businessRuleTask id="t" name="区分け" {said}/></bpmn:process></bpmn:definitions>'
    )
    found = parse(xml.encode()).definitions
    assert found is not None
    return found.processes[0].elements["t"]


def put(*decisions: str) -> None:
    commands.deploy_decisions(xml=dmn(*decisions), actor=SYSTEM)


def ask(attributes: str = "", /, *, of: ProcessDefinition | None = None, key: str = "rank", **variables: Any) -> Any:
    return decide_for(of)(task(attributes, key=key), variables).value


def trouble(attributes: str = "", /, **variables: Any) -> Trouble:
    with pytest.raises(Trouble) as found:
        ask(attributes, **variables)
    assert found.value.ja and found.value.en
    return found.value


def deployed_process() -> ProcessDefinition:
    return ProcessDefinition.objects.get(pk=deploy(("look", MANAGER)).id)


ENTRY = '@mapDecisionResult="singleEntry" '


@pytest.mark.parametrize("prefix", ["camunda", "operaton", "activiti"])
def test_the_newest_answers_unless_the_model_says_otherwise(people: People, prefix: str) -> None:
    put(table([("-", '"一"')]))
    put(table([("-", '"二"')]))
    for binding in ("", '@decisionRefBinding="latest"'):
        answer = decide_for(None)(task(ENTRY + binding, prefix=prefix), {"金額": 1})
        assert (answer.value, answer.version) == ("二", 2)


def test_a_version_is_asked_by_its_number(people: People) -> None:
    put(table([("-", '"一"')]))
    put(table([("-", '"二"')]))
    assert ask(ENTRY + '@decisionRefBinding="version" @decisionRefVersion="1"') == "一"
    for wrong in ("3", "", "x", "-1", "99999999999"):
        assert trouble(f'@decisionRefBinding="version" @decisionRefVersion="{wrong}"').code == "no_decision"


def test_a_version_is_asked_by_its_tag_and_the_newest_with_it_answers(people: People) -> None:
    put(table([("-", '"一"')], tag="令和6年度"))
    put(table([("-", '"二"')], tag="令和6年度"))
    put(table([("-", '"三"')], tag="令和7年度"))
    assert ask(ENTRY + '@decisionRefBinding="versionTag" @decisionRefVersionTag="令和6年度"') == "二"
    for wrong in ("令和8年度", ""):
        assert trouble(f'@decisionRefBinding="versionTag" @decisionRefVersionTag="{wrong}"').code == "no_decision"


def test_the_version_of_the_deployment_is_the_one_that_stood_when_the_process_was_deployed(
    people: People, at_office: time_machine.Coordinates
) -> None:
    before = deployed_process()
    at_office.shift(dt.timedelta(hours=1))
    put(table([("-", '"一"')]))
    at_office.shift(dt.timedelta(hours=1))
    deploy(("ask", MANAGER), ("look", MANAGER))
    after = ProcessDefinition.objects.latest("version")
    at_office.shift(dt.timedelta(hours=1))
    put(table([("-", '"二"')]))
    binding = ENTRY + '@decisionRefBinding="deployment"'
    assert (ask(binding, of=after), ask(ENTRY, of=after), ask(binding)) == ("一", "二", "二")
    assert trouble(binding, of=before).code == "no_decision"


def test_what_is_not_there_or_not_known_is_told(people: People) -> None:
    assert trouble().code == "no_decision"
    put(table(RANKS))
    assert trouble('@decisionRefBinding="newest"').code == "decision_binding"
    assert trouble('@mapDecisionResult="anything"', 金額=1).code == "decision_result"
    assert trouble(key="=1 +").code == "decision_reference"


def test_the_name_of_the_decision_may_be_an_expression(people: People) -> None:
    put(table([("-", '"一"')]))
    assert ask(ENTRY, key='="ra" + suffix', suffix="nk") == "一"


POLICY_CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # one result of one output
    ("singleEntry", {"rules": ONE}, {"value": "少"}),
    ("singleResult", {"rules": ONE}, {"value": {"区分": "少"}}),
    ("collectEntries", {"rules": ONE}, {"value": ["少"]}),
    ("resultList", {"rules": ONE}, {"value": [{"区分": "少"}]}),
    ("", {"rules": ONE}, {"value": [{"区分": "少"}]}),
    # one result of two outputs
    ("singleEntry", {"rules": [("-", '"少"', "3")], "outputs": TWO_OUT}, {"code": "decision_result"}),
    ("singleResult", {"rules": [("-", '"少"', "3")], "outputs": TWO_OUT}, {"value": {"区分": "少", "日数": 3}}),
    ("collectEntries", {"rules": [("-", '"少"', "3")], "outputs": TWO_OUT}, {"code": "decision_result"}),
    ("resultList", {"rules": [("-", '"少"', "3")], "outputs": TWO_OUT}, {"value": [{"区分": "少", "日数": 3}]}),
    # two results
    ("singleEntry", {"rules": ONE, "policy": "COLLECT"}, {"code": "decision_result"}),
    ("singleResult", {"rules": ONE, "policy": "RULE ORDER"}, {"code": "decision_result"}),
    ("collectEntries", {"rules": ONE, "policy": "RULE ORDER"}, {"value": ["少", "多"]}),
    ("resultList", {"rules": ONE, "policy": "COLLECT"}, {"value": [{"区分": "少"}, {"区分": "多"}]}),
    # no result
    ("singleEntry", {"rules": [("> 100", '"多"')]}, {"value": None}),
    ("singleResult", {"rules": [("> 100", '"多"')]}, {"value": None}),
    ("collectEntries", {"rules": [("> 100", '"多"')], "policy": "COLLECT"}, {"value": []}),
    ("resultList", {"rules": [("> 100", '"多"')]}, {"value": []}),
    # aggregations
    *(
        (
            "singleEntry",
            {
                "rules": [("-", "3"), ("< 100", "4")],
                "outputs": [("日数", "number")],
                "policy": "COLLECT",
                "more": f'aggregation="{how}"',
            },
            {"value": value},
        )
        for how, value in (("SUM", 7), ("MIN", 3), ("MAX", 4), ("COUNT", 2))
    ),
    (
        "singleEntry",
        {"rules": [("> 100", "1")], "outputs": [("日数", "number")], "policy": "C", "more": 'aggregation="COUNT"'},
        {"value": 0},
    ),
    (
        "resultList",
        {"rules": [("> 100", "1")], "outputs": [("日数", "number")], "policy": "C", "more": 'aggregation="SUM"'},
        {"value": [{"日数": None}]},
    ),
    # what contradicts the hit policy
    ("singleEntry", {"rules": ONE, "policy": "UNIQUE"}, {"code": "hit_policy_violated"}),
    ("singleEntry", {"rules": ONE, "policy": "ANY"}, {"code": "hit_policy_violated"}),
    ("singleEntry", {"rules": [("1", '"同"'), ("-", '"同"')], "policy": "ANY"}, {"value": "同"}),
    ("singleEntry", {"rules": [("-", "")]}, {"value": None}),
]


@pytest.mark.parametrize(("wanted", "drawn", "expected"), POLICY_CASES)
def test_results_come_in_the_shape_the_model_wants(
    people: People, wanted: str, drawn: dict[str, Any], expected: dict[str, Any]
) -> None:
    put(table(**drawn))
    attributes = f'@mapDecisionResult="{wanted}"' if wanted else ""
    if "code" in expected:
        assert trouble(attributes, 金額=1).code == expected["code"]
    else:
        assert ask(attributes, 金額=1) == expected["value"]


def test_expressions_and_contexts_are_results_too(people: People) -> None:
    put(
        '<decision id="rank" name="税込"><literalExpression><text>金額 * 1.1</text></literalExpression></decision>',
        '<decision id="both" name="両方"><context><contextEntry><variable name="a"/><literalExpression><text>1</text>'
        "</literalExpression></contextEntry></context></decision>",
    )
    assert ask(ENTRY, 金額=100) == 110
    assert ask(金額="0.1") == [{"税込": None}]
    assert ask('@mapDecisionResult="singleResult"', key="both") == {"a": 1}


def test_required_decisions_are_read_by_their_name_or_by_the_name_of_their_output(people: People) -> None:
    season = table(
        [("[4..9]", '"夏"'), ("-", '"冬"')],
        key="season",
        name="季節",
        inputs=[("月", "number")],
        outputs=[("時季", "string")],
    )
    for name in ("季節", "時季"):
        put(season, table([('"夏"', '"軽装"'), ("-", '"通常"')], inputs=[(name, "string")], needs=["season"]))
        assert [ask(ENTRY, 月=month) for month in (7, 12)] == ["軽装", "通常"]


def test_texts_become_what_a_column_asks_for(people: People) -> None:
    put(table([('>= date("2026-04-01")', '"新"'), ("-", '"旧"')], inputs=[("契約日", "date")]))
    assert [ask(ENTRY, 契約日=day) for day in ("2026-04-01", "2026-03-31", "いつか")] == ["新", "旧", "旧"]
    put(table(ONE))
    assert [ask(ENTRY, 金額=amount) for amount in ("99.9", 100, 99.5)] == ["少", "多", "少"]


@pytest.mark.parametrize("foreign", ["double", "integer", "long"])
def test_numbers_are_numbers_under_the_names_of_camunda_too(people: People, foreign: str) -> None:
    put(table(RANKS, inputs=[("金額", foreign)]))
    assert [ask(ENTRY, 金額=amount) for amount in (999_999, "1000000", 20_000_000)] == ["課長", "部長", "市長"]


def test_days_come_out_as_json_has_them(people: People) -> None:
    put(table([("-", 'date("2026-04-01")')], outputs=[("期限", "date")]))
    assert ask(ENTRY, 金額=1) == "2026-04-01"


def test_the_trace_tells_inputs_rules_and_outputs(people: People) -> None:
    put(table(RANKS))
    answer = decide_for(None)(task(ENTRY), {"金額": 800_000})
    assert answer.trace == {
        "decision": "rank",
        "name": "決裁区分",
        "version": 1,
        "tables": [
            {
                "table": "rank",
                "name": "決裁区分",
                "policy": "FIRST",
                "inputs": [{"name": "金額", "value": 800_000}],
                "rules": [
                    {"number": 1, "outputs": [{"name": "区分", "text": '"課長"'}], "annotations": ["百万円未満"]}
                ],
                "result": "課長",
            }
        ],
        "result": "課長",
    }


def test_the_trace_tells_every_rule_that_counts(people: People) -> None:
    put(table(RANKS, policy="RULE ORDER"))
    trace = decide_for(None)(task(), {"金額": 800_000}).trace
    assert [rule["number"] for rule in trace["tables"][0]["rules"]] == [1, 3]


def test_a_decision_that_takes_too_long_is_trouble(people: People) -> None:
    put(
        '<decision id="rank" name="長い"><literalExpression><text>count(for i in 1..3000, j in 1..3000 return i)</text>'
        "</literalExpression></decision>"
    )
    assert trouble().code == "decision_failed"


def test_a_model_is_read_once(people: People, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    put(table(RANKS))
    ask(金額=1)
    with django_assert_num_queries(1):
        ask(金額=1)
