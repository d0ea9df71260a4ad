"""Decision tables: every hit policy and aggregation, defaults, bounds of values, and the trace."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.workflow.test_dmn import decision, given, needs, ready
from workflow.dmn.model import RuleTrace, Trace

pytestmark = pytest.mark.pure

RULES = (("&gt;= 100", '"部長"', "3"), ("&gt;= 10", '"課長"', "2"), ("-", '"係長"', "1"))


def table(
    attributes: str,
    rules: tuple[tuple[str, str, str], ...] = RULES,
    *,
    outputs: int = 1,
    values: str = "",
    default: str = "",
    column: int = 1,
) -> str:
    """A table of one input; `outputs` 2 gives both columns, otherwise the one at `column`."""
    names = ("決裁者", "段") if outputs == 2 else (("決裁者", "段")[column - 1],)
    rows = "".join(
        f"<rule><inputEntry><text>{rule[0]}</text></inputEntry>"
        + "".join(
            f"<outputEntry><text>{text}</text></outputEntry>"
            for text in (rule[1:] if outputs == 2 else rule[column : column + 1])
        )
        + "</rule>"
        for rule in rules
    )
    ordered = f"<outputValues><text>{values}</text></outputValues>" if values else ""
    fallback = f"<defaultOutputEntry><text>{default}</text></defaultOutputEntry>" if default else ""
    heads = "".join(f'<output name="{name}">{ordered}{fallback}</output>' for name in names)
    return (
        f"<decisionTable {attributes}><input><inputExpression typeRef='number'><text>金額</text></inputExpression></input>"
        f"{heads}{rows}</decisionTable>"
    )


def result(logic: str, amount: Any, trace: Trace | None = None) -> Any:
    decisions = ready(given("金額") + decision("決裁", logic, needs=needs("金額")))
    return decisions.evaluate("決裁", {"金額": amount}, trace=trace)


def hit(policy: str, aggregation: str = "") -> str:
    return f"hitPolicy='{policy}'" + (f" aggregation='{aggregation}'" if aggregation else "")


ORDER = '"部長", "課長", "係長"'


@pytest.mark.parametrize(
    ("logic", "amount", "expected"),
    [
        (table(hit("FIRST")), 50, "課長"),
        (table(hit("F")), 500, "部長"),
        (table(hit("UNIQUE")), 50, None),
        (table(hit("UNIQUE")), 5, "係長"),
        (table(""), 5, "係長"),
        (table(hit("ANY")), 50, None),
        (table(hit("ANY"), ((">", '"x"', "1"), ("-", '"x"', "1"))[1:]), 50, "x"),
        (table(hit("PRIORITY"), values='"係長", "課長", "部長"'), 500, "係長"),
        (table(hit("PRIORITY"), values=ORDER), 500, "部長"),
        (table(hit("RULE ORDER")), 50, ["課長", "係長"]),
        (table(hit("OUTPUT ORDER"), values='"係長", "課長", "部長"'), 500, ["係長", "課長", "部長"]),
        (table(hit("COLLECT")), 50, ["課長", "係長"]),
        (table(hit("COLLECT", "SUM"), column=2), 500, Decimal(6)),
        (table(hit("COLLECT", "MIN"), column=2), 500, Decimal(1)),
        (table(hit("COLLECT", "MAX"), column=2), 50, Decimal(2)),
        (table(hit("COLLECT", "COUNT")), 500, Decimal(3)),
        (table(hit("FIRST"), outputs=2), 50, {"決裁者": "課長", "段": 2}),
        (table(hit("FIRST"), RULES[:2]), 5, None),
        (table(hit("FIRST"), RULES[:2], default='"係長"'), 5, "係長"),
        (table(hit("FIRST")), "千", "係長"),
    ],
)
def test_hit_policies(logic: str, amount: Any, expected: Any) -> None:
    assert result(logic, amount) == expected


@pytest.mark.parametrize(
    ("cell", "amount", "matches"),
    [
        ("[10..20)", 10, True),
        ("[10..20)", 20, False),
        ("not(10, 20)", 15, True),
        ("not(10, 20)", 20, False),
        ("10, &gt; 90", 95, True),
        ("? &gt; 3 and odd(?)", 5, True),
        ("? &gt; 3 and odd(?)", 6, False),
        ("金額", 6, True),
        ("null", None, True),
        ("&lt; 5", None, False),
        ("", 5, True),
    ],
)
def test_cells(cell: str, amount: Any, matches: bool) -> None:
    logic = table(hit("FIRST"), ((cell, '"合う"', "1"), ("-", '"合わない"', "1")))
    assert result(logic, amount) == ("合う" if matches else "合わない")


def test_an_input_outside_its_values_has_no_result() -> None:
    logic = table(hit("FIRST")).replace(
        "</inputExpression>", "</inputExpression><inputValues><text>[0..100]</text></inputValues>"
    )
    assert (result(logic, 50), result(logic, 101)) == ("課長", None)


def test_the_trace_tells_which_rule_matched_and_where_the_others_stopped() -> None:
    trace = Trace()
    assert result(table(hit("FIRST")), 50, trace) == "課長"
    (told,) = trace.tables
    assert (told.element, told.policy, told.inputs, told.result) == ("決裁", "FIRST", (("金額", Decimal(50)),), "課長")
    assert told.rules == (RuleTrace(1, False, 1), RuleTrace(2, True), RuleTrace(3, True))
