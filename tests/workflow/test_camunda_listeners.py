"""Listeners of Camunda 7 models: expressions that set variables and change work, and hooks that the token waits for."""

from __future__ import annotations

import datetime as dt

import pytest

from config.errors import Invalid
from tests.workflow.camunda_runs import (
    deploy,
    drain,
    incidents,
    is_over,
    listener,
    noting,
    passed,
    run,
    setting,
    variables_of,
)
from tests.workflow.people import People, complete, item_at
from workflow import commands, hooks
from workflow.models import Incident, MachineWork, ProcessInstance


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[hooks.HookCall]:
    """Hooks that note how they were called."""
    return noting(monkeypatch)


def heard_at(inside: str, assignee: str = "${chief}") -> tuple[str, str]:
    return (
        'c:assignee="${chief}" />',
        f'c:assignee="{assignee}"><extensionElements>{inside}</extensionElements></userTask>',
    )


def test_expressions_listen_to_the_beginning_and_the_end_of_elements(people: People) -> None:
    inside = (
        listener("start", setting("began", "execution.currentActivityId"))
        + listener("start", setting("twice", "began.concat(began)"))
        + listener("end", setting("ended", "began.concat(execution.getEventName())"))
    )
    instance = run(people, "assignee", heard_at(inside), chief="200301")
    assert variables_of(instance) == {"chief": "200301", "began": "it", "twice": "itit"}
    complete(people, instance, "it", "白井")
    assert variables_of(instance)["ended"] == "itend"


def test_expressions_listen_to_flows_and_processes_and_gateways_do_too(people: People) -> None:
    taken = listener("take", setting("way", "2"))
    flow = (
        '<sequenceFlow id="f2" sourceRef="it" targetRef="end" />',
        f'<sequenceFlow id="f2" sourceRef="it" targetRef="end"><extensionElements>{taken}</extensionElements></sequenceFlow>',
    )
    begins = (
        '<startEvent id="start" />',
        f'<extensionElements>{listener("start", setting("process", "3"))}</extensionElements><startEvent id="start">'
        f"<extensionElements>{listener('start', setting('first', 'process + 1'))}</extensionElements></startEvent>",
    )
    last = (
        '<endEvent id="end" />',
        f'<endEvent id="end"><extensionElements>{listener("end", setting("last", "5"))}</extensionElements></endEvent>',
    )
    instance = run(people, "assignee", flow, begins, last, chief="200301")
    assert variables_of(instance) == {"chief": "200301", "process": 3, "first": 4}
    complete(people, instance, "it", "白井")
    assert variables_of(instance) == {"chief": "200301", "process": 3, "first": 4, "way": 2, "last": 5}


def test_work_is_changed_by_listeners_when_it_arrives(people: People) -> None:
    inside = (
        listener("create", "expression=\"${task.setAssignee('200402')}\"", "task")
        + listener("create", 'expression="${task.setPriority(90)}"', "task")
        + listener("create", "expression=\"${task.setDueDate('2025-12-24')}\"", "task")
        + listener("assignment", setting("whose", "task.assignee"), "task")
    )
    instance = run(people, "assignee", heard_at(inside), chief="200301")
    item = item_at(instance, "it")
    assert list(item.candidates.values_list("staff__code", flat=True)) == ["200402"]
    assert (item.priority, item.due_on) == (90, dt.date(2025, 12, 24))
    assert variables_of(instance) == {"chief": "200301", "whose": "200402"}


def test_completing_is_told_with_whoever_did_it_before_the_way_is_chosen(people: People) -> None:
    inside = listener("complete", setting("by", "task.assignee"), "task") + listener("end", setting("after", "by"))
    condition = (
        '<sequenceFlow id="f2" sourceRef="it" targetRef="end" />',
        '<sequenceFlow id="f2" sourceRef="it" targetRef="end"><conditionExpression xsi:type="tFormalExpression">'
        "${by == '200301'}</conditionExpression></sequenceFlow>",
    )
    instance = run(people, "assignee", heard_at(inside), condition, chief="200301")
    complete(people, instance, "it", "白井")
    assert is_over(instance)
    assert variables_of(instance) == {"chief": "200301", "by": "200301", "after": "200301"}


def test_a_listener_that_goes_wrong_is_an_incident_and_goes_on_after_mending(people: People) -> None:
    instance = run(people, "assignee", heard_at(listener("start", setting("x", "nobody + 1"))), chief="200301")
    assert incidents() == [("it", "listener_error")]
    admin = people.actor("管理者")
    incident = Incident.objects.get()
    revision = ProcessInstance.objects.get(pk=instance.id).revision
    commands.retry_incident(incident_id=incident.pk, variables={"nobody": 1}, seen_revision=revision, actor=admin)
    assert variables_of(instance)["x"] == 2 and item_at(instance, "it")


def test_hooks_listen_too_and_the_token_waits_for_each(people: People, calls: list[hooks.HookCall]) -> None:
    field = '<c:field name="why" stringValue="開始"/>'
    inside = (
        f'<c:executionListener event="start" class="com.example.Stamp">{field}</c:executionListener>'
        + listener("start", setting("between", "stamped + 10"))
        + listener("create", 'delegateExpression="${stampBean}"', "task")
        + listener("complete", 'class="com.example.Stamp"', "task")
        + listener("end", setting("last", "stamped"))
    )
    instance = run(people, "assignee", heard_at(inside), chief="200301")
    assert MachineWork.objects.get().state == "open" and passed(instance) == ["start"]
    assert drain() == 2
    assert [(call.event, call.fields) for call in calls] == [("start", {"why": "開始"}), ("create", {})]
    assert variables_of(instance)["between"] == 11
    complete(people, instance, "it", "白井")
    assert not is_over(instance)
    assert drain() == 1 and is_over(instance)
    assert calls[-1].event == "complete" and variables_of(instance)["last"] == 3
    assert set(MachineWork.objects.values_list("state", flat=True)) == {"done"}


def test_a_hook_that_listens_to_a_flow_holds_the_token_before_it(people: People, calls: list[hooks.HookCall]) -> None:
    heard = listener("take", 'class="com.example.Stamp"')
    taken = f"<extensionElements>{heard}</extensionElements></sequenceFlow>"
    flow = (
        '<sequenceFlow id="f1" sourceRef="start" targetRef="it" />',
        f'<sequenceFlow id="f1" sourceRef="start" targetRef="it">{taken}',
    )
    instance = run(people, "assignee", flow, chief="200301")
    assert passed(instance) == []
    assert drain() == 1 and calls[0].event == "take"
    assert passed(instance) == ["start"] and item_at(instance, "it")


def test_what_is_never_told_is_said_when_the_model_is_handed_in(people: People, calls: list[hooks.HookCall]) -> None:
    inside = listener("update", setting("x"), "task") + listener("create", setting("y"), "task")
    stamped = listener("end", 'class="com.example.Stamp"')
    over = f"<extensionElements>{stamped}</extensionElements>"
    whole = ('<startEvent id="start" />', f'{over}<startEvent id="start"/>')
    found = deploy("assignee", heard_at(inside, "200301"), whole).warnings
    assert [(f.level, f.code, f.element_id) for f in found] == [
        ("rule", "ignored_listener", "assignee"),
        ("warning", "ignored_listener", "it"),
    ]


def test_people_found_anew_are_those_that_listeners_name(people: People) -> None:
    inside = listener("create", "expression=\"${task.setAssignee('200402')}\"", "task")
    item = item_at(run(people, "assignee", heard_at(inside, "200301")), "it")
    admin = people.actor("管理者")
    commands.hand_on_item(item_id=item.pk, find_again=True, reason="確かめる", actor=admin)
    assert list(item.candidates.filter(is_open=True).values_list("staff__code", flat=True)) == ["200402"]


def test_scripts_in_known_languages_listen_and_others_do_not(people: People) -> None:
    def script(event: str, language: str, text: str, kind: str = "execution") -> str:
        body = f'<c:script scriptFormat="{language}">{text}</c:script>'
        return f'<c:{kind}Listener event="{event}">{body}</c:{kind}Listener>'

    inside = (
        script("start", "feel", "{one: 1 + 1}")
        + script("start", "juel", "${execution.setVariable('two', one * 2)}")
        + script("create", "feel", "{three: two + 1}", "task")
        + script("start", "javascript", "execution.setVariable('four', 4)")
        + script("complete", "juel", "${execution.setVariable('five', three)}", "task")
    )
    instance = run(people, "assignee", heard_at(inside), chief="200301")
    complete(people, instance, "it", "白井")
    assert variables_of(instance) == {"chief": "200301", "one": 2, "two": 4, "three": 5, "five": 5}


def test_the_end_of_the_whole_process_is_listened_to(people: People) -> None:
    over = f"<extensionElements>{listener('end', setting('all', 'x + 1'))}</extensionElements>"
    whole = ('<startEvent id="start" />', f'{over}<startEvent id="start"/>')
    instance = run(people, "assignee", whole, chief="200301")
    with pytest.raises(Invalid) as odd:
        complete(people, instance, "it", "白井")
    assert odd.value.code == "listener_error" and item_at(instance, "it") and not is_over(instance)
    complete(people, instance, "it", "白井", x=4)
    assert is_over(instance) and variables_of(instance)["all"] == 5


def test_taking_shared_work_is_told_with_whoever_took_it(people: People) -> None:
    inside = listener("assignment", setting("whose", "task.assignee"), "task")
    shared = (
        heard_at(inside)[0],
        heard_at(inside)[1].replace('c:assignee="${chief}"', 'c:candidateUsers="200401,200402"'),
    )
    instance = run(people, "assignee", shared)
    assert variables_of(instance) == {}
    commands.take_item(item_id=item_at(instance, "it").pk, actor=people.actor("桐生"))
    assert variables_of(instance) == {"whose": "200402"}
    complete(people, instance, "it", "桐生")
    assert is_over(instance)


def test_work_is_not_taken_when_what_listens_goes_wrong(people: People) -> None:
    inside = listener("assignment", setting("whose", "nobody + 1"), "task")
    shared = (
        heard_at(inside)[0],
        heard_at(inside)[1].replace('c:assignee="${chief}"', 'c:candidateUsers="200401,200402"'),
    )
    instance = run(people, "assignee", shared)
    with pytest.raises(Invalid):
        commands.take_item(item_id=item_at(instance, "it").pk, actor=people.actor("桐生"))
    assert item_at(instance, "it").owner_id is None
