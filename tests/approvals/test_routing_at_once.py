"""Side by side at the very same moment: every word counts once, and the next is asked once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from approvals import commands
from approvals.models import Act, Case
from config.errors import Conflict
from tests.approvals.cast import Cast, build
from tests.approvals.offices import add, fresh, past_own_section, sent, states, step_of
from tests.approvals.test_concurrency import together
from workflow.models import ItemCandidate

NAMES = ("真鍋", "久遠", "遠山")


@pytest.fixture
def city(at_office: None, fresh_database: str) -> Cast:
    return add(build())


def answers(city: Cast, case: Case) -> list[Callable[[], Any]]:
    """Each of the three consents, on the page that all of them saw."""
    seen = fresh(case).revision
    steps = {name: step_of(case, name).pk for name in NAMES}
    actors = {name: city.actor(name) for name in NAMES}

    def answer(name: str) -> Callable[[], Any]:
        which = {"case_id": case.pk, "step_id": steps[name], "seen_revision": seen, "actor": actors[name]}
        return lambda: commands.approve_step(**which)

    return [answer(name) for name in NAMES]


def test_all_three_at_once_are_heard_and_the_decider_is_asked_once(city: Cast) -> None:
    case = past_own_section(city, sent(city, *NAMES, changes={"files": 0}))
    results = together(*answers(city, case))
    assert [r for r in results if isinstance(r, Exception)] == []
    assert Act.objects.filter(case=case, verb="agree").count() == 3
    assert states(case)["羽鳥"] == "open"
    assert ItemCandidate.objects.filter(staff=city.staff["羽鳥"], is_open=True).count() == 1


def test_of_three_at_once_the_first_is_enough_and_the_others_are_told(city: Cast) -> None:
    case = past_own_section(city, sent(city, *NAMES, changes={"files": 0}, completion="first"))
    results = together(*answers(city, case))
    assert [type(r) for r in results].count(Conflict) == 2
    assert Act.objects.filter(case=case, verb="agree").count() == 1
    assert sorted(states(case)[name] for name in NAMES) == ["done", "unneeded", "unneeded"]
    assert ItemCandidate.objects.filter(staff=city.staff["羽鳥"], is_open=True).count() == 1
