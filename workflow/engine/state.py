"""The state of an instance: open scopes, tokens, waits, counters and variables, never the past.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflow.engine import events as ev
from workflow.engine.events import ROOT
from workflow.engine.upgrades import FORMAT, upgrade


class Status(StrEnum):
    """Whether the instance runs."""

    NEW = "new"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """What a token does at its element."""

    MOVING = "moving"
    WAITING = "waiting"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class TokenState:
    """A token: where it is, in which scope, and what it does there.

    `inside` is true once the element was entered, `done` once its work was done: an incident after that is retried
    without doing the work again.
    """

    id: int
    element: str
    scope: str = ROOT
    mode: Mode = Mode.MOVING
    inside: bool = False
    done: bool = False


@dataclass(frozen=True, slots=True)
class ScopeState:
    """An open scope: the instance itself, or (with `parent`) a part of it, opened by a token at an element."""

    id: str
    parent: str = ""
    element: str = ""


@dataclass(frozen=True, slots=True)
class WaitState:
    """What a token waits for."""

    token: int
    element: str
    kind: str


def _frozen(values: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(dict(values))


@dataclass(frozen=True, slots=True)
class State:
    """All that the next step needs to know."""

    status: Status = Status.NEW
    scopes: Mapping[str, ScopeState] = field(default_factory=lambda: _frozen({ROOT: ScopeState(ROOT)}))
    tokens: Mapping[int, TokenState] = field(default_factory=lambda: _frozen({}))
    waits: Mapping[int, WaitState] = field(default_factory=lambda: _frozen({}))  # by token
    counters: Mapping[str, int] = field(default_factory=lambda: _frozen({"token": 1}))
    variables: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _frozen({ROOT: _frozen({})}))

    @property
    def next_token(self) -> int:
        """The number of the next token that is made."""
        return self.counters["token"]

    def waits_at(self, element: str) -> list[TokenState]:
        """The tokens waiting at an element."""
        return [self.tokens[wait.token] for wait in self.waits.values() if wait.element == element]

    def to_json(self) -> dict[str, Any]:
        """Everything but the variables, which are stored apart."""
        return {
            "format": FORMAT,
            "status": self.status.value,
            "scopes": [[s.id, s.parent, s.element] for s in self.scopes.values()],
            "tokens": [[t.id, t.element, t.scope, t.mode.value, t.inside, t.done] for t in self.tokens.values()],
            "waits": [[w.token, w.element, w.kind] for w in self.waits.values()],
            "counters": dict(self.counters),
        }

    def variables_to_json(self) -> dict[str, dict[str, Any]]:
        """The variables, one object for each scope."""
        return {scope: dict(values) for scope, values in self.variables.items()}


def from_json(stored: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]]) -> State:
    """The state that was stored, whatever format it has; nothing stored is a new instance.  Raises ValueError."""
    fresh = State()
    values = _frozen({scope: _frozen(inner) for scope, inner in (variables or fresh.variables).items()})
    if not stored:
        return replace(fresh, variables=values)
    now = upgrade(stored)
    return State(
        Status(now["status"]),
        _frozen({row[0]: ScopeState(*row) for row in now.get("scopes", ())}) or fresh.scopes,
        _frozen({row[0]: TokenState(row[0], row[1], row[2], Mode(row[3]), *row[4:]) for row in now["tokens"]}),
        _frozen({row[0]: WaitState(*row) for row in now.get("waits", ())}),
        _frozen(dict(fresh.counters) | now.get("counters", {})),
        values,
    )


class Draft:
    """A private, changeable copy of a state.  Events change it; `frozen` makes a state of it.

    An event costs the same however much is open: nothing is copied between two of them.
    """

    def __init__(self, state: State) -> None:
        self.status = state.status
        self.scopes = dict(state.scopes)
        self.tokens = dict(state.tokens)
        self.waits = dict(state.waits)
        self.counters = dict(state.counters)
        self.variables = dict(state.variables)

    def apply(self, event: ev.Event) -> None:
        """Let an event happen."""
        _APPLIERS[type(event)](self, event)

    def frozen(self) -> State:
        """The state so far."""
        return State(
            self.status,
            _frozen(self.scopes),
            _frozen(self.tokens),
            _frozen(self.waits),
            _frozen(self.counters),
            _frozen(self.variables),
        )

    def put(self, token: int, **changes: Any) -> None:
        """Change what is known of a token."""
        self.tokens[token] = replace(self.tokens[token], **changes)


def apply(state: State, event: ev.Event) -> State:
    """The state after an event: the only way to a new one."""
    return replay(state, (event,))


def replay(state: State, events: Iterable[ev.Event]) -> State:
    """The state after these events, in their order."""
    draft = Draft(state)
    for event in events:
        draft.apply(event)
    return draft.frozen()


def _started(draft: Draft, event: ev.InstanceStarted) -> None:
    draft.status = Status.RUNNING
    draft.variables[ROOT] = _frozen(event.variables)


def _placed(draft: Draft, event: ev.TokenPlaced) -> None:
    draft.tokens[event.token] = TokenState(event.token, event.element, event.scope)
    draft.counters["token"] = max(draft.counters["token"], event.token + 1)


def _entered(draft: Draft, event: ev.ElementEntered) -> None:
    draft.put(event.token, inside=True)


def _opened(draft: Draft, event: ev.WaitOpened) -> None:
    draft.put(event.token, mode=Mode.WAITING)
    draft.waits[event.token] = WaitState(event.token, event.element, event.kind)


def _closed(draft: Draft, event: ev.WaitClosed) -> None:
    draft.put(event.token, mode=Mode.MOVING, done=event.done)
    del draft.waits[event.token]


def _left(draft: Draft, event: ev.ElementLeft) -> None:
    draft.put(event.token, mode=Mode.MOVING, inside=False, done=False)


def _flowed(draft: Draft, event: ev.FlowTaken) -> None:
    scope = draft.tokens[event.token].scope
    draft.tokens[event.new] = TokenState(event.new, event.target, scope)
    draft.counters["token"] = max(draft.counters["token"], event.new + 1)


def _gone(draft: Draft, event: ev.TokenEnded | ev.ElementVoided) -> None:
    del draft.tokens[event.token]


def _set(draft: Draft, event: ev.VariablesSet) -> None:
    draft.variables[event.scope] = _frozen({**draft.variables.get(event.scope, {}), **event.variables})


def _stuck(draft: Draft, event: ev.IncidentRaised) -> None:
    draft.put(event.token, mode=Mode.INCIDENT)


def _mended(draft: Draft, event: ev.IncidentResolved) -> None:
    draft.put(event.token, mode=Mode.MOVING)


def _nothing(draft: Draft, event: ev.Event) -> None:
    """An event that only history reads."""


def _ended(draft: Draft, event: ev.InstanceEnded) -> None:
    draft.status = Status.ENDED


def _cancelled(draft: Draft, event: ev.InstanceCancelled) -> None:
    draft.status = Status.CANCELLED


_APPLIERS: dict[type[ev.Event], Callable[[Draft, Any], None]] = {
    ev.InstanceStarted: _started,
    ev.TokenPlaced: _placed,
    ev.ElementEntered: _entered,
    ev.WaitOpened: _opened,
    ev.WaitClosed: _closed,
    ev.ElementLeft: _left,
    ev.FlowTaken: _flowed,
    ev.TokenEnded: _gone,
    ev.Returned: _nothing,
    ev.ElementVoided: _gone,
    ev.IncidentRaised: _stuck,
    ev.IncidentResolved: _mended,
    ev.VariablesSet: _set,
    ev.InstanceEnded: _ended,
    ev.InstanceCancelled: _cancelled,
}
