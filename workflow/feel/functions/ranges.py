"""Ranges and points beside each other (DMN 1.5, 10.3.4.9, table 78).  Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflow.feel.functions.registry import builtin
from workflow.feel.types import POINT
from workflow.feel.values import Range, compare, equal


def _before(left: Any, right: Any) -> bool | None:
    return compare("<", left, right)


def _closed(range_: Range, end: str) -> bool:
    return (range_.above == ">=") if end == "low" else (range_.below == "<=")


def _same(left: Any, right: Any) -> bool:
    return equal(left, right) is True


def _two(name: str, *kinds: str) -> Callable[[Callable[[Any, Any], Any]], Callable[[Any, Any], Any]]:
    """Registers a function of two values, each a "point" or a "range"."""

    def keep(run: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        types = {"range": "range", "point": POINT}
        names = kinds if kinds[0] != kinds[1] else (f"{kinds[0]}1", f"{kinds[1]}2")
        builtin(name, *(f"{each}: {types[what]}" for each, what in zip(names, kinds, strict=True)))(run)
        return run

    return keep


@_two("before", "range", "range")
def _range_before_range(left: Range, right: Range) -> bool | None:
    if _same(left.high, right.low):
        return not (_closed(left, "high") and _closed(right, "low"))
    return _before(left.high, right.low)


@_two("before", "range", "point")
def _range_before_point(left: Range, right: Any) -> bool | None:
    return not _closed(left, "high") if _same(left.high, right) else _before(left.high, right)


@_two("before", "point", "range")
def _point_before_range(left: Any, right: Range) -> bool | None:
    return not _closed(right, "low") if _same(left, right.low) else _before(left, right.low)


@_two("before", "point", "point")
def _point_before_point(left: Any, right: Any) -> bool | None:
    return _before(left, right)


@_two("after", "range", "range")
def _range_after_range(left: Range, right: Range) -> bool | None:
    return _range_before_range(right, left)


@_two("after", "range", "point")
def _range_after_point(left: Range, right: Any) -> bool | None:
    return _point_before_range(right, left)


@_two("after", "point", "range")
def _point_after_range(left: Any, right: Range) -> bool | None:
    return _range_before_point(right, left)


@_two("after", "point", "point")
def _point_after_point(left: Any, right: Any) -> bool | None:
    return _before(right, left)


@_two("meets", "range", "range")
def _meets(left: Range, right: Range) -> bool:
    return _closed(left, "high") and _closed(right, "low") and _same(left.high, right.low)


@_two("met by", "range", "range")
def _met_by(left: Range, right: Range) -> bool:
    return _meets(right, left)


def _starts_no_later(left: Range, right: Range, *, strictly: bool = False) -> bool:
    """Whether the first point of `left` is not after (strictly: is before) the first of `right`."""
    if _same(left.low, right.low):
        first, second = _closed(left, "low"), _closed(right, "low")
        return first and not second if strictly else first or not second
    return _before(left.low, right.low) is True


def _ends_no_later(left: Range, right: Range, *, strictly: bool = False) -> bool:
    if _same(left.high, right.high):
        first, second = _closed(left, "high"), _closed(right, "high")
        return second and not first if strictly else second or not first
    return _before(left.high, right.high) is True


def _touch(left: Range, right: Range) -> bool:
    """Whether the last point of `left` is not before the first of `right`."""
    if _same(left.high, right.low):
        return _closed(left, "high") and _closed(right, "low")
    return _before(right.low, left.high) is True


@_two("overlaps", "range", "range")
def _overlaps(left: Range, right: Range) -> bool:
    return _touch(left, right) and _touch(right, left)


@_two("overlaps before", "range", "range")
def _overlaps_before(left: Range, right: Range) -> bool:
    return _starts_no_later(left, right, strictly=True) and _touch(left, right) and _ends_no_later(left, right)


@_two("overlaps after", "range", "range")
def _overlaps_after(left: Range, right: Range) -> bool:
    return _touch(right, left) and _starts_no_later(right, left, strictly=True) and _ends_no_later(right, left)


@_two("finishes", "point", "range")
def _point_finishes(left: Any, right: Range) -> bool:
    return _closed(right, "high") and _same(left, right.high)


@_two("finishes", "range", "range")
def _finishes(left: Range, right: Range) -> bool:
    return (
        _same(left.high, right.high)
        and _closed(left, "high") == _closed(right, "high")
        and _starts_no_later(right, left)
    )


@_two("finished by", "range", "point")
def _finished_by_point(left: Range, right: Any) -> bool:
    return _point_finishes(right, left)


@_two("finished by", "range", "range")
def _finished_by(left: Range, right: Range) -> bool:
    return _finishes(right, left)


@_two("includes", "range", "point")
def _includes_point(left: Range, right: Any) -> bool | None:
    return left.holds(right)


@_two("includes", "range", "range")
def _includes(left: Range, right: Range) -> bool:
    return _starts_no_later(left, right) and _ends_no_later(right, left)


@_two("during", "point", "range")
def _point_during(left: Any, right: Range) -> bool | None:
    return right.holds(left)


@_two("during", "range", "range")
def _during(left: Range, right: Range) -> bool:
    return _includes(right, left)


@_two("starts", "point", "range")
def _point_starts(left: Any, right: Range) -> bool:
    return _closed(right, "low") and _same(left, right.low)


@_two("starts", "range", "range")
def _starts(left: Range, right: Range) -> bool:
    return _same(left.low, right.low) and _closed(left, "low") == _closed(right, "low") and _ends_no_later(left, right)


@_two("started by", "range", "point")
def _started_by_point(left: Range, right: Any) -> bool:
    return _point_starts(right, left)


@_two("started by", "range", "range")
def _started_by(left: Range, right: Range) -> bool:
    return _starts(right, left)


@_two("coincides", "range", "range")
def _coincides(left: Range, right: Range) -> bool:
    return _same(left, right)


@_two("coincides", "point", "point")
def _points_coincide(left: Any, right: Any) -> bool:
    return _same(left, right)
