"""Contexts (10.3.4.6 and table 77).  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.feel.functions.registry import builtin


@builtin("get value", "m: context", "key: string")
def _get_value(m: Mapping[str, Any], key: str) -> Any:
    return m.get(key)


@builtin("get entries", "m: context")
def _get_entries(m: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def _context(entries: list[Any]) -> dict[str, Any] | None:
    made: dict[str, Any] = {}
    for entry in entries:
        if not (isinstance(entry, Mapping) and isinstance(entry.get("key"), str) and "value" in entry):
            return None
        if entry["key"] in made:
            return None
        made[entry["key"]] = entry["value"]
    return made


@builtin("context put", "context: context", "key: string", "value: Any")
def _context_put(context: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    return {**context, key: value}


@builtin("context put", "context: context", "keys: list", "value: Any")
def _context_put_deep(context: Mapping[str, Any], keys: list[Any], value: Any) -> dict[str, Any] | None:
    """The value is put at the end of the path of keys."""
    if not keys or not isinstance(keys[0], str):
        return None
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0], {})
    new = _context_put_deep(inner, keys[1:], value) if isinstance(inner, Mapping) else None
    return None if new is None else {**context, keys[0]: new}


@builtin("context merge", "contexts: list", takes="items")
def _context_merge(contexts: list[Any]) -> dict[str, Any] | None:
    if not all(isinstance(each, Mapping) for each in contexts):
        return None
    return {key: value for each in contexts for key, value in each.items()}
