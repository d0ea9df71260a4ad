"""Cycles by clock and calendar: when they come, that they come again, and what is told before a model runs."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.workflow.test_bpmn_constraints import BOUNDARY, END, HEAD, ON, START, TASK, TIME, process
from workflow.bpmn.check import check
from workflow.bpmn.parser import parse
from workflow.engine.cron import read_cron
from workflow.engine.timers import TOKYO, again, plan

SATURDAY = dt.datetime(2026, 2, 28, 10, 0, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("0 0 9 ? * MON-FRI", ["2026-03-02T09:00:00", "2026-03-03T09:00:00"]),
        ("0/20 59 23 * * ?", ["2026-02-28T23:59:00", "2026-02-28T23:59:20"]),
        ("0 30 8,13 1 * ?", ["2026-03-01T08:30:00", "2026-03-01T13:30:00", "2026-04-01T08:30:00"]),
        ("0 0 0 29 2 ?", ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]),
        ("0 0 12 ? * 7-1", ["2026-02-28T12:00:00", "2026-03-01T12:00:00", "2026-03-07T12:00:00"]),
        ("0 0 9 1 4 ? 2027", ["2027-04-01T09:00:00"]),
    ],
)
def test_a_time_of_the_clock_comes_again_and_again(text: str, times: list[str]) -> None:
    found, details = [], plan("timeCycle", text, SATURDAY).details()
    for _time in times:
        found.append(dt.datetime.fromisoformat(details["due"]).astimezone(TOKYO).replace(tzinfo=None).isoformat())
        details |= again(details) or {}
    assert found == times


def test_what_is_over_comes_no_more() -> None:
    last = plan("timeCycle", "0 0 9 1 4 ? 2027", SATURDAY).details()
    assert again(last) is None


@pytest.mark.parametrize(
    "text",
    ["0 9 * * 1", "0 0 9 L * ?", "0 0 25 * * ?", "0 0 9 ? * ?", "0 0 9 31 2 ?", "0/0 * * * * ?", "a b c d e f", ""],
)
def test_what_is_no_such_time_is_not_read(text: str) -> None:
    assert read_cron(text) is None


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("timeCycle", "PT10M", "「PT10M」は繰返しとして読めません。"),
        ("timeCycle", "0 0 9 L * ?", "「0 0 9 L * ?」は繰返しとして読めません。"),
        ("timeCycle", "0 9 * * 1", "「0 9 * * 1」は繰返しとして読めません。"),
        ("timeCycle", "R0/PT1M", "「R0/PT1M」は1回も起こりません。"),
        ("timeCycle", "R3/P1D/2026-04-01T09:00:00", "「P1D」は日時として読めません。"),
        ("timeDate", "2026-02-30", "「2026-02-30」は日時として読めません。"),
        ("timeDuration", "-P1D", "「-P1D」は期間として読めません。"),
    ],
)
def test_a_literal_time_that_can_never_come_is_told_before_the_model_runs(kind: str, text: str, told: str) -> None:
    drawn = process(START + TASK + END + BOUNDARY.format(TIME.format(kind, text), "") + ON)
    definitions = parse((HEAD + drawn + "</definitions>").encode()).definitions
    assert definitions is not None
    [found] = [finding for finding in check(definitions) if finding.code == "timer_unreadable"]
    assert (found.level, found.element_id, found.line > 0, found.column > 0) == ("error", "td", True, True)
    assert told in found.ja and f"{kind} of “td”: “" in found.en


@pytest.mark.parametrize(
    ("kind", "text"),
    [("timeCycle", "R3/PT10M"), ("timeCycle", "R/2026-04-01T09:00:00/P1D"), ("timeCycle", "0 0 9 ? * MON-FRI"),
     ("timeCycle", "= whenever"), ("timeCycle", "${whenever}"), ("timeDuration", "5営業日")],
)  # fmt: skip
def test_times_that_come_and_expressions_pass(kind: str, text: str) -> None:
    drawn = process(START + TASK + END + BOUNDARY.format(TIME.format(kind, text), "") + ON)
    definitions = parse((HEAD + drawn + "</definitions>").encode()).definitions
    assert definitions is not None
    assert not [finding for finding in check(definitions) if finding.code.startswith("timer")]
