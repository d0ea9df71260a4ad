"""A private, changeable copy of a state.  Events, and nothing else, change it.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine.events import ROOT
from workflow.engine.state import (
    Mode,
    ScopeState,
    State,
    Status,
    SubscriptionState,
    TokenState,
    WaitState,
    frozen,
)


class Draft:
    """Events change it; `frozen` makes a state of it.

    An event costs the same however much is open: nothing is copied between two of them.
    """

    def __init__(self, state: State) -> None:
        self.status = state.status
        self.called = state.called
        self.absent = state.absent
        self.scopes = dict(state.scopes)
        self.tokens = dict(state.tokens)
        self.waits = dict(state.waits)
        self.counters = dict(state.counters)
        self.variables = dict(state.variables)
        self.subscriptions = dict(state.subscriptions)
        self.members: dict[str, dict[int, None]] = {}  # scope → tokens directly in it, in the order they came
        for token in self.tokens.values():
            self.members.setdefault(token.scope, {})[token.id] = None

    def apply(self, event: ev.Event) -> None:
        """Let an event happen."""
        _APPLIERS[type(event)](self, event)

    def frozen(self) -> State:
        """The state so far."""
        return State(
            self.status,
            frozen(self.scopes),
            frozen(self.tokens),
            frozen(self.waits),
            frozen(self.counters),
            frozen(self.variables),
            frozen(self.subscriptions),
            self.called,
            self.absent,
        )

    def put(self, token: int, **changes: Any) -> None:
        """Change what is known of a token."""
        self.tokens[token] = replace(self.tokens[token], **changes)

    def add(self, token: TokenState) -> None:
        """A token that is there from now on."""
        self.tokens[token.id] = token
        self.members.setdefault(token.scope, {})[token.id] = None
        self.counters["token"] = max(self.counters["token"], token.id + 1)

    def tokens_in(self, scope: str) -> list[TokenState]:
        """The tokens directly in a scope, in the order they came."""
        return [self.tokens[token] for token in self.members.get(scope, ())]

    def chain(self, scope: str) -> Iterator[ScopeState]:
        """A scope and those around it, up to the instance itself."""
        at: ScopeState | None = self.scopes.get(scope)
        while at is not None:
            yield at
            at = self.scopes.get(at.parent)

    def listening(self, token: int) -> list[SubscriptionState]:
        """What a token listens for."""
        return [found for found in self.subscriptions.values() if found.token == token]


def _started(draft: Draft, event: ev.InstanceStarted) -> None:
    draft.status = Status.RUNNING
    draft.called = event.called
    draft.variables[ROOT] = frozen(event.variables)


def _placed(draft: Draft, event: ev.TokenPlaced) -> None:
    draft.add(TokenState(event.token, event.element, event.scope, done=event.done, via=event.via))


def _entered(draft: Draft, event: ev.ElementEntered) -> None:
    draft.put(event.token, inside=True, since=event.at)


def _opened(draft: Draft, event: ev.WaitOpened) -> None:
    draft.put(event.token, mode=Mode.WAITING)
    draft.waits[event.token] = WaitState(event.token, event.element, event.kind)


def _closed(draft: Draft, event: ev.WaitClosed) -> None:
    draft.put(event.token, mode=Mode.MOVING, done=event.done or draft.tokens[event.token].done)
    del draft.waits[event.token]


def _left(draft: Draft, event: ev.ElementLeft) -> None:
    draft.put(event.token, mode=Mode.MOVING, inside=False, done=False, via="", passed="", since="")


def _flowed(draft: Draft, event: ev.FlowTaken) -> None:
    came = draft.tokens[event.token]
    if event.new == event.token:
        draft.put(event.token, element=event.target, via=event.flow)
    else:
        draft.add(TokenState(event.new, event.target, came.scope, via=event.flow))


def _gone(draft: Draft, event: ev.TokenEnded | ev.ElementVoided | inner.TokenMerged) -> None:
    token = draft.tokens.pop(event.token)
    draft.waits.pop(event.token, None)
    del draft.members[token.scope][event.token]


def _set(draft: Draft, event: ev.VariablesSet) -> None:
    draft.variables[event.scope] = frozen({**draft.variables.get(event.scope, {}), **event.variables})


def _stuck(draft: Draft, event: ev.IncidentRaised) -> None:
    draft.put(event.token, mode=Mode.INCIDENT)


def _moving(draft: Draft, event: inner.JoinPassed) -> None:
    draft.put(event.token, mode=Mode.MOVING)


def _mended(draft: Draft, event: ev.IncidentResolved) -> None:
    hosts = any(s.token == event.token and s.kind not in ("local", "child") for s in draft.scopes.values())
    draft.put(event.token, mode=Mode.HOSTING if hosts else Mode.MOVING)


def _nothing(draft: Draft, event: ev.Event) -> None:
    """An event that only history reads."""


def _ended(draft: Draft, event: ev.InstanceEnded) -> None:
    draft.status = Status.ENDED


def _cancelled(draft: Draft, event: ev.InstanceCancelled) -> None:
    draft.status = Status.CANCELLED


def _suspended(draft: Draft, event: inner.InstanceSuspended) -> None:
    draft.status = Status.SUSPENDED


def _resumed(draft: Draft, event: inner.InstanceResumed) -> None:
    draft.status = Status.RUNNING


def _scope(draft: Draft, event: inner.ScopeOpened) -> None:
    draft.scopes[event.scope] = ScopeState(
        event.scope, event.parent, event.element, event.token, event.kind, frozen(event.notes)
    )
    draft.counters["scope"] = max(draft.counters.get("scope", 1), int(event.scope[1:]) + 1)
    if event.kind == "local":
        draft.put(event.token, local=event.scope)
    elif event.kind != "child":
        draft.put(event.token, mode=Mode.HOSTING)


def _scope_noted(draft: Draft, event: inner.ScopeNoted) -> None:
    found = draft.scopes[event.scope]
    notes = {**found.notes, **event.notes}
    if "out" in event.notes:  # what came of runs: that of one more
        notes["out"] = {**found.notes.get("out", {}), **event.notes["out"]}
    draft.scopes[event.scope] = replace(found, notes=frozen(notes))


def _scope_closed(draft: Draft, event: inner.ScopeClosed) -> None:
    found = draft.scopes.pop(event.scope)
    draft.variables.pop(event.scope, None)
    draft.members.pop(event.scope, None)
    if found.kind == "local" and found.token in draft.tokens:
        draft.put(found.token, local="")


def _done(draft: Draft, event: inner.WorkDone) -> None:
    draft.put(event.token, mode=Mode.MOVING, done=True)


def _passed(draft: Draft, event: inner.SavePointPassed) -> None:
    draft.put(event.token, passed=event.side)


def _joining(draft: Draft, event: inner.JoinReached) -> None:
    draft.put(event.token, mode=Mode.JOINING)


def _listens(draft: Draft, event: inner.SubscriptionOpened) -> None:
    draft.subscriptions[event.subscription] = SubscriptionState(
        event.subscription, event.token, event.scope, event.element, event.kind, frozen(event.details)
    )
    draft.counters["subscription"] = max(draft.counters.get("subscription", 1), event.subscription + 1)


def _listens_on(draft: Draft, event: inner.SubscriptionNoted) -> None:
    found = draft.subscriptions[event.subscription]
    draft.subscriptions[event.subscription] = replace(found, details=frozen({**found.details, **event.details}))


def _deaf(draft: Draft, event: inner.SubscriptionClosed) -> None:
    del draft.subscriptions[event.subscription]


def _migrated(draft: Draft, event: inner.InstanceMigrated) -> None:
    to = event.elements
    for token in list(draft.tokens.values()):
        draft.put(token.id, element=to.get(token.element, token.element), via=event.flows.get(str(token.id), ""))
    for number, wait in draft.waits.items():
        draft.waits[number] = replace(wait, element=to.get(wait.element, wait.element))
    for name, scope in draft.scopes.items():
        draft.scopes[name] = replace(scope, element=to.get(scope.element, scope.element))
    for number, found in draft.subscriptions.items():
        draft.subscriptions[number] = replace(found, element=to.get(found.element, found.element))


_APPLIERS: Mapping[type[ev.Event], Callable[[Draft, Any], None]] = {
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
    inner.ScopeOpened: _scope,
    inner.ScopeNoted: _scope_noted,
    inner.ScopeClosed: _scope_closed,
    inner.WorkDone: _done,
    inner.SavePointPassed: _passed,
    inner.JoinReached: _joining,
    inner.JoinPassed: _moving,
    inner.TokenMerged: _gone,
    inner.SubscriptionOpened: _listens,
    inner.SubscriptionNoted: _listens_on,
    inner.SubscriptionClosed: _deaf,
    inner.EventCaught: _nothing,
    inner.MessageThrown: _nothing,
    inner.SignalThrown: _nothing,
    inner.ErrorThrown: _nothing,
    inner.EscalationThrown: _nothing,
    inner.DecisionMade: _nothing,
    inner.InstanceSuspended: _suspended,
    inner.InstanceResumed: _resumed,
    inner.InstanceFailed: _ended,
    inner.InstanceMigrated: _migrated,
}


def apply(state: State, event: ev.Event) -> State:
    """The state after an event: the only way to a new one."""
    return replay(state, (event,))


def replay(state: State, events: Iterable[ev.Event]) -> State:
    """The state after these events, in their order."""
    draft = Draft(state)
    for event in events:
        draft.apply(event)
    return draft.frozen()
