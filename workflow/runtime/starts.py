"""How instances begin without a person: called, or by a message, a signal, a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import clock
from config.calendar import add_business_days
from config.commands import Actor
from config.errors import Invalid, NotFound
from config.jobs.queue import enqueue
from workflow.bpmn.model import Element, Process
from workflow.engine import intents, timers
from workflow.engine.listening import LISTENED, details
from workflow.engine.nodes.base import Trouble
from workflow.engine.run import Run
from workflow.engine.state import State
from workflow.engine.world import World
from workflow.enums import Listening
from workflow.models import ProcessDefinition, ProcessInstance, StartSubscription
from workflow.runtime import store
from workflow.runtime.definitions import process_of
from workflow.runtime.step import think

START = "workflow.start"
TITLE_LENGTH = 400


def subscribe(definition: ProcessDefinition, process: Process) -> None:
    """The newest version of a process listens from now on; older ones no longer do.  Raises Trouble for an odd time."""
    StartSubscription.objects.filter(definition__key=definition.key).delete()
    run = Run(process, State(), World(now=clock.now(), adds_business_days=add_business_days))
    for element in process.inside(process.id):
        if element.type == "startEvent":
            for event in element.events:
                if event.kind in LISTENED:
                    _subscribe(definition, element, event.kind, details(run, element, event, "root"))


def listen(definition: ProcessDefinition, process: Process) -> None:
    """Subscribe.  Raises Invalid when a time or name of a start event makes no sense."""
    try:
        subscribe(definition, process)
    except Trouble as odd:
        text = odd.ja if (get_language() or "ja").startswith("ja") else odd.en
        raise Invalid(text, code=odd.code) from odd


def _subscribe(definition: ProcessDefinition, element: Element, kind: str, said: dict[str, Any]) -> None:
    row = StartSubscription.objects.create(
        definition=definition,
        element_id=element.id,
        kind=kind,
        name=str(said.get("name", ""))[:200],
        timer=said if kind == Listening.TIMER else {},
    )
    if kind == Listening.TIMER:
        _at(row)


def _at(row: StartSubscription) -> None:
    due = str(row.timer["due"])
    enqueue(
        kind=START,
        key=f"start:{row.pk}:{due}",
        payload={"start": row.pk, "due": due},
        due=dt.datetime.fromisoformat(due),
    )


def next_time(row: StartSubscription) -> None:
    """After a timer began an instance: once more, if it is a cycle."""
    more = timers.again(row.timer, add_business_days)
    if more is None:
        row.delete()
        return
    row.timer = {**row.timer, **more}
    row.save(update_fields=["timer"])
    _at(row)


def begin(*, start: StartSubscription, business_key: str, variables: dict[str, Any], actor: Actor) -> ProcessInstance:
    """Begin an instance at a start event with a trigger, within the caller's command."""
    instance = ProcessInstance(
        definition=start.definition, business_key=business_key, title=start.definition.name[:TITLE_LENGTH]
    )
    return _begin(instance, intents.Start(variables, start.element_id), actor)


def begin_called(*, caller: ProcessInstance, token: int, asked: dict[str, Any], actor: Actor) -> ProcessInstance:
    """Begin what a call activity calls, in the version that its binding says.  Raises NotFound when there is none."""
    definition = _bound(caller, asked)
    if definition is None:
        raise NotFound(
            _("流れ「%(key)s」は登録されていません。") % {"key": asked["called"]},
            code="no_definition",
            key=asked["called"],
        )
    instance = ProcessInstance(
        definition=definition,
        business_key=str(asked.get("business_key", caller.business_key) or ""),
        title=caller.title,
        started_by_id=caller.started_by_id,
        caller=caller,
        caller_token=str(token),
    )
    return _begin(instance, intents.Start(asked.get("variables", {}), called=True), actor)


def _bound(caller: ProcessInstance, asked: dict[str, Any]) -> ProcessDefinition | None:
    found = ProcessDefinition.objects.defer("xml").filter(key=asked["called"]).order_by("-version")
    binding = asked.get("binding", "latest")
    if binding == "version":
        text = str(asked.get("version", ""))
        return found.filter(version=int(text)).first() if text.isdigit() else None
    if binding == "versionTag":
        tagged = (row for row in found if _tag(row) == str(asked.get("tag", "")))
        return next(tagged, None)
    if binding == "deployment":  # what was newest when the caller's own version was deployed
        return found.filter(deployed_at__lte=caller.definition.deployed_at).first() or found.last()
    return found.first()


def _tag(row: ProcessDefinition) -> str:
    return process_of(row).node.foreign("versionTag")


def _begin(instance: ProcessInstance, intent: intents.Start, actor: Actor) -> ProcessInstance:
    store.begin(instance)
    store.write(think(instance=instance, intent=intent, actor=actor))
    return instance
