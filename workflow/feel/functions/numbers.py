"""Numbers (10.3.4.5) and truth values (10.3.4.2).  Pure."""

from __future__ import annotations

import datetime as dt
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    localcontext,
)
from typing import Any
from zoneinfo import ZoneInfo

from workflow.feel.functions.registry import builtin
from workflow.feel.temporal import Months
from workflow.feel.values import PRECISION, kind

EXACT_DIGITS = 7_000  # between the first digit of a number and the last of its divisor
SCALES = range(-6111, 6177)  # of a decimal of 34 digits (10.3.2.3.1)


def rounded(value: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    """The number with so many digits after the point, negative before it; null outside FEEL's range of scales."""
    if scale is None or int(scale) not in SCALES:
        return None
    places = int(scale)
    if places >= -int(value.as_tuple().exponent):
        return value
    return value.quantize(Decimal(1).scaleb(-places), rounding=rounding)


@builtin("decimal", "n: number", "scale: number")
def _decimal(n: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number", "scale: number?")
def _floor(n: Decimal, scale: Decimal | None = Decimal(0)) -> Decimal | None:
    return rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number", "scale: number?")
def _ceiling(n: Decimal, scale: Decimal | None = Decimal(0)) -> Decimal | None:
    return rounded(n, scale, ROUND_CEILING)


@builtin("round up", "n: number", "scale: number")
def _round_up(n: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(n, scale, ROUND_UP)


@builtin("round down", "n: number", "scale: number")
def _round_down(n: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(n, scale, ROUND_DOWN)


@builtin("round half up", "n: number", "scale: number")
def _round_half_up(n: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number", "scale: number")
def _round_half_down(n: Decimal, scale: Decimal) -> Decimal | None:
    return rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n: Any")
def _abs(n: Any) -> Any:
    if isinstance(n, Months):
        return Months(abs(n.months))
    return abs(n) if isinstance(n, Decimal | dt.timedelta) else None


@builtin("modulo", "dividend: number", "divisor: number")
def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder has the sign of the divisor.  It is reckoned with as many digits as the quotient has."""
    digits = max(dividend.adjusted() - min(divisor.adjusted(), 0), 0) + 2 * PRECISION
    if not divisor or digits > EXACT_DIGITS:
        return None
    with localcontext() as exact:
        exact.prec = digits
        rest = dividend % divisor
        rest = rest + divisor if rest and (rest < 0) != (divisor < 0) else rest
    return +rest


@builtin("sqrt", "number: number")
def _sqrt(number: Decimal) -> Decimal | None:
    return number.sqrt() if number >= 0 else None


@builtin("log", "number: number")
def _log(number: Decimal) -> Decimal | None:
    return number.ln() if number > 0 else None


@builtin("exp", "number: number")
def _exp(number: Decimal) -> Decimal | None:
    return number.exp() if number < 100_000 else None


@builtin("odd", "number: number")
def _odd(number: Decimal) -> bool:
    return abs(number % 2) == 1


@builtin("even", "number: number")
def _even(number: Decimal) -> bool:
    return number % 2 == 0


@builtin("not", "negand: Any")
def _not(negand: Any) -> bool | None:
    return (not negand) if isinstance(negand, bool) else None


@builtin("is", "value1: Any?", "value2: Any?")
def _is(value1: Any = None, value2: Any = None) -> bool:
    """The same value of the same type: clocks of two zones are not the same, though they may show one moment."""
    if kind(value1) != kind(value2):
        return False
    if isinstance(value1, dt.datetime | dt.time):
        return bool(_face(value1) == _face(value2))
    return bool(value1 == value2)


def _face(value: dt.datetime | dt.time) -> tuple[Any, ...]:
    zone = value.tzinfo
    return value.replace(tzinfo=None), zone.key if isinstance(zone, ZoneInfo) else value.utcoffset(), zone is None
