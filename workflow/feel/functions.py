"""The built-in functions (DMN 1.5, 10.3.4) that conditions use: null for arguments they cannot take.  Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

from workflow.feel.values import PRECISION, compare, conjunction, disjunction, equal, plain

MANY = 50  # arguments at most
MAX_PLACES = 6_176  # DMN 1.5, 10.3.4.1: the scale of a number
EXACT_DIGITS = 7_000  # between the first digit of a number and the last of its divisor


@dataclass(frozen=True, slots=True)
class Function:
    """A built-in: its name, how many arguments it takes, and what it does."""

    name: str
    least: int
    most: int
    run: Callable[..., Any]


FUNCTIONS: dict[str, Function] = {}


def builtin(name: str, least: int, most: int | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function under its FEEL name."""

    def keep(run: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Function(name, least, least if most is None else most, run)
        return run

    return keep


def _items(given: tuple[Any, ...]) -> list[Any]:
    """A function of a list also takes the items as arguments; one value alone is a list of one."""
    if len(given) == 1 and isinstance(given[0], list):
        return given[0]
    return list(given)


def _numbers(given: tuple[Any, ...]) -> list[Decimal] | None:
    items = _items(given)
    return items if items and all(isinstance(item, Decimal) for item in items) else None


@builtin("not", 1)
def _not(value: Any) -> bool | None:
    return (not value) if isinstance(value, bool) else None


@builtin("all", 1, MANY)
def _all(*given: Any) -> bool | None:
    return conjunction(_items(given))


@builtin("any", 1, MANY)
def _any(*given: Any) -> bool | None:
    return disjunction(_items(given))


@builtin("count", 1)
def _count(items: Any) -> Decimal | None:
    return None if items is None else Decimal(len(_items((items,))))


@builtin("list contains", 2)
def _list_contains(items: Any, wanted: Any) -> bool | None:
    if not isinstance(items, list):
        return None
    return any(equal(plain(item), wanted) is True for item in items)


@builtin("sum", 1, MANY)
def _sum(*given: Any) -> Decimal | None:
    numbers = _numbers(given)
    try:
        return sum(numbers, Decimal(0)) if numbers else None
    except ArithmeticError:
        return None


@builtin("mean", 1, MANY)
def _mean(*given: Any) -> Decimal | None:
    numbers = _numbers(given)
    try:
        return sum(numbers, Decimal(0)) / len(numbers) if numbers else None
    except ArithmeticError:
        return None


def _most(sign: str, given: tuple[Any, ...]) -> Any:
    items = _items(given)
    best = items[0] if items else None
    for item in items:
        better = compare(sign, item, best)
        if better is None:
            return None
        best = item if better else best
    return best


@builtin("min", 1, MANY)
def _min(*given: Any) -> Any:
    return _most("<", given)


@builtin("max", 1, MANY)
def _max(*given: Any) -> Any:
    return _most(">", given)


def _on_text(name: str, run: Callable[[str, str], Any]) -> None:
    def checked(text: Any, part: Any) -> Any:
        return run(text, part) if isinstance(text, str) and isinstance(part, str) else None

    builtin(name, 2)(checked)


_on_text("contains", lambda text, part: part in text)
_on_text("starts with", lambda text, part: text.startswith(part))
_on_text("ends with", lambda text, part: text.endswith(part))


@builtin("string length", 1)
def _string_length(text: Any) -> Decimal | None:
    return Decimal(len(text)) if isinstance(text, str) else None


@builtin("upper case", 1)
def _upper_case(text: Any) -> str | None:
    return text.upper() if isinstance(text, str) else None


@builtin("lower case", 1)
def _lower_case(text: Any) -> str | None:
    return text.lower() if isinstance(text, str) else None


@builtin("substring", 2, 3)
def _substring(text: Any, start: Any, length: Any = Decimal(10**9)) -> str | None:
    """Counted from 1, or from the end with a negative start."""
    if not (isinstance(text, str) and isinstance(start, Decimal) and isinstance(length, Decimal)):
        return None
    if not start or length <= 0 or abs(start) > len(text):
        return None if not start or length <= 0 else ""
    first = int(start) - 1 if start > 0 else len(text) + int(start)
    return text[first : first + int(min(length, Decimal(len(text))))]


@builtin("string", 1)
def _string(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if abs(value.adjusted()) <= 100 else str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value if isinstance(value, str) else None


@builtin("number", 1)
def _number(value: Any) -> Decimal | None:
    if isinstance(value, str) and len(value) <= 100 and re.fullmatch(r"\s*-?(\d+(\.\d+)?|\.\d+)\s*", value):
        return Decimal(value.strip())
    return value if isinstance(value, Decimal) else None


@builtin("abs", 1)
def _abs(number: Any) -> Decimal | None:
    return abs(number) if isinstance(number, Decimal) else None


def _rounded(number: Any, places: Any, rounding: str) -> Decimal | None:
    if not (isinstance(number, Decimal) and isinstance(places, Decimal)) or abs(places) > MAX_PLACES:
        return None
    try:
        return number.quantize(Decimal(1).scaleb(-int(places)), rounding=rounding)
    except ArithmeticError:
        return None


@builtin("floor", 1, 2)
def _floor(number: Any, places: Any = Decimal(0)) -> Decimal | None:
    return _rounded(number, places, ROUND_FLOOR)


@builtin("ceiling", 1, 2)
def _ceiling(number: Any, places: Any = Decimal(0)) -> Decimal | None:
    return _rounded(number, places, ROUND_CEILING)


@builtin("decimal", 2)
def _decimal(number: Any, places: Any) -> Decimal | None:
    return _rounded(number, places, ROUND_HALF_EVEN)


@builtin("modulo", 2)
def _modulo(number: Any, divisor: Any) -> Decimal | None:
    """The remainder has the sign of the divisor.  It is reckoned with as many digits as the quotient has."""
    if not (isinstance(number, Decimal) and isinstance(divisor, Decimal) and divisor):
        return None
    digits = max(number.adjusted() - min(divisor.adjusted(), 0), 0) + 2 * PRECISION
    if digits > EXACT_DIGITS:
        return None
    with localcontext() as exact:
        exact.prec = digits
        rest = number % divisor
        rest = rest + divisor if rest and (rest < 0) != (divisor < 0) else rest
    return +rest


@builtin("date", 1)
def _date(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
