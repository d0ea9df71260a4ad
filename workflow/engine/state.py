"""The state of an instance: open scopes, tokens, waits, subscriptions, counters and variables, never the past.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from workflow.engine.events import ROOT
from workflow.engine.upgrades import FORMAT, upgrade


class Status(StrEnum):
    """Whether the instance runs."""

    NEW = "new"
    RUNNING = "running"
    SUSPENDED = "suspended"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """What a token does at its element: hosting, it stands for the scopes that it opened; joining, it waits for others."""

    MOVING = "moving"
    WAITING = "waiting"
    HOSTING = "hosting"
    JOINING = "joining"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class TokenState:
    """A token: where it is, in which scope, and what it does there.

    `inside` is true once the element was entered, `done` once its work was done: an incident after that is retried
    without doing the work again.  `via` is the flow it came by, `local` the scope of its own variables, `passed` the
    asynchronous side of the element that lies behind it.
    """

    id: int
    element: str
    scope: str = ROOT
    mode: Mode = Mode.MOVING
    inside: bool = False
    done: bool = False
    via: str = ""
    local: str = ""
    passed: str = ""
    since: str = ""  # when the element was entered


@dataclass(frozen=True, slots=True)
class ScopeState:
    """An open scope: the instance itself, or (with `parent`) a part of it, opened by a token at an element."""

    id: str
    parent: str = ""
    element: str = ""
    token: int = 0
    kind: str = "embedded"
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaitState:
    """What a token waits for."""

    token: int
    element: str
    kind: str


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """What the instance listens for, on behalf of an event element."""

    id: int
    token: int
    scope: str
    element: str
    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)


def frozen(values: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A copy that cannot be changed."""
    return MappingProxyType(dict(values))


COUNTERS: Mapping[str, int] = MappingProxyType({"token": 1, "scope": 1, "subscription": 1})


@dataclass(frozen=True, slots=True)
class State:
    """All that the next step needs to know."""

    status: Status = Status.NEW
    scopes: Mapping[str, ScopeState] = field(default_factory=lambda: frozen({ROOT: ScopeState(ROOT)}))
    tokens: Mapping[int, TokenState] = field(default_factory=lambda: frozen({}))
    waits: Mapping[int, WaitState] = field(default_factory=lambda: frozen({}))  # by token
    counters: Mapping[str, int] = field(default_factory=lambda: COUNTERS)
    variables: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: frozen({ROOT: frozen({})}))
    subscriptions: Mapping[int, SubscriptionState] = field(default_factory=lambda: frozen({}))
    called: bool = False  # a call activity waits for the outcome
    absent: frozenset[str] = (
        frozenset()
    )  # wholes of repeated work whose runs are not all here (workflow/engine/parts.py)

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
            "called": self.called,
            "scopes": [[s.id, s.parent, s.element, s.token, s.kind, dict(s.notes)] for s in self.scopes.values()],
            "tokens": [_row(token) for token in self.tokens.values()],
            "waits": [[w.token, w.element, w.kind] for w in self.waits.values()],
            "subscriptions": [
                [s.id, s.token, s.scope, s.element, s.kind, dict(s.details)] for s in self.subscriptions.values()
            ],
            "counters": dict(self.counters),
        }

    def variables_to_json(self) -> dict[str, dict[str, Any]]:
        """The variables, one object for each scope."""
        return {scope: dict(values) for scope, values in self.variables.items()}


def visible(state: State, scope: str) -> dict[str, Any]:
    """All variables that are seen from a scope; inner names hide outer ones."""
    chain: list[str] = []
    at = state.scopes.get(scope)
    while at is not None:
        chain.append(at.id)
        at = state.scopes.get(at.parent)
    return {name: value for one in reversed(chain) for name, value in state.variables.get(one, {}).items()}


def _row(token: TokenState) -> list[Any]:
    """A token as it is stored; what it mostly lacks is left out at the end."""
    row = [token.id, token.element, token.scope, token.mode.value, token.inside, token.done]
    rest = [token.via, token.local, token.passed, token.since]
    while rest and not rest[-1]:
        rest.pop()
    return row + rest


def from_json(stored: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]]) -> State:
    """The state that was stored, whatever format it has; nothing stored is a new instance.  Raises ValueError."""
    fresh = State()
    values = frozen({scope: frozen(inner) for scope, inner in (variables or fresh.variables).items()})
    if not stored:
        return replace(fresh, variables=values)
    now = upgrade(stored)
    return State(
        Status(now["status"]),
        frozen({row[0]: ScopeState(*row) for row in now.get("scopes", ())}) or fresh.scopes,
        frozen({row[0]: TokenState(row[0], row[1], row[2], Mode(row[3]), *row[4:]) for row in now["tokens"]}),
        frozen({row[0]: WaitState(*row) for row in now.get("waits", ())}),
        frozen(dict(COUNTERS) | now.get("counters", {})),
        values,
        frozen({row[0]: SubscriptionState(*row) for row in now.get("subscriptions", ())}),
        bool(now.get("called")),
    )
