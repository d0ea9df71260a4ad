"""The same random diagrams on another engine: the same activities are completed, each as often."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.engine.anchor import Spiff, beyond
from tests.engine.blocks import Diagram
from tests.engine.conftest import COMPARED
from tests.engine.drawing import xml_of
from tests.engine.driving import drive
from tests.engine.test_random_diagrams import SEEDS, Ours
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine.state import Status

pytestmark = pytest.mark.pure

UNKNOWN = frozenset({"many", "fork", "timer"})
ACTIVITIES = "wdgmt"  # how the names of activities begin; a sub-process that ends in an error counts as done over there


def activities(ours: Ours) -> Counter[str]:
    """How often each activity was completed on our engine; of repeated work the runs count."""
    left = Counter(e.element for e in ours.log if isinstance(e, ev.ElementLeft) and e.element[0] in ACTIVITIES)
    left.subtract(Counter(e.element for e in ours.log if isinstance(e, inner.ScopeOpened) and e.kind == "multi"))
    return +left


def theirs(diagram: Diagram) -> Counter[str]:
    """How often each activity was completed on the other engine, to which a task of no kind is work too.

    One branch is done after the other: a parallel join in a loop remembers there who was first to come in an earlier round,
    and goes on too early when another is first in the next.
    """
    engine = Spiff(xml_of(diagram.text()))
    done = drive(diagram, engine, order=0)
    assert engine.over, f"seed {diagram.seed} did not end there"
    return done


def test_both_engines_complete_the_same_activities(request: pytest.FixtureRequest) -> None:
    compared = hard = items = 0
    different: list[str] = []
    reasons: Counter[str] = Counter()
    drawn = [Diagram(seed) for seed in SEEDS] + [Diagram(seed, without=UNKNOWN) for seed in SEEDS]
    for diagram in drawn:
        reason = beyond(diagram)
        reasons[reason] += 1
        if reason:
            continue
        ours = Ours(diagram, stored=False)
        drive(diagram, ours, order=2)
        assert ours.state.status is Status.ENDED
        here, there = activities(ours), theirs(diagram)
        if here != there:
            different.append(f"seed {diagram.seed}: only here {dict(here - there)}, only there {dict(there - here)}")
        compared, hard, items = compared + 1, hard + diagram.hard, items + here.total()
    request.config.stash[COMPARED] = (
        f"compared with SpiffWorkflow: {compared} diagrams ({hard} with joins in loops or events on edges, "
        f"{items} completed activities), {len(different)} different; {len(drawn) - compared} beyond it"
    )
    assert different == []
    assert compared >= 700 and hard >= 300 and items >= 5_000, reasons


def test_a_difference_would_be_seen() -> None:
    """A diagram of which one branch is taken away is not the same any more."""
    seed = next(
        seed for seed in SEEDS if not beyond(Diagram(seed)) and any(b.kind == "and" for b in Diagram(seed).body)
    )
    whole, less = Diagram(seed), Diagram(seed)
    next(block for block in less.body if block.kind == "and").parts.pop()
    assert theirs(whole) != theirs(less)
    assert theirs(whole) == Counter({name: n for name, n in whole.expected().items() if name[0] in ACTIVITIES})
