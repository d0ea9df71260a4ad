"""FEEL expressions: parsed once, compiled to closures, cached, and bounded.  Pure.

Numbers are decimals, null spreads as the standard says, and `and`, `or`, `not` follow three-valued logic (DMN 1.5, 10.3.2).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, localcontext
from pathlib import Path
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedEOF, UnexpectedInput, UnexpectedToken

MAX_LENGTH = 4_000
MAX_DEPTH = 60
ARITHMETIC = Context(prec=34)
Scope = Mapping[str, Any]
Step = Callable[[Scope], Any]


class FeelError(Exception):
    """An expression that cannot be read.  `position` counts characters from 0."""

    def __init__(self, ja: str, en: str, position: int = 0) -> None:
        super().__init__(en)
        self.ja, self.en, self.position = ja, en, position


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression and the names it reads."""

    text: str
    names: frozenset[str]
    _run: Step

    def evaluate(self, scope: Scope) -> Any:
        """The value in a scope; unknown names and impossible operations are null (None)."""
        with localcontext(ARITHMETIC):
            return self._run(scope)


@functools.lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", propagate_positions=True)


@functools.lru_cache(maxsize=2_000)
def compile_expression(text: str) -> Expression:
    """Compile an expression.  Raises FeelError with a sentence and the position."""
    if len(text) > MAX_LENGTH:
        raise FeelError("式が長すぎます。", "The expression is too long.")
    if _nesting(text) > MAX_DEPTH:
        raise FeelError("式の入れ子が深すぎます。", "The expression is nested too deeply.")
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
            raise FeelError("式が途中で終わっています。", "The expression ends too early.", len(text)) from None
        at = max(error.pos_in_stream or 0, 0)
        raise FeelError(
            f"{at + 1}文字目「{text[at : at + 10]}」が読めません。", f"Cannot read “{text[at : at + 10]}” at {at + 1}.", at
        ) from None
    names = frozenset(str(t.children[0]) for t in _trees(tree) if t.data == "name")
    return Expression(text, names, _compile(tree))


def _nesting(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        deepest = max(deepest, depth)
    return deepest + text.count("if ")


def _trees(tree: Any) -> list[Tree[Token]]:
    return list(tree.iter_subtrees()) if isinstance(tree, Tree) else []


def _compile(tree: Any) -> Step:
    if isinstance(tree, Token):
        raise FeelError("式が読めません。", "Cannot read the expression.")
    return _COMPILERS[str(tree.data)](tree.children)


def _constant(value: Any) -> Step:
    return lambda scope: value


def _plain(value: Any) -> Any:
    """A value of the outside as FEEL has it: numbers become decimals."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    return value


def _name(children: list[Any]) -> Step:
    key = str(children[0])
    return lambda scope: _plain(scope.get(key))


def _path(children: list[Any]) -> Step:
    source, key = _compile(children[0]), str(children[1])

    def run(scope: Scope) -> Any:
        value = source(scope)
        return _plain(value.get(key)) if isinstance(value, Mapping) else None

    return run


def _is_number(*values: Any) -> bool:
    return all(isinstance(v, Decimal) for v in values)


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """+ - * / ** with null for what cannot be reckoned; + also joins strings."""
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if not _is_number(left, right):
        return None
    try:
        if sign == "+":
            return left + right
        if sign == "-":
            return left - right
        if sign == "*":
            return left * right
        if sign == "/":
            return left / right if right else None
        return left**right
    except (InvalidOperation, ArithmeticError):
        return None


def compare(sign: str, left: Any, right: Any) -> bool | None:
    """= and != work on everything, the others on two numbers or two strings; otherwise null."""
    if sign in ("=", "!="):
        if left is not None and right is not None and type(left) is not type(right):
            return None
        return (left == right) is (sign == "=")
    same = _is_number(left, right) or (isinstance(left, str) and isinstance(right, str))
    if not same:
        return None
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


def _chain(children: list[Any]) -> Step:
    first = _compile(children[0])
    rest = [(str(children[i]), _compile(children[i + 1])) for i in range(1, len(children), 2)]

    def run(scope: Scope) -> Any:
        value = first(scope)
        for sign, step in rest:
            value = arithmetic(sign, value, step(scope))
        return value

    return run


def _power(children: list[Any]) -> Step:
    steps = [_compile(child) for child in children]

    def run(scope: Scope) -> Any:
        values = [step(scope) for step in steps]
        return functools.reduce(lambda a, b: arithmetic("**", a, b), values)

    return run


def _comparison(children: list[Any]) -> Step:
    left, sign, right = _compile(children[0]), str(children[1]), _compile(children[2])
    return lambda scope: compare(sign, left(scope), right(scope))


def conjunction(values: list[Any]) -> bool | None:
    """Three-valued and: false wins, otherwise anything not boolean makes null."""
    if any(v is False for v in values):
        return False
    return True if all(v is True for v in values) else None


def disjunction(values: list[Any]) -> bool | None:
    """Three-valued or: true wins, otherwise anything not boolean makes null."""
    if any(v is True for v in values):
        return True
    return False if all(v is False for v in values) else None


def _logic(rule: Callable[[list[Any]], bool | None]) -> Callable[[list[Any]], Step]:
    def build(children: list[Any]) -> Step:
        steps = [_compile(child) for child in children]
        return lambda scope: rule([step(scope) for step in steps])

    return build


def _between(children: list[Any]) -> Step:
    value, low, high = (_compile(child) for child in children)
    return lambda scope: conjunction(
        [compare(">=", value(scope), low(scope)), compare("<=", value(scope), high(scope))]
    )


_RANGES = {
    "range_closed_closed": (">=", "<="),
    "range_closed_open": (">=", "<"),
    "range_open_closed": (">", "<="),
    "range_open_open": (">", "<"),
}


def _in_test(children: list[Any]) -> Step:
    value = _compile(children[0])
    if isinstance(children[1], Tree) and str(children[1].data) in _RANGES:
        low_step, high_step = (_compile(child) for child in children[1].children)
        above, below = _RANGES[str(children[1].data)]
        return lambda scope: conjunction(
            [compare(above, value(scope), low_step(scope)), compare(below, value(scope), high_step(scope))]
        )
    test = _compile(children[1])

    def run(scope: Scope) -> bool | None:
        options, wanted = test(scope), value(scope)
        if isinstance(options, list):
            return disjunction([compare("=", wanted, _plain(option)) for option in options])
        return compare("=", wanted, options)

    return run


def _if(children: list[Any]) -> Step:
    condition, yes, no = (_compile(child) for child in children)
    return lambda scope: yes(scope) if condition(scope) is True else no(scope)


def _negative(children: list[Any]) -> Step:
    value = _compile(children[1])

    def run(scope: Scope) -> Any:
        found = value(scope)
        return -found if isinstance(found, Decimal) else None

    return run


def _list(children: list[Any]) -> Step:
    steps = [_compile(child) for child in children if child is not None]
    return lambda scope: [step(scope) for step in steps]


def _not(value: Any) -> Any:
    return (not value) if isinstance(value, bool) else None


def _contains(options: Any, wanted: Any) -> Any:
    return any(_plain(o) == wanted for o in options) if isinstance(options, list) else None


# The one-word functions that conditions use (DMN 1.5, 10.3.4).
FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "not": (1, _not),
    "count": (1, lambda items: Decimal(len(items)) if isinstance(items, list) else None),
    "contains": (2, lambda text, part: part in text if isinstance(text, str) and isinstance(part, str) else None),
    "abs": (1, lambda number: abs(number) if isinstance(number, Decimal) else None),
    "floor": (1, lambda number: number.to_integral_value("ROUND_FLOOR") if isinstance(number, Decimal) else None),
    "ceiling": (1, lambda number: number.to_integral_value("ROUND_CEILING") if isinstance(number, Decimal) else None),
}


def _call(children: list[Any]) -> Step:
    name, given = str(children[0]), [child for child in children[1:] if child is not None]
    if name not in FUNCTIONS:
        raise FeelError(f"関数「{name}」はありません。", f"There is no function “{name}”.", children[0].start_pos or 0)
    count, function = FUNCTIONS[name]
    if len(given) != count:
        raise FeelError(f"関数「{name}」の引数は{count}個です。", f"“{name}” takes {count} arguments.")
    steps = [_compile(child) for child in given]
    return lambda scope: function(*(step(scope) for step in steps))


_COMPILERS: dict[str, Callable[[list[Any]], Step]] = {
    "number": lambda c: _constant(Decimal(str(c[0]))),
    "string": lambda c: _constant(json.loads(str(c[0]))),
    "true": lambda c: _constant(True),
    "false": lambda c: _constant(False),
    "null": lambda c: _constant(None),
    "name": _name,
    "path": _path,
    "call": _call,
    "list": _list,
    "negative": _negative,
    "sum": _chain,
    "product": _chain,
    "power": _power,
    "comparison": _comparison,
    "conjunction": _logic(conjunction),
    "disjunction": _logic(disjunction),
    "between": _between,
    "in_test": _in_test,
    "if_then_else": _if,
}
