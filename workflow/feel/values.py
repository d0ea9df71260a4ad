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
from workflow.feel.temporal import Months, add_months

PRECISION = 34  # digits of a number
MAX_TEXT = 100_000
CONTAINERS = (Mapping, list, tuple)


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high; `above` is > or >=, `below` is < or <=; an end that is None is open."""

    low: Any
    high: Any
    above: str
    below: str

    def holds(self, value: Any) -> bool | None:
        """Whether a value lies in it."""
        ends = []
        if self.low is not None:
            ends.append(compare(self.above, value, self.low))
        if self.high is not None:
            ends.append(compare(self.below, value, self.high))
        return conjunction(ends) if ends else None


@dataclass(frozen=True, slots=True)
class UnaryTest:
    """A comparison that lacks its left side, as in `x in (< 5, > 10)`."""

    sign: str
    value: Any

    def holds(self, value: Any) -> bool | None:
        """Whether a value passes it."""
        return compare(self.sign, value, self.value)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name, its type in FEEL (empty: any), and whether it may be left out."""

    name: str
    type: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be called.

    `takes`: "items", when its one list may also be given as its items; "rest", when the last parameter may be repeated.
    `others`: the same name with other parameters.
    """

    name: str
    parameters: tuple[Parameter, ...]
    run: Callable[..., Any]
    takes: str = ""
    others: tuple[Function, ...] = ()


def plain(value: Any) -> Any:
    """A value of the outside as FEEL has it: numbers are decimals, sequences lists, mappings contexts, to any depth."""
    if value is None or isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value)) if value - value == 0 else None
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
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
    ("days and time duration", dt.timedelta),
    ("years and months duration", Months),
    ("list", list),
    ("context", Mapping),
    ("range", Range),
    ("function", Function),
    ("unary test", UnaryTest),
)
DURATIONS = frozenset({"days and time duration", "years and months duration"})
ORDERED = frozenset({"number", "string", "date and time", "date", "time"}) | DURATIONS


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """+ - * / ** with null for what cannot be reckoned; + also joins strings."""
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > MAX_TEXT:
            raise FeelError("文字列が長くなりすぎます。", f"A text would be longer than {MAX_TEXT:,} characters.")
        return left + right
    rule = (
        _ARITHMETIC
        if isinstance(left, Decimal) and isinstance(right, Decimal)
        else _TEMPORAL.get((kind(left), kind(right)), {})
    )
    try:
        return rule[sign](left, right) if sign in rule else None
    except (ArithmeticError, ValueError, TypeError):
        return None


_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "**": lambda left, right: left**right,
}


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _shifted(time: dt.time, by: dt.timedelta) -> dt.time:
    moment = dt.datetime.combine(dt.date(2000, 6, 15), time.replace(tzinfo=None)) + dt.timedelta(
        seconds=by.seconds, microseconds=by.microseconds
    )
    return moment.time().replace(tzinfo=time.tzinfo)


def _apart(left: dt.time, right: dt.time) -> dt.timedelta:
    day = dt.date(2000, 6, 15)
    return dt.datetime.combine(day, left) - dt.datetime.combine(day, right)


def _scaled(value: dt.timedelta, factor: Decimal) -> dt.timedelta:
    micro = Decimal(value // dt.timedelta(microseconds=1)) * factor
    return dt.timedelta(microseconds=int(micro))


def _quotient(left: dt.timedelta, right: dt.timedelta) -> Decimal:
    one = dt.timedelta(microseconds=1)
    return Decimal(left // one) / Decimal(right // one)


def _between_moments(left: dt.datetime, right: dt.datetime) -> dt.timedelta:
    """Across zones by the instants; Python would subtract the faces of two clocks of one zone."""
    if left.tzinfo is not None and right.tzinfo is not None:
        return left.astimezone(dt.UTC) - right.astimezone(dt.UTC)
    return left - right


_DAY, _MOMENT, _TIME = "date", "date and time", "time"
_SPAN, _MONTHS = "days and time duration", "years and months duration"
_TEMPORAL: Mapping[tuple[str, str], Mapping[str, Callable[[Any, Any], Any]]] = {
    (_DAY, _DAY): {"-": lambda a, b: a - b},
    (_MOMENT, _MOMENT): {"-": _between_moments},
    (_DAY, _MOMENT): {"-": lambda a, b: _midnight(a) - b},
    (_MOMENT, _DAY): {"-": lambda a, b: a - _midnight(b)},
    (_TIME, _TIME): {"-": _apart},
    (_DAY, _SPAN): {
        "+": lambda a, b: (_midnight(a) + b).date(),
        "-": lambda a, b: (_midnight(a) - b).date(),
    },
    (_SPAN, _DAY): {"+": lambda a, b: (_midnight(b) + a).date()},
    (_MOMENT, _SPAN): {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    (_SPAN, _MOMENT): {"+": lambda a, b: b + a},
    (_TIME, _SPAN): {"+": _shifted, "-": lambda a, b: _shifted(a, -b)},
    (_SPAN, _TIME): {"+": lambda a, b: _shifted(b, a)},
    (_DAY, _MONTHS): {"+": lambda a, b: add_months(a, b.months), "-": lambda a, b: add_months(a, -b.months)},
    (_MONTHS, _DAY): {"+": lambda a, b: add_months(b, a.months)},
    (_MOMENT, _MONTHS): {"+": lambda a, b: add_months(a, b.months), "-": lambda a, b: add_months(a, -b.months)},
    (_MONTHS, _MOMENT): {"+": lambda a, b: add_months(b, a.months)},
    (_SPAN, _SPAN): {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "/": _quotient},
    (_MONTHS, _MONTHS): {
        "+": lambda a, b: Months(a.months + b.months),
        "-": lambda a, b: Months(a.months - b.months),
        "/": lambda a, b: Decimal(a.months) / Decimal(b.months),
    },
    (_SPAN, "number"): {"*": _scaled, "/": lambda a, b: _scaled(a, 1 / b)},
    ("number", _SPAN): {"*": lambda a, b: _scaled(b, a)},
    (_MONTHS, "number"): {"*": lambda a, b: Months(int(a.months * b)), "/": lambda a, b: Months(int(a.months / b))},
    ("number", _MONTHS): {"*": lambda a, b: Months(int(b.months * a))},
}


def negated(value: Any) -> Any:
    """The value with the other sign; null for what has none."""
    if isinstance(value, Months):
        return Months(-value.months)
    return -value if isinstance(value, Decimal | dt.timedelta) else None


def equal(left: Any, right: Any) -> bool | None:
    """Null equals only null; values of different types are not comparable (null)."""
    if left is None or right is None:
        return left is right
    what = kind(left)
    if what != kind(right):
        return None
    if what == "list":
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if what == "context":
        return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)
    if what == "range":
        return (
            (left.above, left.below) == (right.above, right.below)
            and equal(left.low, right.low) is True
            and equal(left.high, right.high) is True
        )
    if what in (_TIME, _MOMENT) and (left.tzinfo is None) != (right.tzinfo is None):
        return False
    return bool(left == right)


def compare(sign: str, left: Any, right: Any) -> bool | None:
    """= and != work on everything, the others on two values of one ordered type; otherwise null."""
    if sign in ("=", "!="):
        same = equal(left, right)
        return same if same is None or sign == "=" else not same
    if kind(left) not in ORDERED or kind(left) != kind(right):
        return None
    try:
        return bool(_ORDER[sign](left, right))
    except TypeError:  # one moment knows its time zone, the other does not
        return None


_ORDER: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def passes(value: Any, test: Any) -> bool | None:
    """`value in test`: a range, a list of which one must pass, a comparison, or an equal value (10.3.2.7, table 54)."""
    if isinstance(test, Range | UnaryTest):
        return equal(value, test) if isinstance(value, Range) else test.holds(value)
    if isinstance(test, list):
        if isinstance(value, list) and equal(value, test):
            return True
        return disjunction(passes(value, option) is True for option in test)
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
