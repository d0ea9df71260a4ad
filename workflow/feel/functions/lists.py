"""Lists (10.3.4.4) and their order (10.3.4.8).  Pure."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from workflow.feel.calls import call
from workflow.feel.functions.registry import builtin
from workflow.feel.values import Function, UnaryTest, compare, conjunction, disjunction, equal, kind


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal, null being equal to null."""
    return equal(left, right) is True


def _numbers(items: list[Any]) -> list[Decimal] | None:
    return items if items and all(isinstance(item, Decimal) for item in items) else None


@builtin("list contains", "list: list", "element: Any")
def _list_contains(items: list[Any], element: Any) -> bool:
    return any(same(item, element) for item in items)


@builtin("count", "list: list")
def _count(items: list[Any]) -> Decimal:
    return Decimal(len(items))


def _best(sign: str, items: list[Any]) -> Any:
    best = items[0] if items else None
    for item in items[1:]:
        better = compare(sign, item, best)
        if better is None:
            return None
        best = item if better else best
    return best


@builtin("min", "list: list", takes="items")
def _min(items: list[Any]) -> Any:
    return _best("<", items)


@builtin("max", "list: list", takes="items")
def _max(items: list[Any]) -> Any:
    return _best(">", items)


def _on_numbers(name: str, run: Callable[[list[Decimal]], Any]) -> None:
    @builtin(name, "list: list", takes="items")
    def checked(items: list[Any]) -> Any:
        numbers = _numbers(items)
        return None if numbers is None else run(numbers)


def _median(numbers: list[Decimal]) -> Decimal:
    ordered, half = sorted(numbers), len(numbers) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _deviation(numbers: list[Decimal]) -> Decimal | None:
    """Of a sample (10.3.4.4): of one number there is none."""
    if len(numbers) < 2:
        return None
    mean = sum(numbers, Decimal(0)) / len(numbers)
    return (sum(((number - mean) ** 2 for number in numbers), Decimal(0)) / (len(numbers) - 1)).sqrt()


_on_numbers("sum", lambda numbers: sum(numbers, Decimal(0)))
_on_numbers("mean", lambda numbers: sum(numbers, Decimal(0)) / len(numbers))
_on_numbers("product", lambda numbers: functools.reduce(lambda a, b: a * b, numbers, Decimal(1)))
_on_numbers("median", _median)
_on_numbers("stddev", _deviation)


@builtin("mode", "list: list", takes="items")
def _mode(items: list[Any]) -> list[Decimal] | None:
    numbers = _numbers(items)
    if numbers is None:
        return None if items else []
    counts: dict[Decimal, int] = {}
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values())
    return sorted(number for number, count in counts.items() if count == most)


@builtin("all", "list: list", takes="items")
def _all(items: list[Any]) -> bool | None:
    return conjunction(items)


@builtin("any", "list: list", takes="items")
def _any(items: list[Any]) -> bool | None:
    return disjunction(items)


def _place(items: list[Any], position: Decimal) -> int | None:
    """The index of a position counted from 1, or from the end when negative; None outside."""
    at = int(position)
    if at == 0 or abs(at) > len(items):
        return None
    return at - 1 if at > 0 else len(items) + at


@builtin("sublist", "list: list", "start position: number", "length: number?")
def _sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any] | None:
    at = _place(items, start)
    if at is None or (length is not None and (length < 1 or at + int(length) > len(items))):
        return None
    return items[at:] if length is None else items[at : at + int(length)]


@builtin("append", "list: list", "item: Any", takes="rest")
def _append(items: list[Any], *more: Any) -> list[Any]:
    return [*items, *more]


@builtin("concatenate", "list: list", takes="rest")
def _concatenate(*lists: list[Any]) -> list[Any]:
    return [item for each in lists for item in each]


@builtin("insert before", "list: list", "position: number", "newItem: Any")
def _insert_before(items: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], new, *items[at:]]


@builtin("remove", "list: list", "position: number")
def _remove(items: list[Any], position: Decimal) -> list[Any] | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], *items[at + 1 :]]


@builtin("list replace", "list: list", "position: number", "newItem: Any")
def _list_replace(items: list[Any], position: Decimal, new: Any) -> list[Any] | None:
    at = _place(items, position)
    return None if at is None else [*items[:at], new, *items[at + 1 :]]


@builtin("list replace", "list: list", "match: function", "newItem: Any")
def _list_replace_where(items: list[Any], match: Function, new: Any) -> list[Any] | None:
    answers = [call(match, [item, new]) for item in items]
    if not all(isinstance(answer, bool) for answer in answers):
        return None
    return [new if answer else item for item, answer in zip(items, answers, strict=True)]


@builtin("reverse", "list: list")
def _reverse(items: list[Any]) -> list[Any]:
    return items[::-1]


@builtin("index of", "list: list", "match: Any")
def _index_of(items: list[Any], match: Any) -> list[Decimal]:
    return [Decimal(at) for at, item in enumerate(items, 1) if same(item, match)]


def _distinct(items: Iterable[Any]) -> list[Any]:
    """The first of those that are equal to each other, at the same cost for each however many there are."""
    made: dict[Any, Any] = {}
    for item in items:
        made.setdefault(_key(item), item)
    return list(made.values())


def _key(value: Any) -> Any:
    """What is the same for equal values only, and can be looked up."""
    what = kind(value)
    if what == "list":
        return what, tuple(_key(item) for item in value)
    if what == "context":
        return what, frozenset((name, _key(item)) for name, item in value.items())
    if what == "range":
        return what, value.above, value.below, _key(value.low), _key(value.high)
    return what, id(value) if isinstance(value, Function | UnaryTest) else value


@builtin("union", "list: list", takes="rest")
def _union(*lists: list[Any]) -> list[Any]:
    return _distinct(item for each in lists for item in each)


@builtin("distinct values", "list: list")
def _distinct_values(items: list[Any]) -> list[Any]:
    return _distinct(items)


@builtin("flatten", "list: list")
def _flatten(items: list[Any]) -> list[Any]:
    made: list[Any] = []
    for item in items:
        made.extend(_flatten(item) if isinstance(item, list) else [item])
    return made


@builtin("sort", "list: list", "precedes: function?")
def _sort(items: list[Any], precedes: Function | None = None) -> list[Any] | None:
    if precedes is None:
        return sorted(items, key=functools.cmp_to_key(lambda a, b: _order(compare("<", a, b), compare("<", b, a))))
    return sorted(items, key=functools.cmp_to_key(lambda a, b: _order(call(precedes, [a, b]), call(precedes, [b, a]))))


def _order(first: Any, second: Any) -> int:
    return -1 if first is True else 1 if second is True else 0
