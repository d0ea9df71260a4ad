"""The methods that expressions may call on plain values: a white list by kind of value.  Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow.juel.errors import JuelError
from workflow.juel.values import bounded_text, compare, equal, fail, is_number, number, shown, text, too_long

Method = Callable[..., Any]
MAX_SHIFT = 1_000_000_000
MAX_COMPARISONS = 100_000  # of one call


@dataclass(frozen=True, slots=True)
class Json:
    """A value wrapped as Camunda's Spin does: `S(text).prop("x").value()`."""

    value: Any


def whole(value: Any) -> int:
    """A whole number.  Raises JuelError."""
    found = number(value)
    if isinstance(found, Decimal) or abs(found) > MAX_SHIFT:
        raise fail("no_whole", f"「{shown(value)}」は整数ではありません。", f"“{shown(value)}” is not a whole number.")
    return found


def _plain(value: Any) -> str:
    if not isinstance(value, str):
        raise fail("no_text", f"「{shown(value)}」は文字列ではありません。", f"“{shown(value)}” is not a text.")
    return value


def _substring(value: str, start: Any, end: Any = None) -> str:
    first, last = whole(start), len(value) if end is None else whole(end)
    if not 0 <= first <= last <= len(value):
        raise fail("no_place", "文字列の範囲の外です。", "This lies outside of the text.")
    return value[first:last]


def _replace(value: str, old: Any, new: Any) -> str:
    old, new = _plain(old), _plain(new)
    if len(value) + value.count(old) * (len(new) - len(old)) > 100_000:
        raise too_long()
    return value.replace(old, new)


def _split(value: str, sign: Any) -> list[str]:
    if len(_plain(sign)) != 1 or sign in ".$|()[{^?*+\\":
        raise fail("no_split", "splitには1文字だけを書けます。", "split takes a single plain character.")
    return value.split(sign)


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


TEXT: dict[str, Method] = {
    "length": len,
    "isEmpty": lambda value: not value,
    "isBlank": lambda value: not value.strip(),
    "contains": lambda value, part: _plain(part) in value,
    "startsWith": lambda value, part: value.startswith(_plain(part)),
    "endsWith": lambda value, part: value.endswith(_plain(part)),
    "equals": lambda value, other: isinstance(other, str) and value == other,
    "equalsIgnoreCase": lambda value, other: isinstance(other, str) and value.lower() == other.lower(),
    "compareTo": lambda value, other: _order(value, _plain(other)),
    "indexOf": lambda value, part: value.find(_plain(part)),
    "lastIndexOf": lambda value, part: value.rfind(_plain(part)),
    "substring": _substring,
    "charAt": lambda value, at: _substring(value, at, whole(at) + 1),
    "toUpperCase": lambda value: value.upper(),
    "toLowerCase": lambda value: value.lower(),
    "trim": lambda value: value.strip(),
    "concat": lambda value, other: bounded_text(value + _plain(other)),
    "replace": _replace,
    "split": _split,
    "toString": lambda value: value,
}


def _cut(value: Any) -> Any:
    found = number(value)
    return int(found) if abs(Decimal(found)) < 10**34 else found


NUMBER: dict[str, Method] = {
    "intValue": _cut,
    "longValue": _cut,
    "doubleValue": number,
    "equals": lambda value, other: is_number(other) and equal(value, other),
    "compareTo": lambda value, other: _order(number(value), number(other)),
    "toString": text,
}
TRUTH: dict[str, Method] = {
    "booleanValue": lambda value: value,
    "equals": lambda value, other: isinstance(other, bool) and value is other,
    "toString": text,
}


def _at(value: list[Any], index: Any) -> Any:
    place = whole(index)
    if not 0 <= place < len(value):
        raise fail("no_place", f"一覧に{place}番はありません。", f"The list has no item {place}.")
    return value[place]


def _index(value: list[Any], item: Any) -> int:
    return next((at for at, found in enumerate(value) if equal(found, item)), -1)


def _contains_all(value: list[Any], items: list[Any]) -> bool:
    if len(value) * len(items) > MAX_COMPARISONS:
        raise fail("steps", "一覧が大きすぎて比べられません。", "The lists are too long to be compared.")
    return all(_index(value, item) >= 0 for item in items)


LIST: dict[str, Method] = {
    "size": len,
    "isEmpty": lambda value: not value,
    "contains": lambda value, item: _index(value, item) >= 0,
    "containsAll": lambda value, items: isinstance(items, list) and _contains_all(value, items),
    "indexOf": _index,
    "get": _at,
    "equals": lambda value, other: isinstance(other, list) and value == other,
    "toString": text,
}


def _entry(value: Mapping[str, Any], key: Any, otherwise: Any = None) -> Any:
    return value.get(key if isinstance(key, str) else text(key), otherwise)


MAP: dict[str, Method] = {
    "size": len,
    "isEmpty": lambda value: not value,
    "get": _entry,
    "getOrDefault": _entry,
    "containsKey": lambda value, key: text(key) in value,
    "containsValue": lambda value, item: _index(list(value.values()), item) >= 0,
    "keySet": list,
    "values": lambda value: list(value.values()),
    "equals": lambda value, other: isinstance(other, Mapping) and value == other,
    "toString": text,
    "prop": lambda value, name: _prop(Json(value), name),
    "hasProp": lambda value, name: text(name) in value,
}


def wrap(value: Any) -> Json:
    """S(…): a JSON text, or a value, as Spin wraps it.  Raises JuelError."""
    if not isinstance(value, str):
        return value if isinstance(value, Json) else Json(value)
    try:
        return Json(json.loads(bounded_text(value), parse_float=Decimal))
    except (ValueError, RecursionError):
        raise fail("no_json", "JSONとして読めません。", "This is not JSON.") from None


def _prop(value: Json, name: Any) -> Json:
    if not isinstance(value.value, Mapping) or text(name) not in value.value:
        raise fail("no_property", f"項目「{shown(name)}」がありません。", f"There is no property “{shown(name)}”.")
    return Json(value.value[text(name)])


def _of(kind: Callable[[Any], bool], what: str) -> Method:
    def take(value: Json) -> Any:
        if not kind(value.value):
            raise fail("no_json_value", f"「{what}」ではありません。", f"The JSON value is not a {what}.")
        return value.value

    return take


JSON: dict[str, Method] = {
    "prop": _prop,
    "hasProp": lambda value, name: isinstance(value.value, Mapping) and text(name) in value.value,
    "value": lambda value: value.value,
    "stringValue": _of(lambda value: isinstance(value, str), "string"),
    "numberValue": _of(is_number, "number"),
    "boolValue": _of(lambda value: isinstance(value, bool), "boolean"),
    "elements": lambda value: [Json(item) for item in _of(lambda found: isinstance(found, list), "list")(value)],
    "fieldNames": lambda value: list(_of(lambda found: isinstance(found, Mapping), "object")(value)),
    "isNull": lambda value: value.value is None,
    "isString": lambda value: isinstance(value.value, str),
    "isNumber": lambda value: is_number(value.value),
    "isBoolean": lambda value: isinstance(value.value, bool),
    "isArray": lambda value: isinstance(value.value, list),
    "isObject": lambda value: isinstance(value.value, Mapping),
    "toString": lambda value: bounded_text(json.dumps(value.value, ensure_ascii=False, default=text)),
}


def _shift(**one: int) -> Callable[[int], Method]:
    def sign(direction: int) -> Method:
        def moved(value: dt.date, count: Any) -> dt.date:
            by = whole(count) * direction
            try:
                if "months" in one:
                    return _months(value, by * one["months"])
                return value + dt.timedelta(**{unit: by * size for unit, size in one.items()})
            except (OverflowError, ValueError):
                raise fail("date_bounds", "日付の範囲を超えました。", "This is beyond the dates known.") from None

        return moved

    return sign


def _months(value: dt.date, months: int) -> dt.date:
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    day = min(value.day, calendar.monthrange(year, month + 1)[1]) if 1 <= year <= 9999 else 0
    return value.replace(year=year, month=month + 1, day=day)


def _date(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _before(value: dt.date, other: Any) -> bool:
    return compare("<", value, other)


_UNITS = {
    "Days": _shift(days=1),
    "Weeks": _shift(weeks=1),
    "Months": _shift(months=1),
    "Years": _shift(months=12),
    "Hours": _shift(hours=1),
    "Minutes": _shift(minutes=1),
    "Seconds": _shift(seconds=1),
}
DATE: dict[str, Method] = {
    **{f"plus{unit}": made(1) for unit, made in _UNITS.items()},
    **{f"minus{unit}": made(-1) for unit, made in _UNITS.items()},
    "toDate": lambda value: value,
    "toDateTime": lambda value: value,
    "toLocalDate": _date,
    "getYear": lambda value: value.year,
    "getMonthOfYear": lambda value: value.month,
    "getMonthValue": lambda value: value.month,
    "getDayOfMonth": lambda value: value.day,
    "getDayOfWeek": lambda value: value.isoweekday(),
    "getHourOfDay": lambda value: getattr(value, "hour", 0),
    "getMinuteOfHour": lambda value: getattr(value, "minute", 0),
    "getTime": lambda value: int(value.timestamp() * 1000) if isinstance(value, dt.datetime) else None,
    "getMillis": lambda value: int(value.timestamp() * 1000) if isinstance(value, dt.datetime) else None,
    "withTimeAtStartOfDay": lambda value: (
        value.replace(hour=0, minute=0, second=0, microsecond=0) if isinstance(value, dt.datetime) else value
    ),
    "before": _before,
    "isBefore": _before,
    "after": lambda value, other: compare(">", value, other),
    "isAfter": lambda value, other: compare(">", value, other),
    "equals": equal,
    "toString": text,
}
METHODS: frozenset[str] = frozenset().union(TEXT, NUMBER, TRUTH, LIST, MAP, JSON, DATE)


def _table(value: Any) -> Mapping[str, Method]:
    if isinstance(value, bool):
        return TRUTH
    if isinstance(value, str):
        return TEXT
    if is_number(value):
        return NUMBER
    if isinstance(value, dt.date):
        return DATE
    if isinstance(value, list):
        return LIST
    if isinstance(value, Json):
        return JSON
    return MAP if isinstance(value, Mapping) else {}


def getter(name: str) -> str:
    """The property that a getter of Java reads (`getAmount` → `amount`, `isOpen` → `open`), or empty."""
    for prefix in ("get", "is"):
        rest = name.removeprefix(prefix)
        if rest and rest != name and rest[0].isupper():
            return rest[0].lower() + rest[1:]
    return ""


def call(value: Any, name: str, given: list[Any]) -> Any:
    """The answer of a method.  Raises JuelError for whatever is not on the list."""
    method = _table(value).get(name)
    if method is None and isinstance(value, Mapping) and not given and getter(name) in value:
        return value[getter(name)]
    if method is None:
        raise fail(
            "unknown_method",
            f"「{name}」は{'nullには' if value is None else ''}使えません。",
            f"The method “{name}” cannot be called on {'null' if value is None else type(value).__name__}.",
        )
    try:
        return method(value, *given)
    except JuelError:
        raise
    except (TypeError, AttributeError, ArithmeticError, ValueError, IndexError):
        raise fail("bad_call", f"「{name}」の引数が合いません。", f"“{name}” does not take these arguments.") from None
