"""Days as a city hall counts them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import calendar
from config.clock import TOKYO

DAYS = st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2049, 12, 31))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2025, 11, 11), "令和7年11月11日"),
        (dt.date(2019, 5, 1), "令和元年5月1日"),
        (dt.date(2019, 4, 30), "平成31年4月30日"),
        (dt.date(1989, 1, 8), "平成元年1月8日"),
        (dt.date(1989, 1, 7), "昭和64年1月7日"),
        (dt.date(1926, 12, 24), "大正15年12月24日"),
        (dt.date(1912, 7, 29), "明治45年7月29日"),
    ],
)
def test_wareki_changes_on_the_first_day_of_an_era(day, text):
    assert calendar.wareki(day) == text


def test_before_meiji_is_refused():
    with pytest.raises(ValueError, match="Meiji"):
        calendar.wareki(dt.date(1867, 1, 1))


@pytest.mark.parametrize(
    ("day", "year", "label", "name"),
    [
        (dt.date(2025, 4, 1), 2025, "R07", "令和7年度"),
        (dt.date(2026, 3, 31), 2025, "R07", "令和7年度"),
        (dt.date(2026, 4, 1), 2026, "R08", "令和8年度"),
        (dt.date(2019, 4, 1), 2019, "R01", "令和元年度"),
        (dt.date(2019, 3, 31), 2018, "H30", "平成30年度"),
    ],
)
def test_fiscal_year_and_its_labels(day, year, label, name):
    assert calendar.fiscal_year(day) == year
    assert calendar.fiscal_label(year) == label
    assert calendar.fiscal_name(year) == name


@given(DAYS)
def test_every_day_lies_in_its_fiscal_year(day):
    year = calendar.fiscal_year(day)
    assert calendar.fiscal_year_start(year) <= day <= calendar.fiscal_year_end(year)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (dt.date(2025, 9, 15), False),  # 敬老の日
        (dt.date(2025, 11, 22), False),  # Saturday
        (dt.date(2025, 11, 24), False),  # 振替休日
        (dt.date(2025, 11, 25), True),
        (dt.date(2025, 12, 28), False),  # Sunday
        (dt.date(2025, 12, 29), False),  # year's end
        (dt.date(2026, 1, 3), False),
        (dt.date(2026, 1, 5), True),
        (dt.date(2026, 9, 22), False),  # 国民の休日 between two holidays
    ],
)
def test_business_days(day, works):
    assert calendar.is_business_day(day) is works


def test_adding_business_days_skips_the_new_year():
    assert calendar.add_business_days(dt.date(2025, 12, 26), 1) == dt.date(2026, 1, 5)
    assert calendar.add_business_days(dt.date(2026, 1, 5), -1) == dt.date(2025, 12, 26)


@given(DAYS.filter(lambda d: d < dt.date(2040, 1, 1)), st.integers(min_value=1, max_value=30))
def test_adding_and_counting_agree(day, count):
    later = calendar.add_business_days(day, count)
    assert calendar.is_business_day(later)
    assert calendar.business_days_between(day, later) == count
    assert calendar.business_days_between(later, day) == -count


def test_office_days_count_office_hours_only():
    friday = dt.datetime(2025, 11, 14, 16, 15, tzinfo=TOKYO)
    monday = dt.datetime(2025, 11, 17, 9, 30, tzinfo=TOKYO)
    assert calendar.office_days(friday, monday) == pytest.approx(2 / 8.75)
    with pytest.raises(ValueError, match="before"):
        calendar.office_days(monday, friday)
