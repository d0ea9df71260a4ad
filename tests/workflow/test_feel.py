"""FEEL as a table: what an expression is worth, what is null, and what cannot be read, with the place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from workflow.feel.expressions import FeelError, compile_expression
from workflow.feel.values import Range

pytestmark = pytest.mark.pure

DAY = dt.date(2025, 11, 11)
MOMENT = dt.datetime(2025, 11, 11, 10, 42, tzinfo=dt.UTC)
CONTEXT: dict[str, Any] = {
    "x": 5,
    "y": 0.1,
    "big": 10**40,
    "t": True,
    "f": False,
    "n": None,
    "s": "決裁規程",
    "day": DAY,
    "moment": MOMENT,
    "申請額": 150_000,
    "起案者": {"氏名": "佐久間", "課": {"略称": "デジ"}},
    "件": [{"額": 1}, {"額": 2}],
    "l": [1, 2, 3],
    "申請額(円)": 7,
    "年 度": 2025,
    "e": [],
    "nan": float("nan"),
    "々ー": 1,
    "naive": dt.datetime(2025, 1, 1),  # noqa: DTZ001 - a moment without a zone is the case
}
NAMES = ["申請額(円)", "年 度", "x", ""]


def worth(text: str) -> Any:
    """The value of an expression in the context of this file."""
    return compile_expression(text, NAMES).evaluate(CONTEXT)


NUMBERS = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 2 - 3", 5),
    ("2 ** 3 ** 2", 64),
    ("-2 ** 2", 4),
    ("- -1", 1),
    ("7 / 2", "3.5"),
    ("0.1 + 0.2", "0.3"),
    (".5", "0.5"),
    ("1/3", "0." + "3" * 34),
    ("x + y", "5.1"),
    ("+x", 5),
    ("-x", -5),
    ("2 ** 0.5", "1.414213562373095048801688724209698"),
    ("12345678901234567890 * 10", "123456789012345678900"),
    ("１２", 12),
    ("1 /* 円 */ + 1 // 計", 2),
    ("if x > 4 then 1 else 2", 1),
    ("if n then 1 else 2", 2),
    ("if f then 1 else if t then 2 else 3", 2),
    ("申請額 / 1000", 150),
    ("申請額(円) + 年 度", 2032),
    ("年　 度", 2025),
    ("々ー", 1),
    ("day.year", 2025),
    ("day.month + day.day", 22),
    ("day.weekday", 2),
    ("moment.year", 2025),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_numbers_are_decimals(text: str, expected: Any) -> None:
    value = worth(text)
    assert isinstance(value, Decimal) and value == Decimal(expected)


BOOLEANS = [
    ("1 = 1.0", True),
    ("1 != 2", True),
    ("0.1 + 0.2 = 0.3", True),
    ("x >= 5", True),
    ("x <= 4", False),
    ("x > 5", False),
    ("x < 6", True),
    ('s = "決裁規程"', True),
    ('"a" < "b"', True),
    ("t = true", True),
    ("n = null", True),
    ("x = null", False),
    ("x != null", True),
    ("[1, [2, null]] = [1, [2, null]]", True),
    ("[1, 2] = [2, 1]", False),
    ("[1] != [1, 2]", True),
    ("起案者 = 起案者", True),
    ("起案者 != 起案者.課", True),
    ('day = date("2025-11-11")', True),
    ('day > date("2024-12-31")', True),
    ("x between 1 and 5", True),
    ("x between 6 and 9", False),
    ("x between 1 and 5 and f", False),
    ("申請額 >= 100000", True),
    ("x in [1..5]", True),
    ("x in [1..5)", False),
    ("x in (5..9]", False),
    ("x in ]5..9]", False),
    ("x in [1..5[", False),
    ("x in (1..9)", True),
    ("x in (1, 5)", True),
    ("x in (< 3, > 4)", True),
    ("x in > 5", False),
    ("x in (>= 5)", True),
    ("x in l", False),
    ("2 in l", True),
    ("x in (l, 5)", True),
    ("[1] in [1]", True),
    ("x in (!= 5)", False),
    ("x in (= 5)", True),
    ("not(t)", False),
    ("not(f)", True),
    ('起案者.課.略称 = "デジ"', True),
    ('起案者 . 氏名 = "佐久間"', True),
]
# Three values: for two operands, in the order true, false, null.
LOGIC = {"and": "tfn fff nfn", "or": "ttt tfn tnn"}
BOOLEANS += [
    (f"{left} {sign} {right}", {"t": True, "f": False, "n": None}[row[at]])
    for sign, table in LOGIC.items()
    for left, row in zip("tfn", table.split(), strict=True)
    for at, right in enumerate("tfn")
]


@pytest.mark.parametrize(("text", "expected"), BOOLEANS)
def test_truth_has_three_values(text: str, expected: bool | None) -> None:
    assert worth(text) is expected


NULLS = [
    "null",
    "unbekannt",
    "x.y",
    "n.y.z",
    "s.year",
    "1 / 0",
    "0 ** 0",
    "(-8) ** (1/3)",
    '"a" + 1',
    '"a" - "b"',
    "t + 1",
    "-s",
    "+t",
    '1 = "1"',
    '1 != "1"',
    "t < f",
    '1 < "a"',
    "n < 1",
    "null > null",
    "l < l",
    "1 and n",
    '"x" or n',
    "not(n)",
    "not(1)",
    "nan",
    "day < moment",
    "moment < naive",
    "n in [1..2]",
    'x in ["a".."b"]',
    "1 between n and 3",
    "10 ** 999999 * 10 ** 999999",
]


@pytest.mark.parametrize("text", NULLS)
def test_what_makes_no_sense_is_null(text: str) -> None:
    assert worth(text) is None


def test_false_wins_over_null_and_nothing_is_read_behind_it() -> None:
    assert worth("1 between 3 and n") is False
    assert worth("f and (1 / 0 = 1)") is False and worth("t or l") is True
    assert worth("(x > 1 and n) or t") is True


TEXTS = [
    ('"決" + "裁"', "決裁"),
    (r'"a\"b\\c\n\t\/"', 'a"b\\c\n\t/'),
    (r'"\u6c7a\U01F600"', "決\U0001f600"),
    ('"// /* */"', "// /* */"),
    ('""', ""),
    (r'"\'"', "'"),
    ("起案者.氏名", "佐久間"),
    ('"改\n行"', "改\n行"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_strings(text: str, expected: str) -> None:
    assert worth(text) == expected


def test_lists_ranges_and_contexts() -> None:
    assert worth("[]") == [] and worth("[1, s, [n]]") == [1, "決裁規程", [None]]
    assert worth("件.額") == [1, 2] and worth("件.無") == [None, None]
    assert worth("[1..x)") == Range(Decimal(1), Decimal(5), ">=", "<")
    assert worth("起案者.課") == {"略称": "デジ"}
    assert (worth("l"), CONTEXT["l"]) == ([1, 2, 3], [1, 2, 3])


UNREADABLE = [
    ("", 0, "途中で終わって"),
    ("   ", 3, "途中で終わって"),
    ("// だけ", 5, "途中で終わって"),
    ("1 +", 3, "途中で終わって"),
    ("(1", 2, "途中で終わって"),
    ("if t then 1", 11, "途中で終わって"),
    ("x between 1", 11, "途中で終わって"),
    ("1 == 1", 3, "「=」ひとつ"),
    ("a $ b", 2, "3文字目の「$」"),
    ("１＋１", 1, "2文字目の「＋」"),
    ('x = "abc', 4, "5文字目からの文字列が閉じて"),
    ("/* open", 0, "読めません"),
    ("1 2", 2, "3文字目「2」"),
    ("not t", 4, "5文字目「t」"),
    ("1 < 2 < 3", 6, "7文字目"),
    ("1..2", 1, "2文字目"),
    ("[1,]", 4, "途中で終わって"),
    (")", 0, "1文字目"),
    ("x.1", 1, "2文字目"),
    ("{a 1}", 3, "4文字目"),
    ("{a: 1, a: 2}", 7, "項目「a」が重なって"),
    ("for i in l", 10, "途中で終わって"),
    ("some x in l return x", 12, "13文字目"),
    ('@"2025-02-30"', 1, "日付・時刻・期間"),
    ("function(x) external {}", 0, "外部"),
    ("1 instance of list<", 14, "型「list<"),
    (r'"\uD800"', 1, "その番号の文字"),
    (r'"\UFFFFFF"', 1, "その番号の文字"),
    ("1 + 無い(1)", 4, "関数「無い」"),
    ("1 + count()", 4, "引数の数(0個)"),
    ("not(t, f)", 0, "引数の数(2個)"),
    ('contains("a")', 0, "引数の数(1個)"),
    ("true(1)", 0, "呼び出せません"),
    ("x && y", 2, "「&」"),
    ("x; y", 1, "「;」"),
    ("'a'", 0, "「'」"),
    ("in", 0, "1文字目「in」"),
]


@pytest.mark.parametrize(("text", "position", "said"), UNREADABLE)
def test_what_cannot_be_read_is_told_with_its_place(text: str, position: int, said: str) -> None:
    with pytest.raises(FeelError) as odd:
        compile_expression(text, NAMES)
    assert said in odd.value.ja and str(odd.value) == odd.value.en and odd.value.position == position
    assert "Expected" not in odd.value.en and "Token(" not in odd.value.en


def test_names_are_told_and_only_the_longest_declared_one_is_read() -> None:
    found = compile_expression("申請額 > 1 and 起案者.氏名 = s and 申請額(円) > 0", ["申請額(円)", "円"])
    assert found.names == {"申請額", "起案者", "s", "申請額(円)"}
    assert compile_expression("a-b", ["a-b", "a-b-c"]).evaluate({"a-b": 1, "a": 5, "b": 2}) == 1
    assert compile_expression("a-b", []).evaluate({"a-b": 1, "a": 5, "b": 2}) == 3
    assert compile_expression("年度末 + 1", ["年度 末"]).names == {"年度末"}


def test_a_compiled_expression_is_kept_and_has_no_memory() -> None:
    first, second = compile_expression("x + 1"), compile_expression("x + 1")
    assert first is second
    assert (first.evaluate({"x": 1}), first.evaluate({}), first.evaluate({"x": 2})) == (2, None, 3)
