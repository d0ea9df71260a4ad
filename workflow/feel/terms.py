"""An expression as a tree, and the reader that makes it.  Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedToken

from workflow.feel.calls import accepts
from workflow.feel.errors import FeelError
from workflow.feel.functions import FUNCTIONS
from workflow.feel.lexer import FeelLexer, Source
from workflow.feel.temporal import parse_any
from workflow.feel.types import Type, read_type
from workflow.feel.values import Parameter

MAX_LENGTH = 4_000
MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Term:
    """One operation: what it does, on which terms, with which value, and where it stands."""

    kind: str
    parts: tuple[Term, ...]
    value: Any
    position: int
    depth: int

    def walk(self) -> Iterator[Term]:
        """This term and all below."""
        stack = [self]
        while stack:
            term = stack.pop()
            yield term
            stack.extend(term.parts)


def read(text: str, names: frozenset[str], *, start: str = "start") -> Term:
    """The tree of an expression, or with `start="cells"` of the tests of a cell.  Raises FeelError with the position."""
    if len(text) > MAX_LENGTH:
        raise FeelError(
            f"式が長すぎます(上限{MAX_LENGTH:,}文字)。", f"The expression is longer than {MAX_LENGTH:,} characters."
        )
    try:
        found = _reader().parse(Source(text, names), start=start)
    except UnexpectedToken as odd:
        raise _unexpected(odd.token, text) from None
    assert isinstance(found, Term)  # noqa: S101 - every rule of the grammar makes one
    return found


def _unexpected(token: Token, text: str) -> FeelError:
    if token.type == "$END":
        return FeelError("式が途中で終わっています。", "The expression ends too early.", len(text))
    at = token.start_pos or 0
    shown = text[at : at + 10]
    if text[at - 1 : at + 1] == "==":
        return FeelError("等しいことは「=」ひとつで書きます。", "Equality is written with a single “=”.", at)
    return FeelError(f"{at + 1}文字目「{shown}」が読めません。", f"Cannot read “{shown}” at {at + 1}.", at)


@functools.lru_cache(maxsize=1)
def _reader() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=FeelLexer, transformer=_Builder(), start=["start", "cells"])


def _term(kind: str, parts: list[Term], *, value: Any = None, position: int | None = None) -> Term:
    at = position if position is not None else parts[0].position
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise FeelError("式の入れ子が深すぎます。", f"The expression is nested deeper than {MAX_DEPTH}.", at)
    return Term(kind, tuple(parts), value, at, depth)


def _type(token: Token) -> Type:
    try:
        return read_type(str(token))
    except ValueError:
        raise FeelError(
            f"型「{token}」が読めません。", f"Cannot read the type “{token}”.", token.start_pos or 0
        ) from None


def _given(children: list[Any]) -> list[Term]:
    return [child for child in children if isinstance(child, Term)]


Children = list[Any]  # inside the class, `list` is a rule of the grammar


class _Builder:
    """Makes a term of each rule as it is recognised, innermost first; no recursion, so depth is bounded here."""

    def _leaf(self, kind: str, token: Token, value: Any) -> Term:
        return _term(kind, [], value=value, position=token.start_pos)

    def number(self, children: Children) -> Term:
        return self._leaf("constant", children[0], Decimal(str(children[0])))

    def string(self, children: Children) -> Term:
        return self._leaf("constant", children[0], str(children[0]))

    def true(self, children: Children) -> Term:
        return self._leaf("constant", children[0], True)

    def false(self, children: Children) -> Term:
        return self._leaf("constant", children[0], False)

    def null(self, children: Children) -> Term:
        return self._leaf("constant", children[0], None)

    def name(self, children: Children) -> Term:
        return self._leaf("name", children[0], str(children[0]))

    def path(self, children: Children) -> Term:
        return _term("path", [children[0]], value=str(children[1]))

    def at_literal(self, children: Children) -> Term:
        value = parse_any(str(children[0]))
        if value is None:
            raise FeelError(
                f"「{children[0]}」は日付・時刻・期間として読めません。",
                f"“{children[0]}” is no date, time or duration.",
                children[0].start_pos or 0,
            )
        return self._leaf("constant", children[0], value)

    def call(self, children: Children) -> Term:
        callee, given = children[0], _given(children[1:])
        if callee.kind == "constant":
            raise FeelError("関数ではないものは呼び出せません。", "This is no function.", callee.position)
        function = FUNCTIONS.get(str(callee.value)) if callee.kind == "name" else None
        if function is not None and not accepts(function, len(given)):
            raise FeelError(
                f"関数「{callee.value}」の引数の数({len(given)}個)が違います。",
                f"“{callee.value}” does not take {len(given)} arguments.",
                callee.position,
            )
        return _term("call", [callee, *given])

    def named(self, children: Children) -> Term:
        return _term("named", [children[1]], value=str(children[0]), position=children[0].start_pos)

    def call_named(self, children: Children) -> Term:
        return _term("call_named", children, value=tuple(str(child.value) for child in children[1:]))

    def filter(self, children: Children) -> Term:
        return _term("filter", children)

    def instance_of(self, children: Children) -> Term:
        return _term("instance_of", [children[0]], value=_type(children[1]))

    def entry(self, children: Children) -> Term:
        return _term("entry", [children[1]], value=str(children[0]), position=children[0].start_pos)

    def context(self, children: Children) -> Term:
        entries = _given(children)
        keys = [str(entry.value) for entry in entries]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                raise FeelError(f"項目「{key}」が重なっています。", f"“{key}” stands twice.", entries[at].position)
        return _term("context", entries, value=tuple(keys), position=entries[0].position if entries else 0)

    def parameter(self, children: Children) -> Term:
        token = children[1] if len(children) > 1 else None
        if token is not None:
            _type(token)
        value = Parameter(str(children[0]), str(token) if token is not None else "")
        return _term("parameter", [], value=value, position=children[0].start_pos)

    def function(self, children: Children) -> Term:
        *parameters, body = _given(children)
        value = tuple(parameter.value for parameter in parameters)
        return _term("function", [body], value=value, position=children[0].start_pos)

    def external(self, children: Children) -> Term:
        raise FeelError(
            "外部(Java・PMML)の関数は使えません。", "External functions cannot be used.", children[0].start_pos or 0
        )

    def loop(self, children: Children) -> Term:
        return _term("loop", [children[1]], value=str(children[0]), position=children[0].start_pos)

    def counted(self, children: Children) -> Term:
        return _term("loop", children[1:], value=str(children[0]), position=children[0].start_pos)

    def loops(self, children: Children) -> Term:
        return _term("loops", children)

    def for_return(self, children: Children) -> Term:
        return _term("for_return", children)

    def some_satisfies(self, children: Children) -> Term:
        return _term("some_satisfies", children)

    def every_satisfies(self, children: Children) -> Term:
        return _term("every_satisfies", children)

    def list(self, children: Children) -> Term:
        given = _given(children)
        return _term("list", given, position=given[0].position if given else 0)

    def range(self, children: Children) -> Term:
        first, low, _, high, last = children
        signs = (">=" if first == "[" else ">", "<=" if last == "]" else "<")  # `]1..9[` leaves both ends out
        return _term("range", [low, high], value=signs, position=first.start_pos)

    def signed(self, children: Children) -> Term:
        return _term("signed", [children[1]], value=str(children[0]), position=children[0].start_pos)

    def sum(self, children: Children) -> Term:
        return _term("chain", children[::2], value=tuple(str(sign) for sign in children[1::2]))

    product = sum

    def power(self, children: Children) -> Term:
        return _term("chain", children, value=("**",) * (len(children) - 1))

    def comparison(self, children: Children) -> Term:
        return _term("comparison", children[::2], value=str(children[1]))

    def conjunction(self, children: Children) -> Term:
        return _term("conjunction", children)

    def disjunction(self, children: Children) -> Term:
        return _term("disjunction", children)

    def between(self, children: Children) -> Term:
        return _term("between", children)

    def unary_test(self, children: Children) -> Term:
        return _term("unary_test", [children[1]], value=str(children[0]), position=children[0].start_pos)

    open_range = unary_test

    def cells(self, children: Children) -> Term:
        return _term("cells", children)

    def tests(self, children: Children) -> Term:
        return _term("list", children)

    def in_test(self, children: Children) -> Term:
        return _term("in_test", children)

    def if_then_else(self, children: Children) -> Term:
        return _term("if_then_else", children)
