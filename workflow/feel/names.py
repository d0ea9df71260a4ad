"""Which names an expression reads from outside.  Pure."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.feel.functions import FUNCTIONS
from workflow.feel.terms import Term


@dataclass(frozen=True, slots=True)
class Free:
    """Names that are read, and names that are called as functions with the places of the calls."""

    read: frozenset[str]
    called: tuple[tuple[str, int], ...]


def free_names(term: Term) -> Free:
    """The names that the expression does not make itself; in filters only those called, as others may be the items'."""
    read: set[str] = set()
    called: list[tuple[str, int]] = []
    _collect(term, frozenset({"?"}), read, called, counted=True)
    return Free(frozenset(read), tuple(called))


def _collect(
    term: Term, bound: frozenset[str], read: set[str], called: list[tuple[str, int]], *, counted: bool
) -> None:
    if term.kind == "name":
        if counted and term.value not in bound and term.value not in FUNCTIONS:
            read.add(str(term.value))
        return
    parts = list(term.parts)
    if term.kind in ("call", "call_named") and parts[0].kind == "name":
        callee = parts.pop(0)
        if callee.value not in bound and callee.value not in FUNCTIONS:
            called.append((str(callee.value), callee.position))
            read.add(str(callee.value))
    if term.kind == "filter":
        _collect(parts[0], bound, read, called, counted=counted)
        _collect(parts[1], bound | {"item"}, read, called, counted=False)
        return
    if term.kind in ("for_return", "some_satisfies", "every_satisfies"):
        for loop in parts[0].parts:
            for part in loop.parts:
                _collect(part, bound, read, called, counted=counted)
            bound = bound | {str(loop.value)}
        _collect(parts[1], bound | {"partial"}, read, called, counted=counted)
        return
    if term.kind == "function":
        bound = bound | {parameter.name for parameter in term.value}
    for part in parts:
        _collect(part, bound, read, called, counted=counted)
        if part.kind == "entry":
            bound = bound | {str(part.value)}
