"""The tree of an expression, and the reader that makes it.  Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, VisitError

from workflow.juel.errors import JuelError

MAX_LENGTH = 4_000
MAX_DEPTH = 60
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


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
            stack.extend(reversed(term.parts))


def read(text: str, offset: int = 0) -> Term:
    """The tree of what stands between the braces.  Raises JuelError, whose position counts the `offset` before it."""
    if not text.strip():
        raise JuelError("${}の中が空です。", "There is nothing between ${ and }.", "empty", offset)
    try:
        found = _reader().parse(" " * offset + text)
    except VisitError as odd:
        raise (odd.orig_exc if isinstance(odd.orig_exc, JuelError) else odd) from None
    except UnexpectedInput as odd:
        raise _unexpected(odd, text, offset) from None
    assert isinstance(found, Term)  # noqa: S101 - every rule of the grammar makes one
    return found


def _unexpected(odd: UnexpectedInput, text: str, offset: int) -> JuelError:
    at = odd.pos_in_stream
    token = getattr(odd, "token", None)
    if not isinstance(odd, UnexpectedCharacters) and (token is None or token.type == "$END" or at is None):
        return JuelError("式が途中で終わっています。", "The expression ends too early.", "syntax", offset + len(text))
    at = at or 0
    shown = text[at - offset :][:10]
    return JuelError(
        f"式の「{shown}」が読めません({at + 1}文字目)。", f"Cannot read “{shown}” at {at + 1}.", "syntax", at
    )


@functools.lru_cache(maxsize=1)
def _reader() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


def _term(kind: str, parts: list[Term], value: Any = None, position: int | None = None) -> Term:
    at = position if position is not None else parts[0].position
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise JuelError("式の入れ子が深すぎます。", f"The expression is nested deeper than {MAX_DEPTH}.", "depth", at)
    return Term(kind, tuple(parts), value, at, depth)


class _Builder(Transformer[Token, Term]):
    """Makes a term of each rule as it is recognised, innermost first; no recursion, so depth is bounded here."""

    def number(self, children: list[Any]) -> Term:
        text = str(children[0])
        value: Any = int(text) if text.isdecimal() and len(text) <= 34 else Decimal(text)
        return _term("constant", [], value, children[0].start_pos)

    def string(self, children: list[Any]) -> Term:
        return _term("constant", [], _ESCAPED.sub(r"\1", str(children[0])[1:-1]), children[0].start_pos)

    def true(self, children: list[Any]) -> Term:
        return _term("constant", [], True, children[0].start_pos)

    def false(self, children: list[Any]) -> Term:
        return _term("constant", [], False, children[0].start_pos)

    def null(self, children: list[Any]) -> Term:
        return _term("constant", [], None, children[0].start_pos)

    def name(self, children: list[Any]) -> Term:
        return _term("name", [], str(children[0]), children[0].start_pos)

    def function(self, children: list[Any]) -> Term:
        return _term("function", children[1:], str(children[0]), children[0].start_pos)

    def member(self, children: list[Any]) -> Term:
        return _term("member", children[:1], str(children[1]))

    def item(self, children: list[Any]) -> Term:
        return _term("item", children)

    def method(self, children: list[Any]) -> Term:
        return _term("method", [children[0], *children[2:]], str(children[1]))

    def ternary(self, children: list[Any]) -> Term:
        return _term("ternary", children)

    def negation(self, children: list[Any]) -> Term:
        return _term("negation", children)

    def empty(self, children: list[Any]) -> Term:
        return _term("empty", children)

    def signed(self, children: list[Any]) -> Term:
        return _term("signed", children[1:], str(children[0]), children[0].start_pos)

    def disjunction(self, children: list[Any]) -> Term:
        return _term("disjunction", children)

    def conjunction(self, children: list[Any]) -> Term:
        return _term("conjunction", children)

    def chain(self, children: list[Any]) -> Term:
        return _term("chain", children[::2], tuple(str(sign) for sign in children[1::2]))

    def compared(self, children: list[Any]) -> Term:
        return _term("compared", children[::2], tuple(str(sign) for sign in children[1::2]))
