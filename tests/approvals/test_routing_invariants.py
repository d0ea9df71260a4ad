"""What holds whatever anybody does: on every plan, and on random walks through the verbs (the seven invariants)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals import commands, requirements
from approvals.consulting import Member, Word, is_over, united
from approvals.models import Act, Case, CaseState, CaseVersion, RouteStep, StepState
from approvals.routing import Completion, Consent, Facts, Kind, RouteProblem, Skip, Wanted, plan
from config.errors import Refusal
from documents.ledger.models import LedgerEntry
from tests.approvals.cast import Cast, draft
from tests.approvals.offices import add, ask, fresh
from tests.approvals.test_routing import DAY, NAMES, city, people
from workflow.models import ItemCandidate
from workflow.organization.chart import Chart, Holder, PostNode, UnitNode

OFFICES = {101: (11, 40), 102: (12, 40), 103: (11, 50)}  # post → its unit and rank, beside the own line
wants = st.lists(
    st.builds(
        Wanted,
        kind=st.sampled_from([Kind.CONSULT, Kind.EXAMINE]),
        post_id=st.sampled_from([*OFFICES, 40, 50]),
        reason=st.just("所管のため"),
        consent=st.sampled_from(list(Consent)),
        group=st.integers(1, 2),
        completion=st.sampled_from(list(Completion)),
        needed=st.integers(0, 3),
    ),
    max_size=4,
)


def with_offices(chart: Chart, holders: dict[int, list[Holder]]) -> Chart:
    """Two sections of another department stand beside the line."""
    units = {10: UnitNode(10, 1, "U10", "財政経営部", "", "", 10)}
    units |= {pk: UnitNode(pk, 10, f"U{pk}", f"第{pk}課", "", "", pk) for pk in (11, 12)}
    posts = {pk: PostNode(pk, unit, "課長", rank, tuple(holders.get(pk, []))) for pk, (unit, rank) in OFFICES.items()}
    return Chart(chart.on, {**chart.units, **units}, {**chart.posts, **posts})


@settings(max_examples=300, deadline=None)
@given(
    holders=st.dictionaries(st.sampled_from([*sorted(NAMES), *OFFICES]), people),
    mandatory=wants,
    added=wants,
    drafter=st.integers(1, 9),
    level=st.sampled_from([40, 50, 60, 70]),
)
def test_what_is_wanted_is_in_every_plan(
    holders: dict[int, list[Holder]], mandatory: list[Wanted], added: list[Wanted], drafter: int, level: int
) -> None:
    chart = with_offices(city(holders), holders)
    try:
        alone = plan(Facts(drafter, 10, level, DAY), chart, united(mandatory, []))
        route = plan(Facts(drafter, 10, level, DAY), chart, united(mandatory, added))
    except RouteProblem as problem:
        assert str(problem)
        return
    assert [s for s in route.steps if s.kind is Kind.DECIDE] == [route.steps[-1]], "one decision, and it is the last"
    assert route.decider.skipped is None
    assert route.decider.rank >= level
    assert drafter not in {staff for step in route.asked for staff in step.staff_ids}
    must = {(s.kind, s.wanted.post_id) for s in route.steps if s.wanted is not None and s.is_mandatory}
    kept = {(s.kind, s.wanted.post_id) for s in alone.steps if s.wanted is not None}
    assert kept == must, "what is mandatory only grows, whatever the drafter adds"
    for step in route.steps:
        assert step.reason
        assert step.skipped is not None or step.staff_ids
        if step.is_mandatory:
            assert step.skipped in (None, Skip.HIGHER)
        if step.kind is Kind.EXAMINE:
            assert step.skipped is None, "審査 is never merged into anything"
    asked_of = [(step, other) for step in route.asked for other in route.steps if step.kind is not Kind.EXAMINE]
    for step, other in asked_of:
        same = set(step.staff_ids) <= set(other.staff_ids) and other.skipped is None and step is not other
        higher = (other.kind is Kind.DECIDE, other.rank) > (step.kind is Kind.DECIDE, step.rank)
        loose = step.is_mandatory and other.wanted is not None and not other.is_mandatory
        assert not (same and higher and other.kind is not Kind.EXAMINE and not loose), "nobody is asked twice"
    for group in {step.group for step in route.steps}:
        members = [step for step in route.steps if step.group == group]
        assert len({step.kind for step in members}) == 1
        assert len(members) == 1 or members[0].kind in (Kind.CONSULT, Kind.EXAMINE)


members = st.lists(st.builds(Member, st.booleans(), st.sampled_from(list(Word))), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(Completion)), st.integers(0, 6), members)
def test_a_group_is_over_only_when_its_rule_and_every_mandatory_word_are_there(
    completion: Completion, needed: int, group: list[Member]
) -> None:
    over = is_over(completion, needed, group)
    silent = [member for member in group if member.word is Word.PENDING]
    given_for = sum(member.word is Word.FOR for member in group)
    if not silent:
        assert over, "when all have spoken nothing is waited for"
    elif any(member.must for member in silent) or completion is Completion.ALL:
        assert not over
    elif completion is Completion.FIRST:
        assert over == (given_for >= 1)
    elif completion is Completion.MAJORITY:
        assert over == (given_for > len(group) - given_for)
    else:
        assert over == (given_for >= max(1, needed))


# --- random walks


def moves(cast: Cast, case: Case, dice: random.Random) -> list[Any]:
    """What those whose turn it is may try now, and some tries of others and at the wrong time: much of it is refused."""
    likely, odd = [], []
    seen = {"case_id": case.pk, "seen_revision": case.revision}
    turns = set(ItemCandidate.objects.filter(item__process=case.instance, is_open=True).values_list("staff", "item"))
    for name in ("佐久間", "白井", "三田村", "真鍋", "久遠", "遠山", "羽鳥", "南雲", "森脇"):
        actor = cast.actor(name)
        for step in case.steps.filter(version=case.version):
            mine = {**seen, "step_id": step.pk, "actor": actor}
            tries: list[Any] = [
                (commands.approve_step, mine | {"comment": "よい"}),
                (commands.decide, mine),
                (commands.oppose, mine | {"reason": "反対", "to": dice.choice(["drafter", "superior"])}),
                (commands.return_case, mine | {"reason": "直す", "resume": dice.choice(["direct", "restart"])}),
            ]
            back = case.steps.filter(version=case.version, position__lt=step.position).first()
            if back is not None:
                tries.append((commands.return_case, mine | {"reason": "戻す", "to_step_id": back.pk}))
            (likely if (actor.user_id, step.item_id) in turns else odd).extend(tries)
        (likely if name == "佐久間" else odd).append((commands.resubmit, {**seen, "actor": actor}))
        odd.append((commands.take_back, {**seen, "actor": actor}))
    found = likely + dice.sample(odd, min(len(odd), 5))
    dice.shuffle(found)
    return found


def check(case: Case, before: dict[str, Any]) -> None:
    """The invariants that rows can show."""
    acts = list(Act.objects.filter(case=case).order_by("id"))
    assert sum(act.verb == "decide" for act in acts) == (case.decided_at is not None)
    assert all(act.staff_name and act.post_name and act.right for act in acts)
    assert [act.pk for act in acts][: len(before["acts"])] == before["acts"], "the 経過 only grows"
    assert case.number == before["number"]
    shown = {act.pk: (act.staff_name, act.post_name, act.unit_name, act.comment) for act in acts}
    assert before["shown"].items() <= shown.items()
    must = {(s.kind, s.wanted_post_id) for s in case.steps.filter(version=case.version, is_mandatory=True)}
    assert before["must"] <= must, "what is mandatory only grows"
    opened = case.steps.filter(state=StepState.OPEN)
    waiting = ItemCandidate.objects.filter(item__process=case.instance, is_open=True, item__kind="decision")
    if case.state == CaseState.CIRCULATING:
        assert len({step.group or -step.pk for step in opened}) == 1, "one group is asked at a time"
        assert {row.item_id for row in waiting} == {step.item_id for step in opened}
    else:
        assert not opened.exists()
        assert not waiting.exists()
    before |= {"acts": [act.pk for act in acts], "shown": shown, "must": must}


@pytest.mark.parametrize("seed", range(6))
def test_no_walk_breaks_what_must_hold(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    add(cast)

    def source(case: Case, chart: Chart) -> list[Wanted]:
        return [Wanted(Kind.CONSULT, cast.posts["真鍋"], "別表2-6")]

    requirements.register(source)
    try:
        case = draft(cast, files=0)
        for name, consent in (("久遠", "agree"), ("遠山", "opinion")):
            ask(cast, case, name, consent=consent, completion=dice.choice(["all", "first", "majority"]))
        commands.submit_draft(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("佐久間"))
        case = fresh(case)
        before: dict[str, Any] = {"acts": [], "shown": {}, "must": set(), "number": case.number}
        check(case, before)
        for _step in range(12):
            if not walk_on(cast, case, dice):
                break
            case = fresh(case)
            check(case, before)
        assert len(before["acts"]) > 5 or case.state == CaseState.DECIDED
        end(cast, case, before)
    finally:
        requirements._sources.remove(source)


def walk_on(cast: Cast, case: Case, dice: random.Random) -> bool:
    """One move that is not refused; a refused one leaves no trace.  False where there is none."""
    for act, how in moves(cast, case, dice):
        rows = (Act.objects.count(), RouteStep.objects.count(), LedgerEntry.objects.exclude(action="refused").count())
        try:
            act(**how)
        except Refusal:
            now = (Act.objects.count(), RouteStep.objects.count())
            assert now == rows[:2], "a refusal changes nothing"
        else:
            return True
    return False


def end(cast: Cast, case: Case, before: dict[str, Any]) -> None:
    """Whoever leaves or is called otherwise changes nothing of what was; a decided case is fixed."""
    for act in Act.objects.filter(case=case).select_related("staff")[:3]:
        act.staff.name = "別の 名前"
        act.staff.save(update_fields=["name"])
    shown = {act.pk: (act.staff_name, act.post_name, act.unit_name, act.comment) for act in case.acts.all()}
    assert shown == before["shown"]
    if case.state != CaseState.DECIDED:
        return
    step = case.steps.first()
    for change in (
        lambda: CaseVersion.objects.filter(case=case).update(sha256="x"),
        lambda: RouteStep.objects.filter(pk=step.pk).update(post_name="x"),
        lambda: Case.objects.filter(pk=case.pk).update(inquiry="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
