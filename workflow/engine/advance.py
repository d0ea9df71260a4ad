"""The only place where tokens move.  Pure: a definition, a state and an intent give events."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from workflow.bpmn.model import Process
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine.nodes import Arrival, node_type
from workflow.engine.state import ROOT, Mode, State, Status, TokenState, apply

STEP_BUDGET = 10_000
MAX_VARIABLES = 1_000_000  # characters of JSON in one scope


class Refused(Exception):
    """The intent does not fit the state.  `code` is stable; sentences in both languages."""

    def __init__(self, code: str, ja: str, en: str) -> None:
        super().__init__(en)
        self.code, self.ja, self.en = code, ja, en


# Guard: which intents a status admits.
ADMITTED: dict[type[want.Intent], frozenset[Status]] = {
    want.Start: frozenset({Status.NEW}),
    want.Complete: frozenset({Status.RUNNING}),
    want.Return: frozenset({Status.RUNNING}),
    want.Cancel: frozenset({Status.RUNNING}),
    want.Retry: frozenset({Status.RUNNING}),
    want.Move: frozenset({Status.RUNNING}),
}


class _Run:
    """One step: events so far, the state they give, and the tokens still to be moved."""

    def __init__(self, process: Process, state: State) -> None:
        self.process, self.state = process, state
        self.events: list[ev.Event] = []
        self.moving: deque[int] = deque()

    def emit(self, events: Iterable[ev.Event]) -> None:
        for event in events:
            self.events.append(event)
            self.state = apply(self.state, event)
            if isinstance(event, ev.FlowTaken):
                self.moving.append(event.new)

    def arrival(self, token: TokenState) -> Arrival:
        return Arrival(
            self.process,
            self.process.elements[token.element],
            token.id,
            self.state.variables.get(token.scope, {}),
            self.state.next_token,
        )

    def enter(self, token: int) -> None:
        """Let a token arrive where it stands."""
        at = self.state.tokens[token]
        element = self.process.elements[at.element]
        kind = node_type(element.type)
        self.emit([ev.ElementEntered(token, element.id)])
        if kind is None:
            self.emit(
                [
                    ev.IncidentRaised(
                        token,
                        element.id,
                        "unsupported",
                        f"「{element.type}」は実行できません。",
                        f"“{element.type}” cannot be executed.",
                    )
                ]
            )
            return
        self.emit(kind.on_enter(self.arrival(self.state.tokens[token])))

    def settle(self) -> None:
        """Move tokens until every one waits; an endless loop becomes an incident."""
        steps = 0
        while self.moving:
            token = self.moving.popleft()
            if token not in self.state.tokens:
                continue
            steps += 1
            if steps > STEP_BUDGET:
                self.emit([_endless(self.state.tokens[token])])
                continue
            self.enter(token)
        if self.state.status is Status.RUNNING and not self.state.tokens:
            self.emit([ev.InstanceEnded()])


def _endless(token: TokenState) -> ev.IncidentRaised:
    return ev.IncidentRaised(
        token.id,
        token.element,
        "endless_loop",
        f"人の作業のない流れを{STEP_BUDGET}回たどりました。終わらない繰返しの疑いがあります。",
        f"{STEP_BUDGET} steps without work for anybody: possibly an endless loop.",
    )


def advance(process: Process, state: State, intent: want.Intent) -> list[ev.Event]:
    """The events that follow from an intent, in order.  Raises Refused when the state does not admit it."""
    if state.status not in ADMITTED[type(intent)]:
        raise Refused(
            "wrong_status",
            "この案件は進行中ではありません。" if state.status is not Status.NEW else "まだ始まっていません。",
            f"Expected the instance to admit {type(intent).__name__}, but it is {state.status}.",
        )
    variables = getattr(intent, "variables", {})
    _check_size(state, variables)
    run = _Run(process, state)
    _HANDLERS[type(intent)](run, intent)
    run.settle()
    return run.events


def _check_size(state: State, variables: Any) -> None:
    if variables and len(json.dumps({**state.variables.get(ROOT, {}), **variables}, default=str)) > MAX_VARIABLES:
        raise Refused("too_many_variables", "案件の値が大きすぎます。", "The variables are too large.")


def _start(run: _Run, intent: want.Start) -> None:
    run.emit([ev.InstanceStarted(dict(intent.variables))])
    starts = run.process.of_type("startEvent")
    if len(starts) != 1:
        raise Refused("no_start", "開始が1つではありません。", "The process does not have exactly one start event.")
    number = run.state.next_token
    run.emit([ev.TokenPlaced(number, starts[0].id)])
    run.moving.append(number)


def _token(run: _Run, number: int, modes: tuple[Mode, ...]) -> TokenState:
    token = run.state.tokens.get(number)
    if token is None or token.mode not in modes:
        raise Refused("not_waiting", "この作業は開いていません。", f"Expected token {number} to wait, but it does not.")
    return token


def _complete(run: _Run, intent: want.Complete) -> None:
    token = _token(run, intent.token, (Mode.WAITING,))
    if intent.variables:
        run.emit([ev.VariablesSet(dict(intent.variables))])
    kind = node_type(run.process.elements[token.element].type)
    assert kind is not None  # noqa: S101 - a token waits only at a type that let it wait
    run.emit(kind.on_complete(run.arrival(token)))


def _cancel_token(run: _Run, token: TokenState, reason: str) -> None:
    kind = node_type(run.process.elements[token.element].type)
    if kind is None:
        run.emit([ev.ElementVoided(token.id, token.element, reason)])
    else:
        run.emit(kind.on_cancel(run.arrival(token), reason))


def _return(run: _Run, intent: want.Return) -> None:
    if intent.element not in run.process.elements or intent.element not in intent.path:
        raise Refused(
            "not_passed", "まだ済んでいない作業へは戻せません。", f"Element {intent.element} was not completed before."
        )
    if intent.variables:
        run.emit([ev.VariablesSet(dict(intent.variables))])
    for token in list(run.state.tokens.values()):
        _cancel_token(run, token, intent.reason)
    number = run.state.next_token
    run.emit([ev.TokenPlaced(number, intent.element)])
    run.moving.append(number)


def _cancel(run: _Run, intent: want.Cancel) -> None:
    for token in list(run.state.tokens.values()):
        _cancel_token(run, token, intent.reason)
    run.emit([ev.InstanceCancelled(intent.reason)])


def _retry(run: _Run, intent: want.Retry) -> None:
    token = _token(run, intent.token, (Mode.INCIDENT,))
    if intent.variables:
        run.emit([ev.VariablesSet(dict(intent.variables))])
    run.emit([ev.IncidentResolved(token.id, token.element)])
    run.moving.append(token.id)


def _move(run: _Run, intent: want.Move) -> None:
    token = _token(run, intent.token, (Mode.INCIDENT, Mode.WAITING))
    if intent.element not in run.process.elements:
        raise Refused("no_element", "移す先の要素がありません。", f"There is no element {intent.element}.")
    if token.mode is Mode.INCIDENT:
        run.emit([ev.IncidentResolved(token.id, token.element)])
    run.emit([ev.ElementVoided(token.id, token.element, "moved")])
    number = run.state.next_token
    run.emit([ev.TokenPlaced(number, intent.element)])
    run.moving.append(number)


_HANDLERS: dict[type[want.Intent], Callable[[_Run, Any], None]] = {
    want.Start: _start,
    want.Complete: _complete,
    want.Return: _return,
    want.Cancel: _cancel,
    want.Retry: _retry,
    want.Move: _move,
}
