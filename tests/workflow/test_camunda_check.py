"""What the check says of extensions of Camunda 7 that cannot be run here."""

from __future__ import annotations

import pytest

from workflow.bpmn.camunda.check import problems
from workflow.bpmn.parser import parse

pytestmark = pytest.mark.pure
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:z="http://camunda.org/schema/zeebe/1.0" xmlns:m="http://camunda.org/schema/modeler/1.0" id="d"'
)


def found(body: str, hooks=frozenset(), head: str = ""):
    read = parse(f'{HEAD}{head}>\n<process id="p" isExecutable="true">\n{body}\n</process></definitions>'.encode())
    assert read.definitions is not None
    return problems(read.definitions, hooks=hooks)


def codes(body: str, **more):
    """What is wrong; names that only the start can give are told apart (below)."""
    return [(f.level, f.code, f.element_id) for f in found(body, **more) if f.code != "unset_name"]


def test_models_for_camunda_8_are_refused_once():
    task = '<serviceTask id="t"><extensionElements><z:taskDefinition type="x" /></extensionElements></serviceTask>'
    assert [f.code for f in found(task * 2)] == ["zeebe"]
    assert codes("", head=' m:executionPlatform="Camunda Cloud"') == [("error", "zeebe", "d")]
    assert codes("", head=' m:executionPlatform="Camunda Platform"') == []


def test_unknown_names_are_listed_and_known_ones_are_not():
    body = (
        '<serviceTask id="a" c:class="com.x.Foo" />\n<serviceTask id="b" c:delegateExpression="${bar}" />\n'
        '<serviceTask id="e" c:class="com.x.Known"><extensionElements>'
        '<c:executionListener event="start" class="com.x.Heard" /></extensionElements></serviceTask>\n'
        '<serviceTask id="h"><extensionElements><c:connector><c:connectorId>soap-http-connector</c:connectorId>'
        "</c:connector></extensionElements></serviceTask>"
    )
    told = found(body, hooks={"com.x.Known"})
    assert [(f.element_id, f.line) for f in told] == [("a", 3), ("b", 4), ("e", 5), ("h", 6)]
    assert all("com.x.Foo, bar, com.x.Heard, connector:soap-http-connector" in f.en for f in told)
    assert "「com.x.Foo」" in told[0].ja
    assert not found(body, hooks={"com.x.Known", "com.x.Foo", "bar", "com.x.Heard", "connector:soap-http-connector"})


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<scriptTask id="s" scriptFormat="groovy"><script>1</script></scriptTask>', ("error", "script_language", "s")),
        (
            '<scriptTask id="s" scriptFormat="JavaScript"><script>1</script></scriptTask>',
            ("error", "script_language", "s"),
        ),
        ('<scriptTask id="s"><script>1</script></scriptTask>', ("warning", "script_without_language", "s")),
        ('<scriptTask id="s" scriptFormat="feel" c:resource="x.js" />', ("error", "script_resource", "s")),
        (
            '<userTask id="s"><extensionElements><c:taskListener event="create"><c:script scriptFormat="groovy">1</c:script>'
            "</c:taskListener></extensionElements></userTask>",
            ("rule", "script_language", "s"),
        ),
        ('<callActivity id="s" c:variableMappingClass="X" />', ("error", "refused_extension", "s")),
        ('<callActivity id="s" c:caseRef="X" />', ("error", "refused_extension", "s")),
        ('<userTask id="s" c:formHandlerClass="X" />', ("warning", "ignored_extension", "s")),
        ('<userTask id="s" c:assignee="${a +}" />', ("error", "expression", "s")),
        ('<serviceTask id="s" c:expression="${mailBean.send(a)}" />', ("error", "unknown_bean", "s")),
        ('<callActivity id="s" calledElement="${" />', ("error", "expression", "s")),
        (
            '<sequenceFlow id="s"><conditionExpression>${a ==}</conditionExpression></sequenceFlow>',
            ("error", "expression", "s"),
        ),
    ],
)
def test_what_cannot_be_run_is_told_at_its_element(body, told):
    assert codes(body) == [told]
    assert all(f.ja and f.en and f.line == 3 and f.column > 0 for f in found(body))


@pytest.mark.parametrize(
    "body",
    [
        '<scriptTask id="s" scriptFormat="feel"><script>1 + 1</script></scriptTask>',
        '<scriptTask id="s" scriptFormat="juel"><script>${a + 1}</script></scriptTask>',
        '<userTask id="s" c:assignee="${a}"><documentation>Costs ${ here</documentation></userTask>',
        '<serviceTask id="s" c:expression="${order.getPrice() &gt; execution.getVariable(\'x\')}" />',
        '<textAnnotation id="s"><text>${ not closed</text></textAnnotation>',
    ],
)
def test_what_can_be_run_is_not_told(body):
    assert codes(body) == []


def named(body: str) -> list[str]:
    """The names that nothing sets, of a process with this inside."""
    text = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn" '
        f'id="d" targetNamespace="urn:t"><process id="p" isExecutable="true">{body}</process></definitions>'
    )
    definitions = parse(text.encode()).definitions
    assert definitions is not None
    found = [f for f in problems(definitions, hooks={"rates"}) if f.code == "unset_name"]
    assert all(f.level == "warning" and f.line and f.element_id for f in found)
    return [f.ja.split("「")[2].partition("」")[0] for f in found]


CALL = '<callActivity id="t" calledElement="x">%s</callActivity>'
TASK = '<serviceTask id="t" c:expression="${%s}"%s/>'


def test_names_that_nothing_sets_are_told_once():
    assert named(TASK % ("a + b + a", "") + TASK.replace('"t"', '"u"') % ("b", "")) == ["a", "b"]
    assert named(TASK % ("rates.of(kind)", "")) == ["kind"]
    assert named('<userTask id="t" c:assignee="${chief}" c:candidateGroups="x,${group}"/>') == ["chief", "group"]


def test_names_that_something_sets_are_not():
    assert named(TASK % ("1", ' c:resultVariable="a"') + TASK.replace('"t"', '"u"') % ("a", "")) == []
    assert named(TASK % ("execution.setVariable('a', 1)", "") + TASK.replace('"t"', '"u"') % ("a", "")) == []
    assert named('<startEvent id="s" c:initiator="who"/><userTask id="t" c:assignee="${who}"/>') == []
    field = '<c:formData><c:formField id="a" type="long"/></c:formData>'
    assert (
        named(f'<startEvent id="s"><extensionElements>{field}</extensionElements></startEvent>' + TASK % ("a", ""))
        == []
    )
    loop = '<multiInstanceLoopCharacteristics c:collection="${list}" c:elementVariable="one"/>'
    assert named(f'<userTask id="t" c:assignee="${{one}}" c:priority="${{loopCounter}}">{loop}</userTask>') == ["list"]


def test_nothing_is_said_where_variables_may_come_from_outside():
    reads = TASK.replace('"t"', '"u"') % ("a", "")
    for bringing in (
        '<serviceTask id="t" c:type="external" c:topic="x"/>',
        '<serviceTask id="t" c:class="rates"/>',
        '<startEvent id="s" c:formKey="embedded:x"/>',
        '<receiveTask id="t"/>',
        '<scriptTask id="t" scriptFormat="feel"><script>{a: 1}</script></scriptTask>',
        CALL % '<extensionElements><c:out variables="all"/></extensionElements>',
    ):
        assert named(bringing + reads) == [], bringing
    assert named(CALL % "" + reads) == ["a"]
