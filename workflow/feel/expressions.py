"""FEEL expressions: read once, compiled to closures, cached, and bounded.  Pure.

Numbers are decimals of 34 digits, null spreads as the standard says, `and`, `or`, `not` follow three-valued logic.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, localcontext
from typing import Any

from workflow.feel import loops
from workflow.feel.calls import call
from workflow.feel.errors import FeelError
from workflow.feel.functions import FUNCTIONS
from workflow.feel.functions.registry import NOW
from workflow.feel.names import free_names
from workflow.feel.properties import property_of
from workflow.feel.scope import BUDGET, Run, Scope, Step
from workflow.feel.terms import Term, read
from workflow.feel.types import Type, conforms, named_types
from workflow.feel.values import (
    ORDERED,
    PRECISION,
    Function,
    Range,
    UnaryTest,
    arithmetic,
    compare,
    conjunction,
    disjunction,
    kind,
    negated,
    passes,
)

__all__ = ["BUDGET", "Expression", "FeelError", "compile_expression", "compile_tests", "evaluation"]

ARITHMETIC = Context(prec=PRECISION, Emax=6144, Emin=-6143)


class evaluation:  # noqa: N801 - reads as a verb: `with evaluation(run):`
    """The frame of one evaluation: its arithmetic and its now; FeelError instead of Python's bounds."""

    def __init__(self, run: Run) -> None:
        self._run, self._arithmetic = run, localcontext(ARITHMETIC)

    def __enter__(self) -> Run:
        """Enter."""
        self._arithmetic.__enter__()
        self._token = NOW.set(self._run.now)
        return self._run

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        """Leave."""
        NOW.reset(self._token)
        self._arithmetic.__exit__(kind, error, trace)
        if kind is not None and issubclass(kind, RecursionError):
            raise FeelError("値の入れ子が深すぎます。", "A value is nested too deeply.") from None


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression and the names it reads from outside."""

    text: str
    names: frozenset[str]
    within: Step = field(repr=False, compare=False)

    def evaluate(
        self, context: Mapping[str, Any], *, now: dt.datetime | None = None, types: Mapping[str, Type] | None = None
    ) -> Any:
        """The value in a context; unknown names and impossible operations are null (None).

        `now` is what now() and today() answer (null without), `types` the meaning of further type names.
        Raises FeelError when a bound is exceeded.
        """
        with evaluation(Run(now=now, types=types or {})) as run:
            return self.within(Scope(context, run, raw=True))


def compile_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile an expression; `names` declares what the context holds, above all names of more than one word.

    Raises FeelError with the position.
    """
    return _compiled(text, frozenset(" ".join(name.split()) for name in names if name.strip()), "start")


def compile_tests(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile the unary tests of a cell; the context holds the tested value as `?`.  Raises FeelError with the position."""
    return _compiled(text, frozenset(" ".join(name.split()) for name in names if name.strip()), "cells")


@functools.lru_cache(maxsize=4_000)
def _compiled(text: str, names: frozenset[str], start: str) -> Expression:
    term = _read_tests(text, names) if start == "cells" else read(text, _long(names))
    free = free_names(term)
    for name, position in free.called:
        if name not in names and name not in FUNCTIONS:
            raise FeelError(f"関数「{name}」はありません。", f"There is no function “{name}”.", position)
    return Expression(text, free.read, _step(term))


def _long(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if not name.isidentifier())


def _read_tests(text: str, names: frozenset[str]) -> Term:
    """The tests of a cell: `-` for anything, `not(…)` around, or tests with commas between."""
    bare = text.strip()
    if bare == "-":
        return Term("constant", (), True, 0, 1)
    if bare.startswith("not") and bare[3:].lstrip().startswith("(") and bare.endswith(")"):
        start = text.index("(") + 1
        end = text.rindex(")")
        try:
            inner = read(" " * start + text[start:end], _long(names), start="cells")
        except FeelError:
            pass  # the brackets were not of one pair: `not(a) or not(b)`
        else:
            return Term("negation", (inner,), None, 0, inner.depth + 1)
    return read(text, _long(names), start="cells")


def _step(term: Term) -> Step:
    """The closure of a term; recursion is bounded by the depth of terms."""
    inner = _COMPILERS[term.kind](term, [_step(part) for part in term.parts])

    def run(scope: Scope) -> Any:
        scope.run.spend(1)
        return inner(scope)

    return run


def _constant(term: Term, parts: list[Step]) -> Step:
    return lambda scope: term.value


def _name(term: Term, parts: list[Step]) -> Step:
    key = str(term.value)
    return lambda scope: scope.find(key)


def _path(term: Term, parts: list[Step]) -> Step:
    key = str(term.value)

    def of(scope: Scope, value: Any) -> Any:
        if isinstance(value, list):
            scope.run.spend(len(value))
            return [of(scope, item) for item in value]
        return property_of(value, key)

    return lambda scope: of(scope, parts[0](scope))


def _called(scope: Scope, function: Any, given: list[Any], named: Mapping[str, Any] | None = None) -> Any:
    run = scope.run
    for value in given:
        run.visit(value)
    run.enter()
    try:
        return call(function, given, named)
    finally:
        run.leave()


def _call(term: Term, parts: list[Step]) -> Step:
    return lambda scope: _called(scope, parts[0](scope), [part(scope) for part in parts[1:]])


def _call_named(term: Term, parts: list[Step]) -> Step:
    def run(scope: Scope) -> Any:
        return _called(
            scope, parts[0](scope), [], {name: part(scope) for name, part in zip(term.value, parts[1:], strict=True)}
        )

    return run


def _function(term: Term, parts: list[Step]) -> Step:
    names = [parameter.name for parameter in term.value]
    body = parts[0]

    def make(scope: Scope) -> Function:
        return Function("", term.value, lambda *given: body(scope.inner(dict(zip(names, given, strict=False)))))

    return make


def _context(term: Term, parts: list[Step]) -> Step:
    """Later entries see the earlier ones."""

    def run(scope: Scope) -> dict[str, Any]:
        made: dict[str, Any] = {}
        inner = scope.inner(made)
        for key, part in zip(term.value, parts, strict=True):
            made[key] = part(inner)
        return made

    return run


def _only(term: Term, parts: list[Step]) -> Step:
    return parts[0]


def _signed(term: Term, parts: list[Step]) -> Step:
    if term.value == "-":
        return lambda scope: negated(parts[0](scope))
    return lambda scope: (lambda value: value if kind(value) in ("number",) else None)(parts[0](scope))


def _chain(term: Term, parts: list[Step]) -> Step:
    """Operators of one rank, from left to right."""
    first, rest = parts[0], list(zip(term.value, parts[1:], strict=True))

    def run(scope: Scope) -> Any:
        value = first(scope)
        for sign, part in rest:
            value = arithmetic(sign, value, part(scope))
        return value

    return run


def _comparison(term: Term, parts: list[Step]) -> Step:
    left, right = parts
    return lambda scope: compare(term.value, scope.run.visit(left(scope)), scope.run.visit(right(scope)))


def _logic(rule: Callable[[Iterable[Any]], bool | None]) -> Callable[[Term, list[Step]], Step]:
    return lambda term, parts: lambda scope: rule(part(scope) for part in parts)


def _between(term: Term, parts: list[Step]) -> Step:
    value, low, high = parts

    def run(scope: Scope) -> bool | None:
        found = value(scope)
        return conjunction([compare(">=", found, low(scope)), compare("<=", found, high(scope))])

    return run


def _range(term: Term, parts: list[Step]) -> Step:
    """A range between two values of one ordered type; otherwise null."""
    low, high = parts
    above, below = term.value

    def run(scope: Scope) -> Range | None:
        first, last = low(scope), high(scope)
        return Range(first, last, above, below) if kind(first) in ORDERED and kind(first) == kind(last) else None

    return run


def _unary_test(term: Term, parts: list[Step]) -> Step:
    sign, value = term.value, parts[0]

    def run(scope: Scope) -> Range | UnaryTest:
        found = value(scope)
        if found is None or sign in ("=", "!="):
            return UnaryTest(sign, found)
        return Range(found, None, sign, "<") if sign in (">", ">=") else Range(None, found, ">", sign)

    return run


def _in_test(term: Term, parts: list[Step]) -> Step:
    return lambda scope: passes(scope.run.visit(parts[0](scope)), scope.run.visit(parts[1](scope)))


def _cells(term: Term, parts: list[Step]) -> Step:
    """Whether a test lets the value pass: one that asks of `?` itself must be true, others are compared with it."""
    asking = [any(part.kind == "name" and part.value == "?" for part in test.walk()) for test in term.parts]

    def run(scope: Scope) -> bool | None:
        value = scope.find("?")
        return disjunction(_passes(value, part(scope), own) for part, own in zip(parts, asking, strict=True))

    return run


def _passes(value: Any, test: Any, own: bool) -> bool | None:
    if own and isinstance(test, bool | None):
        return test
    if test is True and not isinstance(value, bool):
        return True
    return passes(value, test)


def _negation(term: Term, parts: list[Step]) -> Step:
    def run(scope: Scope) -> bool | None:
        answer = parts[0](scope)
        return (not answer) if isinstance(answer, bool) else None

    return run


def _list(term: Term, parts: list[Step]) -> Step:
    return lambda scope: [part(scope) for part in parts]


def _if(term: Term, parts: list[Step]) -> Step:
    condition, yes, no = parts
    return lambda scope: yes(scope) if condition(scope) is True else no(scope)


def _instance_of(term: Term, parts: list[Step]) -> Step:
    return lambda scope: conforms(parts[0](scope), named_types(term.value, scope.run.types))


def _looped(term: Term) -> tuple[list[tuple[Term, list[Step]]], Step]:
    each = [(loop, [_step(part) for part in loop.parts]) for loop in term.parts[0].parts]
    return each, _step(term.parts[1])


_COMPILERS: Mapping[str, Callable[[Term, list[Step]], Step]] = {
    "constant": _constant,
    "name": _name,
    "path": _path,
    "call": _call,
    "call_named": _call_named,
    "named": _only,
    "function": _function,
    "context": _context,
    "entry": _only,
    "filter": lambda term, parts: loops.filtered(*parts),
    "signed": _signed,
    "chain": _chain,
    "comparison": _comparison,
    "conjunction": _logic(conjunction),
    "disjunction": _logic(disjunction),
    "between": _between,
    "range": _range,
    "unary_test": _unary_test,
    "in_test": _in_test,
    "instance_of": _instance_of,
    "list": _list,
    "cells": _cells,
    "negation": _negation,
    "if_then_else": _if,
    "loop": _only,
    "loops": _list,
    "for_return": lambda term, parts: loops.for_return(*_looped(term)),
    "some_satisfies": lambda term, parts: loops.quantified(*_looped(term), every=False),
    "every_satisfies": lambda term, parts: loops.quantified(*_looped(term), every=True),
}
