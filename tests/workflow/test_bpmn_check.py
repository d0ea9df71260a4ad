"""The deploy-time check: each finding once, at its place, beside a twin that is right."""

from __future__ import annotations

import pytest

from tests.workflow.drawn import FOOT, HEAD, xml
from workflow.bpmn.check import check
from workflow.bpmn.model import Finding
from workflow.bpmn.parser import BESIDE, parse
from workflow.engine.nodes import supported
from workflow.engine.nodes.base import HARMLESS

pytestmark = pytest.mark.pure

PLAIN = xml("start > draft", "draft > end")
CHOICE = xml("start > gate", "gate > a if x > 1", "gate > b else", "a > end", "b > end")


def found(text: str) -> list[Finding]:
    """Everything the check finds; the reader itself has nothing to say."""
    result = parse(text.encode())
    assert result.definitions is not None and result.findings == ()
    return check(result.definitions)


def with_parts(parts: str, text: str = PLAIN) -> str:
    """The model with more inside its process."""
    return text.replace(FOOT, parts + "\n" + FOOT)


TASK, ON = '<userTask id="draft"/>', '<sequenceFlow id="on" sourceRef="draft" targetRef="{0}"/>'
END_OF_OTHER = '<endEvent id="end"/><sequenceFlow id="on" sourceRef="other" targetRef="end"/>'
DIAGRAM = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:t="urn:test">'
    '<di:BPMNPlane bpmnElement="process">\n'
    '<di:BPMNShape bpmnElement="t:{0}"/></di:BPMNPlane></di:BPMNDiagram></definitions>'
)
CONDITION = '<conditionExpression xsi:type="tFormalExpression">x &gt; 1</conditionExpression>'

# Code, level, what to replace in which model, the wrong one, the right one, where the finding stands (in the wrong one).
CASES: dict[str, tuple[str, str, str, str, str, str]] = {
    "double_id": (
        "error",
        PLAIN,
        FOOT,
        '<textAnnotation id="draft"/>' + FOOT,
        '<textAnnotation id="note"/>' + FOOT,
        "<textAnn",
    ),
    "drawn_nothing": (
        "warning",
        PLAIN,
        "</definitions>",
        DIAGRAM.format("gone"),
        DIAGRAM.format("draft"),
        "<di:BPMNShape",
    ),
    "one_start": (
        "error",
        CHOICE,
        "</process>",
        '<startEvent id="s2"/><sequenceFlow id="f2" sourceRef="s2" targetRef="a"/></process>',
        "</process>",
        "<process",
    ),
    "no_end": ("rule", xml("start > draft", "draft > other"), TASK, TASK, TASK + END_OF_OTHER, "<process"),
    "dangling": ("error", PLAIN, FOOT, ON.format("gone") + FOOT, ON.format("end") + FOOT, '<sequenceFlow id="on"'),
    "dangling_default": (
        "error",
        PLAIN,
        TASK,
        TASK.replace("/>", ' default="start_draft"/>'),
        TASK.replace("/>", ' default="draft_end"/>'),
        "<userTask",
    ),
    "dangling_flow": (
        "error",
        PLAIN,
        TASK,
        TASK.replace("/>", "><outgoing>gone</outgoing></userTask>"),
        TASK.replace("/>", "><outgoing>draft_end</outgoing></userTask>"),
        "<userTask",
    ),
    "flow_mismatch": (
        "warning",
        PLAIN,
        TASK,
        TASK.replace("/>", "><incoming>draft_end</incoming></userTask>"),
        TASK.replace("/>", "><incoming>start_draft</incoming></userTask>"),
        "<userTask",
    ),
    "condition_language": (
        "error",
        CHOICE,
        'xsi:type="tFormalExpression"',
        'xsi:type="tFormalExpression" language="urn:python"',
        'xsi:type="tFormalExpression" language="https://www.omg.org/spec/DMN/20191111/FEEL/"',
        "<conditionExpression",
    ),
    "default_condition": (
        "warning",
        CHOICE,
        'targetRef="b"></sequenceFlow>',
        f'targetRef="b">{CONDITION}</sequenceFlow>',
        'targetRef="b"></sequenceFlow>',
        '<sequenceFlow id="gate_b"',
    ),
    "condition": ("error", CHOICE, "x &gt; 1", "x == 1", "x = 1", "<conditionExpression"),
    "unreachable": (
        "warning",
        PLAIN,
        FOOT,
        '<userTask id="island"/>' + FOOT,
        '<userTask id="island"/><sequenceFlow id="bridge" sourceRef="draft" targetRef="island"/>' + FOOT,
        '<userTask id="island',
    ),
    "end_outgoing": (
        "error",
        PLAIN,
        FOOT,
        '<sequenceFlow id="on" sourceRef="end" targetRef="draft"/>' + FOOT,
        ON.format("end") + FOOT,
        "<endEvent",
    ),
    "start_incoming": (
        "error",
        PLAIN,
        FOOT,
        '<sequenceFlow id="on" sourceRef="draft" targetRef="start"/>' + FOOT,
        ON.format("end") + FOOT,
        "<startEvent",
    ),
    "gateway_dead": (
        "error",
        xml("start > gate", "start > end"),
        FOOT,
        FOOT,
        '<sequenceFlow id="on" sourceRef="gate" targetRef="end"/>' + FOOT,
        "<exclusiveGateway",
    ),
    "condition_missing": ("warning", CHOICE, CONDITION, "", CONDITION, '<sequenceFlow id="gate_a"'),
}


@pytest.mark.parametrize("code", CASES)
def test_each_finding_is_found_once_at_its_place_and_not_in_the_good_twin(code: str) -> None:
    level, base, part, wrong, right, at = CASES[code]
    assert base.count(part) == 1
    bad = base.replace(part, wrong)
    (finding,) = [finding for finding in found(bad) if finding.code == code]
    assert finding.level == level and finding.ja and finding.en
    before = bad[: bad.index(at)]
    assert (finding.line, finding.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert finding.element_id or code == "drawn_nothing"
    assert code not in codes(base.replace(part, right))


def codes(text: str) -> list[str]:
    return [finding.code for finding in found(text)]


def test_findings_that_come_with_others() -> None:
    assert codes('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>') == ["no_process"]
    assert codes(HEAD + FOOT) == ["one_start"]
    loose = xml("start > draft", "draft > end").replace("start_draft", "f").replace('sourceRef="start"', "")
    assert {"start_dead", "no_outgoing", "unreachable", "dangling"} <= set(codes(loose))
    empty = CHOICE.replace("x &gt; 1", "  ")
    assert sorted(codes(empty)) == ["condition_empty", "condition_missing", "expression_empty"]
    assert codes(xml("start > gate", "gate > end if x > 1")) == ["gateway_alone", "unknown_name"]


def test_a_finding_says_what_is_wrong_with_a_condition() -> None:
    (finding,) = found(CHOICE.replace("x &gt; 1", "申請額 = 100 円"))
    assert finding.ja == "流れ「gate_a」の条件: 11文字目「円」が読めません。"
    assert finding.en == "The condition of flow “gate_a”: Cannot read “円” at 11."
    declared = with_parts('<dataObject id="o" name="申請 額"/>', CHOICE.replace("x &gt; 1", "申請 額 &gt; 1"))
    assert found(declared) == []


def refused(text: str) -> list[Finding]:
    """What the engine cannot execute; rules of BPMN may be broken beside."""
    return [finding for finding in found(text) if finding.code == "unsupported"]


EVERYTHING_ELSE = ["adHocSubProcess", "transaction", "complexGateway", "choreographyTask", "inventedByUs"]


@pytest.mark.parametrize("tag", EVERYTHING_ELSE)
def test_what_the_engine_cannot_execute_is_refused_with_the_list_of_what_it_can(tag: str) -> None:
    (finding,) = refused(PLAIN.replace(TASK, f'<{tag} id="draft" name="処理"/>'))
    assert (finding.code, finding.element_id, finding.line, finding.column) == ("unsupported", "draft", 4, 1)
    able = (
        "boundaryEvent, businessRuleTask, callActivity, endEvent, eventBasedGateway, exclusiveGateway, inclusiveGateway, "
        "intermediateCatchEvent, intermediateThrowEvent, manualTask, parallelGateway, receiveTask, scriptTask, sendTask, "
        "serviceTask, startEvent, subProcess, task, userTask"
    )
    assert ", ".join(supported()) == able
    assert finding.ja == f"「処理」の「{tag}」は使えません。使えるのは {able} です。"
    assert finding.en == f"“{tag}” of “処理” is not supported. Supported: {able}."


def test_everything_unsupported_is_listed_not_only_the_first() -> None:
    text = PLAIN.replace(TASK, '<transaction id="draft"/>')
    text = text.replace('<endEvent id="end"/>', '<endEvent id="end"><cancelEventDefinition/></endEvent>')
    assert [(f.code, f.element_id) for f in refused(with_parts('<complexGateway id="g"/>', text))] == [
        ("unsupported", "draft"),
        ("unsupported", "end"),
        ("unsupported", "g"),
    ]


def test_what_lies_inside_a_refused_part_is_listed_too() -> None:
    inside = (
        '<transaction id="draft"><startEvent id="i"><outgoing>x</outgoing></startEvent>\n'
        '<complexGateway id="j" name="計算"><incoming>x</incoming></complexGateway>'
        '<sequenceFlow id="x" sourceRef="i" targetRef="j"/></transaction>'
    )
    assert [(f.element_id, f.line) for f in refused(PLAIN.replace(TASK, inside))] == [("draft", 4), ("j", 5)]


CHILDREN = [
    "timerEventDefinition",
    "messageEventDefinition",
    "script",
]


@pytest.mark.parametrize("child", CHILDREN)
def test_children_that_change_the_meaning_are_refused(child: str) -> None:
    (finding,) = refused(PLAIN.replace(TASK, f'<userTask id="draft">\n <{child}/></userTask>'))
    assert (finding.code, finding.element_id, finding.line, finding.column) == ("unsupported", "draft", 5, 2)
    assert f"「{child}」" in finding.ja


@pytest.mark.parametrize("child", sorted(HARMLESS - {"incoming", "outgoing"}))
def test_children_that_change_nothing_are_left_alone(child: str) -> None:
    assert found(PLAIN.replace(TASK, f'<userTask id="draft"><{child}/></userTask>')) == []


def test_children_of_other_vocabularies_are_left_alone() -> None:
    assert found(PLAIN.replace(TASK, '<userTask id="draft"><o:form xmlns:o="urn:o"/></userTask>')) == []
    assert found(with_parts('<o:thing xmlns:o="urn:o" id="thing"/>')) == []


@pytest.mark.parametrize(
    ("attribute", "plain"),
    [('startQuantity="2"', "1"), ('completionQuantity="0"', "1"), ('isForCompensation="true"', "false")],
)
def test_attributes_that_change_the_meaning_are_refused(attribute: str, plain: str) -> None:
    (finding,) = refused(PLAIN.replace(TASK, f'<userTask id="draft" {attribute}/>'))
    assert finding.code == "unsupported" and attribute in finding.ja
    harmless = f'{attribute.partition("=")[0]}="{plain}"'
    assert found(PLAIN.replace(TASK, f'<userTask id="draft" {harmless}/>')) == []


@pytest.mark.parametrize("part", sorted(BESIDE - {"sequenceFlow"}))
def test_what_stands_beside_the_flow_is_left_alone(part: str) -> None:
    assert found(with_parts(f'<{part} id="beside"/>')) == []


def test_an_unknown_part_without_an_id_is_refused_once() -> None:
    result = parse(with_parts("<inventedByUs/>").encode())
    assert result.definitions is not None
    assert [f.code for f in result.findings] == ["no_id"]
    assert [f.code for f in check(result.definitions)] == ["unsupported"]


def test_findings_stand_in_the_order_of_the_file() -> None:
    text = with_parts('<userTask id="island"/>\n<userTask id="island"/>', PLAIN.replace('"end"></seq', '"gone"></seq'))
    lines = [finding.line for finding in found(text)]
    assert lines == sorted(lines) and len(lines) >= 3


def test_two_processes_are_checked_each() -> None:
    second = '<process id="second"><startEvent id="s"/></process>'
    text = PLAIN.replace("</definitions>", second + "</definitions>")
    assert codes(text) == ["no_end", "start_dead"]
