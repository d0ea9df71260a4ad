"""An instance goes on by another version: nothing is lost or invented, and what finds no place is told."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.engine.blocks import Diagram
from tests.engine.drawing import BEGIN, Course, drawn, many, weekdays, xml_of
from tests.engine.driving import drive
from tests.engine.test_random_diagrams import Ours, check_tokens
from workflow.bpmn.model import Process
from workflow.bpmn.parser import parse
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import intents as want
from workflow.engine.draft import replay
from workflow.engine.migrating import Plan, plan
from workflow.engine.state import Status
from workflow.engine.world import World

pytestmark = pytest.mark.pure

ROOTS = "".join(rf"(?<!<{tag} )" for tag in ("process", "message", "signal", "error", "escalation", "definitions"))
IDS = re.compile(rf'{ROOTS}\b(id|sourceRef|targetRef|attachedToRef|default)="(?!process"|definitions")')


def renamed(text: str) -> Process:
    """The same diagram, in which everything is called otherwise."""
    definitions = parse(IDS.sub(r'\1="x_', xml_of(text)).encode()).definitions
    assert definitions is not None
    return definitions.processes[0]


class Wandering(Ours):
    """An instance that goes over to the other of two versions after every step; its elements keep their first names here."""

    def __init__(self, diagram: Diagram) -> None:
        self.other = renamed(diagram.text())
        self.migrations = 0
        super().__init__(diagram, stored=True)

    def _ask(self, intent: want.Intent) -> None:
        super()._ask(intent)
        if self.state.status is not Status.RUNNING:
            return
        mapping = {
            name: name.removeprefix("x_") if name.startswith("x_") else f"x_{name}" for name in self.process.elements
        }
        found = plan(self.process, self.other, self.state, mapping, World(now=BEGIN))
        assert (found.problems, found.closed, found.opened) == ([], [], [])
        self.state = replay(self.state, found.events)
        self.log += found.events
        self.process, self.other = self.other, self.process
        self.migrations += 1

    def events(self) -> list[tuple[str, object]]:
        return [(element.removeprefix("x_"), key) for element, key in super().events()]

    def work(self) -> list[tuple[str, object]]:
        return [(element.removeprefix("x_"), key) for element, key in super().work()]


@pytest.mark.parametrize("seed", range(0, 600, 4))
def test_going_over_after_every_step_changes_no_outcome(seed: int) -> None:
    diagram = Diagram(seed)
    staying, wandering = Ours(diagram, stored=False), Wandering(diagram)
    assert drive(diagram, staying, order=2) == drive(diagram, wandering, order=2)
    assert wandering.migrations > 0 and wandering.state == staying.state
    check_tokens([event for event in wandering.log if not isinstance(event, inner.InstanceMigrated)])
    left = [
        Counter(event.element.removeprefix("x_") for event in log if isinstance(event, ev.ElementLeft))
        for log in (staying.log, wandering.log)
    ]
    assert left[0] == left[1]


BEFORE = "start > a > b > end"


def tried(before: str, after: str, *done: str, mapping: dict[str, str] | None = None, **variables: object) -> Plan:
    """The plan for an instance of the first, where these were completed, to go over to the second."""
    course = Course(before, lawful=False)
    course.start(**variables)
    for element in done:
        course.complete(element)
    world = World(now=course.now, adds_business_days=weekdays)
    return plan(course.process, drawn(after, lawful=False), course.state, mapping or {}, world)


def codes(found: Plan) -> list[str]:
    assert bool(found.problems) is not bool(found.events)
    assert all(problem.ja and problem.en and problem.level == "error" for problem in found.problems)
    return [problem.code for problem in found.problems]


LOOP = "start > a > end\na: userTask | "


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (BEFORE, "start > b > end", ["element_gone"]),
        (BEFORE, "start > a > b > end\na: serviceTask c:topic='t' c:type='external'", ["other_kind"]),
        (BEFORE, "start > s > end\ns: subProcess [\nstart2 > a > end2\n]", ["other_scope"]),
        (BEFORE, LOOP + many(times="2"), ["other_repetition"]),
        (LOOP + many(times="2"), LOOP + many(times="2", sequential=True), ["other_repetition"]),
        (BEFORE, 'start > a > b > end\na: userTask k:itemKind="decision"', ["other_item_kind"]),
        (
            "start > a > end\na: serviceTask c:topic='t' c:type='external'",
            "start > a > end\na: serviceTask c:topic='u' c:type='external'",
            ["other_work"],
        ),
        ("start > w > end\nw: intermediateCatchEvent {after:P1D}", "start > w > end\nw: intermediateCatchEvent {signal:s}",
         ["other_event"]),
    ],
)  # fmt: skip
def test_what_finds_no_place_is_told(before: str, after: str, expected: list[str]) -> None:
    assert codes(tried(before, after)) == expected


def test_a_mapping_says_what_became_of_an_element() -> None:
    found = tried(BEFORE, "start > fresh > b > end", mapping={"a": "fresh"})
    assert codes(found) == [] and [(p.element, p.target, p.tokens) for p in found.places] == [("a", "fresh", 1)]
    assert found.events == [inner.InstanceMigrated({"a": "fresh"}, {"1": "start_fresh"})]


def test_two_do_not_become_one() -> None:
    split = "start > and1\nand1 > a > and2\nand1 > b > and2\nand2 > end"
    assert codes(tried(split, split, mapping={"b": "a"})) == ["same_target"]


def test_a_join_must_know_by_which_flow_a_token_came() -> None:
    split = "start > and1\nand1 > a > and2\nand1 > b > and2\nand2 > end"
    assert codes(tried(split, "start > and1\nand1 > b > and2\nand1 > c > and2\nand2 > end", "a")) == ["join_flows"]
    assert codes(tried(split, split.replace("b > and2", "b > c > and2"), "a")) == []


def test_edges_that_are_gone_are_closed_and_new_ones_listened_for() -> None:
    found = tried(BEFORE + "\nlate @ a {after:P1D}\nlate > b", BEFORE + "\nnew @ a {signal:s}\nnew > b")
    assert codes(found) == [] and (found.closed, found.opened) == (["late"], ["new"])
    kinds = [type(event).__name__ for event in found.events]
    assert kinds == ["SubscriptionClosed", "InstanceMigrated", "SubscriptionOpened"]


def test_an_edge_that_stays_keeps_its_time() -> None:
    text = BEFORE + "\nlate @ a {after:P1D}\nlate > b"
    found = tried(text, text.replace("P1D", "P9D").replace("late", "later"), mapping={"late": "later"})
    assert codes(found) == [] and (found.closed, found.opened) == ([], [])
    assert found.events[-1] == inner.InstanceMigrated({"a": "a", "late": "later"}, {"1": "start_a"})


def test_an_edge_that_no_longer_interrupts_is_another_one() -> None:
    text = BEFORE + "\nlate @ a {after:P1D}\nlate > b"
    found = tried(text, text.replace("late @ a", "late @- a"))
    assert (found.closed, found.opened) == (["late"], ["late"])


def test_event_sub_processes_come_and_go() -> None:
    event = "\nextra: subProcess triggeredByEvent='true' [\nheard > c > end2\nheard: startEvent {signal:s}\n]"
    assert tried(BEFORE, BEFORE + event).opened == ["heard"]
    assert tried(BEFORE + event, BEFORE).closed == ["heard"]
    kept = tried(BEFORE + event, BEFORE + event)
    assert (kept.closed, kept.opened) == ([], [])


def test_events_behind_a_gateway_come_and_go() -> None:
    first = "start > first1\nfirst1 > w1 > end\nw1: intermediateCatchEvent {after:P1D}\n"
    more = first + "first1 > w2 > end\nw2: intermediateCatchEvent {signal:s}"
    assert (tried(first, more).closed, tried(first, more).opened) == ([], ["w2"])
    assert (tried(more, first).closed, tried(more, first).opened) == (["w2"], [])


def test_new_times_that_make_no_sense_are_told() -> None:
    assert codes(tried(BEFORE, BEFORE + "\nlate @ a {after:PXD}\nlate > b")) != []


def test_work_goes_on_by_the_new_version() -> None:
    course = Course(BEFORE)
    course.start()
    new = drawn("start > a > c > end")
    course.state = replay(course.state, plan(course.process, new, course.state, {}, World(now=BEGIN)).events)
    course.process = new
    course.complete("a")
    assert course.waiting == ["c"]


def test_runs_of_repeated_work_go_over_with_all_they_know() -> None:
    course = Course(LOOP + many("people"))
    course.start(people=["x", "y"])
    course.complete("a")
    new = drawn("start > z > last > end\nz: userTask | " + many("people"))
    found = plan(course.process, new, course.state, {"a": "z"}, World(now=BEGIN))
    assert found.problems == [] and [(p.element, p.tokens) for p in found.places] == [("a", 2)]
    course.state, course.process = replay(course.state, found.events), new
    assert course.state.variables[course.tokens_at("z")[1].scope]["item"] == "y"
    course.complete("z")
    assert course.waiting == ["last"]
