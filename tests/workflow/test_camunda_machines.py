"""What Camunda 7 models say of machines takes effect when they run: hooks, listeners, save points, tries, calls, events."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from config.commands import system_actor
from config.jobs.models import Job, JobState
from tests.workflow.camunda_runs import (
    drain,
    incidents,
    is_over,
    noting,
    passed,
    run,
    variables_of,
)
from tests.workflow.people import People, complete
from workflow import hooks
from workflow.commands import machines
from workflow.models import Incident, MachineWork

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


# --- hooks


def test_a_class_is_a_hook_that_gets_what_the_model_injects(people: People, calls: list[hooks.HookCall]) -> None:
    fields = (
        '<c:field name="office" stringValue="総務課"/><c:field name="double" expression="${amount * 2}"/>'
        '<c:field name="text"><c:string>印</c:string></c:field>'
    )
    instance = run(people, "external_task", work('c:class="com.example.Stamp"', fields), amount=4)
    assert (drain(), is_over(instance)) == (1, True)
    assert (calls[0].name, calls[0].element_id, calls[0].business_key) == ("com.example.Stamp", "it", "申-00001")
    assert calls[0].fields == {"office": "総務課", "double": 8, "text": "印"}
    assert variables_of(instance) == {"amount": 4, "stamped": 1, "seen": ["amount"]}


def test_a_delegate_expression_is_a_hook_and_its_answer_may_have_one_name(
    people: People, calls: list[hooks.HookCall]
) -> None:
    instance = run(
        people, "external_task", work('c:delegateExpression="${stampBean}" c:resultVariable="answer"'), amount=4
    )
    drain()
    assert variables_of(instance) == {"amount": 4, "answer": {"stamped": 1, "seen": ["amount"]}}
    assert calls[0].name == "stampBean"


def test_a_connector_gets_its_parameters_and_hands_on_only_its_outputs(
    people: People, calls: list[hooks.HookCall]
) -> None:
    connector = (
        "<c:connector><c:connectorId>mail</c:connectorId><c:inputOutput>"
        '<c:inputParameter name="to">${mail}</c:inputParameter>'
        '<c:inputParameter name="cc"><c:list><c:value>a</c:value><c:value>${mail}</c:value></c:list></c:inputParameter>'
        '<c:outputParameter name="sent">${stamped == 1 ? "yes" : "no"}</c:outputParameter></c:inputOutput></c:connector>'
    )
    instance = run(people, "external_task", work("", connector), mail="b@example.jp")
    drain()
    assert calls[0].fields == {"to": "b@example.jp", "cc": ["a", "b@example.jp"]}
    assert variables_of(instance) == {"mail": "b@example.jp", "sent": "yes"}


def test_a_field_that_cannot_be_worked_out_is_a_failure_of_the_work(
    people: People, calls: list[hooks.HookCall]
) -> None:
    cycle = "<c:failedJobRetryTimeCycle>PT1M</c:failedJobRetryTimeCycle>"
    broken = work('c:class="com.example.Stamp"', '<c:field name="f" expression="${nobody + 1}"/>' + cycle)
    run(people, "external_task", broken)
    drain()
    assert calls == [] and "nobody" in MachineWork.objects.get().problem


def test_tries_of_a_hook_follow_the_cycle_of_the_model(
    people: People, calls: list[hooks.HookCall], at_office: time_machine.Coordinates
) -> None:
    cycle = "<c:failedJobRetryTimeCycle>R2/PT10M</c:failedJobRetryTimeCycle>"
    run(people, "external_task", work('c:class="com.example.Stamp"', cycle), broken=True)
    assert drain() == 1
    at_office.shift(dt.timedelta(minutes=9))
    assert drain() == 0
    for _ in range(2):
        at_office.shift(dt.timedelta(minutes=10, seconds=1))
        assert drain() == 1
    assert [call.attempt for call in calls] == [1, 2, 3]
    assert Incident.objects.get().code == machines.FAILED


# --- save points and tries


def test_an_expression_behind_a_save_point_is_tried_as_often_as_the_model_says(
    people: People, monkeypatch: pytest.MonkeyPatch, at_office: time_machine.Coordinates
) -> None:
    tried: list[int] = []

    def shaky() -> int:
        tried.append(1)
        if len(tried) < 3:
            raise OSError("not yet")
        return len(tried)

    monkeypatch.setattr(hooks, "_beans", {"shaky": shaky})
    instance = run(people, "retry_cycle", ("${1 + 1}", '${shaky()}" c:resultVariable="found'))
    assert drain() == 1 and not Incident.objects.exists() and passed(instance) == ["start"]
    at_office.shift(dt.timedelta(minutes=5, seconds=1))
    assert drain() == 1 and len(tried) == 2
    at_office.shift(dt.timedelta(minutes=5, seconds=1))
    assert drain() == 0
    at_office.shift(dt.timedelta(minutes=5))
    assert drain() == 1
    assert is_over(instance) and variables_of(instance) == {"found": 3}


def test_the_last_try_leaves_an_incident_and_without_a_cycle_the_first_does(
    people: People, at_office: time_machine.Coordinates
) -> None:
    broken = ("${1 + 1}", "${nobody + 1}")
    run(people, "retry_cycle", broken)
    for minutes in (0, 6, 11):
        assert not Incident.objects.exists()
        at_office.shift(dt.timedelta(minutes=minutes))
        assert drain() == 1
    assert incidents() == [("it", "expression_error")]
    run(people, "async_settings", broken)
    assert drain() == 1
    assert incidents()[1:] == [("it", "expression_error")]


def test_jobs_have_the_priority_of_the_model(people: People) -> None:
    run(people, "async_settings")
    assert Job.objects.get(kind="workflow.go_on", state=JobState.WAITING).priority == 7


def test_every_element_may_have_save_points(people: People) -> None:
    gates = (
        '<startEvent id="start" />',
        '<startEvent id="start" c:asyncBefore="true" c:asyncAfter="true"/><exclusiveGateway id="g" c:asyncBefore="true"/>'
        '<sequenceFlow id="f0" sourceRef="start" targetRef="g"/>',
    )
    instance = run(
        people,
        "assignee",
        gates,
        ('sourceRef="start" targetRef="it"', 'sourceRef="g" targetRef="it"'),
        ('<endEvent id="end" />', '<endEvent id="end" c:async="true"/>'),
        chief="200301",
    )
    assert passed(instance) == []
    assert drain() == 3
    assert passed(instance) == ["start", "g"]
    complete(people, instance, "it", "白井")
    assert not is_over(instance)
    assert drain() == 1 and is_over(instance)
