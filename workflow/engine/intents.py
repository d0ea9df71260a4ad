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
    """Begin, with these variables, at a start event (without: the one without a trigger).

    `called` says that a call activity waits for the outcome: it gets errors that nothing here catches.
    """

    variables: Mapping[str, Any] = field(default_factory=dict)
    element: str = ""
    called: bool = False


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
    scope: str = ""  # where several runs of a sub-process are open: in which


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


@dataclass(frozen=True, slots=True)
class Trigger(Intent):
    """What a subscription listens for has happened; these variables come with it."""

    subscription: int
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThrowError(Intent):
    """The work at a waiting token ends in a business error (a BPMN error), for the model to catch."""

    token: int
    code: str
    message: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThrowEscalation(Intent):
    """The work at a waiting token, which goes on, tells the level above of something."""

    token: int
    code: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddBranch(Intent):
    """One more run of a multi-instance activity that is under way; `token` is the activity's own."""

    token: int
    item: Any = None


@dataclass(frozen=True, slots=True)
class RemoveBranch(Intent):
    """Call off one run of a multi-instance activity; `token` is that of the run."""

    token: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetVariables(Intent):
    """Set variables of a scope: whatever waits for a condition may go on by it."""

    variables: Mapping[str, Any]
    scope: str = "root"


@dataclass(frozen=True, slots=True)
class Suspend(Intent):
    """Let the instance rest: nothing happens until it is resumed."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume(Intent):
    """Let a resting instance go on."""
