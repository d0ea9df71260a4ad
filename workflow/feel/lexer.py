"""Cuts an expression into tokens.  Pure.

FEEL names may hold spaces, hyphens and other signs, so where a name ends depends on the names that are known: those that the
caller declares, and those that the text itself makes (keys of contexts, variables of loops, names of arguments).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    word: f"_{word.upper()}"
    for word in ("if", "then", "else", "or", "and", "between", "in", "for", "return", "some", "every", "satisfies")
} | {"function": "FUNCTION", "external": "EXTERNAL", "true": "TRUE", "false": "FALSE", "null": "NULL"}
_SIGNS = {
    "..": "_DOTS", "**": "_POWER", "(": "_LPAR", ")": "_RPAR", "[": "_LSQB", "]": "_RSQB", "{": "_LBRACE", "}": "_RBRACE",
    ",": "_COMMA", ".": "_DOT", ":": "_COLON", "@": "_AT",
    "+": "SIGN", "-": "SIGN", "*": "FACTOR", "/": "FACTOR",
    "<=": "COMPARE", ">=": "COMPARE", "!=": "COMPARE", "=": "COMPARE", "<": "COMPARE", ">": "COMPARE",
}  # fmt: skip
_LETTER = "[^\\W\\d]|[\U00010000-\U000effff]"
_WORD = f"(?:{_LETTER})(?:\\w|[\u00b7\u0300-\u036f\u203f\u2040\ufe00-\ufe0f\U00010000-\U000effff])*"
_TOKEN = re.compile(
    rf"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<string>"(?:\\.|[^"\\])*")
      | (?P<instance>instance\s+of\b)
      | (?P<word>{_WORD}|\?)
      | (?P<sign>\.\.|\*\*|<=|>=|!=|[()\[\]{{}},.:@+\-*/=<>])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(?:(["\'\\/nrtbf])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))', re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
# A name before a colon (a key, an argument) or between `for`, `some`, `every` and `in`.
_NAMES = rf"(?:{_WORD})(?:[ \t\n./+'*\-]+(?:{_WORD}|\d+)|[./+'*\-])*"
_KEY = re.compile(rf"[{{,(]\s*({_NAMES})\s*:")
_VARIABLE = re.compile(rf"\b(?:for|some|every)\s+({_NAMES}?)\s+in\b|,\s*({_NAMES}?)\s+in\b")
_TEXT_KEY = re.compile(r'[{,]\s*"([^"\\]+)"\s*:')
_PROPERTIES = frozenset({"time offset", "start included", "end included"})
# What a token before it says of `[` and `]`: after one of these they go on with a value, otherwise they begin one.
_VALUES = frozenset(
    {"NUMBER", "STRING", "NAME", "TRUE", "FALSE", "NULL", "_RPAR", "_RSQB", "_RBRACE", "TYPE", "RANGE_END"}
)
_TYPE = re.compile(r"\s*((?:(?!->)[^<>,:(){}\[\]\"=+*/|])+)")
_TYPE_END = re.compile(r"\s+(?:and(?!\s+(?:time|months)\b)|or|then|else|return|satisfies|in|between)\b")


def normal(name: str) -> str:
    """A name with single blanks between its words."""
    return " ".join(name.split())


@functools.lru_cache(maxsize=500)
def _long_names(names: frozenset[str], suffix: str) -> re.Pattern[str] | None:
    """Matches one of the names, the longest first, whatever white space stands between its words."""
    if not names:
        return None
    longest = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(r"\s+".join(re.escape(word) for word in name.split()) + suffix for name in longest))


_LONG_FUNCTIONS = _long_names(frozenset(name for name in FUNCTIONS if " " in name), r"(?=\s*\()")
_LONG_BARE = _long_names(frozenset(name for name in FUNCTIONS if " " in name), r"(?!\w)")
_LONG_PROPERTIES = _long_names(_PROPERTIES, r"(?!\w)")


def _made(text: str) -> frozenset[str]:
    """Names of more than one word that the text itself makes."""
    found = set(_KEY.findall(text)) | {a or b for a, b in _VARIABLE.findall(text)}
    found |= set(_TEXT_KEY.findall(text))
    return frozenset(normal(name) for name in found if not re.fullmatch(_WORD, name) and name.strip())


@dataclass(slots=True)
class _State:
    """What has been read so far."""

    last: str = ""
    parameters: int = 0  # brackets open since `function(`; 0 outside of them
    ranges: list[bool] = field(default_factory=list)  # for each open bracket, whether `..` stands in it


class FeelLexer(Lexer):
    """Lark's interface to the token stream."""

    def __init__(self, configuration: Any) -> None:
        """Everything to know stands in this module."""

    def lex(self, source: Source) -> Iterator[Token]:  # type: ignore[override]  # lark's own calling convention for lexers
        """The tokens of a source.  Raises FeelError where no token begins."""
        text, at, state = source.text, 0, _State()
        declared = _long_names(source.names | _made(text), r"(?!\w)")
        while at < len(text):
            kind, value, end = _next(text, at, state, declared)
            if kind:
                state.last = kind
                yield Token(kind, value, start_pos=at, end_pos=end)
            at = end


def _next(text: str, at: int, state: _State, declared: re.Pattern[str] | None) -> tuple[str, str, int]:
    """The token at a place: its kind (empty for what is skipped), its value and its end."""
    if state.last == "_INSTANCE" or (state.last == "_COLON" and state.parameters):
        return _type_at(text, at) if not text[at].isspace() else ("", "", at + 1)
    for pattern in (declared, _LONG_PROPERTIES if state.last == "_DOT" else _LONG_FUNCTIONS, _LONG_BARE):
        long = pattern.match(text, at) if pattern else None
        if long is not None:
            return "NAME", normal(long[0]), long.end()
    found = _TOKEN.match(text, at)
    if found is None:
        raise _unreadable(text, at)
    if found.lastgroup == "skip":
        return "", "", found.end()
    kind, value = _classify(found, state)
    return kind, value, found.end()


def _type_at(text: str, at: int) -> tuple[str, str, int]:
    """A type is one token, with all that stands between its angle brackets."""
    found = _TYPE.match(text, at)
    if found is None:
        raise _unreadable(text, at)
    name = found[1]
    stop = _TYPE_END.search(name)
    end = found.start(1) + (stop.start() if stop else len(name.rstrip()))
    if text[end : end + 1] == "<":
        depth = 0
        while end < len(text):
            depth += {"<": 1, ">": -1}.get(text[end], 0) if text[end - 1 : end + 1] != "->" else 0
            end += 1
            if depth == 0:
                break
        if arrow := re.compile(r"\s*->").match(text, end):
            return "TYPE", text[at : _type_at(text, arrow.end())[2]].strip(), _type_at(text, arrow.end())[2]
    return "TYPE", text[at:end].strip(), end


def _classify(found: re.Match[str], state: _State) -> tuple[str, str]:
    text = found[0]
    if found.lastgroup == "number":
        return "NUMBER", text
    if found.lastgroup == "string":
        return "STRING", _unescaped(text, found.start())
    if found.lastgroup == "instance":
        return "_INSTANCE", text
    if found.lastgroup == "word":
        return ("NAME" if state.last == "_DOT" else KEYWORDS.get(text, "NAME")), text
    return _bracket(text, state), text


def _bracket(text: str, state: _State) -> str:
    if text == "..":
        if state.ranges:
            state.ranges[-1] = True
        return "_DOTS"
    if text in "([{":
        in_range = text == "[" and bool(state.ranges) and state.ranges[-1] and state.last in _VALUES
        if in_range:  # the end of a range that leaves its last point out
            state.ranges.pop()
            return "RANGE_END"
        state.parameters += 1 if state.parameters or (text == "(" and state.last == "FUNCTION") else 0
        state.ranges.append(False)
    elif text == "]" and state.last not in _VALUES and state.last != "_LSQB":
        state.ranges.append(False)
        return "RANGE_START"
    elif text in ")]}":
        state.parameters -= 1 if state.parameters else 0
        if state.ranges:
            state.ranges.pop()
    return _SIGNS[text]


def _unescaped(literal: str, start: int) -> str:
    def one(found: re.Match[str]) -> str:
        plain, short, long, odd = found.groups()
        if odd is not None:
            return found[0]  # a backslash that escapes nothing is itself, as in patterns: "\\s"
        if plain is not None:
            return _PLAIN.get(plain, plain)
        code = int(short or long, 16)
        if code > 0x10FFFF:
            raise FeelError("その番号の文字はありません。", "There is no such character.", start + 1 + found.start())
        return chr(code)

    made = _ESCAPE.sub(one, literal[1:-1])
    try:  # two halves of a character are one character
        return made.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelError("その番号の文字はありません。", "There is no such character.", start + 1) from None


def _unreadable(text: str, at: int) -> FeelError:
    if text[at] == '"':
        return FeelError(f"{at + 1}文字目からの文字列が閉じていません。", f"The string at {at + 1} is not closed.", at)
    return FeelError(f"{at + 1}文字目の「{text[at]}」が読めません。", f"Cannot read “{text[at]}” at {at + 1}.", at)
