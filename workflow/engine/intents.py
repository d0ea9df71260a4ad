"""What one may ask of an instance.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Intent:
    """Something wanted."""


@dataclass(frozen=True, slots=True)
class Start(Intent):
    """Begin, with these variables."""

    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Complete(Intent):
    """The work at a waiting token is done; these variables come of it."""

    token: int
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Return(Intent):
    """Go back to an activity that was completed before.

    `path` lists the elements that were completed and still count, in their order: it is the caller's reading of the
    history.  The event `Returned` answers with the positions in it that count no longer.
    """

    element: str
    path: tuple[str, ...]
    reason: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel(Intent):
    """End the instance now."""

    reason: str


@dataclass(frozen=True, slots=True)
class Retry(Intent):
    """Try the element of an incident again, with these variables mended."""

    token: int
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move(Intent):
    """Put a token (waiting or in an incident) before another element."""

    token: int
    element: str
