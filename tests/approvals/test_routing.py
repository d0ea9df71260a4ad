"""Routes: pure, on small charts made here."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals import routing
from approvals.routing import Facts, Kind, RouteProblem, Skip, plan, post_title
from workflow.organization.chart import Chart, Holder, PostNode, UnitNode

DAY = dt.date(2025, 11, 11)  # a Tuesday
CITY, DEPARTMENT, SECTION, TEAM = 1, 2, 3, 4
NAMES = {10: "主事", 20: "係長", 30: "課長補佐", 40: "課長", 50: "部長", 60: "副市長", 70: "市長"}
PLACES = {70: CITY, 60: CITY, 50: DEPARTMENT, 40: SECTION, 30: SECTION, 20: TEAM, 10: TEAM}


def unit(pk: int, parent: int | None, name: str) -> UnitNode:
    return UnitNode(pk, parent, f"U{pk}", name, "", "", pk)


def person(staff: int, kind: str = "main") -> Holder:
    return Holder(staff, str(staff), f"職員{staff}", kind)


def city(holders: dict[int, list[Holder]], posts: set[int] | None = None) -> Chart:
    """One post of each rank, in one line; the post's id is its rank."""
    units = [unit(CITY, None, "水瀬市"), unit(DEPARTMENT, CITY, "企画戦略部")]
    units += [unit(SECTION, DEPARTMENT, "デジタル推進課"), unit(TEAM, SECTION, "推進係")]
    ranks = posts if posts is not None else set(NAMES)
    nodes = [PostNode(rank, PLACES[rank], NAMES[rank], rank, tuple(holders.get(rank, []))) for rank in sorted(ranks)]
    return Chart(DAY, {u.id: u for u in units}, {p.id: p for p in nodes})


def everybody() -> dict[int, list[Holder]]:
    return {rank: [person(rank)] for rank in NAMES}


def facts(level: int, drafter: int = 10, post: int = 10) -> Facts:
    return Facts(drafter_id=drafter, post_id=post, level=level, on=DAY)


def test_a_route_climbs_the_own_line_and_ends_with_the_decider() -> None:
    route = plan(facts(50), city(everybody()))
    assert [(s.kind, s.post_name, s.person_name, s.reason, s.skipped) for s in route.steps] == [
        (Kind.REVIEW, "推進係長", "職員20", "起案者の係長", None),
        (Kind.REVIEW, "デジタル推進課長補佐", "職員30", "起案者の課長補佐", None),
        (Kind.REVIEW, "デジタル推進課長", "職員40", "起案者の課長", None),
        (Kind.DECIDE, "企画戦略部長", "職員50", "部長専決", None),
    ]
    assert route.decider.rank == 50


def test_expected_days_are_business_days() -> None:
    route = plan(Facts(10, 10, 70, dt.date(2025, 11, 21)), city(everybody()))  # Friday; Monday is a holiday
    assert [s.expected_on.isoformat() for s in route.steps] == [
        "2025-11-21", "2025-11-21", "2025-11-25", "2025-11-25", "2025-11-26", "2025-11-26",
    ]  # fmt: skip


def test_a_draft_begun_on_a_holiday_is_expected_from_the_next_open_day() -> None:
    route = plan(Facts(10, 10, 40, dt.date(2025, 11, 22)), city(everybody()))
    assert route.steps[0].expected_on == dt.date(2025, 11, 25)


def test_a_vacant_reviewer_is_skipped_for_all_to_see() -> None:
    holders = everybody() | {30: []}
    route = plan(facts(40), city(holders))
    assert [(s.post_name, s.skipped, s.reason) for s in route.steps][1] == (
        "デジタル推進課長補佐", Skip.VACANT, "欠員のため、次の職が見ます",
    )  # fmt: skip
    assert [s.post_name for s in route.asked] == ["推進係長", "デジタル推進課長"]


def test_an_acting_holder_takes_a_vacant_post() -> None:
    holders = everybody() | {40: [person(99, "acting")]}
    route = plan(facts(50), city(holders))
    assert route.steps[2].reason == "起案者の課長(事務取扱)"
    assert route.steps[2].person_name == "職員99"


def test_a_vacant_decider_is_decided_for_by_the_next_above_and_it_is_told() -> None:
    route = plan(facts(50), city(everybody() | {50: []}))
    assert (route.decider.post_name, route.decider.reason) == (
        "水瀬市 副市長", "部長専決ですが企画戦略部長が欠員のため、上司が決裁します",
    )  # fmt: skip
    assert [(s.post_name, s.skipped) for s in route.steps if s.rank == 50] == [("企画戦略部長", Skip.VACANT)]


def test_nobody_above_a_vacant_decider_is_a_problem() -> None:
    with pytest.raises(RouteProblem) as refused:
        plan(facts(50), city(everybody() | {50: [], 60: [], 70: []}))
    assert refused.value.code == "decider_vacant"
    assert "企画戦略部長が欠員" in str(refused.value)


def test_the_drafter_in_a_reviewing_post_is_skipped_as_himself() -> None:
    route = plan(facts(50, drafter=20, post=20), city(everybody()))
    assert (route.steps[0].post_name, route.steps[0].skipped) == ("推進係長", Skip.DRAFTER)
    holders = everybody() | {20: [person(10, "concurrent")]}
    route = plan(facts(50), city(holders))
    assert (route.steps[0].skipped, route.steps[0].reason) == (Skip.DRAFTER, "起案者本人のため省略")


def test_a_drafter_who_would_decide_is_raised_to_his_superior() -> None:
    route = plan(facts(40, drafter=40, post=40), city(everybody()))
    assert [(s.post_name, s.skipped) for s in route.steps] == [
        ("デジタル推進課長", Skip.DRAFTER),
        ("企画戦略部長", None),
    ]
    assert route.decider.reason == "課長専決ですがデジタル推進課長が起案者のため、上司が決裁します"


def test_a_director_may_choose_a_level_below_himself_and_still_goes_up() -> None:
    route = plan(facts(40, drafter=50, post=50), city(everybody()))
    assert route.decider.rank == 60


def test_the_mayor_cannot_draft_for_himself() -> None:
    with pytest.raises(RouteProblem) as refused:
        plan(facts(70, drafter=70, post=70), city(everybody()))
    assert refused.value.code == "no_superior"


def test_the_same_person_is_asked_once_in_the_highest_post() -> None:
    holders = everybody() | {20: [person(40, "acting")]}
    route = plan(facts(50), city(holders))
    assert (route.steps[0].skipped, route.steps[0].reason) == (
        Skip.HIGHER, "上位で処理(同じ人がデジタル推進課長として見ます)",
    )  # fmt: skip
    holders = everybody() | {40: [person(50, "acting")]}
    route = plan(facts(50), city(holders))
    assert route.steps[2].skipped is Skip.HIGHER
    assert route.decider.person_name == "職員50"


def test_a_missing_rank_goes_to_the_next_higher_post() -> None:
    route = plan(facts(50), city(everybody(), posts={10, 20, 40, 60, 70}))
    assert (route.decider.rank, route.decider.reason) == (60, "部長専決に当たる職がないため、上司が決裁します")


def test_no_post_high_enough_is_a_problem() -> None:
    with pytest.raises(RouteProblem) as refused:
        plan(facts(70), city(everybody(), posts={10, 20, 40}))
    assert refused.value.code == "no_decider"


def test_unknown_post_and_level_are_problems() -> None:
    with pytest.raises(RouteProblem) as refused:
        plan(facts(50, post=999), city(everybody()))
    assert refused.value.code == "no_post"
    with pytest.raises(RouteProblem) as refused:
        plan(facts(45), city(everybody()))
    assert refused.value.code == "unknown_level"


def test_peers_of_the_decider_are_told_that_they_are_not_asked() -> None:
    base = city(everybody())
    second = PostNode(61, CITY, "副市長", 60, (person(61),))
    chart = Chart(DAY, base.units, {**base.posts, 61: second})
    route = plan(facts(60), chart)
    assert [(s.post_id, s.skipped) for s in route.steps][-2:] == [(61, Skip.PEER), (60, None)]


def test_a_post_of_the_section_is_no_superior_where_the_team_has_its_own_chief() -> None:
    base = city(everybody())
    senior = PostNode(21, SECTION, "主査", 20, (person(21),))
    chart = Chart(DAY, base.units, {**base.posts, 21: senior})
    assert 21 not in {s.post_id for s in plan(facts(50), chart).steps}


@pytest.mark.parametrize(
    ("unit_name", "post", "title"),
    [
        ("推進係", "係長", "推進係長"),
        ("推進係", "主事", "推進係 主事"),
        ("企画戦略部", "部長", "企画戦略部長"),
        ("水瀬市", "市長", "水瀬市長"),
        ("推進係", "推進係長", "推進係長"),
    ],
)
def test_titles_of_posts(unit_name: str, post: str, title: str) -> None:
    assert post_title(unit_name, post) == title


people = st.lists(
    st.builds(person, st.integers(1, 9), st.sampled_from(["main", "acting", "concurrent"])),
    max_size=2,
    unique_by=lambda holder: holder.staff_id,
)


@settings(max_examples=300, deadline=None)
@given(
    holders=st.dictionaries(st.sampled_from(sorted(NAMES)), people),
    posts=st.sets(st.sampled_from(sorted(NAMES)), min_size=1),
    own=st.sampled_from(sorted(NAMES)),
    drafter=st.integers(1, 9),
    level=st.sampled_from(sorted(routing.LEVEL_NAMES)),
)
def test_what_holds_for_every_route(
    holders: dict[int, list[Holder]], posts: set[int], own: int, drafter: int, level: int
) -> None:
    chart = city(holders, posts | {own})
    try:
        route = plan(facts(level, drafter=drafter, post=own), chart)
    except RouteProblem as problem:
        assert str(problem)
        return
    deciding = [s for s in route.steps if s.kind is Kind.DECIDE]
    assert deciding == [route.steps[-1]], "exactly one decider, and he is the last"
    assert route.decider.rank >= level
    assert route.decider.skipped is None
    assert route.decider.staff_ids
    asked = [staff for s in route.asked for staff in s.staff_ids]
    assert drafter not in asked, "nobody acts on his own case"
    on_line = {p for p in chart.posts if max(own, 20) <= p <= route.decider.rank and (p > own or p == own)}
    assert on_line == {s.post_id for s in route.steps}, "nobody is left out silently"
    assert all(s.reason for s in route.steps)
    assert [s.rank for s in route.steps] == sorted(s.rank for s in route.steps)
    assert [s.expected_on for s in route.steps] == sorted(s.expected_on for s in route.steps)
