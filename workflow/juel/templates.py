"""Texts with `${…}` or `#{…}`: read once, compiled to closures, cached, and bounded.  Pure.

A text that is exactly one expression gives its value; otherwise the texts of all are joined.  Nothing of Python is in
reach: only mappings, lists, texts, numbers, truths and dates have properties and methods, those on the lists.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.juel.context import Context
from workflow.juel.errors import JuelError
from workflow.juel.facts import OBJECTS, fact, fact_call
from workflow.juel.methods import METHODS, Json, call, getter, wrap
from workflow.juel.terms import MAX_LENGTH, Term, read
from workflow.juel.values import WORDS, bounded_text, compare, fail, reckon, text, truth

BUDGET = 10_000
FUNCTIONS = {"now": 0, "dateTime": 0, "currentUser": 0, "currentUserGroups": 0, "S": 1, "JSON": 1}


@dataclass(slots=True)
class Run:
    """One evaluation: what it knows, and the steps it has left."""

    variables: Mapping[str, Any]
    context: Context
    left: int = BUDGET
    changed: dict[str, Any] = field(default_factory=dict)


Step = Callable[[Run], Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of something that is neither a fact nor a method of plain values: a bean's."""

    name: str  # `function` or `bean.method`
    position: int


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled text: the variables it reads, and the beans it calls unless a variable has that name."""

    text: str
    names: frozenset[str]
    beans: tuple[Call, ...]
    pieces: tuple[str | Step, ...] = field(repr=False, compare=False)

    def evaluate(self, variables: Mapping[str, Any], context: Context | None = None) -> Any:
        """The value.  Raises JuelError."""
        run = Run(variables, context or Context())
        try:
            if len(self.pieces) == 1:
                piece = self.pieces[0]
                return piece if isinstance(piece, str) else _plain(piece(run))
            return bounded_text("".join(p if isinstance(p, str) else text(_plain(p(run))) for p in self.pieces))
        except JuelError as odd:
            raise JuelError(odd.ja, odd.en, odd.code, max(odd.position, 0)) from None
        except RecursionError:
            raise JuelError("値の入れ子が深すぎます。", "A value is nested too deeply.", "depth") from None


def _plain(value: Any) -> Any:
    """A value as it goes out; what Spin wraps is unwrapped."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Json) else value


@functools.lru_cache(maxsize=4_000)
def compile_template(text: str) -> Template:
    """Compile a text.  Raises JuelError with the position."""
    if len(text) > MAX_LENGTH and ("${" in text or "#{" in text):
        raise JuelError(
            f"式が長すぎます(上限{MAX_LENGTH:,}文字)。",
            f"The expression is longer than {MAX_LENGTH:,} characters.",
            "length",
        )
    pieces = _pieces(text)
    told = [piece for piece in pieces if isinstance(piece, Term)]
    if len(told) == 1 and all(isinstance(piece, Term) or not piece.strip() for piece in pieces):
        pieces = list(told)
    names = {term.value for piece in told for term in piece.walk() if term.kind == "name"}
    compiled = tuple(piece if isinstance(piece, str) else _step(piece) for piece in pieces)
    return Template(text, frozenset(names - OBJECTS), tuple(c for piece in told for c in _beans(piece)), compiled)


def _pieces(text: str) -> list[str | Term]:
    """The text between expressions, and the expressions; `\\\\${` is no expression."""
    pieces: list[str | Term] = []
    plain, at = "", 0
    while at < len(text):
        if text.startswith(("\\${", "\\#{"), at):
            plain, at = plain + text[at + 1 : at + 3], at + 3
        elif text.startswith(("${", "#{"), at):
            end = _end(text, at + 2)
            pieces += [plain] if plain else []
            pieces.append(read(text[at + 2 : end], at + 2))
            plain, at = "", end + 1
        else:
            plain, at = plain + text[at], at + 1
    return [*pieces, plain] if plain or not pieces else pieces


def _end(text: str, at: int) -> int:
    """Where the closing brace stands; those inside texts do not count.  Raises JuelError."""
    quote, start = "", at
    while at < len(text):
        sign = text[at]
        if quote and sign == "\\":
            at += 1
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "}":
            return at
        at += 1
    raise JuelError("「${」に対する「}」がありません。", "“${” has no closing “}”.", "unclosed", max(start - 2, 0))


def _beans(piece: Term) -> list[Call]:
    found = []
    for term in piece.walk():
        if term.kind == "function" and term.value not in FUNCTIONS:
            found.append(Call(term.value, term.position))
        base = term.parts[0] if term.parts else None
        if term.kind != "method" or base is None or base.kind != "name" or base.value in OBJECTS:
            continue
        if term.value not in METHODS and not (len(term.parts) == 1 and getter(term.value)):
            found.append(Call(f"{base.value}.{term.value}", base.position))
    return found


def _step(term: Term) -> Step:
    """The closure of a term; recursion is bounded by the depth of terms."""
    inner = _COMPILERS[term.kind](term, [_step(part) for part in term.parts])

    def run(state: Run) -> Any:
        state.left -= 1
        if state.left < 0:
            raise JuelError("式の計算が多すぎます。", f"The evaluation takes more than {BUDGET:,} steps.", "steps")
        try:
            return inner(state)
        except JuelError as odd:
            if odd.position < 0:
                odd.position = term.position
            raise

    return run


def _name(term: Term, parts: list[Step]) -> Step:
    name = str(term.value)

    def run(state: Run) -> Any:
        if name in state.changed:
            return state.changed[name]
        if name in state.variables:
            return state.variables[name]
        if name in OBJECTS:  # as an argument of a registered function: what it may look at
            return fact(state, name, "variables")
        raise fail("unknown_variable", f"変数「{name}」がありません。", f"There is no variable “{name}”.")

    return run


def _member(term: Term, parts: list[Step]) -> Step:
    name, base = str(term.value), term.parts[0]
    if base.kind == "name" and base.value in OBJECTS:
        return lambda state: fact(state, str(base.value), name)
    return lambda state: _property(parts[0](state), name)


def _property(value: Any, key: Any) -> Any:
    if value is None or key is None:
        return None
    if isinstance(value, Mapping):
        return value.get(key if isinstance(key, str) else text(key))
    if isinstance(value, list) and not isinstance(key, str):
        return call(value, "get", [key]) if _inside(value, key) else None
    if isinstance(value, list) and key.isdecimal() and len(key) < 10:
        return value[int(key)] if int(key) < len(value) else None
    if isinstance(value, dt.date) and key in ("year", "monthOfYear", "dayOfMonth", "hourOfDay", "dayOfWeek", "time"):
        return call(value, f"get{key[0].upper()}{key[1:]}", [])
    raise fail(
        "unknown_property", f"項目「{text(key)[:30]}」がありません。", f"There is no property “{text(key)[:30]}”."
    )


def _inside(value: list[Any], key: Any) -> bool:
    return isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(value)


def _method(term: Term, parts: list[Step]) -> Step:
    base, name = term.parts[0], str(term.value)

    def run(state: Run) -> Any:
        given = [part(state) for part in parts[1:]]
        if base.kind == "name" and base.value not in state.variables:
            if base.value in OBJECTS:
                return fact_call(state, str(base.value), name, [_plain(value) for value in given])
            bean = state.context.beans.get(f"{base.value}.{name}")
            if bean is not None:
                return _asked(f"{base.value}.{name}", bean, given)
        return call(parts[0](state), name, given)

    return run


def _function(term: Term, parts: list[Step]) -> Step:
    name = str(term.value)
    if FUNCTIONS.get(name, len(parts)) != len(parts):
        raise JuelError(
            f"「{name}」の引数の数が違います。", f"“{name}” takes other arguments.", "arguments", term.position
        )

    def run(state: Run) -> Any:
        given = [part(state) for part in parts]
        context = state.context
        if name in ("S", "JSON"):
            return wrap(given[0])
        if name in ("now", "dateTime"):
            if context.now is None:
                raise fail("no_now", "ここでは今の時刻がわかりません。", "The time of now is not known here.")
            return context.now
        if name in FUNCTIONS:
            return context.user if name == "currentUser" else list(context.groups)
        if name not in context.beans:
            raise fail("unknown_function", f"関数「{name}」はありません。", f"There is no function “{name}”.")
        return _asked(name, context.beans[name], given)

    return run


def _asked(name: str, bean: Callable[..., Any], given: list[Any]) -> Any:
    """The answer of a registered function.  Raises JuelError when the arguments do not fit it, or it fails."""
    plain = [_plain(value) for value in given]
    try:
        inspect.signature(bean).bind(*plain)
    except TypeError:
        raise fail("bad_call", f"「{name}」の引数が合いません。", f"“{name}” does not take these arguments.") from None
    try:
        return bean(*plain)
    except JuelError:
        raise
    except Exception as odd:  # a function of an app: whatever goes wrong in it is told at the expression
        told = f"{type(odd).__name__}: {odd}"[:200]
        raise fail("bean_failed", f"「{name}」が失敗しました({told})。", f"“{name}” failed: {told}") from odd


def _or_null(term: Term, part: Step) -> Step:
    """A variable that nobody set counts as null where it is only asked what it is."""
    if term.kind != "name" or term.value in OBJECTS:
        return part
    name = str(term.value)
    return lambda state: part(state) if name in state.changed or name in state.variables else None


def _chain(term: Term, parts: list[Step]) -> Step:
    def run(state: Run) -> Any:
        value = parts[0](state)
        for sign, part in zip(term.value, parts[1:], strict=True):
            value = reckon(sign, _plain(value), _plain(part(state)))
        return value

    return run


def _compared(term: Term, parts: list[Step]) -> Step:
    if all(WORDS.get(sign, sign) in ("==", "!=") for sign in term.value):
        parts = [_or_null(inner, part) for inner, part in zip(term.parts, parts, strict=True)]

    def run(state: Run) -> Any:
        value = parts[0](state)
        for sign, part in zip(term.value, parts[1:], strict=True):
            value = compare(sign, _plain(value), _plain(part(state)))
        return value

    return run


def _empty(term: Term, parts: list[Step]) -> Step:
    asked = _or_null(term.parts[0], parts[0])

    def run(state: Run) -> bool:
        value = _plain(asked(state))
        return value is None or (isinstance(value, str | list | Mapping) and not value)

    return run


def _ternary(term: Term, parts: list[Step]) -> Step:
    return lambda state: parts[1](state) if truth(_plain(parts[0](state))) else parts[2](state)


_COMPILERS: Mapping[str, Callable[[Term, list[Step]], Step]] = {
    "constant": lambda term, parts: lambda state: term.value,
    "name": _name,
    "member": _member,
    "item": lambda term, parts: lambda state: _property(parts[0](state), _plain(parts[1](state))),
    "method": _method,
    "function": _function,
    "chain": _chain,
    "compared": _compared,
    "signed": lambda term, parts: lambda state: reckon(term.value, 0, _plain(parts[0](state))),
    "negation": lambda term, parts: lambda state: not truth(_plain(parts[0](state))),
    "empty": _empty,
    "ternary": _ternary,
    "conjunction": lambda term, parts: lambda state: all(truth(_plain(part(state))) for part in parts),
    "disjunction": lambda term, parts: lambda state: any(truth(_plain(part(state))) for part in parts),
}
