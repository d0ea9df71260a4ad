"""Further built-in functions, one line a case: arguments and result; None is null, numbers may be texts of digits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflow.feel.temporal import Months
from workflow.feel.values import Range, plain

JST = dt.timezone(dt.timedelta(hours=9))
NINE = plain(9)


def numbers(*values: Any) -> list[Any]:
    """A list as FEEL has it."""
    return [plain(value) for value in values]


TEXTS: dict[str, list[tuple[str, Any]]] = {
    "substring before": [('"第1号", "号"', "第1"), ('"a", "b"', ""), ('"a", ""', ""), ('1, "a"', None)],
    "substring after": [('"第1号", "第"', "1号"), ('"a", "b"', ""), ('"a", ""', "a"), ('null, "a"', None)],
    "matches": [
        ('"起-R07-00131", "R\\d{2}"', True),
        ('"決裁", "^\\p{IsCJKUnifiedIdeographs}+$"', True),
        ('"AB", "ab", "i"', True),
        ('"a\nb", "a.b"', False),
        ('"a\nb", "a.b", "s"', True),
        ('"a.c", "a.c", "q"', True),
        ('"abc", "a.c", "q"', False),
        ('"b", "[a-z-[aeiou]]"', True),
        ('"a", "["', None),
        ('"a", "a", "Z"', None),
        ('null, "a"', None),
    ],
    "replace": [
        ('"令和7年", "(\\d+)", "<$1>"', "令和<7>年"),
        ('"a.b", ".", "-", "q"', "a-b"),
        ('"abc", "b", "\\\\$"', "a$c"),
        ('"abc", "b", "$9"', "ac"),
        ('"abc", "b", "$"', None),
        ('"abc", "(", "x"', None),
        ('"abc", 1, "x"', None),
    ],
    "split": [
        ('"a;b;;", ";"', ["a", "b", "", ""]),
        ('"a1b22c", "\\d+"', ["a", "b", "c"]),
        ('"a", ""', None),
        ('1, ","', None),
    ],
    "string join": [
        ('["a", null, "b"], "・"', "a・b"),
        ('["a", "b"]', "ab"),
        ("[]", ""),
        ('[1, "a"]', None),
        ("null", None),
    ],
}
NUMBERS: dict[str, list[tuple[str, Any]]] = {
    "round up": [("5.5, 0", 6), ("-5.5, 0", -6), ("1.121, 2", "1.13"), ("1, null", None)],
    "round down": [("5.5, 0", 5), ("-5.5, 0", -5), ("1.129, 2", "1.12"), ('"1", 0', None)],
    "round half up": [("5.5, 0", 6), ("-5.5, 0", -6), ("2.4, 0", 2), ("1.125, 2", "1.13")],
    "round half down": [("5.5, 0", 5), ("-5.5, 0", -5), ("2.6, 0", 3), ("1.125, 2", "1.12")],
    "sqrt": [("16", 4), ("-1", None), ('"4"', None)],
    "log": [("1", 0), ("0", None), ("-1", None)],
    "exp": [("0", 1), ("10 ** 6", None), ("null", None)],
    "odd": [("5", True), ("-3", True), ("2", False), ("2.5", False), ("null", None)],
    "even": [("4", True), ("-2", True), ("1", False), ("2.5", False)],
    "is": [
        ('date("2026-04-01"), date("2026-04-01")', True),
        ('@"23:00:00Z", @"23:00:00+00:00"', True),
        ('@"23:00:00@Asia/Tokyo", @"23:00:00+09:00"', False),
        ("1, true", False),
        ("1", False),
    ],
}
LISTS: dict[str, list[tuple[str, Any]]] = {
    "product": [("[2, 3, 4]", 24), ("2, 3", 6), ("[]", None)],
    "median": [("[8, 2, 5, 3, 4]", 4), ("[6, 1, 2, 3]", "2.5"), ("[]", None)],
    "stddev": [("[2, 4, 6]", 2), ("[1]", None), ('[1, "a"]', None)],
    "mode": [("[6, 3, 9, 6, 6]", numbers(6)), ("[6, 1, 9, 6, 1]", numbers(1, 6)), ("[]", []), ('["a"]', None)],
    "sublist": [
        ("[4, 5, 6], 1, 2", numbers(4, 5)),
        ("[4, 5, 6], -2", numbers(5, 6)),
        ("[4], 0", None),
        ("[4], 2", None),
        ("[4], 1, 2", None),
    ],
    "append": [("[1], 2, 3", numbers(1, 2, 3)), ("1, 2", numbers(1, 2)), ("null, 1", None)],
    "concatenate": [("[1], [2, 3]", numbers(1, 2, 3)), ("[1], null", None)],
    "insert before": [("[1, 3], 2, 2", numbers(1, 2, 3)), ("[1], -1, 0", numbers(0, 1)), ("[1], 3, 0", None)],
    "remove": [("[1, 2, 3], 2", numbers(1, 3)), ("[1], -1", []), ("[1], 0", None)],
    "list replace": [
        ("[1, 2], 2, 9", numbers(1, 9)),
        ("[1, 5, 2], function(item, newItem) item < newItem, 3", numbers(3, 5, 3)),
        ("[1], 2, 9", None),
        ("[1], function(item, newItem) 1, 3", None),
    ],
    "reverse": [("[1, 2]", numbers(2, 1)), ("null", None)],
    "index of": [("[1, 2, 1], 1", numbers(1, 3)), ("[null, 1], null", numbers(1)), ("[1], 2", [])],
    "union": [("[1, 2], [2, 3]", numbers(1, 2, 3))],
    "distinct values": [("[1, 2, 1, null, null]", numbers(1, 2, None))],
    "flatten": [("[1, [2, [3]]]", numbers(1, 2, 3)), ("null", None)],
    "sort": [
        ("[3, 1, 2], function(a, b) a > b", numbers(3, 2, 1)),
        ('["b", "a"]', ["a", "b"]),
        ("[2, 1], null", numbers(1, 2)),
    ],
}
CONTEXTS: dict[str, list[tuple[str, Any]]] = {
    "get value": [('{氏名: "佐久間"}, "氏名"', "佐久間"), ('{a: 1}, "b"', None), ("1, 1", None)],
    "get entries": [("{a: 9}", [{"key": "a", "value": NINE}]), ("null", None)],
    "context": [
        ('[{key: "a", value: 9}]', {"a": NINE}),
        ('[{key: "a", value: 9}, {key: "a", value: 1}]', None),
        ("[{key: 1, value: 9}]", None),
    ],
    "context put": [
        ('{a: 1}, "a", 9', {"a": NINE}),
        ('{a: {}}, ["a", "b"], 9', {"a": {"b": NINE}}),
        ('{a: 1}, ["a", "b"], 9', None),
        ("{}, [], 9", None),
    ],
    "context merge": [("[{a: 1}, {a: 9}]", {"a": NINE}), ("[{a: 1}, 1]", None)],
}
TIMES: dict[str, list[tuple[str, Any]]] = {
    "time": [
        ('"10:30:00+09:00"', dt.time(10, 30, tzinfo=JST)),
        ("10, 30, 0.5", dt.time(10, 30, 0, 500_000)),
        ('10, 30, 0, duration("PT9H")', dt.time(10, 30, tzinfo=JST)),
        ("moment", dt.time(10, tzinfo=dt.UTC)),
        ('"25:00:00"', None),
        ("24, 0, 0", None),
        ('10, 0, 0, duration("PT99H")', None),
    ],
    "date and time": [
        ('"2026-04-01T00:00:00"', dt.datetime(2026, 4, 1)),  # noqa: DTZ001 - FEEL has moments without a zone
        ('day, time("10:00:00Z")', dt.datetime(2025, 2, 3, 10, tzinfo=dt.UTC)),
        ('moment, "Nowhere/Here"', None),
        ('"2026-04-01T25:00:00"', None),
        ("1", None),
    ],
    "duration": [
        ('"P1DT2H"', dt.timedelta(days=1, hours=2)),
        ('"-P1Y2M"', Months(-14)),
        ('"P1Y1D"', None),
        ('"P"', None),
        ('"PT"', None),
        ("1", None),
    ],
    "years and months duration": [
        ('date("2025-04-30"), date("2026-05-29")', Months(12)),
        ('date("2026-05-29"), date("2025-04-30")', Months(-12)),
        ("moment, day", Months(0)),
        ("1, day", None),
    ],
    "now": [("", None)],
    "today": [("", None)],
    "day of year": [("day", 34), ("1", None)],
    "day of week": [("day", "Monday")],
    "month of year": [("moment", "February")],
    "week of year": [('date("2026-12-31")', 53), ("null", None)],
}
RANGES: dict[str, list[tuple[str, Any]]] = {
    "range": [
        ('"[1..9)"', Range(plain(1), NINE, ">=", "<")),
        ('"(..9]"', Range(None, NINE, ">", "<=")),
        ('"[9..1]"', None),
        ('"[..9]"', None),
        ('"[1..x]"', None),
        ('"[1..\\"a\\"]"', None),
    ],
    "before": [
        ("1, 10", True),
        ("1, [1..10]", False),
        ("1, (1..10]", True),
        ("[1..5), 5", True),
        ("[1..5), [5..9]", True),
        ("[1..5], [5..9]", False),
        ('1, "a"', None),
    ],
    "after": [("10, 1", True), ("[5..9], [1..5)", True), ("5, [1..5)", True), ("[1..5], 9", False)],
    "meets": [("[1..5], [5..9]", True), ("[1..5), [5..9]", False)],
    "met by": [("[5..9], [1..5]", True), ("[5..9], [1..4]", False)],
    "overlaps": [("[1..5], [3..8]", True), ("[1..5], (5..8]", False), ("[1..5], [6..8]", False)],
    "overlaps before": [("[1..5], [3..8]", True), ("[3..8], [1..5]", False)],
    "overlaps after": [("[3..8], [1..5]", True), ("[1..5], [3..8]", False)],
    "finishes": [("10, [1..10]", True), ("10, [1..10)", False), ("[5..10], [1..10]", True)],
    "finished by": [("[1..10], 10", True), ("[1..10], [5..10)", False)],
    "includes": [("[1..10], 5", True), ("[1..10), 10", False), ("[1..10], (1..10)", True)],
    "during": [("5, [1..10]", True), ("[4..6], [1..10]", True), ("[1..10], [4..6]", False)],
    "starts": [("1, [1..10]", True), ("1, (1..10]", False), ("[1..5], [1..10]", True)],
    "started by": [("[1..10], 1", True), ("[1..10], (1..5]", False)],
    "coincides": [("5, 5", True), ("[1..5], [1..5]", True), ("[1..5], [1..5)", False)],
}
MORE = TEXTS | NUMBERS | LISTS | CONTEXTS | TIMES | RANGES
