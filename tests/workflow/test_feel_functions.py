"""The built-in functions, one line a case, and the bounds: length, depth, steps, digits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.feel_cases import MORE
from workflow.feel.expressions import BUDGET, FeelError, compile_expression
from workflow.feel.functions import FUNCTIONS
from workflow.feel.terms import MAX_DEPTH, MAX_LENGTH

pytestmark = pytest.mark.pure


def worth(text: str, **context: Any) -> Any:
    return compile_expression(text).evaluate(context)


DAY = dt.date(2025, 2, 3)
# Function -> (arguments, result); None is null.
CASES: dict[str, list[tuple[str, Any]]] = {
    "not": [("true", False), ("false", True), ("null", None), ("1", None)],
    "all": [
        ("[]", True),
        ("[true, true]", True),
        ("[true, null]", None),
        ("[null, false]", False),
        ("true, true", True),
    ],
    "any": [
        ("[]", False),
        ("[false, true]", True),
        ("[false, null]", None),
        ("null, true", True),
        ("false, false", False),
    ],
    "count": [("[]", 0), ("[1, null]", 2), ("1", 1), ("null", None)],
    "list contains": [
        ("[1, 2], 2", True),
        ("[1], 2", False),
        ("[null], null", True),
        ("1, 1", True),
        ("null, 1", None),
        ("[[1]], [1]", True),
    ],
    "sum": [("[1, 2.5]", "3.5"), ("1, 2, 3", 6), ("[]", None), ('[1, "a"]', None), ("null", None), ("[9E, 9E]", None)],
    "mean": [("[1, 2]", "1.5"), ("3", 3), ("[]", None), ("[true]", None)],
    "min": [("[3, 1, 2]", 1), ('"b", "a"', "a"), ("[]", None), ('1, "a"', None), ("[null]", None)],
    "max": [("[3, 1, 2]", 3), ('"b", "a"', "b"), ("[]", None), ("[true, false]", None), ("7", 7)],
    "contains": [('"決裁規程", "規程"', True), ('"決裁", "規"', False), ('null, "a"', None), ('"1", 1', None)],
    "starts with": [('"決裁", "決"', True), ('"決裁", "裁"', False), ('1, "1"', None)],
    "ends with": [('"決裁", "裁"', True), ('"決裁", "決"', False), ('"a", null', None)],
    "string length": [('"𠮷野家"', 3), ('""', 0), ("1", None)],
    "upper case": [('"aｂß"', "AＢSS"), ("1", None)],
    "lower case": [('"AＢ"', "aｂ"), ("null", None)],
    "substring": [
        ('"あいう", 2', "いう"),
        ('"あいう", -2', "いう"),
        ('"あいう", -2, 1', "い"),
        ('"あいう", 1, 99', "あいう"),
        ('"あ", 5', ""),
        ('"あ", 0', None),
        ('"あ", 1, 0', None),
        ('"あ", 1, -1', None),
        ("1, 1", None),
        ('"あ", "1"', None),
        ('"あ", 10 ** 900000', None),
    ],
    "string": [
        ("1.50", "1.5"),
        ("100", "100"),
        ("0.000001", "0.000001"),
        ("true", "true"),
        ("false", "false"),
        ('"a"', "a"),
        ("null", None),
        ('date("2025-02-03")', "2025-02-03"),
        ("10 ** 5000", "1E+5000"),
        ('[1, "a", {k: null}]', '[1, "a", {k: null}]'),
    ],
    "number": [
        ('"1.5"', "1.5"),
        ('" -2 "', -2),
        ('".5"', "0.5"),
        ('"1e5"', 100000),
        ('"1,000"', None),
        ('"1,000.5", ","', "1000.5"),
        ('"1.000,5", ".", ","', "1000.5"),
        ('"1,5", ",", ","', None),
        ('""', None),
        ("3", None),
        ("true", None),
    ],
    "abs": [("-3", 3), ("3", 3), ('duration("-P1D")', dt.timedelta(days=1)), ('"a"', None)],
    "floor": [
        ("1.9", 1),
        ("-1.1", -2),
        ("1.99, 1", "1.9"),
        ("12345, -2", 12300),
        ("null", None),
        ("1, null", None),
        ("1, 10 ** 900000", None),
    ],
    "ceiling": [("1.1", 2), ("-1.9", -1), ("1.11, 1", "1.2"), ('"1"', None), ("1, 10 ** 30", None)],
    "decimal": [
        ("2.5, 0", 2),
        ("3.5, 0", 4),
        ("1/3, 2", "0.33"),
        ("1, 40", 1),
        ("null, 1", None),
        ("1.5, -(10 ** 900000)", None),
    ],
    "modulo": [
        ("5, 3", 2),
        ("-5, 3", 1),
        ("5, -3", -1),
        ("-5, -3", -2),
        ("6, 3", 0),
        ("5.5, 2", "1.5"),
        ("10 ** 40, 3", 1),
        ("1, 0", None),
        ("10 ** 40, 7", 4),
        ("-(10 ** 40), 7", 3),
        ("10 ** 900000, 7", None),
        ("1, 10 ** 900000", None),
        ("1, null", None),
        ('"5", 3', None),
    ],
    "date": [
        ('"2025-02-03"', DAY),
        ('"2025-02-30"', None),
        ('"2025-2-3"', None),
        ('"20250203"', None),
        ("1", None),
        ("day", DAY),
        ("moment", DAY),
    ],
}


ALL = [(name, *case) for name, cases in (CASES | MORE).items() for case in cases]


def test_every_function_has_its_cases() -> None:
    assert sorted([*CASES, *MORE]) == sorted(FUNCTIONS)


@pytest.mark.parametrize(("name", "given", "expected"), ALL)
def test_functions(name: str, given: str, expected: Any) -> None:
    context = {"day": DAY, "moment": dt.datetime(2025, 2, 3, 10, tzinfo=dt.UTC)}
    value = worth(f"{name}({given.replace('9E', '9 * 10 ** 999999')})", **context)
    if isinstance(value, Decimal):
        assert expected is not None and value == Decimal(expected)
    else:
        assert value == expected and type(value) is type(expected)


def test_names_of_functions_are_read_with_any_blanks() -> None:
    assert worth('string \n length ("あ")') == 1 and worth('starts　with("ab", "a")') is True


def refused(text: str, **context: Any) -> str:
    with pytest.raises(FeelError) as odd:
        worth(text, **context)
    return odd.value.ja


def test_expressions_are_bounded_in_length() -> None:
    assert worth("1".rjust(MAX_LENGTH)) == 1
    assert "長すぎます" in refused("1".rjust(MAX_LENGTH + 1))
    assert worth("+".join("1" * 2_000)) == 2_000


def test_expressions_are_bounded_in_depth() -> None:
    assert worth("-" * (MAX_DEPTH - 1) + "1") == -1
    assert "入れ子が深すぎ" in refused("-" * MAX_DEPTH + "1")
    assert "入れ子が深すぎ" in refused("not(" * 100 + "true" + ")" * 100)
    assert "入れ子が深すぎ" in refused("[" * 100 + "]" * 100)
    assert worth("(" * 1_000 + "1" + ")" * 1_000) == 1  # brackets alone make nothing deeper


def test_evaluations_are_bounded_in_steps_however_deep_the_values_lie() -> None:
    flat, nested = [0] * 60_000, [[[0] * 60_000]]
    wide = {"額": dict.fromkeys(map(str, range(60_000)), 1)}
    assert worth("count(x) + count(x)", x=flat[:20_000]) == 40_000
    for many in (flat, nested):
        assert "計算が多すぎます" in refused("x = x", x=many)
        assert "計算が多すぎます" in refused("count(x) + count(x)", x=many)
    assert "計算が多すぎます" in refused("x = x", x=wide)
    assert "計算が多すぎます" in refused("x in (x, x)", x=wide)
    assert "計算が多すぎます" in refused(" or ".join(["x = 1"] * 400), x=[0] * (BUDGET // 300))
    assert worth("x.額.無 = null", x=wide) is True  # looking up a name costs the same in a wide context


def test_equal_values_are_found_among_many_at_the_cost_of_each() -> None:
    many = list(range(9_000))
    assert worth("count(distinct values(x))", x=[*many, *many]) == 9_000
    assert worth("count(union(x, x))", x=many) == 9_000
    mixed = [
        1,
        1.0,
        True,
        "1",
        None,
        None,
        [1, [None]],
        [1.0, [None]],
        {"a": 1},
        {"a": 1.0},
        {"a": True},
        DAY,
        DAY.isoformat(),
    ]
    found = [1, True, "1", None, [1, [None]], {"a": 1}, {"a": True}, DAY, DAY.isoformat()]
    assert worth("distinct values(x)", x=mixed) == found
    assert worth('count(distinct values([[1..2], [1..2], [1..2), duration("P1Y"), duration("P12M")]))') == 3


def test_a_value_nested_beyond_reason_is_refused_in_words() -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    assert "入れ子が深すぎ" in refused("x = x", x=deep)


def test_texts_are_bounded() -> None:
    assert "長くなりすぎ" in refused(" + ".join(["x"] * 20), x="あ" * 10_000)


@given(st.decimals(-(10**12), 10**12, places=4), st.decimals(-(10**6), 10**6, places=4).filter(bool))
def test_modulo_is_what_floor_division_leaves(number: Decimal, divisor: Decimal) -> None:
    value = worth("modulo(a, b)", a=number, b=divisor)
    assert value is not None and (number - value) % divisor == 0
    assert value == 0 or (value < 0) == (divisor < 0)
    assert abs(value) < abs(divisor)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES, VALUES, st.sampled_from([">", "<", "=", "!=", "<=", ">=", "+", "-", "*", "/", "**", "and", "or", "in"]))
def test_no_values_break_an_operator(a: Any, b: Any, sign: str) -> None:
    try:
        worth(f"a {sign} b", a=a, b=b)
    except FeelError as told:
        assert told.ja and told.en


@given(st.text(alphabet='ab 1.()[]<>=+-*/",\\unot決。、かが\t\n', max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        compile_expression(text)
    except FeelError as told:
        assert told.ja and 0 <= told.position <= len(text)
