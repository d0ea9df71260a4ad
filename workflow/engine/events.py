"""What can happen to an instance.  History, audit and replay come from this one list.  Pure.

Each class carries a stable name, `stored_as`; stored events carry that name, never the class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

ROOT = "root"  # the scope of the instance itself

_by_name: dict[str, type[Event]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.  Subclassing registers it under its stored name."""

    stored_as: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        # A dataclass with slots is made twice (the second class has the slots); the later one stays registered.
        _by_name[cls.stored_as] = cls


@dataclass(frozen=True, slots=True)
class InstanceStarted(Event):
    """The instance began with these variables."""

    stored_as: ClassVar[str] = "instance_started"
    variables: Mapping[str, Any]
    called: bool = False


@dataclass(frozen=True, slots=True)
class TokenPlaced(Event):
    """A new token was put before an element: at the start, by an event, a return, or an operator.

    `via` is the flow by which it is held to have come; `done` says that what the element waits for has happened.
    """

    stored_as: ClassVar[str] = "token_placed"
    token: int
    element: str
    scope: str = ROOT
    via: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class ElementEntered(Event):
    """A token arrived at an element; `at` is when (ISO 8601), where the world has a clock."""

    stored_as: ClassVar[str] = "element_entered"
    token: int
    element: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class WaitOpened(Event):
    """A token waits at an element; `kind` says for what (the generic viewflow node is chosen by it)."""

    stored_as: ClassVar[str] = "wait_opened"
    token: int
    element: str
    kind: str = "person"
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WaitClosed(Event):
    """A token waits no longer: its work was done (`done`) or called off."""

    stored_as: ClassVar[str] = "wait_closed"
    token: int
    element: str
    done: bool


@dataclass(frozen=True, slots=True)
class VariablesSet(Event):
    """Variables of a scope were set; others of that scope keep their values."""

    stored_as: ClassVar[str] = "variables_set"
    variables: Mapping[str, Any]
    scope: str = ROOT


@dataclass(frozen=True, slots=True)
class ElementLeft(Event):
    """A token left an element, its work done."""

    stored_as: ClassVar[str] = "element_left"
    token: int
    element: str


@dataclass(frozen=True, slots=True)
class FlowTaken(Event):
    """A token goes along a flow to its target; `new` is the token that arrives there (the same one, or a split-off).

    A link has no flow: `flow` is empty.
    """

    stored_as: ClassVar[str] = "flow_taken"
    token: int
    flow: str
    target: str
    new: int


@dataclass(frozen=True, slots=True)
class TokenEnded(Event):
    """A token came to an end."""

    stored_as: ClassVar[str] = "token_ended"
    token: int
    element: str


@dataclass(frozen=True, slots=True)
class Returned(Event):
    """Work goes back to an element.  `voided` are the positions in the intent's path that count no longer."""

    stored_as: ClassVar[str] = "returned"
    element: str
    voided: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ElementVoided(Event):
    """An open visit of an element counts no longer (a return, a move, a cancellation), and its token is gone."""

    stored_as: ClassVar[str] = "element_voided"
    token: int
    element: str
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentRaised(Event):
    """The model makes no sense here: the token waits until somebody mends it."""

    stored_as: ClassVar[str] = "incident_raised"
    token: int
    element: str
    code: str  # stable: what is wrong
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class IncidentResolved(Event):
    """Somebody mended it, or the work it stood in was called off."""

    stored_as: ClassVar[str] = "incident_resolved"
    token: int
    element: str


@dataclass(frozen=True, slots=True)
class InstanceEnded(Event):
    """The last token came to its end."""

    stored_as: ClassVar[str] = "instance_ended"


@dataclass(frozen=True, slots=True)
class InstanceCancelled(Event):
    """Somebody ended the instance."""

    stored_as: ClassVar[str] = "instance_cancelled"
    reason: str


def to_json(event: Event) -> dict[str, Any]:
    """The event as it is stored: its name and its fields."""
    plain = {one.name: getattr(event, one.name) for one in fields(event)}
    return {"event": event.stored_as} | {
        name: dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value
        for name, value in plain.items()
    }


def from_json(stored: Mapping[str, Any]) -> Event:
    """The event that was stored.  Raises KeyError for a name nobody knows."""
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in stored.items() if name != "event"}
    return _by_name[stored["event"]](**values)


def stored_names() -> list[str]:
    """The names of all events, which never change once stored."""
    return sorted(name for name in _by_name if name)
