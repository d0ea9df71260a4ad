"""One step of an instance: an intent goes in, the engine says what happens, people are found, everything is stored once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import clock
from config.calendar import add_business_days
from config.commands import Actor
from config.errors import Conflict, Invalid
from workflow import hooks
from workflow.bpmn.model import Element, Process
from workflow.engine import events as ev
from workflow.engine.advance import Refused, advance
from workflow.engine.draft import apply, replay
from workflow.engine.intents import Intent
from workflow.engine.state import Mode, State, from_json
from workflow.engine.world import World
from workflow.expressions import Facts
from workflow.models import ProcessInstance, WorkItem
from workflow.nodes import AssignmentContext, Candidate, assignment_of, by_codes
from workflow.runtime.decisions import decide_for
from workflow.runtime.definitions import process_of

CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
# Refusals of the engine that mean: somebody or something else was faster.
CONFLICTS = {"already_started", "already_ended", "already_cancelled", "not_waiting", "no_incident", "not_movable"}


@dataclass(slots=True)
class Step:
    """What one intent leads to, before it is stored."""

    instance: ProcessInstance
    process: Process
    before: State
    state: State
    events: list[ev.Event]
    actor: Actor
    done: WorkItem | None = None  # the item whose completion is this step
    passed: tuple[int, ...] = ()  # ids of the history rows that made up the path of a return
    people: dict[int, list[Candidate]] = field(default_factory=dict)  # token → who gets the work

    def element(self, element_id: str) -> Element:
        """The element with that id."""
        return self.process.elements[element_id]

    def opened(self) -> list[ev.WaitOpened]:
        """The waits that are still open at the end of the step, and somebody is there to do them."""
        return [e for e in self.events if isinstance(e, ev.WaitOpened) and e.token in self.people]


def think(*, instance: ProcessInstance, intent: Intent, actor: Actor, done: WorkItem | None = None) -> Step:
    """Let the engine answer and find people for what opened.  Raises Conflict or Invalid for a refused intent."""
    process = process_of(instance.definition)
    before = from_json(instance.state, instance.variables) if instance.state else State()
    try:
        events = advance(process, before, intent, world_of(instance, process, actor))
    except Refused as refused:
        message = refused.ja if (get_language() or "ja").startswith("ja") else refused.en
        raise (Conflict if refused.code in CONFLICTS else Invalid)(message, code=refused.code) from refused
    step = Step(instance, process, before, replay(before, events), events, actor, done)
    _find_people(step)
    return step


def world_of(instance: ProcessInstance, process: Process, actor: Actor) -> World:
    """What the engine may ask of the world for this instance."""
    facts = Facts(
        business_key=instance.business_key,
        instance_id=str(instance.pk),
        user=actor.code,
        groups=tuple(str(group) for group in sorted(actor.group_ids)),
        beans=hooks.beans(),
    )
    return World(
        now=clock.now(),
        decide=decide_for(instance.definition, now=clock.now()),
        facts=facts,
        adds_business_days=add_business_days,
    )


def _find_people(step: Step) -> None:
    """Resolve every wait that opened; where nobody is found the token waits in an incident instead."""
    for event in [e for e in step.events if isinstance(e, ev.WaitOpened) and e.kind == "person"]:
        token = step.state.tokens.get(event.token)
        if token is None or token.mode is not Mode.WAITING or token.element != event.element:
            continue
        found, problem = _candidates(step, step.element(event.element))
        if found:
            step.people[event.token] = found
            continue
        raised = ev.IncidentRaised(event.token, event.element, problem, *_SENTENCES[problem])
        step.events.append(raised)
        step.state = apply(step.state, raised)


_SENTENCES = {
    "no_candidate": (
        "この作業を受け取る人が見つかりません。職の空席や割当てを確かめ、やり直してください。",
        "Nobody was found to receive this work. Check posts and assignment, then retry.",
    ),
    "unknown_assignment": (
        "図に書かれた割当て(kessai:assignment)を、このシステムは知りません。",
        "The assignment named in the model (kessai:assignment) is unknown here.",
    ),
    "no_assignment": (
        "図に、この作業をだれが受け取るか(kessai:assignment または camunda:assignee)が書かれていません。",
        "The model does not say who receives this work (kessai:assignment or camunda:assignee).",
    ),
}


def _candidates(step: Step, element: Element) -> tuple[list[Candidate], str]:
    return _resolve(step.instance, element, _root(step.state), None)


def people_for(item: WorkItem) -> list[Candidate]:
    """Who would get open work if it arrived now; the item's instance is loaded with it."""
    instance = item.process
    element = process_of(instance.definition).elements[item.element_id]
    return _resolve(instance, element, _root(from_json(instance.state, instance.variables)), item.pk)[0]


def _resolve(
    instance: ProcessInstance, element: Element, variables: dict[str, Any], item_id: int | None
) -> tuple[list[Candidate], str]:
    code = element.extension("assignment")
    if not code:
        named = _named(element)
        return _unique(by_codes(named)), "no_candidate" if named else "no_assignment"
    resolve = assignment_of(code)
    if resolve is None:
        return [], "unknown_assignment"
    context = AssignmentContext(
        instance_id=instance.pk,
        element_id=element.id,
        variables=variables,
        business_key=instance.business_key,
        starter=instance.started_by_id,
        item_id=item_id,
    )
    return _unique(resolve(context)), "no_candidate"


def _named(element: Element) -> list[str]:
    attributes = element.node.attributes
    texts = [attributes.get(f"{CAMUNDA}{name}", "") for name in ("assignee", "candidateUsers")]
    return [code.strip() for text in texts for code in text.split(",") if code.strip()]


def _unique(found: list[Candidate]) -> list[Candidate]:
    """One row per person: the first right wins."""
    return list({candidate.staff_id: candidate for candidate in reversed(found)}.values())[::-1]


def _root(state: State) -> dict[str, Any]:
    return {name: value for scope in state.variables.values() for name, value in scope.items()}


def name_of(element: Element) -> str:
    """What people call an element."""
    return element.name or {"startEvent": _("開始"), "endEvent": _("終了")}.get(element.type, element.id)
