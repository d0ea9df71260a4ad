"""How values of expressions become numbers, truths and texts, and how they are reckoned and compared.  Pure.

The rules are those of JSR 245 (chapter 1.18): null counts as 0, as false and as the empty text; a text that holds a
number is one where a number is wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Context, Decimal, DecimalException, InvalidOperation, localcontext
from typing import Any

from workflow.juel.errors import JuelError

ARITHMETIC = Context(prec=34, Emax=6144, Emin=-6143)
MAX_EXPONENT = 1_000
MAX_TEXT = 100_000
Number = int | Decimal
WORDS = {"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "div": "/", "mod": "%"}


def fail(code: str, ja: str, en: str) -> JuelError:
    """An error whose place the caller knows."""
    return JuelError(ja, en, code, -1)


def is_number(value: Any) -> bool:
    """Whether a value is a number; truths are none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def number(value: Any) -> Number:
    """The value as a number.  Raises JuelError."""
    if value is None or value == "":
        return 0
    if isinstance(value, int) and not isinstance(value, bool):
        return _bounded(Decimal(value) if abs(value) >= 10**34 else value)
    if isinstance(value, float | Decimal | str) and (not isinstance(value, str) or len(value) <= 400):
        try:
            return _whole(_bounded(Decimal(repr(value) if isinstance(value, float) else value)))
        except InvalidOperation:
            pass
    raise fail("no_number", f"「{shown(value)}」は数ではありません。", f"“{shown(value)}” is not a number.")


def _bounded(value: Number) -> Number:
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value.adjusted()) > MAX_EXPONENT):
        raise fail("number_bounds", "数が大きすぎるか小さすぎます。", "The number is too large or too small.")
    return value


def _whole(value: Number) -> Number:
    return int(value) if isinstance(value, Decimal) and value.adjusted() < 34 and value == int(value) else value


def truth(value: Any) -> bool:
    """The value as a truth.  Raises JuelError."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str):
        return value.lower() == "true"
    raise fail("no_truth", f"「{shown(value)}」は真偽ではありません。", f"“{shown(value)}” is neither true nor false.")


def shown(value: Any) -> str:
    """A value, or what kind it is, for a sentence."""
    if isinstance(value, int) and abs(value) >= 10**34:
        return f"{Decimal(value):.6E}"  # Python refuses to write out integers of thousands of digits
    return str(value)[:30] if isinstance(value, str | int | float | Decimal) else type(value).__name__


def text(value: Any) -> str:
    """The value as a text.  Raises JuelError where it would be too long."""
    if isinstance(value, str):
        made = value
    elif value is None:
        made = ""
    elif isinstance(value, bool):
        made = "true" if value else "false"
    elif is_number(value):
        made = format(Decimal(number(value)), "f")
    elif isinstance(value, dt.date | dt.datetime | dt.time):
        made = value.isoformat()
    elif isinstance(value, list | tuple):
        made = f"[{', '.join(_texts(list(value)))}]"
    elif isinstance(value, Mapping):
        keys, values = _texts(list(value)), _texts(list(value.values()))
        made = f"{{{', '.join(f'{key}={item}' for key, item in zip(keys, values, strict=True))}}}"
    else:
        raise fail("no_text", f"「{shown(value)}」は文字にできません。", f"“{shown(value)}” cannot be made a text.")
    return bounded_text(made)


def _texts(values: list[Any]) -> list[str]:
    """The texts of several values, counted while they are made."""
    made, length = [], 0
    for value in values:
        made.append("null" if value is None else text(value))
        length += len(made[-1])
        if length > MAX_TEXT:
            raise too_long()
    return made


def too_long() -> JuelError:
    """The error of a text beyond the bound."""
    return fail("text_bounds", "文字列が長すぎます。", f"The text is longer than {MAX_TEXT:,} characters.")


def bounded_text(made: str) -> str:
    """The text itself.  Raises JuelError where it is too long."""
    if len(made) > MAX_TEXT:
        raise too_long()
    return made


def reckon(sign: str, left: Any, right: Any) -> Number:
    """The result of an operator of arithmetic.  Raises JuelError."""
    a, b = Decimal(number(left)), Decimal(number(right))
    with localcontext(ARITHMETIC):
        try:
            match WORDS.get(sign, sign):
                case "+":
                    found = a + b
                case "-":
                    found = a - b
                case "*":
                    found = a * b
                case "/":
                    found = a / b
                case _:
                    found = a % b
        except DecimalException:
            raise fail("arithmetic", "この計算はできません(0で割るなど)。", "This cannot be reckoned.") from None
        return _whole(_bounded(found))


def equal(left: Any, right: Any) -> bool:
    """Whether two values are equal, the one brought to the kind of the other.  Raises JuelError."""
    if left is None or right is None:
        return left is None and right is None
    if is_number(left) or is_number(right):
        try:
            return number(left) == number(right)
        except JuelError:
            return False  # no number is equal to what is none
    if isinstance(left, bool) or isinstance(right, bool):
        try:
            return truth(left) == truth(right)
        except JuelError:
            return False
    if isinstance(left, dt.date) or isinstance(right, dt.date):
        a, b = _moment(left, right), _moment(right, left)
        return a is not None and a == b
    if isinstance(left, str) or isinstance(right, str):
        return text(left) == text(right)
    return bool(left == right)


def compare(sign: str, left: Any, right: Any) -> bool:
    """The answer of a comparison.  Raises JuelError for values that have no order."""
    sign = WORDS.get(sign, sign)
    if sign in ("==", "!="):
        return equal(left, right) is (sign == "==")
    if left is None or right is None:
        return left is right and sign in ("<=", ">=")
    a, b = _ordered(left, right)
    return bool({"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign])


def _ordered(left: Any, right: Any) -> tuple[Any, Any]:
    if is_number(left) or is_number(right):
        return number(left), number(right)
    if isinstance(left, dt.date) or isinstance(right, dt.date):
        a, b = _moment(left, right), _moment(right, left)
        if a is not None and b is not None:
            return a, b
    elif isinstance(left, str) and isinstance(right, str):
        return left, right
    raise fail(
        "no_order",
        f"「{shown(left)}」と「{shown(right)}」の大小は比べられません。",
        f"“{shown(left)}” and “{shown(right)}” have no order.",
    )


def _moment(value: Any, beside: Any) -> dt.datetime | None:
    """A date, time or ISO 8601 text as a moment, in the zone of what it is compared with where it names none."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - gets its zone below
    if not isinstance(value, dt.datetime):
        return None
    if value.tzinfo is None:
        zone = beside.tzinfo if isinstance(beside, dt.datetime) and beside.tzinfo else dt.UTC
        return value.replace(tzinfo=zone)
    return value
