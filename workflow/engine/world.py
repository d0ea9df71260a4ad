"""What a step may ask of the world outside the state: given with the intent, so that answers can be repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from workflow.bpmn.model import Element
from workflow.expressions import Facts


class Decided(Protocol):
    """The answer of a decision: what came of it, which version was asked, and why, for people."""

    @property
    def value(self) -> Any:
        """The result, mapped as the model wants it."""

    @property
    def version(self) -> int:
        """The version that answered."""

    @property
    def trace(self) -> Mapping[str, Any]:
        """Which rules matched, as JSON."""


class Decide(Protocol):
    """Answers a business rule task.  Raises Trouble when there is no such decision or it makes no sense."""

    def __call__(self, element: Element, variables: Mapping[str, Any]) -> Decided:
        """The decision of an element with these variables."""


class Script(Protocol):
    """Runs script tasks in languages that the engine does not know; None says that it knows them neither."""

    def __call__(self, element: Element, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The variables that come of it.  May raise Thrown (a business error) or Elsewhere."""


class Elsewhere(Exception):
    """A script that is run outside of the step: the token waits until it is completed."""


class Thrown(Exception):
    """A business error (a BPMN error) by work that is done within the step."""

    def __init__(self, code: str, message: str = "", variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.variables = code, message, dict(variables or {})


@dataclass(frozen=True, slots=True)
class World:
    """`now` is aware (without it there are no timers); `facts` is what expressions may know of the instance."""

    now: dt.datetime | None = None
    decide: Decide | None = None
    script: Script | None = None
    facts: Facts = field(default_factory=Facts)
    adds_business_days: Callable[[dt.date, int], dt.date] | None = None

    @property
    def moment(self) -> str:
        """Now, as it is stored."""
        return self.now.isoformat() if self.now is not None else ""
