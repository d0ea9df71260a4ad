"""What Camunda 7 models say of the world outside takes effect: workers, called processes, decisions, errors, conditions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from config.commands import system_actor
from tests.workflow.camunda_runs import deploy, drain, is_over, listener, noting, passed, run, setting, variables_of
from tests.workflow.decided import dmn, table
from tests.workflow.people import SYSTEM, People, complete, model, start
from workflow import commands, hooks
from workflow.commands import machines
from workflow.models import EventSubscription, MachineWork, ProcessInstance
from workflow.values import InstanceView

MACHINE = system_actor("test-machine")
WORK = 'c:type="external" c:topic="ocr-${kind}" c:taskPriority="${urgent ? 90 : 10}" />'


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[hooks.HookCall]:
    """Hooks that note how they were called."""
    return noting(monkeypatch)


def work(attributes: str, inside: str = "") -> tuple[str, str]:
    """The work of the model `external_task`, done otherwise."""
    body = f"><extensionElements>{inside}</extensionElements></serviceTask>" if inside else " />"
    return WORK, attributes + body


def test_work_of_a_worker_outside_waits_with_topic_and_priority(people: People) -> None:
    instance = run(people, "external_task", kind="invoice", urgent=True)
    waiting = MachineWork.objects.get()
    assert (waiting.kind, waiting.name, waiting.priority) == ("external", "ocr-invoice", 90)
    assert drain() == 0
    machines.complete_work(work_id=waiting.pk, variables={"text": "請求"}, actor=MACHINE)
    assert is_over(instance) and variables_of(instance)["text"] == "請求"


def tagged(tag: str, result: str) -> bytes:
    """A version of the process `check`, with a tag, that answers with its own name."""
    heard = listener("start", setting("result", result)).replace("c:", "camunda:")
    begins = f'<bpmn:startEvent id="start"><bpmn:extensionElements>{heard}</bpmn:extensionElements></bpmn:startEvent>'
    text = model(("look", 'kessai:assignment="workflow.starter"'), key="check").decode()
    text = text.replace('<bpmn:process id="check"', f'<bpmn:process id="check" camunda:versionTag="{tag}"')
    return text.replace('<bpmn:startEvent id="start" name="開始"/>', begins).encode()


def called(instance: InstanceView) -> ProcessInstance:
    return ProcessInstance.objects.get(caller_id=instance.id)


@pytest.mark.parametrize(
    ("binding", "version"),
    [('"versionTag"', 2), ('"latest"', 4), ('"version" c:calledElementVersion="${which}"', 1), ('"deployment"', 3)],
)
def test_a_call_reaches_the_version_it_is_bound_to(
    people: People, at_office: time_machine.Coordinates, binding: str, version: int
) -> None:
    for number, tag in enumerate(("r6", "r7", "r8"), 1):
        commands.deploy_definition(xml=tagged(tag, str(number)), actor=SYSTEM)
    at_office.shift(dt.timedelta(minutes=1))
    deploy("call_activity", ('"versionTag"', binding))
    at_office.shift(dt.timedelta(minutes=1))
    commands.deploy_definition(xml=tagged("r9", "4"), actor=SYSTEM)
    instance = start(people, key="call_activity", amount=4, which=1)
    drain()
    assert called(instance).definition.version == version


def test_what_goes_in_and_comes_out_of_a_call_is_what_the_model_maps(people: People) -> None:
    commands.deploy_definition(xml=tagged("r7", "sum + twice"), actor=SYSTEM)
    instance = run(people, "call_activity", ('<c:in variables="all" local="true" />', ""), amount=4, other="x")
    drain()
    inner = called(instance)
    assert inner.business_key == "申-00001"
    assert inner.variables["root"] == {"sum": 4, "twice": 8, "result": 12}
    commands.complete_item(item_id=inner.items.get().pk, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    drain()
    assert is_over(instance)
    assert variables_of(instance) == {"amount": 4, "other": "x", "answer": 12}


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ("singleEntry", "上"),
        ("singleResult", {"等級": "上"}),
        ("collectEntries", ["上"]),
        ("resultList", [{"等級": "上"}]),
    ],
)
def test_a_decision_answers_in_the_version_and_shape_asked_for(people: People, shape: str, found: Any) -> None:
    for tag, word in (("r6", "下"), ("r7", "上"), ("r8", "中")):
        rows = table([("-", f'"{word}"')], inputs=[("金額", "number")], outputs=[("等級", "string")], tag=tag)
        commands.deploy_decisions(xml=dmn(rows), actor=SYSTEM)
    instance = run(people, "decision", ("singleEntry", shape), 金額=1)
    assert variables_of(instance)["found"] == found


def test_the_decision_of_the_deployment_is_the_one_that_stood_then(
    people: People, at_office: time_machine.Coordinates
) -> None:
    def put(word: str) -> None:
        rows = table([("-", f'"{word}"')], inputs=[("金額", "number")], outputs=[("等級", "string")])
        commands.deploy_decisions(xml=dmn(rows), actor=SYSTEM)
        at_office.shift(dt.timedelta(minutes=1))

    put("古")
    deploy("decision", ('"versionTag"', '"deployment"'))
    at_office.shift(dt.timedelta(minutes=1))
    put("新")
    assert variables_of(start(people, key="decision", 金額=1))["found"] == "古"


def test_an_error_tells_its_code_and_message_in_the_variables_named(people: People) -> None:
    instance = run(people, "error_variables")
    waiting = MachineWork.objects.get()
    machines.refuse_work(work_id=waiting.pk, code="BROKE", message="残高が足りません", actor=MACHINE)
    assert "caught" in passed(instance) and is_over(instance)
    assert variables_of(instance) == {"code": "BROKE", "message": "残高が足りません"}


def test_a_condition_is_asked_only_when_its_variable_is_set_in_the_ways_named(people: People) -> None:
    beside = (
        '<startEvent id="start" />',
        '<startEvent id="start"/><parallelGateway id="both"/><sequenceFlow id="f0" sourceRef="start" targetRef="both"/>'
        '<sequenceFlow id="fa" sourceRef="both" targetRef="a"/><userTask id="a" c:assignee="200401"/><endEvent id="enda"/>'
        '<sequenceFlow id="fb" sourceRef="a" targetRef="b"/><userTask id="b" c:assignee="200401"/>'
        '<sequenceFlow id="fc" sourceRef="b" targetRef="enda"/>',
    )
    flow = ('sourceRef="start" targetRef="it"', 'sourceRef="both" targetRef="it"')
    condition = ("${paid}", "${paid or other}")
    instance = run(people, "conditional", beside, flow, condition, paid=False, other=False)
    complete(people, instance, "a", "佐久間", other=True)
    assert EventSubscription.objects.exists()  # true now, but the variable named was not touched
    complete(people, instance, "b", "佐久間", paid=False)
    assert is_over(instance)

    deploy("conditional", beside, flow, ("create, update", "create"))
    second = start(people, key="conditional", paid=False)
    complete(people, second, "a", "佐久間", paid=True)
    assert EventSubscription.objects.exists()  # an update, where only a creation counts
    assert not is_over(second)


def test_work_that_is_an_expression_may_set_variables(people: People) -> None:
    sets = 'c:expression="${execution.setVariable(\'half\', amount / 2)}" c:resultVariable="nothing"'
    instance = run(people, "external_task", work(sets), amount=4)
    assert variables_of(instance) == {"amount": 4, "half": 2, "nothing": None}


def test_the_result_of_a_worker_may_mean_an_error(people: People) -> None:
    meant = '<c:errorEventDefinition errorRef="broke" expression="${state == 1}"/>'
    said = (
        'c:type="external" c:topic="pay" />',
        f'c:type="external" c:topic="pay"><extensionElements>{meant}</extensionElements></serviceTask>',
    )
    instance = run(people, "error_variables", said)
    machines.complete_work(work_id=MachineWork.objects.get().pk, variables={"state": 1}, actor=MACHINE)
    assert "caught" in passed(instance) and "it" not in passed(instance)
    assert variables_of(instance) == {"state": 1, "code": "BROKE", "message": "支払いできません"}
    fine = start(people, key="error_variables")
    work_id = MachineWork.objects.get(instance_id=fine.id).pk
    machines.complete_work(work_id=work_id, variables={"state": 2}, actor=MACHINE)
    assert "caught" not in passed(fine) and is_over(fine)


def test_a_hook_is_told_the_free_properties_of_its_element(people: People, calls: list[hooks.HookCall]) -> None:
    free = '<c:properties><c:property name="stamp" value="決裁"/><c:property name="years" value="5"/></c:properties>'
    run(people, "external_task", work('c:class="com.example.Stamp"', free))
    drain()
    assert calls[0].properties == {"stamp": "決裁", "years": "5"}


def test_an_escalation_tells_its_code_in_the_variable_named(people: People) -> None:
    inside = (
        '<subProcess id="it"><startEvent id="a"/><sequenceFlow id="g" sourceRef="a" targetRef="b"/><endEvent id="b">'
        '<escalationEventDefinition id="x" escalationRef="late"/></endEvent></subProcess>'
    )
    task = '<serviceTask id="it" c:type="external" c:topic="pay" />'
    instance = run(people, "error_variables", (task, inside))
    assert "raised" in passed(instance) and is_over(instance)
    assert variables_of(instance) == {"how": "LATE"}


def test_a_message_may_be_sent_by_a_machine(people: People, calls: list[hooks.HookCall]) -> None:
    field = '<c:field name="to" stringValue="b@example.jp"/>'
    thrown = (
        '<intermediateThrowEvent id="it"><messageEventDefinition id="m" c:delegateExpression="${stampBean}">'
        f"<extensionElements>{field}</extensionElements></messageEventDefinition></intermediateThrowEvent>"
    )
    instance = run(people, "external_task", (f'<serviceTask id="it" {WORK}', thrown))
    assert drain() == 1 and is_over(instance)
    assert (calls[0].name, calls[0].fields) == ("stampBean", {"to": "b@example.jp"})


def test_the_key_of_a_called_process_is_what_the_model_says(people: People) -> None:
    commands.deploy_definition(xml=tagged("r7", "1"), actor=SYSTEM)
    instance = run(people, "call_activity", ("#{execution.processBusinessKey}", "K-${amount}"), amount=4)
    drain()
    assert called(instance).business_key == "K-4"


def test_all_variables_or_only_those_of_the_call_itself_are_handed_in(people: People) -> None:
    own = '<c:inputOutput><c:inputParameter name="mine">${amount + 1}</c:inputParameter></c:inputOutput>'
    opening = "<extensionElements><c:in businessKey"
    commands.deploy_definition(xml=tagged("r7", "1"), actor=SYSTEM)
    local = run(people, "call_activity", (opening, f"<extensionElements>{own}<c:in businessKey"), amount=4, other="x")
    drain()
    assert called(local).variables["root"] == {"sum": 4, "twice": 8, "mine": 5, "result": 1}
    everything = ('variables="all" local="true"', 'variables="all"')
    whole = run(people, "call_activity", everything, amount=4, other="x")
    drain()
    assert called(whole).variables["root"] == {"sum": 4, "twice": 8, "amount": 4, "other": "x", "result": 1}


def test_work_outside_without_a_priority_has_that_of_its_process(people: People) -> None:
    process = ('isExecutable="true"', 'isExecutable="true" c:taskPriority="33"')
    run(people, "external_task", process, (' c:taskPriority="${urgent ? 90 : 10}"', ""), kind="x")
    assert MachineWork.objects.get().priority == 33


@pytest.mark.parametrize(
    "mapping",
    [
        '<c:out source="result" target="answer" local="true" />',
        '<c:out sourceExpression="${result}" target="answer" local="true" />',
        '<c:out source="result" target="answer" c:local="true" />',
        '<c:out variables="all" local="1" />',
    ],
)
def test_what_comes_out_for_the_call_alone_is_gone_after_its_output_parameters(people: People, mapping: str) -> None:
    name = "result" if "all" in mapping else "answer"
    own = f'<c:inputOutput><c:outputParameter name="kept">${{{name} + 1}}</c:outputParameter></c:inputOutput>'
    commands.deploy_definition(xml=tagged("r7", "sum + twice"), actor=SYSTEM)
    instance = run(
        people,
        "call_activity",
        ('<c:in variables="all" local="true" />', ""),
        ('<c:out source="result" target="answer" />', mapping + own),
        amount=4,
    )
    drain()
    item = called(instance).items.get().pk
    commands.complete_item(item_id=item, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    drain()
    assert is_over(instance)
    assert variables_of(instance) == {"amount": 4, "kept": 13}


def test_what_comes_out_for_the_call_alone_is_heard_at_its_end_and_nowhere_behind_it(people: People) -> None:
    heard = listener("end", setting("heard", "answer * 2"))
    mapping = f'<c:out source="result" target="answer" local="true" />{heard}'
    commands.deploy_definition(xml=tagged("r7", "sum + twice"), actor=SYSTEM)
    instance = run(people, "call_activity", ('<c:out source="result" target="answer" />', mapping), amount=4)
    drain()
    item = called(instance).items.get().pk
    commands.complete_item(item_id=item, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    drain()
    assert variables_of(instance) == {"amount": 4, "heard": 24}
