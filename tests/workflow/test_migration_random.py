"""Random diagrams whose instances go over to diagrams that have little to do with them, and joins that would then starve.

Whatever the mapping says, either there are reasons against it, or every token stands where it says, in the scope and doing
what it did before, and the instance can go on.
"""

from __future__ import annotations

import random

import pytest

from tests.engine.blocks import Diagram
from tests.engine.drawing import BEGIN, Course, drawn, many, xml_of
from workflow.bpmn.model import Process
from workflow.bpmn.parser import parse
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine import parts
from workflow.engine.advance import Refused, advance
from workflow.engine.draft import replay
from workflow.engine.migrating import Plan, plan
from workflow.engine.starving import starving
from workflow.engine.state import Mode, State, Status
from workflow.engine.world import World

pytestmark = pytest.mark.pure

WORLD = World(now=BEGIN)


def process_of(text: str) -> Process:
    found = parse(xml_of(text).encode()).definitions
    assert found is not None
    return found.processes[0]


def check_whole(state: State) -> None:
    """Nothing is left that belongs to nothing."""
    assert {t.id for t in state.tokens.values() if t.mode is Mode.WAITING} == set(state.waits)
    assert all(state.tokens[wait.token].element == wait.element for wait in state.waits.values())
    assert all(token.scope in state.scopes for token in state.tokens.values())
    assert all(state.tokens[s.token].element == s.element for s in state.scopes.values() if s.token)
    assert all(not s.token or s.token in state.tokens for s in state.subscriptions.values())


def some_step(process: Process, state: State, dice: random.Random) -> State:
    """Complete or move something, or let something happen."""
    asked: list[want.Intent] = [want.Complete(w.token, {}) for w in state.waits.values() if w.kind == "person"]
    asked += [want.Trigger(number) for number in state.subscriptions]
    asked += [want.Move(token, dice.choice([*process.elements])) for token in state.tokens]
    try:
        return replay(state, advance(process, state, dice.choice(asked), WORLD))
    except Refused:
        return state


@pytest.mark.parametrize("seed", range(150))
def test_any_other_version_is_refused_or_keeps_every_token(seed: int) -> None:
    dice = random.Random(f"other {seed}")
    at, other = process_of(Diagram(seed).text()), process_of(Diagram(dice.randrange(600)).text())
    state = replay(State(), advance(at, State(), want.Start(), WORLD))
    for _ in range(30):
        if state.status is not Status.RUNNING:
            break
        mapping = {name: dice.choice([*other.elements]) for name in at.elements if dice.random() < 0.3}
        before = state
        found = plan(at, other, state, mapping, WORLD)
        assert bool(found.problems) is not bool(found.events)
        assert all(problem.code and problem.ja and problem.en for problem in found.problems)
        if found.events:
            at, other, state = other, at, replay(state, found.events)
            check_whole(state)
            assert {n: (mapping.get(t.element, t.element), t.scope, t.mode) for n, t in before.tokens.items()} == {
                n: (t.element, t.scope, t.mode) for n, t in state.tokens.items()
            }
            assert (state.variables, state.status) == (before.variables, before.status)
        state = some_step(at, state, dice)
        check_whole(state)


@pytest.mark.parametrize("seed", range(150))
def test_no_join_of_a_sound_diagram_ever_starves(seed: int) -> None:
    diagram, dice = Diagram(seed), random.Random(f"joins {seed}")
    course = Course(diagram.text(), lawful=False)
    course.start()
    done: dict[str, int] = {}
    for _ in range(60):
        assert starving(course.process, course.state, lambda at: at, lambda token: token.via) == []
        waits = [wait for wait in course.state.waits.values() if wait.kind == "person"]
        heard = [*course.state.subscriptions]
        if heard and (not waits or dice.random() < 0.3):
            course.ask(want.Trigger(dice.choice(heard)))
        elif waits:
            wait = dice.choice(waits)
            done[wait.element] = done.get(wait.element, -1) + 1
            course.ask(want.Complete(wait.token, diagram.answers(wait.element, done[wait.element])))


def go(before: str, after: str, *done: str, **mapping: str) -> tuple[Course, Plan]:
    """An instance of the first, where these were completed, on the second if nothing is against it."""
    course = Course(before, lawful=False)
    course.start()
    for element in done:
        course.complete(element)
    found = plan(course.process, drawn(after, lawful=False), course.state, mapping, WORLD)
    if not found.problems:
        course.process, course.state = drawn(after, lawful=False), replay(course.state, found.events)
    return course, found


FORK = "start > and1\nand1 > a > and2\nand1 > b > and2\nand2 > c > end"


@pytest.mark.parametrize(
    ("after", "done"),
    [
        (FORK + "\nand1 > d > and2", ("a",)),  # nobody ever begins d
        (FORK + "\nand1 > d > and2", ()),  # nor here, though nothing waits at the join yet
        (FORK.replace("b > and2", "b > end3"), ("a",)),  # b does not lead there any longer, and a has come
        (FORK.replace("and1 > b > and2", "and1 > b > and9 > end3\nand1 > and9"), ()),
    ],
)
def test_joins_that_would_starve_are_told(after: str, done: tuple[str, ...]) -> None:
    _course, found = go(FORK, after, *done)
    assert [problem.code for problem in found.problems] == ["join_starves"] and found.events == []


@pytest.mark.parametrize(
    "after", [FORK, FORK.replace("b > and2", "b > x > and2"), FORK.replace("and2 > c", "and2 > y > c")]
)
def test_joins_that_get_all_they_wait_for_are_left_alone(after: str) -> None:
    course, found = go(FORK, after, "a")
    assert found.problems == []
    for _ in range(5):
        if course.waiting:
            course.complete(course.waiting[0])
    assert course.over and not course.told(ev.IncidentRaised)


def test_a_join_that_starves_already_is_no_reason_to_stay() -> None:
    broken = "start > xor1\nxor1 > a if n = 1\nxor1 > b else\na > and2\nb > and2\nand2 > c > end"
    course, found = go(broken, broken.replace("and2 > c", "and2 > d > c"))
    assert found.problems == [] and course.waiting == ["b"]


CALL = 'start > call > end\ncall: callActivity calledElement="{}"'


@pytest.mark.parametrize(("called", "codes"), [("x", []), ("y", ["other_call"])])
def test_what_was_called_is_what_the_new_version_calls(called: str, codes: list[str]) -> None:
    _course, found = go(CALL.format("x"), CALL.format(called))
    assert [problem.code for problem in found.problems] == codes


BROAD = "start > s > end\ns: subProcess | " + many(times="25") + " [\nstart5 > k > end5\n{}]"


@pytest.mark.parametrize(
    ("inside", "is_apart"),
    [("", True), ("bb @ k {signal:all}\nbb > end6\n", False)],
)
def test_runs_that_will_have_to_do_with_others_lie_apart_no_longer(inside: str, is_apart: bool) -> None:
    course, found = go(BROAD.format(""), BROAD.format(inside))
    assert found.problems == [] and bool(parts.wholes(course.state)) is is_apart
    assert len(parts.split(course.state).parts) == (25 if is_apart else 0)
    for _ in range(25):
        course.complete("k")
    assert course.over
