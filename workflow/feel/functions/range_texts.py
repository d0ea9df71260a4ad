"""Ranges from texts: range("[1..10)") (DMN 1.5, 10.3.4.1); only literals stand at its ends.  Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from workflow.feel.functions.registry import builtin
from workflow.feel.temporal import parse_any, parse_date, parse_duration, parse_moment, parse_time
from workflow.feel.values import ORDERED, Range, compare, kind

_TEXT = r'"(?:\\.|[^"\\])*"'
_END = rf"(?:-?(?:\d+(?:\.\d+)?|\.\d+)|@?{_TEXT}|(?:date and time|date|time|duration)\s*\(\s*{_TEXT}\s*\))?"
_RANGE = re.compile(rf"\s*([\[(\]])\s*({_END})\s*\.\.\s*({_END})\s*([\])\[])\s*")
_CALL = re.compile(rf"(@|date and time|date|time|duration)\s*\(?\s*({_TEXT})\s*\)?")
_READERS: Mapping[str, Callable[[str], Any]] = {
    "@": parse_any,
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_moment,
    "duration": parse_duration,
}


def _end(text: str) -> Any:
    """The value of an end; None for an open one, ValueError for one that says nothing."""
    if not text:
        return None
    call = _CALL.fullmatch(text)
    if call:
        value = _READERS[call[1]](call[2][1:-1])
        if value is None:
            raise ValueError(text)
        return value
    return text[1:-1].replace('\\"', '"') if text.startswith('"') else Decimal(text)


@builtin("range", "from: string")
def _range(text: str) -> Range | None:
    found = _RANGE.fullmatch(text)
    if not found:
        return None
    low, high = _end(found[2]), _end(found[3])
    above, below = ">=" if found[1] == "[" else ">", "<=" if found[4] == "]" else "<"
    if (low is None and above == ">=") or (high is None and below == "<="):
        return None
    given = [end for end in (low, high) if end is not None]
    if not given or any(kind(end) not in ORDERED or kind(end) != kind(given[0]) for end in given):
        return None
    return None if len(given) == 2 and compare("<=", low, high) is not True else Range(low, high, above, below)
