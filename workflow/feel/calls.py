"""Calls of functions: arguments by place or name, converted to the parameters' types; null when they do not fit.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflow.feel.types import ANY, KNOWN, Type, converted, read_type
from workflow.feel.values import Function, Parameter


def call(function: Any, given: Sequence[Any], named: Mapping[str, Any] | None = None) -> Any:
    """The result; null for what is not a function and for arguments that it cannot take."""
    if not isinstance(function, Function):
        return None
    for candidate in (function, *function.others):
        bound = _bound(candidate, given, named)
        if bound is not None:
            try:
                return candidate.run(*bound)
            except (ArithmeticError, ValueError):
                return None
    return None


def accepts(function: Function, count: int) -> bool:
    """Whether a call with so many arguments by place can be right."""
    return any(_fits(candidate, count) for candidate in (function, *function.others))


def _fits(function: Function, count: int) -> bool:
    if function.takes == "items":
        return count >= 1
    needed = sum(not parameter.optional for parameter in function.parameters)
    return needed <= count and (function.takes == "rest" or count <= len(function.parameters))


def _bound(function: Function, given: Sequence[Any], named: Mapping[str, Any] | None) -> list[Any] | None:
    if named is not None:
        ordered = _by_name(function, named)
        return None if ordered is None else _converted(function.parameters, ordered)
    if not _fits(function, len(given)):
        return None
    if function.takes == "items":
        items = given[0] if len(given) == 1 and (given[0] is None or isinstance(given[0], list)) else list(given)
        return _converted(function.parameters, [items])
    parameters = list(function.parameters)
    parameters += parameters[-1:] * (len(given) - len(parameters))
    return _converted(parameters, given)


def _by_name(function: Function, named: Mapping[str, Any]) -> list[Any] | None:
    names = [parameter.name for parameter in function.parameters]
    if not named.keys() <= set(names):
        return None
    if any(not parameter.optional and parameter.name not in named for parameter in function.parameters):
        return None
    last = max((names.index(name) for name in named), default=-1)
    return [named.get(name) for name in names[: last + 1]]


def _converted(parameters: Sequence[Parameter], values: Sequence[Any]) -> list[Any] | None:
    made = []
    for parameter, value in zip(parameters, values, strict=False):
        wanted = type_of(parameter)
        result = converted(value, wanted)
        if result is None and (value is not None or not (parameter.optional or wanted.name in ("Any", "Null"))):
            return None
        made.append(result)
    return made


def type_of(parameter: Parameter) -> Type:
    """The type of a parameter; one that FEEL does not know is any."""
    try:
        found = read_type(parameter.type) if parameter.type else ANY
    except ValueError:
        return ANY
    return found if found.name in KNOWN else ANY
