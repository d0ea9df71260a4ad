"""Decision models: reading, the graph, services, imports, types, problems, and what the trace tells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from workflow.dmn.decisions import Decisions, Unknown
from workflow.dmn.model import Trace
from workflow.dmn.reader import MAX_BYTES, read_model

pytestmark = pytest.mark.pure

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(inside: str, *, namespace: str = "urn:city", imports: str = "") -> bytes:
    return (
        f'<definitions xmlns="{DMN}" id="d" name="m" namespace="{namespace}">{imports}{inside}</definitions>'.encode()
    )


def ready(inside: str) -> Decisions:
    decisions = Decisions(read_model(model(inside)))
    assert decisions.problems == ()
    return decisions


def literal(text: str, kind: str = "") -> str:
    return f"<literalExpression{f' typeRef={kind!r}' if kind else ''}><text>{text}</text></literalExpression>"


def decision(name: str, logic: str, *, needs: str = "", kind: str = "") -> str:
    variable = f'<variable name="{name}" typeRef="{kind}"/>' if kind else f'<variable name="{name}"/>'
    return f'<decision id="{name}" name="{name}">{variable}{needs}{logic}</decision>'


def given(name: str, kind: str = "") -> str:
    return f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'


def needs(*names: str, what: str = "requiredInput") -> str:
    return "".join(f'<informationRequirement><{what} href="#{name}"/></informationRequirement>' for name in names)


def knows(name: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{name}"/></knowledgeRequirement>'


def test_a_decision_reads_what_it_requires_and_nothing_else() -> None:
    decisions = ready(
        given("契約 金額", "number")
        + given("税率", "number")
        + decision("税", literal("契約 金額 * 税率"), needs=needs("契約 金額", "税率"))
        + decision("総額", literal("契約 金額 + 税"), needs=needs("契約 金額") + needs("税", what="requiredDecision"))
        + decision("隠れ", literal("税率"))
    )
    assert decisions.evaluate("総額", {"契約 金額": 1000, "税率": Decimal("0.1")}) == Decimal("1100")
    assert decisions.evaluate("隠れ", {"税率": 1}) is None
    assert decisions.evaluate("総額", {"契約 金額": "千"}) is None
    with pytest.raises(Unknown):
        decisions.evaluate("無い", {})


def test_functions_of_the_model_are_called_by_place_and_by_name() -> None:
    function = (
        '<businessKnowledgeModel id="加算" name="加算"><encapsulatedLogic><formalParameter name="a" typeRef="number"/>'
        f'<formalParameter name="b" typeRef="number"/>{literal("a + b")}</encapsulatedLogic></businessKnowledgeModel>'
    )
    invocation = (
        f"<invocation>{literal('加算')}<binding><parameter name='b'/>{literal('1')}</binding>"
        f"<binding><parameter name='a'/>{literal('2')}</binding></invocation>"
    )
    decisions = ready(
        function
        + decision("x", literal("加算(1, 2)"), needs=knows("加算"))
        + decision("y", invocation, needs=knows("加算"))
        + decision("z", literal('加算("1", 2)'), needs=knows("加算"))
    )
    assert [decisions.evaluate(name, {}) for name in "xyz"] == [Decimal(3), Decimal(3), None]


def test_a_service_takes_its_inputs_and_hides_the_rest() -> None:
    service = (
        '<decisionService id="s" name="s"><outputDecision href="#out"/><inputDecision href="#mid"/>'
        '<inputData href="#入"/></decisionService>'
    )
    decisions = ready(
        given("入", "number")
        + decision("mid", literal("入 * 100"), needs=needs("入"), kind="number")
        + decision("out", literal("入 + mid"), needs=needs("入") + needs("mid", what="requiredDecision"))
        + decision("call", literal("s(1, 2)"), needs=knows("s"))
        + service
    )
    assert decisions.serve("s", {"入": 1, "mid": 5}) == 6
    assert decisions.serve("s", {"入": 1, "mid": "5"}) is None
    assert decisions.evaluate("call", {}) == 3
    assert decisions.evaluate("out", {"入": 1}) == 101


def test_boxes_of_every_kind() -> None:
    context = (
        f"<context><contextEntry><variable name='a b'/>{literal('2')}</contextEntry>"
        f"<contextEntry><variable name='c' typeRef='string'/>{literal('a b')}</contextEntry>"
        f"<contextEntry>{literal('[a b, c]')}</contextEntry></context>"
    )
    relation = (
        "<relation><column name='職'/><column name='額'/>"
        f"<row>{literal('&quot;部長&quot;')}{literal('10')}</row></relation>"
    )
    decisions = ready(
        decision("context", context)
        + decision("relation", relation)
        + decision("list", f"<list>{literal('1')}{literal('2')}</list>")
        + decision(
            "for", f"<for iteratorVariable='i'><in>{literal('[1, 2]')}</in><return>{literal('i + 1')}</return></for>"
        )
        + decision(
            "some",
            f"<some iteratorVariable='i'><in>{literal('[1, 2]')}</in><satisfies>{literal('i = 2')}</satisfies></some>",
        )
        + decision("filter", f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item &gt; 1')}</match></filter>")
        + decision(
            "if",
            f"<conditional><if>{literal('1 = 2')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
        )
        + decision("倍", f"<functionDefinition><formalParameter name='x'/>{literal('x * 2')}</functionDefinition>")
        + decision("called", literal("倍(4)"), needs=needs("倍", what="requiredDecision"))
    )
    values = {
        name: decisions.evaluate(name, {})
        for name in ("context", "relation", "list", "for", "some", "filter", "if", "called")
    }
    assert values == {
        "context": [2, None],
        "relation": [{"職": "部長", "額": 10}],
        "list": [1, 2],
        "for": [2, 3],
        "some": True,
        "filter": [2, 3],
        "if": 2,
        "called": 8,
    }


PERSON = (
    '<itemDefinition name="人"><itemComponent name="氏 名"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="級"><typeRef>number</typeRef><allowedValues><text>[1..5]</text></allowedValues></itemComponent>'
    '</itemDefinition><itemDefinition name="人々" isCollection="true"><typeRef>人</typeRef></itemDefinition>'
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"氏 名": "白井", "級": 3}, "白井"),
        ([{"氏 名": "白井", "級": 3}], "白井"),
        ({"氏 名": "白井", "級": 9}, None),
        ({"氏 名": "白井"}, None),
        ("白井", None),
    ],
)
def test_values_are_fitted_to_the_types_of_the_model(value: Any, expected: Any) -> None:
    decisions = ready(PERSON + given("p", "人") + decision("x", literal("p.氏 名"), needs=needs("p")))
    assert decisions.evaluate("x", {"p": value}) == expected


def test_one_value_is_a_list_where_a_list_is_asked_for() -> None:
    decisions = ready(PERSON + given("p", "人々") + decision("x", literal("p.氏 名"), needs=needs("p")))
    assert decisions.evaluate("x", {"p": {"氏 名": "白井", "級": 3}}) == ["白井"]
    tested = ready(PERSON + given("p") + decision("x", literal("p instance of 人"), needs=needs("p")))
    assert tested.evaluate("x", {"p": {"氏 名": "白井", "級": 3}}) is True
    assert tested.evaluate("x", {"p": {"氏 名": 1, "級": 3}}) is False


def test_an_imported_model_stands_under_its_name() -> None:
    below = Decisions(
        read_model(
            model(given("税率", "number") + decision("倍", literal("税率 * 2"), needs=needs("税率")), namespace="urn:b")
        )
    )
    imports = f'<import name="下" namespace="urn:b" importType="{DMN}"/>'
    reference = '<informationRequirement><requiredDecision href="urn:b#倍"/></informationRequirement>'
    above = Decisions(
        read_model(model(decision("x", literal("下.倍 + 1"), needs=reference), imports=imports)), {"urn:b": below}
    )
    assert above.problems == ()
    assert above.evaluate("x", {}, foreign={("urn:b", "税率"): 3}) == 7
    alone = Decisions(read_model(model(decision("x", literal("下.倍 + 1"), needs=reference), imports=imports)))
    assert [problem.code for problem in alone.problems] == ["dangling"]


def test_now_is_what_the_caller_says() -> None:
    decisions = ready(decision("x", literal("today()")))
    moment = dt.datetime(2026, 4, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    assert decisions.evaluate("x", {}, now=moment) == dt.date(2026, 4, 1)
    assert decisions.evaluate("x", {}) is None


def test_a_circle_and_a_flood_end() -> None:
    circle = ready(
        decision("a", literal("b"), needs=needs("b", what="requiredDecision"))
        + decision("b", literal("a"), needs=needs("a", what="requiredDecision"))
    )
    assert circle.evaluate("a", {}) is None
    flood = ready(decision("x", literal("for i in 1..1000 return for j in 1..1000 return for k in 1..9 return 1")))
    trace = Trace()
    assert flood.evaluate("x", {}, trace=trace) is None
    assert [problem.code for problem in trace.problems] == ["bound"] and "多すぎ" in trace.problems[0].ja


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"<a/>", "not_dmn"),
        (b"<definitions", "not_xml"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>', "doctype"),
        (b'<?xml version="1.0" encoding="utf-7"?><definitions/>', "encoding"),
        (b" " * (MAX_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_decision_model_is_refused(xml: bytes, code: str) -> None:
    assert [problem.code for problem in read_model(xml).problems] == [code]


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (decision("x", literal("1 +")), "feel"),
        (decision("x", literal("無い(1)")), "feel"),
        (decision("x", literal("1"), needs=needs("無い")), "dangling"),
        (decision("x", literal("1")) + decision("x", literal("2")).replace('id="x"', 'id="y"'), "twice"),
        (
            '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic kind="Java"/></businessKnowledgeModel>',
            "external",
        ),
        ("<decision/>", "no_id"),
    ],
)
def test_what_is_wrong_in_a_model_is_told(inside: str, code: str) -> None:
    problems = Decisions(read_model(model(inside))).problems
    assert [problem.code for problem in problems] == [code]
    assert problems[0].ja and problems[0].en and problems[0].line == 1
