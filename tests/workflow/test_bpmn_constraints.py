"""The rules of BPMN: each breach is found at its element and line, and its lawful twin breaks none."""

from __future__ import annotations

import pytest

from workflow.bpmn.constraints import violations
from workflow.bpmn.model import Finding
from workflow.bpmn.parser import parse

pytestmark = pytest.mark.pure

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:t">\n'
)
START = '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
END = '<sequenceFlow id="g" sourceRef="t" targetRef="e"/><endEvent id="e"/>'
TASK = '<userTask id="t"/>'
EVENT = '<startEvent id="s">{0}</startEvent><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
BOUNDARY = '<boundaryEvent id="b" attachedToRef="t"{1}>{0}</boundaryEvent>'
ON = '<sequenceFlow id="h" sourceRef="b" targetRef="e"/>'
BRANCH = (
    '<sequenceFlow id="g1" sourceRef="x" targetRef="t1"/><sequenceFlow id="g2" sourceRef="x" targetRef="t2"/>'
    '<userTask id="t1"/><userTask id="t2"/><sequenceFlow id="k1" sourceRef="t1" targetRef="e"/>'
    '<sequenceFlow id="k2" sourceRef="t2" targetRef="e"/><endEvent id="e"/>'
)
TO_X = '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="x"/>'
ITEMS = '<itemDefinition id="i1" structureRef="A"/><itemDefinition id="i2" structureRef="B" isCollection="true"/>'
POOLS = (
    '<collaboration id="c"><participant id="p1" processRef="p"/><participant id="p2"/>'
    '<messageFlow id="m" sourceRef="{0}" targetRef="{1}"/></collaboration>'
)
IO = '<userTask id="t"><ioSpecification>{0}</ioSpecification></userTask>'
TIME = '<timerEventDefinition id="td"><{0} xsi:type="tFormalExpression">{1}</{0}></timerEventDefinition>'
OVER = '<textAnnotation id="a"/><association id="as" sourceRef="t" targetRef="a"/>'


def process(inside: str) -> str:
    """A process that is executed, one line below the root."""
    return f'<process id="p" isExecutable="true">{inside}</process>'


def line(task: str = TASK) -> str:
    """start > t > end."""
    return process(START + task + END)


# Code, the element that is named, what is wrong, what is right.  All stands in the second line of the file.
CASES: list[tuple[str, str, str, str]] = [
    (
        "flow_end",
        "f2",
        process(OVER + START + TASK + '<sequenceFlow id="f2" sourceRef="t" targetRef="a"/>' + END),
        line(),
    ),
    ("no_end", "p", process(START + TASK), line()),
    (
        "no_incoming",
        "u",
        process(START + TASK + END + '<userTask id="u"/><sequenceFlow id="v" sourceRef="u" targetRef="e"/>'),
        line(),
    ),
    (
        "no_outgoing",
        "u",
        process(START + TASK + END + '<userTask id="u"/><sequenceFlow id="v" sourceRef="t" targetRef="u"/>'),
        line(),
    ),
    (
        "flow_into_start",
        "s",
        process(START + TASK + END + '<sequenceFlow id="v" sourceRef="t" targetRef="s"/>'),
        line(),
    ),
    ("flow_from_end", "e", process(START + TASK + END + '<sequenceFlow id="v" sourceRef="e" targetRef="t"/>'), line()),
    (
        "immediate",
        "g",
        line().replace('id="g"', 'id="g" isImmediate="false"'),
        line().replace('id="g"', 'id="g" isImmediate="true"'),
    ),
    (
        "flow_unlisted",
        "t",
        line('<userTask id="t"><incoming>f</incoming></userTask>'),
        line('<userTask id="t"><incoming>f</incoming><outgoing>g</outgoing></userTask>')
        .replace('id="s"/>', 'id="s"><outgoing>f</outgoing></startEvent>')
        .replace('id="e"/>', 'id="e"><incoming>g</incoming></endEvent>'),
    ),
    ("default_elsewhere", "t", line('<userTask id="t" default="f"/>'), line('<userTask id="t" default="g"/>')),
    (
        "condition_alone",
        "g",
        line().replace(
            'targetRef="e"/>',
            'targetRef="e"><conditionExpression xsi:type="tFormalExpression">x</conditionExpression></sequenceFlow>',
        ),
        line(),
    ),
    (
        "gateway_direction",
        "x",
        process(TO_X + '<exclusiveGateway id="x" gatewayDirection="Converging"/>' + BRANCH),
        process(TO_X + '<exclusiveGateway id="x" gatewayDirection="Diverging"/>' + BRANCH),
    ),
    ("gateway_alone", "t", line('<exclusiveGateway id="t"/>'), process(TO_X + '<exclusiveGateway id="x"/>' + BRANCH)),
    (
        "event_gateway_target",
        "t1",
        process(TO_X + '<eventBasedGateway id="x"/>' + BRANCH),
        process(TO_X + '<eventBasedGateway id="x"/>' + BRANCH.replace("userTask", "receiveTask")),
    ),
    (
        "event_kind",
        "s",
        process(EVENT.format("<terminateEventDefinition/>") + TASK + END),
        process(EVENT.format('<signalEventDefinition id="sd"/>') + TASK + END),
    ),
    (
        "cancel_end",
        "e",
        line().replace('id="e"/>', 'id="e"><cancelEventDefinition/></endEvent>'),
        line().replace('id="e"/>', 'id="e"><terminateEventDefinition/></endEvent>'),
    ),
    (
        "always_interrupts",
        "b",
        process(START + TASK + END + BOUNDARY.format("<errorEventDefinition/>", ' cancelActivity="false"') + ON),
        process(START + TASK + END + BOUNDARY.format("<errorEventDefinition/>", "") + ON),
    ),
    (
        "boundary_end",
        "b",
        process(START + TASK + END + BOUNDARY.format("<errorEventDefinition/>", "")),
        process(START + TASK + END + BOUNDARY.format("<errorEventDefinition/>", "") + ON),
    ),
    (
        "event_without",
        "b",
        process(START + TASK + END + BOUNDARY.format("", "") + ON),
        process(START + TASK + END + BOUNDARY.format("<errorEventDefinition/>", "") + ON),
    ),
    (
        "timer_text",
        "td",
        process(EVENT.format(TIME.format("timeDuration", "soon")) + TASK + END),
        process(EVENT.format(TIME.format("timeDuration", "P3D")) + TASK + END),
    ),
    (
        "expression_informal",
        "td",
        process(EVENT.format(TIME.format("timeDate", "2026-01-01")) + TASK + END).replace(
            ' xsi:type="tFormalExpression"', ""
        ),
        process(EVENT.format(TIME.format("timeDate", "2026-01-01")) + TASK + END),
    ),
    (
        "expression_empty",
        "td",
        process(EVENT.format(TIME.format("timeDate", " ")) + TASK + END),
        process(EVENT.format(TIME.format("timeDate", "2026-01-01")) + TASK + END),
    ),
    (
        "message_missing",
        "md",
        process(EVENT.format('<messageEventDefinition id="md"/>') + TASK + END),
        '<message id="m" name="m"/>'
        + process(EVENT.format('<messageEventDefinition id="md" messageRef="m"/>') + TASK + END),
    ),
    (
        "dangling_reference",
        "md",
        process(EVENT.format('<messageEventDefinition id="md" messageRef="gone"/>') + TASK + END),
        '<message id="m" name="m"/>'
        + process(EVENT.format('<messageEventDefinition id="md" messageRef="m"/>') + TASK + END),
    ),
    (
        "code_missing",
        "e",
        '<error id="er"/>' + line().replace('id="e"/>', 'id="e"><errorEventDefinition errorRef="er"/></endEvent>'),
        '<error id="er" errorCode="E"/>'
        + line().replace('id="e"/>', 'id="e"><errorEventDefinition errorRef="er"/></endEvent>'),
    ),
    ("quantity", "t", line('<userTask id="t" startQuantity="0"/>'), line('<userTask id="t" startQuantity="1"/>')),
    (
        "loop_maximum",
        "t",
        line('<userTask id="t"><standardLoopCharacteristics loopMaximum="-1"/></userTask>'),
        line('<userTask id="t"><standardLoopCharacteristics loopMaximum="1"/></userTask>'),
    ),
    (
        "complex_behavior",
        "t",
        line('<userTask id="t"><multiInstanceLoopCharacteristics behavior="Complex"/></userTask>'),
        line('<userTask id="t"><multiInstanceLoopCharacteristics behavior="All"/></userTask>'),
    ),
    (
        "text_format",
        "x",
        line('<userTask id="t"><documentation id="x" textFormat="plain">x</documentation></userTask>'),
        line('<userTask id="t"><documentation id="x" textFormat="text/html">x</documentation></userTask>'),
    ),
    (
        "called_start",
        "t",
        '<message id="m" name="m"/>'
        + line('<callActivity id="t" calledElement="q"/>')
        + '<process id="q"><startEvent id="qs"><messageEventDefinition messageRef="m"/></startEvent>'
        '<sequenceFlow id="qf" sourceRef="qs" targetRef="qe"/><endEvent id="qe"/></process>',
        line('<callActivity id="t" calledElement="q"/>')
        + '<process id="q"><startEvent id="qs"/><sequenceFlow id="qf" sourceRef="qs" targetRef="qe"/>'
        '<endEvent id="qe"/></process>',
    ),
    (
        "ad_hoc_empty",
        "t",
        line('<adHocSubProcess id="t"/>'),
        line('<adHocSubProcess id="t"><task id="u"/></adHocSubProcess>'),
    ),
    (
        "collection",
        "o",
        ITEMS + process('<dataObject id="o" itemSubjectRef="i2" isCollection="false"/>' + START + TASK + END),
        ITEMS + process('<dataObject id="o" itemSubjectRef="i2" isCollection="true"/>' + START + TASK + END),
    ),
    (
        "state_name",
        "r",
        process(
            '<dataObject id="o" name="起案"/><dataObjectReference id="r" name="起案 [決裁]" dataObjectRef="o">'
            '<dataState name="回議中"/></dataObjectReference>' + START + TASK + END
        ),
        process(
            '<dataObject id="o" name="起案"/><dataObjectReference id="r" name="起案 [回議中]" dataObjectRef="o">'
            '<dataState name="回議中"/></dataObjectReference>' + START + TASK + END
        ),
    ),
    (
        "data_unused",
        "di",
        line(IO.format('<dataInput id="di"/><inputSet/><outputSet/>')),
        line(IO.format('<dataInput id="di"/><inputSet><dataInputRefs>di</dataInputRefs></inputSet><outputSet/>')),
    ),
    (
        "set_members",
        "is",
        line(
            IO.format(
                '<dataInput id="di"/><dataInput id="dj"/><inputSet><dataInputRefs>dj</dataInputRefs>'
                '</inputSet><inputSet id="is"><dataInputRefs>di</dataInputRefs>'
                "<optionalInputRefs>dj</optionalInputRefs></inputSet><outputSet/>"
            )
        ),
        line(
            IO.format(
                '<dataInput id="di"/><inputSet id="is"><dataInputRefs>di</dataInputRefs>'
                "<optionalInputRefs>di</optionalInputRefs></inputSet><outputSet/>"
            )
        ),
    ),
    ("message_flow_inside", "m", POOLS.format("t", "p1") + line(), POOLS.format("t", "p2") + line()),
    (
        "catch_sends",
        "s",
        POOLS.format("s", "p2")
        + '<message id="mm" name="m"/>'
        + process(EVENT.format('<messageEventDefinition messageRef="mm"/>') + TASK + END),
        POOLS.format("p2", "s")
        + '<message id="mm" name="m"/>'
        + process(EVENT.format('<messageEventDefinition messageRef="mm"/>') + TASK + END),
    ),
    ("choreography_there", "t", line('<callChoreography id="t"/>'), line()),
    (
        "link_target",
        "t",
        line('<intermediateThrowEvent id="t"><linkEventDefinition name="L"/></intermediateThrowEvent>').replace(
            '<sequenceFlow id="g" sourceRef="t" targetRef="e"/><endEvent id="e"/>', '<endEvent id="e"/>'
        ),
        process(
            START + '<intermediateThrowEvent id="t"><linkEventDefinition name="L"/></intermediateThrowEvent>'
            '<intermediateCatchEvent id="c"><linkEventDefinition name="L"/></intermediateCatchEvent>'
            '<sequenceFlow id="g" sourceRef="c" targetRef="e"/><endEvent id="e"/>'
        ),
    ),
]


def broken(body: str) -> list[Finding]:
    """The breaches of a file."""
    definitions = parse((HEAD + body + "</definitions>").encode()).definitions
    assert definitions is not None
    return [finding for finding in violations(definitions) if finding.level == "rule"]


@pytest.mark.parametrize(("code", "element", "wrong", "right"), CASES, ids=[case[0] for case in CASES])
def test_a_breach_is_found_at_its_element_and_the_lawful_twin_breaks_nothing(
    code: str, element: str, wrong: str, right: str
) -> None:
    breaches = [finding for finding in broken(wrong) if finding.code == code]
    assert (element, 2) in [(finding.element_id, finding.line) for finding in breaches]
    assert breaches[0].ja and breaches[0].en and breaches[0].column > 0
    assert [(finding.code, finding.element_id) for finding in broken(right)] == []


def test_a_reference_of_another_kind_is_a_warning_and_its_consequences_are_not_told() -> None:
    odd = parse((HEAD + line('<userTask id="t" default="s"/>') + "</definitions>").encode()).definitions
    assert odd is not None
    assert [(f.level, f.code, f.element_id) for f in violations(odd)] == [("warning", "reference_kind", "t")]


def test_a_reference_into_another_file_is_left_alone() -> None:
    body = '<process id="p" xmlns:o="urn:o"><dataObject id="o" itemSubjectRef="o:thing"/></process>'
    assert broken(body) == []
    assert [f.code for f in broken(body.replace("o:thing", "thing"))] == ["dangling_reference"]


def test_a_script_without_its_language_is_only_a_warning() -> None:
    text = HEAD + line('<scriptTask id="t"><script>1</script></scriptTask>') + "</definitions>"
    definitions = parse(text.encode()).definitions
    assert definitions is not None
    assert [(f.level, f.code) for f in violations(definitions)] == [("warning", "script_format")]
