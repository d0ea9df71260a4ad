"""A case that waits for everything an instance can wait for: what is drawn, who does what, and how it ended.

Whoever calls `carry_on` goes on from whatever the database says, however it came to be so.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections import Counter
from typing import Any

import time_machine
from django.db.models import Min

from config.jobs import queue, worker
from config.jobs.models import Job, JobState
from documents.ledger.models import LedgerEntry
from tests.workflow.happening_models import TIMER, flows
from tests.workflow.people import HEAD, SYSTEM
from workflow import commands
from workflow.models import (
    EarlyMessage,
    ElementHistory,
    EventSubscription,
    Incident,
    ItemCandidate,
    MachineWork,
    ProcessInstance,
    WorkItem,
)
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff

KEY = "申-00001"
CLERK, COLLEAGUE, CHIEF = "200401", "200402", "200301"
MESSAGES = '<bpmn:message id="ask" name="照会"/><bpmn:message id="tell" name="回答"/>'


def _task(name: str, who: str, more: str = "") -> str:
    return f'<bpmn:userTask id="{name}" name="{name}" camunda:assignee="{who}" {more}/>'


def _edge(name: str, at: str, wait: str, more: str = "") -> str:
    return f'<bpmn:boundaryEvent id="{name}" attachedToRef="{at}" {more}>{TIMER.format(wait)}</bpmn:boundaryEvent>'


def _event(kind: str, name: str, message: str) -> str:
    return f'<bpmn:{kind} id="{name}"><bpmn:messageEventDefinition messageRef="{message}"/></bpmn:{kind}>'


STORY = (
    '<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/><bpmn:endEvent id="reminded"/>'
    '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    + _task("check", CLERK)
    + _edge("hour", "check", "PT1H", 'cancelActivity="false"')
    + _task("remind", COLLEAGUE)
    + _task("slow", CHIEF)
    + _edge("late", "slow", "PT2H")
    + _event("intermediateThrowEvent", "asks", "ask")
    + _event("intermediateCatchEvent", "answered", "tell")
    + '<bpmn:callActivity id="sub" calledElement="called"><bpmn:extensionElements><camunda:in source="額" target="金額"/>'
    '<camunda:out source="結果" target="答え"/></bpmn:extensionElements></bpmn:callActivity>'
    + _task("done", CLERK, 'camunda:asyncBefore="true"')
    + flows("start>fork", "fork>check", "fork>slow", "fork>asks", "fork>sub", "hour>remind", "remind>reminded")
    + flows("check>join", "late>join", "asks>answered", "answered>join", "sub>join", "join>done", "done>end")
)
CALLED = (
    '<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>'
    + _task("work", CLERK, 'camunda:asyncBefore="true"')
    + f'<bpmn:intermediateCatchEvent id="pause">{TIMER.format("PT30M")}</bpmn:intermediateCatchEvent>'
    + flows("start>work", "work>pause", "pause>end")
)
ANSWER = (
    _event("startEvent", "asked", "ask")
    + '<bpmn:endEvent id="end"/>'
    + _task("reply", COLLEAGUE)
    + _event("intermediateThrowEvent", "tells", "tell")
    + flows("asked>reply", "reply>tells", "tells>end")
)
GIVEN: dict[str, dict[str, Any]] = {"work": {"結果": "可"}, "reply": {}, "check": {"確認": True}}


def deploy() -> None:
    """The three processes."""
    for key, body in (("called", CALLED), ("answer", ANSWER), ("story", STORY)):
        process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process>'
        commands.deploy_definition(
            xml=f"{HEAD}{MESSAGES}{process}</bpmn:definitions>".encode(), with_breaches=True, actor=SYSTEM
        )


def carry_on(at: dt.datetime) -> None:
    """Begin the case unless it is there, and do what people, workers and time do until nothing is left to be done."""
    name = worker.new_name()
    with time_machine.travel(at, tick=False) as clock:
        if not ProcessInstance.objects.filter(business_key=KEY).exists():
            commands.start_instance(
                key="story", title="照会", business_key=KEY, variables={"額": 7}, actor=_actor(CLERK)
            )
        for _ in range(300):
            if worker.run_once(worker=name, limit=1) or _somebody_works() or queue.sweep():
                continue
            moment = _next()
            if moment is None:
                return
            clock.move_to(moment + dt.timedelta(seconds=1), tick=False)
    raise AssertionError("the case never ends")


def _actor(code: str) -> Any:
    return actor_for(staff=Staff.objects.get(code=code), channel="web")


def _somebody_works() -> bool:
    """One piece of work is done.  Nobody does `slow`, and `check` only once somebody was reminded of it."""
    reminded = ElementHistory.objects.filter(element_id="remind", outcome="completed").exists()
    for item in WorkItem.objects.filter(finished=None).exclude(element_id="slow").order_by("pk"):
        if item.element_id != "check" or reminded:
            (code,) = item.candidates.values_list("staff__code", flat=True)
            commands.complete_item(
                item_id=item.pk, seen_revision=None, variables=GIVEN.get(item.element_id, {}), actor=_actor(code)
            )
            return True
    return False


def _next() -> dt.datetime | None:
    """When time brings something: a job that is due, or the end of a dead worker's lease."""
    due = Job.objects.filter(state=JobState.WAITING).aggregate(at=Min("due"))["at"]
    free = Job.objects.filter(state=JobState.RUNNING).aggregate(at=Min("locked_until"))["at"]
    return min((moment for moment in (due, free) if moment is not None), default=None)


def told() -> dict[str, Any]:
    """How it ended, without whatever may differ: times, numbers, and who of two that wait came first."""
    found: dict[str, Any] = {"instances": [], "ledger": []}
    for row in ProcessInstance.objects.select_related("definition").order_by("definition__key", "pk"):
        history = list(ElementHistory.objects.filter(instance=row).order_by("sequence"))
        found["instances"].append(
            {
                "key": row.definition.key,
                "business_key": row.business_key,
                "status": row.status,
                "variables": row.variables,
                "revision": row.revision,
                "history": sorted([h.element_id, h.outcome, h.actor_name] for h in history),
                "first and last": [history[0].element_id, history[-1].element_id],
                "gaps": [h.sequence for h in history] != list(range(1, row.history_count + 1)),
            }
        )
        found["ledger"].append(_entries(row.pk))
    found["entries"] = sorted(Counter(LedgerEntry.objects.values_list("action", flat=True)).items())
    found["jobs"] = sorted([*key, count] for key, count in Counter(Job.objects.values_list("kind", "state")).items())
    found["left"] = {
        model.__name__: model._default_manager.filter(**{} if name is None else {name: value}).count()
        for model, name, value in (
            (EventSubscription, None, None),
            (EarlyMessage, None, None),
            (Incident, None, None),
            (MachineWork, "closed_at", None),
            (WorkItem, "finished", None),
            (ItemCandidate, "is_open", True),
        )
    }
    return json.loads(json.dumps(found, ensure_ascii=False, sort_keys=True))  # type: ignore[no-any-return]  # a dict goes in


def _entries(instance: int) -> list[list[str]]:
    """What the ledger says of an instance: the element that each act was about, in an order that does not depend on who of
    two that wait came first; the beginning and the end stay where they are."""
    items = [str(pk) for pk in WorkItem.objects.filter(process_id=instance).values_list("pk", flat=True)]
    of_instance = LedgerEntry.objects.filter(subject_type="workflow.processinstance", subject_id=str(instance))
    of_items = LedgerEntry.objects.filter(subject_type="workflow.workitem", subject_id__in=items)
    rows = sorted(itertools.chain(of_instance, of_items), key=lambda row: row.pk)
    acts = [[row.action, str(json.loads(bytes(row.body))["details"].get("element", ""))] for row in rows]
    return [acts[0], *sorted(acts[1:-1]), acts[-1]]
