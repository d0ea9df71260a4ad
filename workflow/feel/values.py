"""Values of FEEL and what can be done with them: null for what makes no sense, never an exception.  Pure.

DMN 1.5: equality 10.3.2.13, three-valued logic 10.3.2.11, arithmetic 10.3.2.12, ranges 10.3.2.7.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow.feel.errors import FeelError

PRECISION = 34  # digits of a number
MAX_TEXT = 100_000
CONTAINERS = (Mapping, list, tuple)


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high; `above` is > or >=, `below` is < or <=."""

    low: Any
    high: Any
    above: str
    below: str

    def holds(self, value: Any) -> bool | None:
        """Whether a value lies in it."""
        return conjunction([compare(self.above, value, self.low), compare(self.below, value, self.high)])


@dataclass(frozen=True, slots=True)
class UnaryTest:
    """A comparison that lacks its left side, as in `x in (< 5, > 10)`."""

    sign: str
    value: Any

    def holds(self, value: Any) -> bool | None:
        """Whether a value passes it."""
        return compare(self.sign, value, self.value)


def plain(value: Any) -> Any:
    """A value of the outside as FEEL has it: numbers are decimals, sequences are lists; contexts stay as they are."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value)) if value - value == 0 else None
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def weight(value: Any, most: int) -> int:
    """How many values a list or context holds, nested ones included; counting stops beyond `most`.  Others weigh nothing."""
    total, stack = 0, [value]
    while stack and total <= most:
        inside = stack.pop()
        if isinstance(inside, CONTAINERS):
            total += len(inside)
            items = inside.values() if isinstance(inside, Mapping) else inside
            stack.extend(item for item in items if isinstance(item, CONTAINERS))
    return total


def kind(value: Any) -> str:
    """The FEEL type of a value."""
    for name, types in _KINDS:
        if isinstance(value, types):
            return name
    return "null" if value is None else "other"


# A truth value is not a number and a moment is not a day, though Python derives the one type from the other.
_KINDS: tuple[tuple[str, Any], ...] = (
    ("boolean", bool),
    ("number", Decimal),
    ("string", str),
    ("date and time", dt.datetime),
    ("date", dt.date),
    ("time", dt.time),
    ("list", list),
    ("context", Mapping),
    ("range", Range),
)
ORDERED = frozenset({"number", "string", "date and time", "date", "time"})


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """+ - * / ** with null for what cannot be reckoned; + also joins strings."""
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_TEXT:
            raise FeelError("文字列が長くなりすぎます。", f"A text would be longer than {MAX_TEXT:,} characters.")
        return left + right
    if not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        return None
    try:
        return _ARITHMETIC[sign](left, right)
    except ArithmeticError:
        return None


_ARITHMETIC: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "**": lambda left, right: left**right,
}


def equal(left: Any, right: Any) -> bool | None:
    """Null equals only null; values of different types are not comparable (null)."""
    if left is None or right is None:
        return left is right
    what = kind(left)
    if what != kind(right):
        return None
    if what == "list":
        return len(left) == len(right) and all(
            equal(plain(a), plain(b)) is True for a, b in zip(left, right, strict=True)
        )
    if what == "context":
        return left.keys() == right.keys() and all(equal(plain(left[key]), plain(right[key])) is True for key in left)
    return bool(left == right)


def compare(sign: str, left: Any, right: Any) -> bool | None:
    """= and != work on everything, the others on two values of one ordered type; otherwise null."""
    if sign in ("=", "!="):
        same = equal(left, right)
        return same if same is None or sign == "=" else not same
    if kind(left) not in ORDERED or kind(left) != kind(right):
        return None
    try:
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]
    except TypeError:  # one moment knows its time zone, the other does not
        return None


def passes(value: Any, test: Any) -> bool | None:
    """`value in test`: a range, a list of which one must pass, a comparison, or an equal value."""
    if isinstance(test, Range | UnaryTest):
        return test.holds(value)
    if isinstance(test, list) and not isinstance(value, list):
        return disjunction(passes(value, plain(option)) for option in test)
    return equal(value, test)


def conjunction(values: Iterable[Any]) -> bool | None:
    """Three-valued and: false wins, otherwise anything not boolean makes null."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is not True:
            result = None
    return result


def disjunction(values: Iterable[Any]) -> bool | None:
    """Three-valued or: true wins, otherwise anything not boolean makes null."""
    result: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is not False:
            result = None
    return result
