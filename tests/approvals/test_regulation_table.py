"""Pure: the 決裁規程 as a table: answers, reasons, gaps, overlaps, the bench, 分割発注."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.regulation import bench, check
from approvals.regulation.splitting import Purchase, suspicion
from approvals.regulation.table import (
    LEVELS,
    RESTRICTIONS,
    REVIEW,
    Matter,
    Office,
    Question,
    Row,
    Rulebook,
    Unanswered,
)
from config.demo.regulation import MATTERS
from config.demo.regulation_bench import CASES

pytestmark = pytest.mark.pure
CITY = Rulebook(
    tuple(matter for matter, _ in MATTERS),
    tuple(replace(row, matter=m.code, number=n) for m, rows in MATTERS for n, row in enumerate(rows, start=1)),
)


def book(*rows: Row) -> Rulebook:
    numbered = tuple(replace(row, number=number) for number, row in enumerate(rows, start=1))
    return Rulebook((Matter("X", "試し", "1件"),), numbered)


def row(low: int | None = None, high: int | None = None, level: int = 40, condition: str = "", **more: object) -> Row:
    return replace(Row("X", 0, level, condition, low, high), **more)  # type: ignore[arg-type]  # fields of the row


def test_the_thirty_matters_of_the_city_pass_their_bench() -> None:
    results = bench.run(CITY, CASES)
    assert len(CITY.matters) == 30 and len(results) >= 60
    assert [(r.case, r.differs, r.problem) for r in results if not r.passed] == []
    assert {case.question.matter for case in CASES} == {matter.code for matter in CITY.matters}
    assert check.check(CITY) == ()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (Question("F06", 4_800_000), "別表2-6 委託料 4,800,000円 → 部長専決、契約検査課合議"),
        (Question("F01", 1), "別表2-1 報酬・給料・職員手当・共済費 1円 → 人事課長専決"),
        (Question("P01", None, "部長"), "別表5-1 年次有給休暇・特別休暇 部長 → 副市長専決"),
        (Question("F11", 10), "別表3-1 支出命令 10円 → 課長専決、会計管理者審査"),
        (
            Question("F07", 150_000_000),
            "別表2-7 工事請負費 150,000,000円 → 市長決裁、契約検査課合議、設計審査、議会の議決",
        ),
        (
            Question("G01", None, "", frozenset({"異例", "先例"})),
            "別表1-1 定例的な照会・回答・通知・進達・証明 → 部長専決、異例・先例のため課長専決から引上げ",
        ),
    ],
)
def test_the_answer_explains_itself(question: Question, sentence: str) -> None:
    assert CITY.decide(question).sentence == sentence


def test_the_answer_tells_the_row_and_why_the_others_are_not_it() -> None:
    answer = CITY.decide(Question("F06", 4_800_000))
    assert answer.row.name == "F06-3"
    assert answer.stopped == dict.fromkeys(("F06-1", "F06-2", "F06-4", "F06-5"), "金額")
    assert CITY.decide(Question("P01", None, "課長")).stopped == {"P01-1": "条件", "P01-3": "条件"}


def test_restrictions_raise_by_one_rank_forbid_deciding_for_another_and_stop_at_the_mayor() -> None:
    plain, raised = CITY.decide(Question("F03", 100)), CITY.decide(Question("F03", 100, "", frozenset(RESTRICTIONS)))
    assert (plain.level, plain.deputy, raised.level, raised.deputy) == (40, True, 50, False)
    top = CITY.decide(Question("F03", 10_000_000, "", frozenset({"重要"})))
    assert top.level == 70 and "引上げ" not in top.sentence
    larger = CITY.decide(Question("F10", 400_000, "委託料", frozenset({"30%を超える増額"})))
    assert (larger.level, larger.deputy) == (50, True)


def test_offices_under_a_circumstance_are_asked_only_then() -> None:
    table = book(row(offices=(Office("財政課", when="新規"), Office("会計課", REVIEW))))
    assert table.decide(Question("X")).offices == {"会計課"}
    asked = table.decide(Question("X", circumstances=frozenset({"新規"})))
    assert (asked.consultations, asked.reviews) == (("財政課",), ("会計課",))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question("Z"), "no_matter"),
        (Question("F06"), "no_amount"),
        (Question("F06", -1), "negative"),
        (Question("F10", 5), "no_condition"),
        (Question("F10", 5, "どこにもない条件"), "gap"),
    ],
)
def test_what_cannot_be_answered_says_why(question: Question, code: str) -> None:
    with pytest.raises(Unanswered) as refused:
        CITY.decide(question)
    assert refused.value.code == code


def test_names_with_signs_of_expressions_are_names() -> None:
    odd = 'a" or "b\\'
    table = book(row(condition=odd, offices=(Office(odd, when=odd),)), row(condition="b"))
    answer = table.decide(Question("X", None, odd, frozenset({odd})))
    assert (answer.row.number, answer.offices) == (1, {odd})


def test_gaps_and_overlaps_name_rows_and_amounts() -> None:
    found = check.check(book(row(None, 500), row(400, 900), row(1000, None)))
    assert [(f.code, f.rows, f.low, f.high) for f in found] == [
        ("overlap", ("X-1", "X-2"), 400, 500),
        ("gap", ("X-2", "X-3"), 900, 1000),
    ]
    assert found[0].sentence == "試し: 行X-1と行X-2が重なっています(400円以上500円未満)。"
    assert found[1].sentence == "試し: 900円以上1,000円未満に当たる行がありません(隣は行X-2・X-3)。"
    (rest,) = check.check(book(row(None, 500)))
    assert (rest.code, rest.low, rest.high, rest.rows) == ("gap", 500, None, ("X-1",))


def test_conditions_are_checked_apart_and_a_row_without_one_holds_for_all() -> None:
    assert check.check(book(row(None, 5, condition="a"), row(condition="b"), row(5, None, condition="a"))) == ()
    found = check.check(book(row(condition="a"), row(None, 5)))
    assert [(f.code, f.condition, f.low, f.high) for f in found] == [("overlap", "a", 0, 5)]
    assert [f.code for f in check.check(Rulebook((Matter("X", "空"),), ()))] == ["empty"]


def test_cells_that_cannot_stand() -> None:
    assert [cell for cell, _ in check.row_faults(row(5, 5, 10))] == ["level", "high"]
    assert [cell for cell, _ in check.row_faults(row(-1, 5))] == ["low"]
    assert list(check.row_faults(row(0, 1))) == []


def test_a_bench_row_tells_what_differs() -> None:
    case = replace(CASES[0], expected=bench.Expected(70, frozenset({"なし課"}), False))
    (result,) = bench.run(CITY, [case])
    assert (result.passed, result.differs) == (False, ("level", "offices", "deputy"))
    (lost,) = bench.run(CITY, [replace(case, question=Question("Z"))])
    assert not lost.passed and lost.problem is not None and lost.problem.code == "no_matter"


AMOUNTS = st.one_of(st.none(), st.integers(0, 40))
ROWS = st.builds(row, AMOUNTS, AMOUNTS, st.sampled_from(LEVELS), st.sampled_from(["", "a", "b"]))


@given(st.lists(ROWS, min_size=1, max_size=6), st.integers(0, 45), st.sampled_from(["a", "b"]))
def test_every_question_has_one_answer_or_a_named_fault(rows: list[Row], amount: int, condition: str) -> None:
    table = book(*(each for each in rows if not list(check.row_faults(each))))
    if not table.rows:
        return
    asked = condition if table.conditions_of("X") else ""
    if asked and asked not in table.conditions_of("X"):
        asked = table.conditions_of("X")[0]
    here = [
        finding
        for finding in check.check(table)
        if finding.condition in (asked, "")
        and finding.low <= amount
        and (finding.high is None or amount < finding.high)
    ]
    fits = [
        each
        for each in table.rows
        if each.condition in (asked, "") and (each.low or 0) <= amount and (each.high is None or amount < each.high)
    ]
    try:
        answer = table.decide(Question("X", amount, asked))
    except Unanswered as problem:
        assert problem.code in {finding.code for finding in here}
        assert len(fits) != 1
    else:
        assert here == [] and [answer.row] == fits


def test_orders_that_were_split_are_suspected() -> None:
    day = dt.date(2025, 11, 11)
    first = Purchase(Question("F03", 495_000), "水瀬印刷", day)
    second = Purchase(Question("F03", 495_000), "水瀬印刷", day + dt.timedelta(days=30))
    found = suspicion(CITY, first, [second])
    assert found is not None
    assert (found.total, found.others, found.sentence) == (
        990_000,
        (second,),
        "分割発注の疑い(合計 990,000円 → 部長専決)",
    )


@pytest.mark.parametrize(
    "other",
    [
        Purchase(Question("F03", 495_000), "別の会社", dt.date(2025, 11, 11)),
        Purchase(Question("F05", 495_000), "水瀬印刷", dt.date(2025, 11, 11)),
        Purchase(Question("F03", 495_000), "水瀬印刷", dt.date(2025, 12, 12)),
        Purchase(Question("F03", 4_000), "水瀬印刷", dt.date(2025, 11, 11)),
        Purchase(Question("F03", 600_000), "水瀬印刷", dt.date(2025, 11, 11)),
    ],
)
def test_orders_that_do_not_belong_together_are_not(other: Purchase) -> None:
    assert suspicion(CITY, Purchase(Question("F03", 495_000), "水瀬印刷", dt.date(2025, 11, 11)), [other]) is None
