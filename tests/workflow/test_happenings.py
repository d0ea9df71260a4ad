"""Instances that wait: times, messages, signals, save points, hooks and called processes, through jobs as in life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from config.commands import system_actor
from config.errors import Conflict, NotAllowed, NotFound
from config.jobs import worker
from config.jobs.models import Job, JobState
from tests.workflow.happening_models import MESSAGE, NOBODY, START, TIMER, deploy, flows
from tests.workflow.people import People, complete, item_at, last_entry, ledger, start
from workflow import commands, hooks
from workflow.commands import happenings, machines
from workflow.models import (
    EarlyMessage,
    ElementHistory,
    EventSubscription,
    Incident,
    MachineWork,
    ProcessInstance,
    StartSubscription,
)
from workflow.values import InstanceView

MACHINE = system_actor("test-machine")


def drain() -> int:
    """Let the worker do all that is due."""
    done = 0
    while worker.run_once(worker="w"):
        done += 1
    return done


def state_of(instance_id: int) -> str:
    return ProcessInstance.objects.get(pk=instance_id).status


def names_passed(instance_id: int) -> list[str]:
    rows = ElementHistory.objects.filter(instance_id=instance_id, outcome="completed").order_by("sequence")
    return list(rows.values_list("element_id", flat=True))


CATCH = (
    START
    + '<bpmn:intermediateCatchEvent id="later">{0}</bpmn:intermediateCatchEvent>'
    + flows("start>later", "later>done")
)


def test_a_timer_comes_when_its_time_has_come_and_only_once(
    people: People, at_office: time_machine.Coordinates
) -> None:
    deploy(CATCH.format(TIMER.format("PT2H")))
    instance = start(people, key="waits")
    row = EventSubscription.objects.get()
    assert (row.kind, row.element_id, row.instance_id) == ("timer", "later", instance.id)
    assert drain() == 0
    at_office.shift(dt.timedelta(hours=2, seconds=1))
    assert drain() == 1
    assert item_at(instance, "done").element_name == "確かめる"
    assert not EventSubscription.objects.exists()
    history = ElementHistory.objects.get(instance_id=instance.id, element_id="later")
    assert history.left_at - history.opened_at >= dt.timedelta(hours=2)
    assert last_entry("workflow.event.happened")[1]["element"] == "later"
    with pytest.raises(Conflict) as late:
        happenings.let_happen(instance_id=instance.id, subscription=row.number, actor=MACHINE)
    assert late.value.code == "not_listening"


def test_business_days_are_counted_by_the_calendar(people: People) -> None:
    deploy(CATCH.format(TIMER.format("5営業日")))
    start(people, key="waits")
    due = EventSubscription.objects.get().due
    assert due is not None and (due - dt.timedelta(hours=15)).date() == dt.date(
        2025, 11, 17
    )  # in UTC, before 9 o'clock


def test_no_person_lets_things_happen(people: People) -> None:
    deploy(CATCH.format(TIMER.format("PT2H")))
    instance = start(people, key="waits")
    number = EventSubscription.objects.get().number
    with pytest.raises(NotFound):
        happenings.let_happen(instance_id=instance.id, subscription=number, actor=people.actor("佐久間"))
    with pytest.raises(NotAllowed):
        happenings.correlate_message(name="届いた", actor=people.actor("佐久間"))
    assert EventSubscription.objects.count() == 1


BOUNDARY = (
    START
    + f'<bpmn:userTask id="work" {NOBODY}/>'
    + '<bpmn:boundaryEvent id="edge" attachedToRef="work" {0}>{1}</bpmn:boundaryEvent>'
    + flows("start>work", "work>end", "edge>done")
)


def test_an_interrupting_timer_calls_work_off_and_work_done_calls_the_timer_off(
    people: People, at_office: time_machine.Coordinates
) -> None:
    deploy(BOUNDARY.format("", TIMER.format("P1D")))
    slow, quick = start(people, key="waits"), start(people, key="waits")
    complete(people, quick, "work", "佐久間")
    at_office.shift(dt.timedelta(days=1, seconds=1))
    drain()
    assert names_passed(slow.id) == ["start", "edge"]
    assert item_at(slow, "done") and not Incident.objects.exists()
    assert (state_of(quick.id), names_passed(quick.id)) == ("DONE", ["start", "work", "end"])


def test_a_cycle_beside_the_work_comes_again_and_again(people: People, at_office: time_machine.Coordinates) -> None:
    cycle = TIMER.replace("timeDuration", "timeCycle").format("R3/P1D")
    deploy(BOUNDARY.format('cancelActivity="false"', cycle))
    instance = start(people, key="waits")
    for day in (1, 2, 3, 4):
        at_office.shift(dt.timedelta(days=1, seconds=1))
        drain()
        assert names_passed(instance.id).count("edge") == min(day, 3)
    assert item_at(instance, "work").finished is None
    assert not EventSubscription.objects.exists()


RECEIVES = START + '<bpmn:receiveTask id="later" messageRef="m"/>' + flows("start>later", "later>done")
KEYED = MESSAGE.format('kessai:correlationKey="番号"')


def test_a_message_reaches_the_instance_that_is_meant(people: People) -> None:
    deploy(RECEIVES, shared=KEYED)
    first, second = start(people, key="waits", 番号="1"), start(people, key="waits", 番号="2")
    happenings.correlate_message(name="届いた", key="2", variables={"額": 5}, actor=MACHINE)
    assert EventSubscription.objects.get().instance_id == first.id
    assert item_at(second, "done")
    assert ProcessInstance.objects.get(pk=second.id).variables["root"] == {"番号": "2", "額": 5}


def test_a_message_that_may_mean_several_reaches_nobody(people: People) -> None:
    deploy(RECEIVES, shared=MESSAGE.format(""))
    start(people, key="waits"), start(people, key="waits")
    with pytest.raises(Conflict) as refused:
        happenings.correlate_message(name="届いた", actor=MACHINE)
    assert refused.value.code == "ambiguous_message" and EventSubscription.objects.count() == 2


def test_an_early_message_is_kept_until_somebody_waits_but_not_for_ever(
    people: People, at_office: time_machine.Coordinates
) -> None:
    deploy(RECEIVES, shared=KEYED)
    happenings.correlate_message(name="届いた", key="9", variables={"x": 1}, actor=MACHINE)
    assert EarlyMessage.objects.get().key == "9" and ledger()[-1] == "workflow.message.kept"
    other = start(people, key="waits", 番号="8")
    meant = start(people, key="waits", 番号="9")
    drain()
    assert item_at(meant, "done") and EventSubscription.objects.get().instance_id == other.id
    assert not EarlyMessage.objects.exists()
    happenings.correlate_message(name="届いた", key="7", actor=MACHINE)
    at_office.shift(dt.timedelta(days=8))
    late = start(people, key="waits", 番号="7")
    drain()
    assert EventSubscription.objects.filter(instance_id=late.id).exists()


def test_a_message_and_a_time_begin_processes_and_only_of_the_newest_version(
    people: People, at_office: time_machine.Coordinates
) -> None:
    begins = '<bpmn:startEvent id="start"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    deploy(begins + flows("start>done"), shared=MESSAGE.format(""))
    happenings.correlate_message(name="届いた", business_key="申-7", variables={"x": 1}, actor=MACHINE)
    assert ProcessInstance.objects.get().business_key == "申-7"
    timed = '<bpmn:startEvent id="start">' + TIMER.replace("timeDuration", "timeCycle").format("R2/P1D")
    deploy(timed + "</bpmn:startEvent>" + flows("start>done"))
    assert [row.kind for row in StartSubscription.objects.all()] == ["timer"]
    for count in (2, 3, 3):
        at_office.shift(dt.timedelta(days=1, seconds=1))
        drain()
        assert ProcessInstance.objects.count() == count


SIGNAL = '<bpmn:signal id="s" name="災害対策本部設置"/>'
LISTENS = CATCH.format('<bpmn:signalEventDefinition signalRef="s"/>')


def test_a_signal_reaches_all_who_listen_and_begins_processes(people: People) -> None:
    deploy(LISTENS, shared=SIGNAL)
    listening = [start(people, key="waits"), start(people, key="waits")]
    thrower = (
        START
        + (
            '<bpmn:intermediateThrowEvent id="call"><bpmn:signalEventDefinition signalRef="s"/></bpmn:intermediateThrowEvent>'
        )
        + flows("start>call", "call>done")
    )
    deploy(thrower, key="throws", shared=SIGNAL)
    begun = '<bpmn:startEvent id="start"><bpmn:signalEventDefinition signalRef="s"/></bpmn:startEvent>'
    deploy(begun + flows("start>done"), key="begun", shared=SIGNAL)
    start(people, key="throws")
    drain()
    assert all(item_at(instance, "done") for instance in listening)
    assert ProcessInstance.objects.filter(definition__key="begun").count() == 1
    assert last_entry("workflow.signal.sent")[1]["instances"] == 2


def test_behind_a_save_point_a_job_goes_on(people: People) -> None:
    deploy(START + f'<bpmn:userTask id="work" camunda:asyncBefore="true" {NOBODY}/>' + flows("start>work", "work>done"))
    instance = start(people, key="waits")
    assert names_passed(instance.id) == ["start"] and not ProcessInstance.objects.get().items.exists()
    drain()
    assert item_at(instance, "work")
    assert ledger()[-1] == "workflow.work.continued"


@pytest.fixture
def archive() -> Iterator[list[hooks.HookCall]]:
    """A hook that fails, refuses or works, as the variable `mode` says."""
    calls: list[hooks.HookCall] = []

    def act(call: hooks.HookCall) -> dict[str, object]:
        calls.append(call)
        if call.variables.get("mode") == "fails":
            raise RuntimeError("接続できません")
        if call.variables.get("mode") == "refuses":
            raise hooks.HookFailed("受け付けません", code="NO")
        return {"番号": f"A-{len(calls)}"}

    hooks.hook("org.example.Archive")(act)
    yield calls
    hooks._hooks.pop("org.example.Archive")  # what the test registered


SERVICE = (
    START
    + '<bpmn:serviceTask id="store" camunda:class="org.example.Archive">{0}</bpmn:serviceTask>'
    + '<bpmn:boundaryEvent id="no" attachedToRef="store"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>'
    + flows("start>store", "store>done", "no>end")
)
ERROR = '<bpmn:error id="e" errorCode="NO"/>'


def test_a_hook_works_outside_of_the_step_and_its_result_comes_once(
    people: People, archive: list[hooks.HookCall]
) -> None:
    deploy(SERVICE.format(""), shared=ERROR)
    instance = start(people, key="waits")
    work = MachineWork.objects.get()
    assert (work.state, work.name, archive) == ("open", "org.example.Archive", [])
    drain()
    work.refresh_from_db()
    assert (work.state, work.closed_at is not None) == ("done", True)
    assert archive[0].key == f"work:{work.pk}" and archive[0].business_key == "申-00001"
    assert ProcessInstance.objects.get().variables["root"]["番号"] == "A-1"
    assert last_entry("workflow.machine_work.done")[1]["variables"] == ["番号"]
    with pytest.raises(Conflict):
        machines.complete_work(work_id=work.pk, variables={}, actor=MACHINE)
    assert item_at(instance, "done")


def test_a_business_error_of_a_hook_is_caught_by_the_model(people: People, archive: list[hooks.HookCall]) -> None:
    deploy(SERVICE.format(""), shared=ERROR)
    instance = start(people, key="waits", mode="refuses")
    drain()
    assert (state_of(instance.id), names_passed(instance.id)) == ("DONE", ["start", "no", "end"])
    assert MachineWork.objects.get().state == "voided"


def test_a_hook_that_fails_is_tried_as_the_model_says_then_somebody_mends_it(
    people: People, archive: list[hooks.HookCall], at_office: time_machine.Coordinates
) -> None:
    cycle = "<bpmn:extensionElements><camunda:failedJobRetryTimeCycle>R2/PT10M</camunda:failedJobRetryTimeCycle>"
    deploy(SERVICE.format(cycle + "</bpmn:extensionElements>"), shared=ERROR)
    instance = start(people, key="waits", mode="fails")
    for tries in (1, 2, 3):
        drain()
        assert len(archive) == tries
        assert Incident.objects.count() == (tries == 3)
        at_office.shift(dt.timedelta(minutes=10, seconds=1))
    drain()
    assert len(archive) == 3 and "接続できません" in Incident.objects.get().message
    revision = ProcessInstance.objects.get().revision
    commands.retry_incident(
        incident_id=Incident.objects.get().pk,
        variables={"mode": "ok"},
        seen_revision=revision,
        actor=people.actor("管理者"),
    )
    drain()
    assert Incident.objects.get().resolved_at is not None and item_at(instance, "done")


CALLS = (
    START
    + '<bpmn:callActivity id="sub" calledElement="{0}"><bpmn:extensionElements><camunda:in source="額" target="金額"/>'
    '<camunda:out source="結果" target="答え"/></bpmn:extensionElements></bpmn:callActivity>'
    '<bpmn:boundaryEvent id="no" attachedToRef="sub"><bpmn:errorEventDefinition errorRef="e"/></bpmn:boundaryEvent>'
    + flows("start>sub", "sub>done", "no>end")
)


def test_a_called_process_gets_and_gives_what_is_mapped(people: People) -> None:
    deploy(START + f'<bpmn:userTask id="work" {NOBODY}/>' + flows("start>work", "work>end"), key="called")
    deploy(CALLS.format("called"), shared=ERROR)
    caller = start(people, key="waits", 額=7, 秘="x")
    drain()
    called = ProcessInstance.objects.get(definition__key="called")
    assert (called.caller_id, called.variables["root"]) == (caller.id, {"金額": 7})
    complete(people, InstanceView.of(called), "work", "佐久間", 結果="可", 他="y")
    drain()
    assert ProcessInstance.objects.get(pk=caller.id).variables["root"] == {"額": 7, "秘": "x", "答え": "可"}
    assert item_at(caller, "done")


def test_an_error_of_a_called_process_reaches_its_caller(people: People) -> None:
    fails = '<bpmn:endEvent id="bad"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>'
    deploy(START + fails + flows("start>bad"), key="called", shared=ERROR)
    deploy(CALLS.format("called"), shared=ERROR)
    caller = start(people, key="waits", 額=7)
    drain()
    assert (state_of(caller.id), names_passed(caller.id)) == ("DONE", ["start", "no", "end"])
    assert last_entry("workflow.called.returned")[1]["outcome"] == "error"


def test_calling_off_the_caller_calls_off_what_it_called(people: People) -> None:
    deploy(START + f'<bpmn:userTask id="work" {NOBODY}/>' + flows("start>work", "work>end"), key="called")
    deploy(CALLS.format("called"), shared=ERROR)
    caller = start(people, key="waits", 額=7)
    drain()
    commands.cancel_instance(instance_id=caller.id, reason="不要", actor=people.actor("佐久間"))
    drain()
    assert state_of(ProcessInstance.objects.get(definition__key="called").pk) == "CANCELED"


def test_calling_what_is_not_there_is_told_and_nothing_is_lost(people: People) -> None:
    deploy(CALLS.format("nowhere"), shared=ERROR)
    start(people, key="waits", 額=7)
    drain()
    assert Job.objects.get(kind="workflow.call").state == JobState.FAILED


def test_an_instance_that_rests_does_nothing_until_it_goes_on(
    people: People, at_office: time_machine.Coordinates
) -> None:
    deploy(CATCH.format(TIMER.format("PT2H")))
    instance = start(people, key="waits")
    revision = ProcessInstance.objects.get().revision
    with pytest.raises(NotAllowed):
        commands.suspend_instance(
            instance_id=instance.id, rests=True, reason="調べる", seen_revision=revision, actor=people.actor("佐久間")
        )
    admin = people.actor("管理者")
    commands.suspend_instance(instance_id=instance.id, rests=True, reason="調べる", seen_revision=revision, actor=admin)
    assert last_entry("workflow.instance.suspended")[1]["rests"] is True
    at_office.shift(dt.timedelta(hours=3))
    drain()
    assert EventSubscription.objects.exists()
    commands.suspend_instance(instance_id=instance.id, rests=False, reason="", seen_revision=revision + 1, actor=admin)
    at_office.shift(dt.timedelta(hours=2))
    drain()
    assert item_at(instance, "done")
