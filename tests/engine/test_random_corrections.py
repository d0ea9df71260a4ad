"""Returns, moves, added and removed branches, suspensions and thrown errors in random diagrams: nothing breaks.

After returns alone, a sound diagram still comes to its end: no join starves, nothing is left over.
"""

from __future__ import annotations

import random

import pytest

from tests.engine.blocks import Diagram
from tests.engine.drawing import Course
from tests.engine.test_random_diagrams import FIRST
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import intents as want
from workflow.engine.advance import Refused
from workflow.engine.state import Mode, Status

pytestmark = pytest.mark.pure

SEEDS = range(FIRST, FIRST + 200)


class Handled(Course):
    """A course that knows which completed elements still count, as its history does."""

    def __init__(self, diagram: Diagram) -> None:
        super().__init__(diagram.text(), lawful=False)
        self.diagram = diagram
        self.path: list[str] = []
        self.done: dict[str, int] = {}

    def ask(self, intent: want.Intent) -> list[ev.Event]:
        events = super().ask(intent)
        for event in events:
            if isinstance(event, ev.ElementLeft):
                self.path.append(event.element)
            elif isinstance(event, ev.Returned):
                self.path = [element for at, element in enumerate(self.path) if at not in event.voided]
        return events

    def some_step(self, dice: random.Random) -> bool:
        """Complete something, or let an event happen that nothing else brings; whether there was anything to do."""
        waits = [wait for wait in self.state.waits.values() if wait.kind == "person"]
        events = [found.id for found in self.state.subscriptions.values()]
        if events and (not waits or dice.random() < 0.2):
            self.ask(want.Trigger(dice.choice(events)))
        elif waits:
            wait = dice.choice(waits)
            number = self.done[wait.element] = self.done.get(wait.element, -1) + 1
            self.ask(want.Complete(wait.token, self.diagram.answers(wait.element, number)))
        else:
            return False
        return True

    def some_return(self, dice: random.Random) -> None:
        """Return to something that was done, in a scope that is open."""
        done = [e for e in self.path if self.process.elements[e].type == "userTask"]
        scopes = [scope for scope in self.state.scopes.values() if scope.kind == "embedded" and scope.id != "root"]
        if done:
            scope = dice.choice(["", *(found.id for found in scopes)])
            self.ask(want.Return(dice.choice(done), tuple(self.path), "差戻し", scope=scope))


@pytest.mark.parametrize("seed", SEEDS)
def test_after_returns_a_sound_diagram_still_comes_to_its_end(seed: int) -> None:
    dice = random.Random(f"returns {seed}")
    course = Handled(Diagram(seed))
    course.start()
    returned = 0
    for _ in range(400):
        if course.state.status is Status.ENDED:
            break
        if returned < 4 and dice.random() < 0.3:
            before = course.state
            try:
                course.some_return(dice)
                returned += 1
            except Refused:
                assert course.state is before
        assert course.incidents == []
        if course.state.status is Status.RUNNING:
            assert course.some_step(dice), (course.diagram.text(), course.state.tokens)
    assert course.over and course.path.count("end") == 1, course.diagram.text()
    assert not course.told(ev.IncidentRaised)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_changed_by_hand_the_state_stays_whole(seed: int) -> None:
    dice = random.Random(f"changes {seed}")
    course = Handled(Diagram(seed))
    course.start()
    for _ in range(60):
        if course.state.status in (Status.ENDED, Status.CANCELLED):
            break
        tokens = [*course.state.tokens] or [0]
        elements = [*course.process.elements]
        asked = dice.choice([
            want.Move(dice.choice(tokens), dice.choice(elements)),
            want.AddBranch(dice.choice(tokens)),
            want.RemoveBranch(dice.choice(tokens)),
            want.Retry(dice.choice(tokens)),
            want.ThrowError(dice.choice(tokens), "e" + str(dice.randint(1, 9))),
            want.ThrowEscalation(dice.choice(tokens), "x"),
            want.Suspend(), want.Resume(),
            want.SetVariables({"x": 1}),
            *[None] * 6,
        ])  # fmt: skip
        before = course.state
        try:
            if asked is not None:
                course.ask(asked)
            elif dice.random() < 0.3:
                course.some_return(dice)
            else:
                course.some_step(dice)
        except Refused as refused:
            assert course.state is before and refused.code
    if course.state.status not in (Status.ENDED, Status.CANCELLED):
        course.ask(want.Cancel("終わり"))
    assert course.state.tokens == {}
    born = sum(isinstance(event, ev.TokenPlaced) for event in course.events)
    born += sum(isinstance(event, ev.FlowTaken) and event.new != event.token for event in course.events)
    gone = sum(isinstance(event, ev.TokenEnded | ev.ElementVoided | inner.TokenMerged) for event in course.events)
    assert born == gone
    assert Mode.MOVING not in {token.mode for token in course.state.tokens.values()}
