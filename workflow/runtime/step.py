"""One step of an instance: an intent goes in, the engine says what happens, people are found, everything is stored once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import clock
from config.calendar import add_business_days
from config.commands import Actor
from config.errors import Conflict, Invalid
from workflow import hooks
from workflow.bpmn.camunda.settings import initiator
from workflow.bpmn.camunda.work import listeners
from workflow.bpmn.model import Element, Process
from workflow.engine import events as ev
from workflow.engine.advance import Refused, advance
from workflow.engine.draft import apply, replay
from workflow.engine.guard import checked_variables
from workflow.engine.intents import Intent, SetVariables, Start
from workflow.engine.nodes.base import Trouble
from workflow.engine.parts import Incomplete
from workflow.engine.state import Mode, State, TokenState, visible
from workflow.engine.world import World
from workflow.expressions import Facts
from workflow.models import ProcessInstance, WorkItem
from workflow.nodes import Candidate
from workflow.runtime import states
from workflow.runtime.decisions import decide_for
from workflow.runtime.definitions import process_of
from workflow.runtime.states import Kept
from workflow.runtime.user_tasks import Given, Place, open_work, people_now, taken

# Refusals of the engine that mean: somebody or something else was faster.
CONFLICTS = {
    *("already_started", "already_ended", "already_cancelled", "suspended"),
    *("not_waiting", "no_incident", "not_movable"),
}


@dataclass(slots=True)
class Step:
    """What one intent leads to, before it is stored."""

    instance: ProcessInstance
    process: Process
    kept: Kept  # the state before, as it was read
    state: State
    events: list[ev.Event]
    actor: Actor
    done: WorkItem | None = None  # the item whose completion is this step
    passed: tuple[int, ...] = ()  # ids of the history rows that made up the path of a return
    facts: Facts = field(default_factory=Facts)  # what expressions may know
    people: dict[int, list[Candidate]] = field(default_factory=dict)  # token → who gets the work
    given: dict[int, Given] = field(default_factory=dict)  # token → with what

    @property
    def before(self) -> State:
        """The state before."""
        return self.kept.state

    def element(self, element_id: str) -> Element:
        """The element with that id."""
        return self.process.elements[element_id]

    def opened(self) -> list[ev.WaitOpened]:
        """The waits that are still open at the end of the step, and somebody is there to do them."""
        return [e for e in self.events if isinstance(e, ev.WaitOpened) and e.token in self.people]


def think(*, instance: ProcessInstance, intent: Intent, actor: Actor, done: WorkItem | None = None) -> Step:
    """Let the engine answer and find people for what opened.  Raises Conflict or Invalid for a refused intent."""
    process = process_of(instance.definition)
    kept = states.near(done) if done is not None else states.read(instance)
    world = world_of(instance, process, actor, done)
    if isinstance(intent, Start):
        intent = _with_initiator(instance, process, intent, actor)
    try:
        try:
            events = advance(process, kept.state, intent, world)
        except Incomplete:
            kept = states.read(instance)
            events = advance(process, kept.state, intent, world)
    except Refused as refused:
        message = refused.ja if (get_language() or "ja").startswith("ja") else refused.en
        raise (Conflict if refused.code in CONFLICTS else Invalid)(message, code=refused.code) from refused
    step = Step(instance, process, kept, replay(kept.state, events), events, actor, done, facts=world.facts)
    _find_people(step)
    return step


def _with_initiator(instance: ProcessInstance, process: Process, intent: Start, actor: Actor) -> Start:
    """Whoever began the instance, in the variable that the start event names; nobody, where the system did."""
    starts = [process.elements[intent.element]] if intent.element in process.elements else process.of_type("startEvent")
    names = {initiator(start.node) for start in starts if start.parent == process.id} - {""}
    if not names:
        return intent
    code: str | None = actor.code
    if instance.started_by_id != actor.user_id or actor.user_id is None:
        code = instance.started_by.code if instance.started_by is not None else None
    return replace(intent, variables={**intent.variables, **dict.fromkeys(names, code)})


def world_of(instance: ProcessInstance, process: Process, actor: Actor, done: WorkItem | None = None) -> World:
    """What the engine may ask of the world for this instance."""
    facts = Facts(
        business_key=instance.business_key,
        instance_id=str(instance.pk),
        user=actor.code,
        groups=tuple(str(group) for group in sorted(actor.group_ids)),
        beans=hooks.beans(),
        task=_task(done, actor) if done is not None else None,
    )
    return World(
        now=clock.now(),
        decide=decide_for(instance.definition, now=clock.now()),
        facts=facts,
        adds_business_days=add_business_days,
    )


def _task(item: WorkItem, actor: Actor) -> dict[str, Any]:
    """The work that is being done, as expressions know it: whoever does it has it."""
    return {
        "id": str(item.pk),
        "name": item.element_name,
        "taskDefinitionKey": item.element_id,
        "assignee": actor.code,
        "priority": item.priority,
        "dueDate": item.due_on.isoformat() if item.due_on is not None else None,
        "createTime": item.created.isoformat(),
    }


def _find_people(step: Step) -> None:
    """Resolve every wait that opened; where nobody is found the token waits in an incident instead."""
    for event in [e for e in step.events if isinstance(e, ev.WaitOpened) and e.kind == "person"]:
        token = step.state.tokens.get(event.token)
        if token is None or token.mode is not Mode.WAITING or token.element != event.element:
            continue
        try:
            given = open_work(_place(step.instance, step.process, step.state, token, step.facts))
            changes = [
                *_variables_set(step.state, token, given.set, local=False),
                *_variables_set(step.state, token, given.set_local, local=True),
            ]
        except Trouble as odd:
            raised = ev.IncidentRaised(event.token, event.element, odd.code, odd.ja, odd.en)
            step.events.append(raised)
            step.state = apply(step.state, raised)
            continue
        step.people[event.token], step.given[event.token] = given.people, given
        for change in changes:
            step.events.append(change)
            step.state = apply(step.state, change)


def taken_by(item: WorkItem, actor: Actor) -> list[SetVariables]:
    """What the model wants done when somebody takes open work: its listeners set variables.

    Raises Invalid where one of them goes wrong.  The item's instance is loaded with it.
    """
    instance = item.process
    process = process_of(instance.definition)
    if not any(found.of == "task" for found in listeners(process.elements[item.element_id].node)):
        return []
    state = states.near(item).state
    token = state.tokens[int(item.token_id)]
    try:
        given = taken(_place(instance, process, state, token, world_of(instance, process, actor).facts), actor.code)
        changes = [
            *_variables_set(state, token, given.set, local=False),
            *_variables_set(state, token, given.set_local, local=True),
        ]
    except Trouble as odd:
        message = odd.ja if (get_language() or "ja").startswith("ja") else odd.en
        raise Invalid(message, code=odd.code) from odd
    return [SetVariables(change.variables, change.scope) for change in changes]


def seen_at(item: WorkItem) -> dict[str, Any]:
    """The variables that open work sees; the item's instance is loaded with it."""
    state = states.near(item).state
    token = state.tokens.get(int(item.token_id))
    return visible(state, token.local or token.scope) if token is not None else {}


def _place(instance: ProcessInstance, process: Process, state: State, token: TokenState, facts: Facts) -> Place:
    values = visible(state, token.local or token.scope)
    return Place(instance, process, process.elements[token.element], values, facts)


def _variables_set(
    state: State, token: TokenState, values: dict[str, Any], *, local: bool
) -> Iterator[ev.VariablesSet]:
    """Each is set where it is known, looking outwards; what is known nowhere belongs to the instance.  Raises Trouble."""
    inner = token.local or token.scope
    homes: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        homes.setdefault(inner if local else _home(state, inner, name), {})[name] = value
    for home, found in homes.items():
        try:
            yield ev.VariablesSet(checked_variables(found, state.variables.get(home, {})), home)
        except Refused as odd:
            raise Trouble(odd.code, odd.ja, odd.en) from odd


def _home(state: State, scope: str, name: str) -> str:
    at = state.scopes.get(scope)
    while at is not None:
        if name in state.variables.get(at.id, {}):
            return at.id
        at = state.scopes.get(at.parent)
    return ev.ROOT


def people_for(item: WorkItem) -> list[Candidate]:
    """Who would get open work if it arrived now; the item's instance is loaded with it."""
    instance = item.process
    process = process_of(instance.definition)
    state = states.near(item).state
    token = state.tokens[int(item.token_id)]
    facts = Facts(business_key=instance.business_key, instance_id=str(instance.pk), beans=hooks.beans())
    return people_now(_place(instance, process, state, token, facts), item.pk)


def name_of(element: Element) -> str:
    """What people call an element."""
    return element.name or {"startEvent": _("開始"), "endEvent": _("終了")}.get(element.type, element.id)
