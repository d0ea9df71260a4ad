"""The state of an instance: open tokens and variables, never the past.  Pure.

Stored form has a format number; `from_json` upgrades older ones step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflow.engine import events as ev

FORMAT = 1
ROOT = "root"


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
    """A token: where it is, in which scope, and what it does there."""

    id: int
    element: str
    scope: str
    mode: Mode


@dataclass(frozen=True, slots=True)
class State:
    """All that the next step needs to know."""

    status: Status = Status.NEW
    tokens: Mapping[int, TokenState] = field(default_factory=lambda: MappingProxyType({}))
    next_token: int = 1
    variables: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({ROOT: {}}))

    def waits_at(self, element: str) -> list[TokenState]:
        """The tokens waiting at an element."""
        return [t for t in self.tokens.values() if t.element == element and t.mode is Mode.WAITING]

    def to_json(self) -> dict[str, Any]:
        """Everything but the variables, which are stored apart."""
        return {
            "format": FORMAT,
            "status": self.status.value,
            "next": self.next_token,
            "tokens": [[t.id, t.element, t.scope, t.mode.value] for t in self.tokens.values()],
        }


Upgrade = Callable[[dict[str, Any]], dict[str, Any]]
UPGRADES: dict[int, Upgrade] = {}


def from_json(stored: dict[str, Any], variables: Mapping[str, Mapping[str, Any]]) -> State:
    """The state that was stored, whatever format it has.  Raises ValueError for a format of the future."""
    found = int(stored.get("format", FORMAT))
    if found > FORMAT:
        raise ValueError(f"state format {found} is newer than this program ({FORMAT})")
    while found < FORMAT:
        stored = UPGRADES[found](stored)
        found += 1
    tokens = {row[0]: TokenState(row[0], row[1], row[2], Mode(row[3])) for row in stored["tokens"]}
    return State(
        Status(stored["status"]),
        MappingProxyType(tokens),
        stored["next"],
        MappingProxyType({scope: dict(values) for scope, values in (variables or {ROOT: {}}).items()}),
    )


def apply(state: State, event: ev.Event) -> State:
    """The state after an event: the only code that makes a new one."""
    return _APPLIERS[type(event)](state, event)


def _with(state: State, *changed: TokenState, drop: int | None = None) -> State:
    tokens = dict(state.tokens)
    if drop is not None:
        tokens.pop(drop, None)
    for token in changed:
        tokens[token.id] = token
    top = max([state.next_token - 1, *(token.id for token in changed)])
    return replace(state, tokens=MappingProxyType(tokens), next_token=top + 1)


def _started(state: State, event: ev.InstanceStarted) -> State:
    return replace(state, status=Status.RUNNING, variables=MappingProxyType({ROOT: dict(event.variables)}))


def _mode(mode: Mode) -> Callable[[State, Any], State]:
    def change(state: State, event: Any) -> State:
        known = state.tokens.get(event.token)
        return _with(state, TokenState(event.token, event.element, known.scope if known else ROOT, mode))

    return change


def _gone(state: State, event: Any) -> State:
    return _with(state, drop=event.token)


def _flowed(state: State, event: ev.FlowTaken) -> State:
    source = state.tokens.get(event.token)
    scope = source.scope if source else ROOT
    return _with(state, TokenState(event.new, event.target, scope, Mode.MOVING))


def _set(state: State, event: ev.VariablesSet) -> State:
    scopes = dict(state.variables)
    scopes[ROOT] = {**scopes.get(ROOT, {}), **event.variables}
    return replace(state, variables=MappingProxyType(scopes))


def _finished(status: Status) -> Callable[[State, Any], State]:
    def change(state: State, event: Any) -> State:
        return replace(state, status=status, tokens=MappingProxyType({}))

    return change


_APPLIERS: dict[type[ev.Event], Callable[[State, Any], State]] = {
    ev.InstanceStarted: _started,
    ev.ElementEntered: _mode(Mode.MOVING),
    ev.WaitOpened: _mode(Mode.WAITING),
    ev.ElementLeft: _mode(Mode.MOVING),
    ev.FlowTaken: _flowed,
    ev.TokenEnded: _gone,
    ev.ElementVoided: _gone,
    ev.TokenPlaced: _mode(Mode.MOVING),
    ev.IncidentRaised: _mode(Mode.INCIDENT),
    ev.IncidentResolved: _mode(Mode.MOVING),
    ev.VariablesSet: _set,
    ev.InstanceEnded: _finished(Status.ENDED),
    ev.InstanceCancelled: _finished(Status.CANCELLED),
}
