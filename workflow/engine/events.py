"""What can happen to an instance.  History, audit and replay come from this one list.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class InstanceStarted(Event):
    """The instance began with these variables."""

    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ElementEntered(Event):
    """A token arrived at an element."""

    token: int
    element: str


@dataclass(frozen=True, slots=True)
class WaitOpened(Event):
    """A token waits for somebody at an element."""

    token: int
    element: str


@dataclass(frozen=True, slots=True)
class VariablesSet(Event):
    """Variables of the instance's scope were set."""

    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ElementLeft(Event):
    """A token left an element, its work done."""

    token: int
    element: str


@dataclass(frozen=True, slots=True)
class FlowTaken(Event):
    """A token goes along a flow to its target; `new` is the token that arrives there (the same one, or a split-off)."""

    token: int
    flow: str
    target: str
    new: int


@dataclass(frozen=True, slots=True)
class TokenEnded(Event):
    """A token came to an end event."""

    token: int
    element: str


@dataclass(frozen=True, slots=True)
class ElementVoided(Event):
    """Work at an element counts no longer: it was returned past, or the instance was cancelled."""

    token: int
    element: str
    reason: str


@dataclass(frozen=True, slots=True)
class TokenPlaced(Event):
    """A token was put before an element by hand: by a return, or by an operator."""

    token: int
    element: str


@dataclass(frozen=True, slots=True)
class IncidentRaised(Event):
    """The model makes no sense here: the token waits until somebody mends it."""

    token: int
    element: str
    code: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class IncidentResolved(Event):
    """Somebody mended it."""

    token: int
    element: str


@dataclass(frozen=True, slots=True)
class InstanceEnded(Event):
    """The last token came to its end."""


@dataclass(frozen=True, slots=True)
class InstanceCancelled(Event):
    """Somebody ended the instance."""

    reason: str
