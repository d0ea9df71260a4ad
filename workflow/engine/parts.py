"""The state of broad repeated work in parts: what belongs to one run lies apart, so that a step need not read all runs.

Repeated work is kept apart when it is parallel, has more than APART runs, and consists of plain work only: nothing in it
listens or waits at a join, so no run ever has to do with another.  The rest of the state, `main`, knows the counts.  A state
without the parts of a whole has the whole's id in `absent`; a step that would need them raises Incomplete and is taken again
with everything.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflow.bpmn.model import Element, Process
from workflow.engine.state import ScopeState, State, from_json, frozen

APART = 20  # runs; fewer are read and written faster in one piece

_WORK = frozenset({
    "task", "userTask", "manualTask", "scriptTask", "serviceTask", "sendTask", "businessRuleTask", "callActivity",
    "subProcess",
})  # fmt: skip
_BESIDE = frozenset({"startEvent", "endEvent", "intermediateThrowEvent", "exclusiveGateway"})


class Incomplete(Exception):
    """A step needs runs of a whole that were not read."""


@dataclass(frozen=True, slots=True)
class Key:
    """Which run of which whole: the scope of the whole, and the number of the run from 0."""

    whole: str
    number: int


@dataclass(frozen=True, slots=True)
class Part:
    """One run: what is open in it (nothing when it is over), its variables by scope, and its result: one value, or none."""

    state: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    result: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Split:
    """A state as it is stored."""

    main: Mapping[str, Any]
    variables: Mapping[str, Any]
    parts: Mapping[Key, Part]


def keeps_apart(process: Process, element: Element, runs: int) -> bool:
    """Whether the runs of parallel repeated work are kept apart."""
    return runs > APART and element.type in _WORK and _plain(process, element)


def _plain(process: Process, element: Element) -> bool:
    if element.type != "subProcess":
        return True
    inside = process.inside(element.id)
    return all(
        (part.type in _BESIDE and not part.attached_to)
        or (part.type in _WORK and not part.is_event_scope and _plain(process, part))
        for part in inside
    )


def wholes(state: State) -> frozenset[str]:
    """The scopes of repeated work that is kept apart."""
    return frozenset(scope.id for scope in state.scopes.values() if scope.notes.get("apart"))


def key_of(state: State, scope: str) -> Key | None:
    """The run that a scope belongs to, if it lies apart."""
    at: ScopeState | None = state.scopes.get(scope)
    while at is not None:
        around = state.scopes.get(at.parent)
        if around is not None and at.kind == "child" and around.notes.get("apart"):
            return Key(around.id, int(at.notes["number"]))
        at = around
    return None


def split(state: State) -> Split:
    """The state in parts; those of absent runs are not among them."""
    apart = wholes(state)
    if not apart:
        return Split(state.to_json(), state.variables_to_json(), {})
    scopes: dict[Key | None, list[ScopeState]] = {}
    homes: dict[str, Key | None] = {}
    for scope in state.scopes.values():  # an outer scope comes before those in it
        inherited = homes.get(scope.parent)
        own = Key(scope.parent, int(scope.notes["number"])) if scope.kind == "child" and scope.parent in apart else None
        homes[scope.id] = inherited or own
        scopes.setdefault(homes[scope.id], []).append(scope)
    tokens: dict[Key | None, dict[int, Any]] = {}
    for token in state.tokens.values():
        tokens.setdefault(homes[token.scope], {})[token.id] = token
    results = {Key(whole, int(n)): [v] for whole in apart for n, v in state.scopes[whole].notes["out"].items()}
    parts: dict[Key, Part] = {key: Part(result=result) for key, result in results.items()}
    for key, inside in scopes.items():
        if key is not None:
            parts[key] = _part(state, inside, tokens.get(key, {}))
    main = _piece(state, [_without_results(scope, apart) for scope in scopes[None]], tokens.get(None, {}))
    return Split(main.to_json(), main.variables_to_json(), parts)


def _without_results(scope: ScopeState, apart: frozenset[str]) -> ScopeState:
    return replace(scope, notes=frozen({**scope.notes, "out": {}})) if scope.id in apart else scope


def _piece(state: State, scopes: Iterable[ScopeState], tokens: Mapping[int, Any]) -> State:
    inside = {scope.id: scope for scope in scopes}
    return replace(
        state,
        scopes=inside,
        tokens=tokens,
        waits={number: wait for number, wait in state.waits.items() if number in tokens},
        variables={scope: state.variables[scope] for scope in inside if scope in state.variables},
    )


def _part(state: State, scopes: Iterable[ScopeState], tokens: Mapping[int, Any]) -> Part:
    piece = replace(_piece(state, scopes, tokens), subscriptions={})
    stored = piece.to_json()
    return Part({name: stored[name] for name in ("format", "scopes", "tokens", "waits")}, piece.variables_to_json())


def join(main: Mapping[str, Any], variables: Mapping[str, Any], parts: Mapping[Key, Part], *, whole: bool) -> State:
    """The state of these parts; `whole` says that there are no others.  Raises ValueError for a format nobody knows."""
    state = from_json(main, variables)
    apart = wholes(state)
    if not apart:
        return state
    scopes, tokens, waits = dict(state.scopes), dict(state.tokens), dict(state.waits)
    values, out = dict(state.variables), {name: dict(state.scopes[name].notes["out"]) for name in apart}
    for key, part in parts.items():
        if part.result and key.whole in out:
            out[key.whole][str(key.number)] = part.result[0]
        if part.state:
            piece = from_json({"status": state.status.value, **part.state}, part.variables)
            scopes |= piece.scopes
            tokens |= piece.tokens
            waits |= piece.waits
            values |= piece.variables
    for name in apart:
        scopes[name] = replace(scopes[name], notes=frozen({**scopes[name].notes, "out": out[name]}))
    return replace(
        state,
        scopes=frozen(scopes),
        tokens=frozen(dict(sorted(tokens.items()))),
        waits=frozen(dict(sorted(waits.items()))),
        variables=frozen(values),
        absent=frozenset() if whole else apart,
    )
