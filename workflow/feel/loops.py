"""for, some, every and filters (DMN 1.5, 10.3.2.5, 10.3.2.14).  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from workflow.feel.scope import Scope, Step
from workflow.feel.terms import Term
from workflow.feel.values import Range, conjunction, disjunction

LONGEST = 100_000  # a range counts at most


def _counted(first: Any, last: Any) -> list[Any] | None:
    """From one whole number or day to another, up or down."""
    if isinstance(first, Decimal) and isinstance(last, Decimal):
        if first != int(first) or last != int(last) or abs(last - first) > LONGEST:
            return None
        low, high = int(first), int(last)
        return [Decimal(n) for n in (range(low, high + 1) if low <= high else range(low, high - 1, -1))]
    days = (type(first), type(last)) == (dt.date, dt.date)
    if not days or abs((last - first).days) > LONGEST:
        return None
    step = 1 if first <= last else -1
    return [first + dt.timedelta(days=n) for n in range(0, (last - first).days + step, step)]


def _items(value: Any) -> list[Any] | None:
    """What a loop goes over: a list, the numbers or days of a range, or one value alone."""
    if isinstance(value, Range):
        items = _counted(value.low, value.high)
        if items is None or (items and items[0] != value.low) or value.low > value.high:
            return None
        return items[1 if value.above == ">" else 0 : -1 if value.below == "<" else None]
    return value if isinstance(value, list) or value is None else [value]


def _domain(term: Term, parts: list[Step], scope: Scope) -> list[Any] | None:
    items = _counted(parts[0](scope), parts[1](scope)) if len(parts) == 2 else _items(parts[0](scope))
    return scope.run.visit(items) if items is not None else None


class _NoDomain(Exception):
    """A loop over something that cannot be gone over."""


def _combinations(
    loops: list[tuple[Term, list[Step]]], scope: Scope, bound: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    if not loops:
        yield dict(bound)
        return
    (term, parts), *rest = loops
    items = _domain(term, parts, scope.inner(bound) if bound else scope)
    if items is None:
        raise _NoDomain
    for item in items:
        yield from _combinations(rest, scope, {**bound, str(term.value): item})


def for_return(loops: list[tuple[Term, list[Step]]], body: Step) -> Step:
    """The results of the body; `partial` holds those so far."""

    def run(scope: Scope) -> Any:
        results: list[Any] = []
        try:
            for bound in _combinations(loops, scope, {}):
                scope.run.spend(1)
                results.append(body(scope.inner({"partial": list(results) if results else [], **bound})))
        except _NoDomain:
            return None
        return results

    return run


def quantified(loops: list[tuple[Term, list[Step]]], body: Step, *, every: bool) -> Step:
    """Whether some or every combination satisfies the body, in three-valued logic."""
    join = conjunction if every else disjunction

    def run(scope: Scope) -> Any:
        try:
            return join(body(scope.inner(bound)) for bound in _combinations(loops, scope, {}))
        except _NoDomain:
            return None

    return run


def filtered(value: Step, test: Step) -> Step:
    """The items for which the test is true, or the one at a number counted from 1 (from the end when negative)."""

    def run(scope: Scope) -> Any:
        found = value(scope)
        items = found if isinstance(found, list) else [] if found is None else [found]
        kept: list[Any] = []
        for item in items:
            inner = scope.inner({"item": item})
            answer = test(inner.inner(item) if isinstance(item, Mapping) else inner)
            if isinstance(answer, Decimal) and not kept:
                return _at(items, answer)
            if answer is True:
                kept.append(item)
        if not items:
            answer = test(scope.inner({"item": None}))
            return None if isinstance(answer, Decimal) else []
        return kept

    return run


def _at(items: list[Any], place: Decimal) -> Any:
    at = int(place)
    if at != place or at == 0 or abs(at) > len(items):
        return None
    return items[at - 1 if at > 0 else at]
