"""起算日, 満了日 and the printed numbers, with the data of the domain report (1.4, 1.5)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import numbering, retention
from documents.numbering import SeriesName

pytestmark = pytest.mark.pure
D = dt.date


@pytest.mark.parametrize(
    ("basis", "on", "more", "start"),
    [
        ("FY", D(2025, 10, 24), {}, D(2026, 4, 1)),
        ("FY", D(2026, 3, 31), {}, D(2026, 4, 1)),
        ("FY", D(2026, 4, 1), {}, D(2027, 4, 1)),
        ("CY", D(2025, 12, 31), {}, D(2026, 1, 1)),
        ("CY", D(2026, 1, 1), {}, D(2027, 1, 1)),
        ("EVENT_FY", D(2025, 10, 24), {"event_on": D(2028, 3, 31)}, D(2028, 4, 1)),
        ("EVENT_FY", D(2025, 10, 24), {"event_on": D(2028, 2, 29)}, D(2028, 4, 1)),
        ("EVENT_FY", D(2025, 10, 24), {}, None),
        # 出納整理期間: completed in May 2026, of the accounts of 令和7年度
        ("ACCOUNT_FY", D(2026, 5, 20), {"account_year": 2025}, D(2026, 4, 1)),
        ("ACCOUNT_FY", D(2026, 5, 20), {}, D(2027, 4, 1)),
        ("NONE", D(2025, 10, 24), {}, None),
    ],
)
def test_start(basis: str, on: dt.date, more: dict, start: dt.date | None) -> None:
    assert retention.start_date(basis, completed_on=on, **more) == start


def test_an_unknown_basis() -> None:
    with pytest.raises(ValueError, match="unknown basis"):
        retention.start_date("WEEK", completed_on=D(2025, 1, 1))


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        (D(2026, 4, 1), 5, D(2031, 3, 31)),
        (D(2026, 4, 1), 1, D(2027, 3, 31)),
        (D(2026, 4, 1), 30, D(2056, 3, 31)),
        (D(2026, 1, 1), 3, D(2028, 12, 31)),
        (D(2026, 4, 1), 0, D(2026, 3, 31)),
        (D(2026, 4, 1), None, None),
        (None, 5, None),
    ],
)
def test_expiry(start: dt.date | None, years: int | None, end: dt.date | None) -> None:
    assert retention.expiry(start, years) == end


@given(
    st.dates(D(1950, 1, 1), D(2090, 1, 1)),
    st.sampled_from(["FY", "CY", "ACCOUNT_FY"]),
    st.sampled_from([1, 3, 5, 10, 30]),
)
def test_never_kept_too_short(on: dt.date, basis: str, years: int) -> None:
    start = retention.start_date(basis, completed_on=on)
    assert start is not None and start > on and (start - on).days <= 366
    end = retention.expiry(start, years)
    assert end is not None and (end + dt.timedelta(days=1)) == start.replace(year=start.year + years)


def test_the_printed_number() -> None:
    assert numbering.text(numbering.DRAFT, SeriesName("draft", "デジ", 2025), 131) == "起-R07-デジ-00131"
    assert numbering.text("{scope}第{value}号", SeriesName("dispatch", "7水地協", 2025), 214) == "7水地協第214号"


@pytest.mark.parametrize("pattern", ["{unit}-{value}", "{}-{value}", "{value:q}", "{value"])
def test_an_odd_pattern(pattern: str) -> None:
    with pytest.raises(ValueError):
        numbering.text(pattern, SeriesName("draft", "デジ", 2025), 1)


def test_numbers_count_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        numbering.text(numbering.DRAFT, SeriesName("draft", "デジ", 2025), 0)
