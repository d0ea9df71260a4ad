"""Texts (10.3.4.3), and numbers and texts made of each other (10.3.4.1).  Pure.

Regular expressions are those of XPath (10.3.4.3): elementpath translates them; `regex` runs them with a bound on time.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from decimal import Decimal
from re import fullmatch
from typing import Any

import regex
from elementpath import ElementPathError
from elementpath.regex import RegexError, translate_pattern

from workflow.feel.errors import FeelError
from workflow.feel.functions.registry import builtin
from workflow.feel.temporal import Months, text_of
from workflow.feel.values import MAX_TEXT, Function, Range

SECONDS = 1.0  # a pattern may take on one text
_FLAGS = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE, "x": regex.VERBOSE, "q": 0}


@builtin("substring", "string: string", "start position: number", "length: number?")
def _substring(string: str, start: Decimal, length: Decimal | None = None) -> str | None:
    """Counted from 1, or from the end with a negative start."""
    first = int(start) if abs(start) <= len(string) else None
    if not start or (length is not None and length < 1):
        return None
    if first is None:
        return ""
    at = first - 1 if first > 0 else len(string) + first
    return string[at:] if length is None else string[at : at + int(length)]


@builtin("string length", "string: string")
def _string_length(string: str) -> Decimal:
    return Decimal(len(string))


@builtin("upper case", "string: string")
def _upper_case(string: str) -> str:
    return string.upper()


@builtin("lower case", "string: string")
def _lower_case(string: str) -> str:
    return string.lower()


@builtin("substring before", "string: string", "match: string")
def _substring_before(string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string", "match: string")
def _substring_after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string", "match: string")
def _contains(string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string", "match: string")
def _starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string", "match: string")
def _ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


@functools.lru_cache(maxsize=500)
def _pattern(pattern: str, flags: str) -> regex.Pattern[str] | None:
    """The compiled pattern; None for one that XPath refuses."""
    if any(flag not in _FLAGS for flag in flags):
        return None
    options = 0
    for flag in flags:
        if flag != "x":
            options |= _FLAGS[flag]
    try:
        if "q" in flags:
            return regex.compile(regex.escape(pattern), options & regex.IGNORECASE)
        text = _without_blanks(pattern) if "x" in flags else pattern
        return regex.compile(translate_pattern(text, _python_flags(flags)), options)
    except (RegexError, ElementPathError, regex.error, ValueError, OverflowError):
        return None


def _python_flags(flags: str) -> int:
    """Those that change the translation (`regex` shares their numbers with `re`)."""
    return sum(int(_FLAGS[flag]) for flag in set(flags) & set("sm"))


def _without_blanks(pattern: str) -> str:
    """The pattern without the white space that the flag x ignores: all but that in brackets."""
    kept, depth = [], 0
    for at, sign in enumerate(pattern):
        if sign in "[]" and pattern[at - 1 : at] != "\\":
            depth += 1 if sign == "[" else -1
        if depth > 0 or sign not in " \t\n\r":
            kept.append(sign)
    return "".join(kept)


def _slow(error: TimeoutError) -> FeelError:
    return FeelError("正規表現の計算に時間がかかりすぎます。", f"A pattern takes more than {SECONDS:g} s ({error}).")


@builtin("matches", "input: string", "pattern: string", "flags: string?")
def _matches(text: str, pattern: str, flags: str | None = "") -> bool | None:
    compiled = _pattern(pattern, flags or "")
    try:
        return None if compiled is None else compiled.search(text, timeout=SECONDS) is not None
    except TimeoutError as error:
        raise _slow(error) from None


@builtin("replace", "input: string", "pattern: string", "replacement: string", "flags: string?")
def _replace(text: str, pattern: str, replacement: str, flags: str | None = "") -> str | None:
    compiled = _pattern(pattern, flags or "")
    if compiled is None:
        return None
    new = _replacement(replacement, compiled.groups) if "q" not in (flags or "") else replacement.replace("\\", r"\\")
    if new is None:
        return None
    try:
        return _bounded(compiled.sub(new, text, timeout=SECONDS))
    except TimeoutError as error:
        raise _slow(error) from None


def _replacement(text: str, groups: int) -> str | None:
    """XPath's `$1` and `\\$` as Python writes them; None where a dollar or backslash means nothing."""
    made, at = [], 0
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            if text[at + 1 : at + 2] not in ("$", "\\"):
                return None
            made.append("$" if text[at + 1] == "$" else r"\\")
            at += 2
        elif sign == "$":
            end = at + 1
            while end < len(text) and text[end].isdigit() and (end == at + 1 or int(text[at + 1 : end + 1]) <= groups):
                end += 1
            if end == at + 1:
                return None
            made.append(rf"\g<{text[at + 1 : end]}>" if int(text[at + 1 : end]) <= groups else "")
            at = end
        else:
            made.append(sign)
            at += 1
    return "".join(made)


def _bounded(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise FeelError("文字列が長くなりすぎます。", f"A text would be longer than {MAX_TEXT:,} characters.")
    return text


@builtin("split", "string: string", "delimiter: string")
def _split(string: str, delimiter: str) -> list[str] | None:
    compiled = _pattern(delimiter, "")
    if compiled is None or compiled.fullmatch("") is not None:
        return None
    try:
        parts, at = [], 0
        for found in compiled.finditer(string, timeout=SECONDS):
            parts.append(string[at : found.start()])
            at = found.end()
    except TimeoutError as error:
        raise _slow(error) from None
    return [*parts, string[at:]]


@builtin("string join", "list: list", "delimiter: string?")
def _string_join(items: list[Any], delimiter: str | None = "") -> str | None:
    texts = [item for item in items if item is not None]
    if not all(isinstance(text, str) for text in texts):
        return None
    return _bounded((delimiter or "").join(texts))


def shown(value: Any, *, inside: bool = False) -> str:
    """A value as FEEL writes it; texts have quotation marks inside lists and contexts only."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _digits(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if inside else value
    if isinstance(value, list):
        return "[" + ", ".join(shown(item, inside=True) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(item, inside=True)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return _range_text(value)
    if isinstance(value, Function):
        return f"function({', '.join(parameter.name for parameter in value.parameters)})"
    return text_of(value) if isinstance(value, dt.date | dt.time | dt.timedelta | Months) else str(value)


def _digits(value: Decimal) -> str:
    if not value:
        return "0"
    if value.is_finite() and abs(value.adjusted()) <= 100:
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value.normalize())


def _range_text(value: Range) -> str:
    low = "" if value.low is None else shown(value.low, inside=True)
    high = "" if value.high is None else shown(value.high, inside=True)
    return f"{'[' if value.above == '>=' else '('}{low}..{high}{']' if value.below == '<=' else ')'}"


@builtin("string", "from: Any")
def _string(value: Any) -> str | None:
    return None if value is None else _bounded(shown(value))


@builtin("number", "from: string", "grouping separator: string?", "decimal separator: string?")
def _number(text: str, grouping: str | None = None, point: str | None = None) -> Decimal | None:
    """Read with a separator of groups (blank, comma, point) and one of decimals (comma, point), when they are given."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point and point == grouping):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point:
        text = text.replace(point, ".")
    if len(text) <= 100 and fullmatch(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?\s*", text, flags=256):
        return +Decimal(text.strip())
    return None
