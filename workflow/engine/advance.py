"""The only place where tokens move.  Pure: a definition, a state and an intent give events."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from workflow.bpmn.model import Process
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine.events import ROOT
from workflow.engine.guard import Refused, admit, checked_variables
from workflow.engine.nodes import Arrival, NodeType, Trouble, node_type
from workflow.engine.state import Draft, Mode, State, Status, TokenState

__all__ = ["STEP_BUDGET", "Refused", "advance"]

STEP_BUDGET = 10_000  # elements entered in one call


def advance(definition: Process, state: State, intent: want.Intent) -> list[ev.Event]:
    """The events that follow from an intent, in order.  Raises Refused when the state does not admit it."""
    admit(state, intent)
    run = _Run(definition, state)
    _HANDLERS[type(intent)](run, intent)
    run.settle()
    return run.events


class _Run:
    """One call: events so far, the state they give, and the tokens still to be moved, first come first served."""

    def __init__(self, process: Process, state: State) -> None:
        self.process = process
        self.draft = Draft(state)
        self.events: list[ev.Event] = []
        self.moving: deque[int] = deque()
        self.steps = 0

    def emit(self, *events: ev.Event) -> None:
        """Let events happen; a token that goes along a flow or is placed anew has to be moved on."""
        for event in events:
            self.events.append(event)
            self.draft.apply(event)
            if isinstance(event, ev.FlowTaken):
                self.moving.append(event.new)
            elif isinstance(event, ev.TokenPlaced):
                self.moving.append(event.token)

    def set_variables(self, given: Any, scope: str = ROOT) -> None:
        """Set variables of a scope, checked."""
        values = checked_variables(given, self.draft.variables.get(scope, {}))
        if values:
            self.emit(ev.VariablesSet(values, scope))

    def place(self, element: str) -> None:
        """Put a new token before an element."""
        self.emit(ev.TokenPlaced(self.draft.counters["token"], element))

    def kind(self, token: TokenState) -> NodeType:
        """The node type at a token.  Raises Trouble when the engine cannot execute what stands there."""
        element = self.process.elements.get(token.element)
        if element is None:
            raise Trouble(
                "no_element", f"要素「{token.element}」がありません。", f"There is no element “{token.element}”."
            )
        found = node_type(element.type)
        if found is None:
            raise Trouble(
                "unsupported", f"「{element.type}」は実行できません。", f"“{element.type}” cannot be executed."
            )
        return found

    def ask(self, number: int, question: Callable[[NodeType, Arrival], Iterable[ev.Event]]) -> None:
        """Let the node type at a token answer with events; trouble becomes an incident, with nothing half done."""
        token = self.draft.tokens[number]
        try:
            kind = self.kind(token)
            answer = list(question(kind, self.arrival(token)))
        except Trouble as trouble:
            answer = [ev.IncidentRaised(number, token.element, trouble.code, trouble.ja, trouble.en)]
        self.emit(*answer)

    def arrival(self, token: TokenState) -> Arrival:
        """What a node type may look at."""
        return Arrival(
            process=self.process,
            element=self.process.elements[token.element],
            token=token.id,
            scope=token.scope,
            mode=token.mode,
            variables=self.draft.variables.get(token.scope, {}),
            new_token=self.draft.counters["token"],
        )

    def settle(self) -> None:
        """Move tokens until every one waits; an endless loop becomes an incident."""
        while self.moving:
            number = self.moving.popleft()
            token = self.draft.tokens.get(number)
            if token is None or token.mode is not Mode.MOVING:
                continue
            if not token.inside:
                self.emit(ev.ElementEntered(number, token.element))
            self.steps += 1
            if self.steps > STEP_BUDGET:
                self.emit(_endless(token))
            elif token.done:
                self.ask(number, lambda kind, at: kind.on_complete(at))
            else:
                self.ask(number, lambda kind, at: kind.on_enter(at))
        if self.draft.status is Status.RUNNING and not self.draft.tokens:
            self.emit(ev.InstanceEnded())

    def void(self, token: TokenState, reason: str) -> None:
        """Call off what a token does; the token is gone afterwards."""
        if token.mode is Mode.INCIDENT:
            self.emit(ev.IncidentResolved(token.id, token.element))
        try:
            kind = self.kind(token)
        except Trouble:
            self.emit(ev.ElementVoided(token.id, token.element, reason))
            return
        self.emit(*kind.on_cancel(self.arrival(token), reason))


def _endless(token: TokenState) -> ev.IncidentRaised:
    return ev.IncidentRaised(
        token.id,
        token.element,
        "endless_loop",
        f"待つことなく{STEP_BUDGET:,}個の要素を通りました。終わらない繰返しの疑いがあります。",
        f"{STEP_BUDGET:,} elements were passed without a wait: possibly an endless loop.",
    )


def _start(run: _Run, intent: want.Start) -> None:
    starts = run.process.of_type("startEvent")
    if len(starts) != 1:
        raise Refused("no_start", "開始が1つではありません。", "The process does not have exactly one start event.")
    run.emit(ev.InstanceStarted(checked_variables(intent.variables, {})))
    run.place(starts[0].id)


def _complete(run: _Run, intent: want.Complete) -> None:
    token = run.draft.tokens[intent.token]
    run.set_variables(intent.variables, token.scope)
    run.emit(ev.WaitClosed(token.id, token.element, done=True))
    run.moving.append(token.id)


def _after(process: Process, element: str) -> set[str]:
    """The element and all that flows lead to from it."""
    seen: set[str] = set()
    stack = [element]
    while stack:
        at = stack.pop()
        if at in seen or at not in process.elements:
            continue
        seen.add(at)
        stack.extend(process.flows[flow].target for flow in process.elements[at].outgoing)
    return seen


def _return(run: _Run, intent: want.Return) -> None:
    target = run.process.elements.get(intent.element)
    kind = node_type(target.type) if target is not None else None
    if target is None or kind is None or not kind.returnable:
        raise Refused("not_returnable", "そこへは戻せません。", f"“{intent.element}” is not an activity to return to.")
    if intent.element not in intent.path:
        raise Refused(
            "not_passed",
            f"「{target.name or target.id}」はまだ済んでいないので、戻せません。",
            f"Expected “{intent.element}” to have been completed, but it was not.",
        )
    after = _after(run.process, intent.element)
    called_off = [t for t in run.draft.tokens.values() if t.scope == ROOT and t.element in after]
    if not called_off:
        raise Refused(
            "nothing_after",
            f"「{target.name or target.id}」より後に開いている作業がありません。",
            f"Nothing is open after “{intent.element}”.",
        )
    run.set_variables(intent.variables)
    last = len(intent.path) - 1 - intent.path[::-1].index(intent.element)
    voided = tuple(at for at in range(last, len(intent.path)) if intent.path[at] in after)
    run.emit(ev.Returned(intent.element, voided, intent.reason))
    for token in called_off:
        run.void(token, intent.reason)
    run.place(intent.element)


def _cancel(run: _Run, intent: want.Cancel) -> None:
    for token in list(run.draft.tokens.values()):
        run.void(token, intent.reason)
    run.emit(ev.InstanceCancelled(intent.reason))


def _retry(run: _Run, intent: want.Retry) -> None:
    token = run.draft.tokens[intent.token]
    run.set_variables(intent.variables, token.scope)
    run.emit(ev.IncidentResolved(token.id, token.element))
    run.moving.append(token.id)


def _move(run: _Run, intent: want.Move) -> None:
    token = run.draft.tokens[intent.token]
    target = run.process.elements.get(intent.element)
    if target is None or node_type(target.type) is None:
        raise Refused("no_element", "移す先の要素がありません。", f"There is no element “{intent.element}” to move to.")
    run.void(token, "moved")
    run.place(intent.element)


_HANDLERS: dict[type[want.Intent], Callable[[_Run, Any], None]] = {
    want.Start: _start,
    want.Complete: _complete,
    want.Return: _return,
    want.Cancel: _cancel,
    want.Retry: _retry,
    want.Move: _move,
}
