"""What can happen to the inner parts of an instance: scopes, joins, subscriptions, and what is thrown.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from workflow.engine.events import ROOT, Event


@dataclass(frozen=True, slots=True)
class ScopeOpened(Event):
    """A part of the instance began: `kind` is embedded, event, multi, loop, child or local; `token` opened it.

    `notes` is what the engine remembers of it (of repeated work: what is to be done and what came of it).
    """

    stored_as: ClassVar[str] = "scope_opened"
    scope: str
    parent: str
    element: str
    token: int
    kind: str
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScopeNoted(Event):
    """What the engine remembers of a scope changed; `out` tells of results of runs that were not known yet."""

    stored_as: ClassVar[str] = "scope_noted"
    scope: str
    notes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScopeClosed(Event):
    """A part of the instance is over; its variables are gone."""

    stored_as: ClassVar[str] = "scope_closed"
    scope: str


@dataclass(frozen=True, slots=True)
class WorkDone(Event):
    """What a token did without waiting (a scope of its own, an event that came) is done; it goes on."""

    stored_as: ClassVar[str] = "work_done"
    token: int
    element: str


@dataclass(frozen=True, slots=True)
class SavePointPassed(Event):
    """A token is past an asynchronous `side` (before, after) of its element."""

    stored_as: ClassVar[str] = "save_point_passed"
    token: int
    element: str
    side: str


@dataclass(frozen=True, slots=True)
class JoinReached(Event):
    """A token waits at a joining gateway for others."""

    stored_as: ClassVar[str] = "join_reached"
    token: int
    element: str


@dataclass(frozen=True, slots=True)
class JoinPassed(Event):
    """All that a joining gateway waits for has come: this token goes on for all."""

    stored_as: ClassVar[str] = "join_passed"
    token: int
    element: str


@dataclass(frozen=True, slots=True)
class TokenMerged(Event):
    """A token became one with another at a joining gateway."""

    stored_as: ClassVar[str] = "token_merged"
    token: int
    element: str
    into: int


@dataclass(frozen=True, slots=True)
class SubscriptionOpened(Event):
    """The instance listens for a message, signal, time or condition (`kind`) on behalf of an event element.

    `token` is who waits (the activity of a boundary event, the gateway before an event), 0 for the start of an event
    sub-process.  `details`: `name`, `key` of a message or signal; `due` (ISO 8601, UTC), `left`, `period` of a timer.
    """

    stored_as: ClassVar[str] = "subscription_opened"
    subscription: int
    token: int
    scope: str
    element: str
    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SubscriptionNoted(Event):
    """A subscription stays, with these details: a cycle goes on, a condition became true or false."""

    stored_as: ClassVar[str] = "subscription_noted"
    subscription: int
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SubscriptionClosed(Event):
    """The instance listens no longer."""

    stored_as: ClassVar[str] = "subscription_closed"
    subscription: int


@dataclass(frozen=True, slots=True)
class EventCaught(Event):
    """What a subscription listened for has happened."""

    stored_as: ClassVar[str] = "event_caught"
    subscription: int
    element: str


@dataclass(frozen=True, slots=True)
class MessageThrown(Event):
    """A message goes out; whoever waits for it gets it after this step.  `key` says which of several instances."""

    stored_as: ClassVar[str] = "message_thrown"
    token: int
    element: str
    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class SignalThrown(Event):
    """A signal goes out: to this instance at once, to all others after this step."""

    stored_as: ClassVar[str] = "signal_thrown"
    token: int
    element: str
    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrorThrown(Event):
    """A business error; `caught_by` is the element that catches it, empty when the caller of this instance may."""

    stored_as: ClassVar[str] = "error_thrown"
    token: int
    element: str
    code: str
    message: str = ""
    caught_by: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EscalationThrown(Event):
    """An escalation; `caught_by` is empty when nothing here catches it."""

    stored_as: ClassVar[str] = "escalation_thrown"
    token: int
    element: str
    code: str
    caught_by: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecisionMade(Event):
    """A decision was asked; `trace` tells which rules matched, for people."""

    stored_as: ClassVar[str] = "decision_made"
    token: int
    element: str
    decision: str
    version: int
    trace: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstanceSuspended(Event):
    """Somebody let the instance rest."""

    stored_as: ClassVar[str] = "instance_suspended"
    reason: str


@dataclass(frozen=True, slots=True)
class InstanceResumed(Event):
    """Somebody let it go on."""

    stored_as: ClassVar[str] = "instance_resumed"


@dataclass(frozen=True, slots=True)
class InstanceFailed(Event):
    """An error that nothing here catches ended a called instance: its caller gets the error."""

    stored_as: ClassVar[str] = "instance_failed"
    code: str
    message: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstanceMigrated(Event):
    """The instance goes on by another version: `elements` old id → new id, `flows` by which each token (its number) came."""

    stored_as: ClassVar[str] = "instance_migrated"
    elements: Mapping[str, str]
    flows: Mapping[str, str] = field(default_factory=dict)


__all__ = [
    "ROOT",
    "DecisionMade",
    "ErrorThrown",
    "EscalationThrown",
    "EventCaught",
    "InstanceFailed",
    "InstanceMigrated",
    "InstanceResumed",
    "InstanceSuspended",
    "JoinPassed",
    "JoinReached",
    "MessageThrown",
    "SavePointPassed",
    "ScopeClosed",
    "ScopeNoted",
    "ScopeOpened",
    "SignalThrown",
    "SubscriptionClosed",
    "SubscriptionNoted",
    "SubscriptionOpened",
    "TokenMerged",
    "WorkDone",
]
