"""Cuts an expression into tokens.  Pure.

FEEL names may hold spaces, hyphens and other signs, so where a name ends depends on the names that are declared.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lark import Token
from lark.lexer import Lexer

from workflow.feel.errors import FeelError
from workflow.feel.functions import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the declared names that are more than one word."""

    text: str
    names: frozenset[str]


KEYWORDS = {
    "if": "_IF",
    "then": "_THEN",
    "else": "_ELSE",
    "or": "_OR",
    "and": "_AND",
    "between": "_BETWEEN",
    "in": "_IN",
    "true": "TRUE",
    "false": "FALSE",
    "null": "NULL",
}
_SIGNS = {
    "..": "_DOTS", "**": "_POWER", "(": "_LPAR", ")": "_RPAR", "[": "_LSQB", "]": "_RSQB", ",": "_COMMA", ".": "_DOT",
    "+": "SIGN", "-": "SIGN", "*": "FACTOR", "/": "FACTOR",
    "<=": "COMPARE", ">=": "COMPARE", "!=": "COMPARE", "=": "COMPARE", "<": "COMPARE", ">": "COMPARE",
}  # fmt: skip
_BEFORE_OPERANDS = {"", "SIGN", "FACTOR", "COMPARE", "_POWER", "_COMMA", "_LPAR", "_DOTS", *KEYWORDS.values()} - {
    "TRUE",
    "FALSE",
    "NULL",
}
_ENDS_OF_OPERANDS = {"NAME", "NUMBER", "STRING", "TRUE", "FALSE", "NULL", "_RPAR", "_RSQB"}
_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<number>\d+(?:\.\d+)?|\.\d+)
      | (?P<string>"(?:\\.|[^"\\])*")
      | (?P<word>[^\W\d]\w*)
      | (?P<sign>\.\.|\*\*|<=|>=|!=|[()\[\],.+\-*/=<>])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:(["\'\\/nrtbf])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))', re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


@functools.lru_cache(maxsize=200)
def _long_names(names: frozenset[str], suffix: str) -> re.Pattern[str] | None:
    """Matches one of the names, the longest first, whatever white space stands between its words."""
    if not names:
        return None
    longest = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(r"\s+".join(re.escape(word) for word in name.split()) + suffix for name in longest))


_LONG_FUNCTIONS = _long_names(frozenset(name for name in FUNCTIONS if " " in name), r"(?=\s*\()")


class FeelLexer(Lexer):
    """Lark's interface to the token stream."""

    def __init__(self, configuration: Any) -> None:
        """Everything to know stands in this module."""

    def lex(self, source: Source) -> Iterator[Token]:  # type: ignore[override]  # lark's own calling convention for lexers
        """The tokens of a source.  Raises FeelError where no token begins."""
        text, at, last = source.text, 0, ""
        declared = _long_names(source.names, r"(?!\w)")
        while at < len(text):
            long = declared.match(text, at) if declared else None
            if long is None and _LONG_FUNCTIONS is not None:
                long = _LONG_FUNCTIONS.match(text, at)
            if long is not None:
                last, value, end = "NAME", " ".join(long[0].split()), long.end()
            else:
                found = _TOKEN.match(text, at)
                if found is None:
                    raise _unreadable(text, at)
                end = found.end()
                if found.lastgroup == "skip":
                    at = end
                    continue
                last, value = _classify(found, after=last)
            yield Token(last, value, start_pos=at, end_pos=end)
            at = end


def _classify(found: re.Match[str], *, after: str) -> tuple[str, str]:
    text = found[0]
    if found.lastgroup == "number":
        return "NUMBER", text
    if found.lastgroup == "string":
        return "STRING", _unescaped(text, found.start())
    if found.lastgroup == "word":
        return ("NAME" if after == "_DOT" else KEYWORDS.get(text, "NAME")), text
    # A range without its ends is written ]1..5[ too; elsewhere these signs are the brackets of lists.
    if text == "]" and after in _BEFORE_OPERANDS:
        return "_FROM", text
    if text == "[" and after in _ENDS_OF_OPERANDS:
        return "_TO", text
    return _SIGNS[text], text


def _unescaped(literal: str, start: int) -> str:
    def one(found: re.Match[str]) -> str:
        plain, short, long, odd = found.groups()
        if odd is not None:
            raise FeelError(
                f"文字列の「\\{odd}」が読めません。", f"Unknown escape “\\{odd}”.", start + 1 + found.start()
            )
        if plain is not None:
            return _PLAIN.get(plain, plain)
        code = int(short or long, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise FeelError("その番号の文字はありません。", "There is no such character.", start + 1 + found.start())
        return chr(code)

    return _ESCAPE.sub(one, literal[1:-1])


def _unreadable(text: str, at: int) -> FeelError:
    if text[at] == '"':
        return FeelError(f"{at + 1}文字目からの文字列が閉じていません。", f"The string at {at + 1} is not closed.", at)
    return FeelError(f"{at + 1}文字目の「{text[at]}」が読めません。", f"Cannot read “{text[at]}” at {at + 1}.", at)
