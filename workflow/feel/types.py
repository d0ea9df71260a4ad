"""Types as FEEL writes them, what conforms to them, and the three conversions (DMN 1.5, 10.3.2.9).  Pure."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.feel.values import ORDERED, Function, Range, kind

ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "Any",
    "null": "Null",
}


POINT = "(point)"  # whatever has an order; no text of a type can name it
KNOWN = frozenset(
    {POINT, "number", "string", "boolean", "date", "time", "list", "context", "range", "function", *ALIASES.values()}
)


@dataclass(frozen=True, slots=True)
class Type:
    """A type: its name, and the parts of list, range, context (with `keys`) and function (the last part is the result)."""

    name: str
    parts: tuple[Type, ...] = ()
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The type as FEEL writes it."""
        if self.name == "context" and self.keys:
            inner = ", ".join(f"{key}: {part}" for key, part in zip(self.keys, self.parts, strict=True))
            return f"context<{inner}>"
        if self.name == "function" and self.parts:
            return f"function<{', '.join(map(str, self.parts[:-1]))}>->{self.parts[-1]}"
        return f"{self.name}<{self.parts[0]}>" if self.parts else self.name


ANY = Type("Any")
_PIECE = re.compile(r"\s*(?P<word>->|[<>,:]|(?:(?!->)[^<>,:])+)")


@functools.lru_cache(maxsize=2_000)
def read_type(text: str) -> Type:
    """The type of a text; ValueError for one that cannot be read.  Names that are not FEEL's are kept as they are."""
    pieces: list[str] = []
    at = 0
    while found := _PIECE.match(text, at):
        at = found.end()
        if word := " ".join(found["word"].split()):
            pieces.append(word)
    found_type, rest = _type(pieces)
    if rest:
        raise ValueError(text)
    return found_type


def _type(pieces: list[str]) -> tuple[Type, list[str]]:
    if not pieces or pieces[0] in "<>,:->":
        raise ValueError("type")
    name, rest = ALIASES.get(pieces[0], pieces[0]), pieces[1:]
    parts: list[Type] = []
    keys: list[str] = []
    if rest and rest[0] == "<" and name in ("list", "range", "context", "function"):
        rest = rest[1:]
        while rest and rest[0] != ">":
            if name == "context":
                if len(rest) < 3 or rest[1] != ":":
                    raise ValueError("context")
                keys.append(rest[0])
                rest = rest[2:]
            part, rest = _type(rest)
            parts.append(part)
            if rest and rest[0] == ",":
                rest = rest[1:]
        if not rest:
            raise ValueError("<")
        rest = rest[1:]
        if name == "function":
            if not rest or rest[0] != "->":
                raise ValueError("->")
            result, rest = _type(rest[1:])
            parts.append(result)
    return Type(name, tuple(parts), tuple(keys)), rest


def conforms(value: Any, wanted: Type) -> bool:
    """Whether a value is an instance of a type (`instance of`); null is one of Null and of Any only."""
    if wanted.name == "Any":
        return True
    if value is None:
        return wanted.name == "Null"
    test = _STRUCTURED.get(wanted.name)
    return test(value, wanted) if test is not None else kind(value) == wanted.name


def _list(value: Any, wanted: Type) -> bool:
    return isinstance(value, list) and (
        not wanted.parts or all(item is None or conforms(item, wanted.parts[0]) for item in value)
    )


def _range(value: Any, wanted: Type) -> bool:
    if not isinstance(value, Range):
        return False
    ends = [end for end in (value.low, value.high) if end is not None]
    return not wanted.parts or all(conforms(end, wanted.parts[0]) for end in ends)


def _context(value: Any, wanted: Type) -> bool:
    return isinstance(value, Mapping) and all(
        key in value and (value[key] is None or conforms(value[key], part))
        for key, part in zip(wanted.keys, wanted.parts, strict=True)
    )


def _function(value: Any, wanted: Type) -> bool:
    if not isinstance(value, Function):
        return False
    if not wanted.parts:
        return True
    return len(value.parameters) == len(wanted.parts) - 1 and all(
        not parameter.type or part.name == "Any" or read_type(parameter.type) == part
        for parameter, part in zip(value.parameters, wanted.parts, strict=False)
    )


_STRUCTURED = {
    POINT: lambda value, wanted: kind(value) in ORDERED,
    "list": _list,
    "range": _range,
    "context": _context,
    "function": _function,
}


def converted(value: Any, wanted: Type) -> Any:
    """The value as the type asks: itself, a list made of one value, the one value of a list, midnight of a day; else null."""
    if value is None or conforms(value, wanted):
        return value
    if wanted.name == "list" and wanted.parts and not isinstance(value, list):
        return [value] if conforms(value, wanted.parts[0]) else None
    if wanted.name == "list" and not wanted.parts and not isinstance(value, list):
        return [value]
    if isinstance(value, list) and len(value) == 1 and wanted.name != "list":
        return value[0] if conforms(value[0], wanted) else None
    if wanted.name == "date and time" and isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time(), dt.UTC)
    return None


def named_types(wanted: Type, known: Mapping[str, Type]) -> Type:
    """The type with its names replaced by what they stand for."""
    if wanted.name in known and not wanted.parts:
        return known[wanted.name]
    if not wanted.parts or not known:
        return wanted
    return Type(wanted.name, tuple(named_types(part, known) for part in wanted.parts), wanted.keys)
