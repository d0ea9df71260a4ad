"""FEEL expressions: read once, compiled to closures, cached, and bounded.  Pure.

Numbers are decimals of 34 digits, null spreads as the standard says, `and`, `or`, `not` follow three-valued logic.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from typing import Any

from workflow.feel.errors import FeelError
from workflow.feel.terms import Term, read
from workflow.feel.values import (
    PRECISION,
    Range,
    UnaryTest,
    arithmetic,
    compare,
    conjunction,
    disjunction,
    passes,
    plain,
    weight,
)

__all__ = ["Expression", "FeelError", "compile_expression"]

BUDGET = 100_000  # terms evaluated and values of lists and contexts visited in one evaluation
ARITHMETIC = Context(prec=PRECISION)


class _Run:
    """One evaluation: the names it may read and the steps it has left."""

    __slots__ = ("left", "scope")

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self.scope, self.left = scope, BUDGET

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise FeelError("式の計算が多すぎます。", f"The evaluation takes more than {BUDGET:,} steps.")

    def visit(self, *values: Any) -> None:
        """Spend what looking through these values costs, however deep they go."""
        for value in values:
            self.spend(weight(value, self.left))


Step = Callable[[_Run], Any]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression and the names it reads."""

    text: str
    names: frozenset[str]
    _step: Step = field(repr=False, compare=False)

    def evaluate(self, context: Mapping[str, Any]) -> Any:
        """The value in a context; unknown names and impossible operations are null (None).

        Raises FeelError when a bound is exceeded.
        """
        try:
            with localcontext(ARITHMETIC):
                return self._step(_Run(context))
        except RecursionError:
            raise FeelError("値の入れ子が深すぎます。", "A value is nested too deeply.") from None


def compile_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile an expression; `names` declares names of more than one word.  Raises FeelError with the position."""
    return _compiled(
        text, frozenset(" ".join(name.split()) for name in names if not name.isidentifier() and name.strip())
    )


@functools.lru_cache(maxsize=2_000)
def _compiled(text: str, names: frozenset[str]) -> Expression:
    term = read(text, names)
    read_names = frozenset(str(part.value) for part in term.walk() if part.kind == "name")
    return Expression(text, read_names, _step(term))


def _step(term: Term) -> Step:
    """The closure of a term; recursion is bounded by the depth of terms."""
    inner = _COMPILERS[term.kind](term, [_step(part) for part in term.parts])

    def run(now: _Run) -> Any:
        now.spend(1)
        return inner(now)

    return run


def _constant(term: Term, parts: list[Step]) -> Step:
    return lambda now: term.value


def _visited(now: _Run, value: Any) -> Any:
    if isinstance(value, list | tuple):
        now.visit(value)
    return plain(value)


def _name(term: Term, parts: list[Step]) -> Step:
    key = str(term.value)
    return lambda now: _visited(now, now.scope.get(key))


# What a path may ask of a date or a moment (DMN 1.5, table 65).
_DATE_PARTS: Mapping[str, Callable[[Any], int]] = {
    "year": lambda day: int(day.year),
    "month": lambda day: int(day.month),
    "day": lambda day: int(day.day),
    "weekday": lambda day: int(day.isoweekday()),
}


def _path(term: Term, parts: list[Step]) -> Step:
    key = str(term.value)

    def of(now: _Run, value: Any) -> Any:
        if isinstance(value, Mapping):
            return _visited(now, value.get(key))
        if isinstance(value, list):
            now.spend(len(value))
            return [of(now, item) for item in value]
        if hasattr(value, "isoweekday") and key in _DATE_PARTS:
            return Decimal(_DATE_PARTS[key](value))
        return None

    return lambda now: of(now, parts[0](now))


def _call(term: Term, parts: list[Step]) -> Step:
    function = term.value

    def run(now: _Run) -> Any:
        given = [part(now) for part in parts]
        now.visit(*given)
        return function.run(*given)

    return run


def _signed(term: Term, parts: list[Step]) -> Step:
    def run(now: _Run) -> Any:
        value = parts[0](now)
        if not isinstance(value, Decimal):
            return None
        return -value if term.value == "-" else value

    return run


def _chain(term: Term, parts: list[Step]) -> Step:
    """Operators of one rank, from left to right."""
    first, rest = parts[0], list(zip(term.value, parts[1:], strict=True))

    def run(now: _Run) -> Any:
        value = first(now)
        for sign, part in rest:
            value = arithmetic(sign, value, part(now))
        return value

    return run


def _comparison(term: Term, parts: list[Step]) -> Step:
    left, right = parts

    def run(now: _Run) -> bool | None:
        first, second = left(now), right(now)
        now.visit(first, second)
        return compare(term.value, first, second)

    return run


def _logic(rule: Callable[[Iterable[Any]], bool | None]) -> Callable[[Term, list[Step]], Step]:
    return lambda term, parts: lambda now: rule(part(now) for part in parts)


def _between(term: Term, parts: list[Step]) -> Step:
    value, low, high = parts
    return lambda now: Range(low(now), high(now), ">=", "<=").holds(value(now))


def _range(term: Term, parts: list[Step]) -> Step:
    low, high = parts
    above, below = term.value
    return lambda now: Range(low(now), high(now), above, below)


def _unary_test(term: Term, parts: list[Step]) -> Step:
    return lambda now: UnaryTest(term.value, parts[0](now))


def _in_test(term: Term, parts: list[Step]) -> Step:
    def run(now: _Run) -> bool | None:
        value, test = parts[0](now), parts[1](now)
        now.visit(value, test)
        return passes(value, test)

    return run


def _list(term: Term, parts: list[Step]) -> Step:
    return lambda now: [part(now) for part in parts]


def _if(term: Term, parts: list[Step]) -> Step:
    condition, yes, no = parts
    return lambda now: yes(now) if condition(now) is True else no(now)


_COMPILERS: Mapping[str, Callable[[Term, list[Step]], Step]] = {
    "constant": _constant,
    "name": _name,
    "path": _path,
    "call": _call,
    "signed": _signed,
    "chain": _chain,
    "comparison": _comparison,
    "conjunction": _logic(conjunction),
    "disjunction": _logic(disjunction),
    "between": _between,
    "range": _range,
    "unary_test": _unary_test,
    "in_test": _in_test,
    "list": _list,
    "if_then_else": _if,
}
