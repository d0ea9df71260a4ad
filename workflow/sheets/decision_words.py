"""Cells of decision tables in words: what people read instead of FEEL where that is simple.  The text stays beside it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

NUMBER = re.compile(r"-?\d+(\.\d+)?")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
DATE = re.compile(r'date\("(\d{4})-(\d{2})-(\d{2})"\)')
COMPARED = re.compile(r"(<=|>=|<|>)\s*(\S.*)")
RANGE = re.compile(r"([\[\](])\s*(\S+?)\s*\.\.\s*(\S+?)\s*([\])\[])")
SIGNS: dict[str, Callable[[], str]] = {
    "<": lambda: _("%(value)s未満"),
    "<=": lambda: _("%(value)s以下"),
    ">": lambda: _("%(value)sより大きい"),
    ">=": lambda: _("%(value)s以上"),
}
TYPES: dict[str, Callable[[], str]] = {
    "number": lambda: _("数"),
    "string": lambda: _("文字"),
    "boolean": lambda: _("はい・いいえ"),
    "date": lambda: _("日付"),
    "time": lambda: _("時刻"),
    "date and time": lambda: _("日時"),
    "list": lambda: _("一覧"),
    "context": lambda: _("項目の組"),
}
POLICIES: dict[str, Callable[[], str]] = {
    "UNIQUE": lambda: _("当たる規則はただ1つです。"),
    "FIRST": lambda: _("上から見て最初に当たった規則を使います。"),
    "PRIORITY": lambda: _("当たった規則のうち、出力の優先順位が最も高いものを使います。"),
    "ANY": lambda: _("当たった規則の出力はすべて同じです。"),
    "RULE ORDER": lambda: _("当たった規則すべての出力を、規則の順に並べます。"),
    "OUTPUT ORDER": lambda: _("当たった規則すべての出力を、優先順位の順に並べます。"),
    "COLLECT": lambda: _("当たった規則すべての出力を集めます。"),
}
AGGREGATIONS: dict[str, Callable[[], str]] = {
    "SUM": lambda: _("当たった規則の出力を合計します。"),
    "MIN": lambda: _("当たった規則の出力のうち最小のものを使います。"),
    "MAX": lambda: _("当たった規則の出力のうち最大のものを使います。"),
    "COUNT": lambda: _("当たった規則の出力を数えます。"),
}


def type_word(name: str) -> str:
    """The name of a type for people; empty for any."""
    return TYPES[name]() if name in TYPES else name


def policy_word(policy: str, aggregation: str) -> str:
    """What is done with the rules that match."""
    found = AGGREGATIONS.get(aggregation) or POLICIES.get(policy)
    return found() if found is not None else policy


def input_words(text: str) -> str:
    """A cell of an input: intervals and comparisons in words, lists of texts without quotes, anything else as it is."""
    bare = text.strip()
    if bare in ("", "-"):
        return "—"
    compared, between = COMPARED.fullmatch(bare), RANGE.fullmatch(bare)
    if compared and (value := plain_value(compared[2])) is not None:
        return SIGNS[compared[1]]() % {"value": value}
    if between and (low := plain_value(between[2])) is not None and (high := plain_value(between[3])) is not None:
        first, last = (">=" if between[1] == "[" else ">"), ("<=" if between[4] == "]" else "<")
        return _("%(low)s・%(high)s") % {
            "low": SIGNS[first]() % {"value": low},
            "high": SIGNS[last]() % {"value": high},
        }
    texts = STRING.findall(bare)
    if texts and STRING.sub("", bare).replace(",", "").strip() == "":
        return _("または").join(texts) if len(texts) > 1 else texts[0]
    return plain_value(bare) or bare


def output_words(text: str) -> str:
    """A cell of an output."""
    bare = text.strip()
    return "—" if bare in ("", "-") else plain_value(bare) or bare


def plain_value(text: str) -> str | None:
    """A number with its digits in groups, a text without quotes, a day, a truth; None for any other expression."""
    if NUMBER.fullmatch(text):
        whole, point, rest = text.partition(".")
        return f"{int(whole):,}{point}{rest}"
    if (found := STRING.fullmatch(text)) is not None:
        return found[1]
    if (found := DATE.fullmatch(text)) is not None:
        return f"{int(found[1])}/{int(found[2])}/{int(found[3])}"
    return {"true": _("はい"), "false": _("いいえ")}.get(text)


def value_words(value: Any) -> str:
    """A stored value for people."""
    if value is None:
        return _("なし")
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, int | float):
        return plain_value(str(value)) or str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping) and value:
        return _("、").join(f"{name}: {_inside(inner)}" for name, inner in value.items())
    if isinstance(value, list) and value:
        return _("、").join(_inside(inner) for inner in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _inside(value: Any) -> str:
    """A value within another: what holds several values stands in brackets."""
    return f"[{value_words(value)}]" if isinstance(value, list | Mapping) and value else value_words(value)
