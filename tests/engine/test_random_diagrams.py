"""Whatever sound diagram is drawn, in whichever order its work is done: no token is lost or invented.

The seed of a diagram is the number in the name of its test; DIAGRAMS_FROM=n draws others, from the seed n on.
"""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest

from tests.engine.apart import steps_alone
from tests.engine.blocks import Diagram
from tests.engine.drawing import BEGIN, Course, drawn
from tests.engine.driving import drive
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import intents as want
from workflow.engine.advance import advance
from workflow.engine.draft import replay
from workflow.engine.state import State, Status, from_json
from workflow.engine.world import World

pytestmark = pytest.mark.pure

FIRST = int(os.environ.get("DIAGRAMS_FROM", "0"))
SEEDS = range(FIRST, FIRST + 600)


class Ours:
    """An instance on the engine; with `stored`, its state goes to JSON and back between any two steps."""

    def __init__(self, diagram: Diagram, *, stored: bool) -> None:
        self.process = drawn(diagram.text(), lawful=False)
        self.stored = stored
        self.state = State()
        self.log: list[ev.Event] = []
        self._ask(want.Start())

    def _ask(self, intent: want.Intent) -> None:
        events = advance(self.process, self.state, intent, World(now=BEGIN))
        if self.stored:
            steps_alone(self.process, self.state, intent, World(now=BEGIN), events)
        self.state = replay(self.state, events)
        self.log += events
        if self.stored:
            self.state = from_json(*json.loads(json.dumps([self.state.to_json(), self.state.variables_to_json()])))

    def events(self) -> list[tuple[str, object]]:
        return [(found.element, found.id) for found in self.state.subscriptions.values()]

    def happen(self, element: str, key: object) -> None:
        assert isinstance(key, int)
        self._ask(want.Trigger(key))

    def work(self) -> list[tuple[str, object]]:
        return [(wait.element, wait.token) for wait in self.state.waits.values() if wait.kind == "person"]

    def complete(self, element: str, key: object, values: dict[str, int]) -> None:
        assert isinstance(key, int)
        self._ask(want.Complete(key, values))


def check_tokens(log: list[ev.Event]) -> None:
    """Every token is born once and ends once; nothing happens to one that is not there; joins take one of each flow."""
    alive: set[int] = set()
    born: set[int] = set()
    for event in log:
        placed = event.token if isinstance(event, ev.TokenPlaced) else None
        if isinstance(event, ev.FlowTaken) and event.new != event.token:
            assert event.token in alive
            placed = event.new
        if placed is not None:
            assert placed not in born
            born.add(placed)
            alive.add(placed)
        elif isinstance(event, ev.TokenEnded | ev.ElementVoided | inner.TokenMerged):
            alive.remove(event.token)
        elif isinstance(event, inner.SubscriptionOpened | inner.ScopeOpened):
            assert not event.token or event.token in alive
        elif hasattr(event, "token"):
            assert event.token in alive
    assert alive == set()


def check_joins(diagram: Diagram, ours: Ours) -> None:
    """A parallel join releases one token for one of each of its flows; each visit of a join ends in a release."""
    came = Counter(event.element for event in ours.log if isinstance(event, inner.JoinReached))
    released = Counter(event.element for event in ours.log if isinstance(event, inner.JoinPassed))
    merged = Counter(event.element for event in ours.log if isinstance(event, inner.TokenMerged))
    for join, number in released.items():
        assert came[join] == number + merged[join]
        if join.startswith("and"):
            assert came[join] == number * len(ours.process.elements[join].incoming)
    expected = diagram.expected()
    assert released == Counter({element: n for element, n in expected.items() if element.startswith(("and", "or"))})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sound_diagram_ends_with_all_its_work_done_and_nothing_left(seed: int) -> None:
    diagram = Diagram(seed)
    ours = Ours(diagram, stored=False)
    items = drive(diagram, ours, order=1)
    state = ours.state
    assert state.status is Status.ENDED, (diagram.text(), state.tokens)
    assert (state.tokens, state.waits, state.subscriptions, set(state.scopes)) == ({}, {}, {}, {"root"})
    assert not any(isinstance(event, ev.IncidentRaised) for event in ours.log)
    check_tokens(ours.log)
    check_joins(diagram, ours)
    left = Counter(event.element for event in ours.log if isinstance(event, ev.ElementLeft))
    left.subtract(_wholes(ours.log))
    expected = diagram.expected()
    assert {element: left[element] for element in expected} == dict(expected), diagram.text()
    assert items == Counter({element: n for element, n in expected.items() if element[0] in "wdgm"})
    assert replay(State(), ours.log) == state


def _wholes(log: list[ev.Event]) -> Counter[str]:
    """How often repeated work as a whole was left, beside its runs."""
    return Counter(event.element for event in log if isinstance(event, inner.ScopeOpened) and event.kind == "multi")


@pytest.mark.parametrize("seed", SEEDS[::2])
def test_storing_between_the_steps_changes_nothing_and_the_order_of_work_changes_no_outcome(seed: int) -> None:
    diagram = Diagram(seed)
    kept, stored, other = Ours(diagram, stored=False), Ours(diagram, stored=True), Ours(diagram, stored=True)
    assert drive(diagram, kept, order=2) == drive(diagram, stored, order=2) == drive(diagram, other, order=3)
    assert kept.log == stored.log
    assert kept.state == stored.state
    assert (other.state.status, other.state.tokens) == (Status.ENDED, {})
    again = [ev.from_json(json.loads(json.dumps(ev.to_json(event)))) for event in stored.log]
    assert replay(State(), again) == stored.state


def test_enough_diagrams_are_hard() -> None:
    diagrams = [Diagram(seed) for seed in SEEDS]
    assert len(diagrams) >= 500
    assert sum(diagram.hard for diagram in diagrams) >= 150
    kinds = Counter(block.kind for diagram in diagrams for block in diagram.walk())
    assert min(kinds.values()) >= 50 and len(kinds) == 13


def test_a_deploy_time_check_finds_nothing_wrong_with_a_sound_diagram() -> None:
    for seed in SEEDS[:60]:
        drawn(Diagram(seed).text())


def test_a_diagram_with_a_wrong_join_is_noticed() -> None:
    """The checks above can fail: a parallel join after a choice starves, an exclusive one after a split doubles work."""
    starved = Course("start > d1 > xor10\nxor10 > w2 if d1 = 0\nxor10 > w3 else\nw2 > and19\nw3 > and19\nand19 > end",
                     lawful=False)  # fmt: skip
    starved.start()
    starved.complete("d1", d1=0)
    starved.complete("w2")
    assert starved.incidents == [("and19", "join_starved")]
    doubled = Course("start > and10\nand10 > w2 > xor19\nand10 > w3 > xor19\nxor19 > w4 > end", lawful=False)
    doubled.start()
    doubled.complete("w2")
    doubled.complete("w3")
    assert doubled.waiting == ["w4", "w4"]
