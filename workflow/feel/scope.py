"""What an expression can see while it is evaluated, and how much it may still do.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.feel.errors import FeelError
from workflow.feel.functions import FUNCTIONS
from workflow.feel.types import Type
from workflow.feel.values import plain, weight

BUDGET = 100_000  # terms evaluated and values of lists and contexts visited in one evaluation
MAX_CALLS = 100  # functions that call each other


@dataclass(slots=True)
class Run:
    """One evaluation: the steps and calls it has left, what it takes for now, and the types it knows by name."""

    left: int = BUDGET
    calls: int = 0
    now: dt.datetime | None = None
    types: Mapping[str, Type] = field(default_factory=dict)
    trace: Any = None  # whatever wants to be told what happens

    def spend(self, steps: int) -> None:
        """Raises FeelError when the budget is used up."""
        self.left -= steps
        if self.left < 0:
            raise FeelError("式の計算が多すぎます。", f"The evaluation takes more than {BUDGET:,} steps.")

    def visit(self, value: Any) -> Any:
        """The value, after paying for all that it holds, however deep it goes."""
        if isinstance(value, list | Mapping):
            self.spend(weight(value, self.left))
        return value

    def enter(self) -> None:
        """One call deeper.  Raises FeelError when functions call each other too deeply."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise FeelError("関数の呼出しが深すぎます。", f"Functions call each other more than {MAX_CALLS} deep.")

    def leave(self) -> None:
        """Back from a call."""
        self.calls -= 1


class Scope:
    """Names and values, and the scope around; values from outside are converted when they are first read."""

    __slots__ = ("outer", "raw", "run", "values")

    def __init__(self, values: Mapping[str, Any], run: Run, outer: Scope | None = None, *, raw: bool = False) -> None:
        self.values, self.run, self.outer, self.raw = values, run, outer, raw
        if raw:
            self.values = dict(values)

    def inner(self, values: Mapping[str, Any]) -> Scope:
        """A scope inside this one."""
        return Scope(values, self.run, self)

    def find(self, name: str) -> Any:
        """The value of a name, from inside to outside; then a built-in function; null when there is none."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                return scope.taken(name)
            scope = scope.outer
        return FUNCTIONS.get(name)

    def taken(self, name: str) -> Any:
        """The value of a name of this very scope."""
        value = self.values[name]
        if self.raw and not isinstance(value, _Plain):
            value = _Plain(plain(self.run.visit(value)))
            self.values[name] = value  # type: ignore[index]  # a raw scope keeps a dict of its own
        return value.value if isinstance(value, _Plain) else value


@dataclass(frozen=True, slots=True)
class _Plain:
    value: Any


Step = Callable[[Scope], Any]
