"""Splits and joins: exclusive, parallel, inclusive, event-based, implicit; links; joins that starve."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Course
from workflow.engine import advance as advancing
from workflow.engine import intents as want
from workflow.engine.advance import Refused
from workflow.engine.state import Mode

pytestmark = pytest.mark.pure

PARALLEL = "start > and1 > a > and2 > end\nand1 > b > and2"
INCLUSIVE = """
    start > or1
    or1 > a if x > 1
    or1 > b if x > 2
    or1 > c else
    a > or2
    b > or2
    c > or2
    or2 > last > end
"""
FIRST = """
    start > first
    reply: intermediateCatchEvent {message:reply}
    late: intermediateCatchEvent {after:P1D}
    first > reply > a > end
    first > late > b > end
"""
LINK = """
    start > a > out
    out: intermediateThrowEvent {link:further}
    in: intermediateCatchEvent {link:further}
    in > b > end
"""


@pytest.mark.parametrize(
    ("x", "chosen"), [(0, "c"), (1, "c"), (2, "a"), (3, "a"), (None, "c")], ids=["0", "1", "2", "3", "null"]
)
def test_an_exclusive_gateway_takes_the_first_open_way(x: object, chosen: str) -> None:
    course = Course("start > xor\nxor > a if x > 1\nxor > b if x > 2\nxor > c else\na > end\nb > end\nc > end")
    course.start(x=x)
    assert course.waiting == [chosen]


def test_a_parallel_join_waits_for_every_branch_and_lets_one_token_go_on() -> None:
    course = Course(PARALLEL)
    course.start()
    assert course.waiting == ["a", "b"]
    course.complete("b")
    assert (course.waiting, course.over) == (["a"], False)
    assert [token.mode for token in course.tokens_at("and2")] == [Mode.JOINING]
    course.complete("a")
    assert course.over
    assert (course.times_left["and2"], course.times_left["end"]) == (1, 1)


def test_two_tokens_of_one_branch_do_not_release_a_parallel_join() -> None:
    course = Course("start > xor > and1 > a > and2 > end\nxor > a2 > a\nand1 > b > and2", lawful=False)
    course.start()
    course.complete("a")
    course.ask(want.Move(course.tokens_at("b")[0].id, "a"))
    course.complete("a")
    assert len(course.tokens_at("and2")) == 2 and not course.over
    assert course.incidents == [("and2", "join_starved"), ("and2", "join_starved")]


@pytest.mark.parametrize(("x", "taken"), [(0, ["c"]), (2, ["a"]), (3, ["a", "b"])])
def test_an_inclusive_join_waits_for_what_was_begun(x: int, taken: list[str]) -> None:
    course = Course(INCLUSIVE)
    course.start(x=x)
    assert course.waiting == taken
    for number, element in enumerate(taken):
        assert course.waiting == taken[number:]
        course.complete(element)
    assert course.waiting == ["last"]
    assert course.times_left["or2"] == 1


def test_an_inclusive_join_waits_for_a_branch_within_a_branch() -> None:
    course = Course(
        """
        start > or1
        or1 > a if x > 1
        or1 > and1 if x > 0
        or1 > c else
        and1 > b > and2
        and1 > d > and2
        and2 > e > or2
        a > or2
        c > or2
        or2 > end
        """
    )
    course.start(x=2)
    for element in ("a", "b", "d"):
        course.complete(element)
        assert not course.over
    course.complete("e")
    assert course.over and course.times_left["or2"] == 1


def test_an_inclusive_join_in_a_loop_waits_anew_in_each_round() -> None:
    course = Course(
        """
        start > xor1 > or1
        or1 > a if true
        or1 > b if wide
        a > or2
        b > or2
        or2 > xor2
        xor2 > xor1 if again
        xor2 > end else
        """
    )
    course.start(wide=True)
    course.complete("a")
    course.complete("b", again=True, wide=False)
    assert course.waiting == ["a"]
    course.complete("a", again=False)
    assert course.over and course.times_left["or2"] == 2


def test_the_first_event_takes_the_token_and_the_others_are_not_waited_for() -> None:
    course = Course(FIRST)
    course.start()
    assert course.listening == ["late", "reply"]
    course.happen("reply", answer=1)
    assert (course.waiting, course.listening, course.value("answer")) == (["a"], [], 1)
    other = Course(FIRST)
    other.start()
    other.happen("late")
    assert (other.waiting, other.listening) == (["b"], [])


def test_a_receive_task_may_be_the_first_event() -> None:
    receiving = FIRST.replace(
        "reply: intermediateCatchEvent {message:reply}", 'reply: receiveTask messageRef="message_m"'
    )
    course = Course(receiving + "other @ a {message:m}\nother > c > end", lawful=False)
    course.start()
    course.happen("reply")
    assert course.waiting == ["a"]


def test_an_event_gateway_with_trouble_listens_for_all_or_nothing() -> None:
    course = Course(FIRST.replace("{after:P1D}", "{after:=term}"))
    course.start()
    assert (course.incidents, course.listening) == ([("first", "bad_duration")], [])
    course.ask(want.Retry(course.tokens_at("first")[0].id, {"term": "P2D"}))
    assert course.listening == ["late", "reply"]
    assert course.due("late") == "2026-04-03 09:00"


def test_work_cannot_be_completed_where_an_event_is_waited_for() -> None:
    course = Course(FIRST)
    course.start()
    with pytest.raises(Refused) as refused:
        course.complete("first")
    assert refused.value.code == "not_waiting" and refused.value.ja
    assert course.listening == ["late", "reply"]


def test_several_flows_out_of_work_split_and_several_into_it_do_not_join() -> None:
    course = Course("start > a\na > b > d\na > c > d\nd > end", lawful=False)
    course.start()
    course.complete("a")
    assert course.waiting == ["b", "c"]
    course.complete("b")
    course.complete("c")
    assert course.waiting == ["d", "d"]
    course.complete("d")
    assert not course.over
    course.complete("d")
    assert course.over and course.times_left["end"] == 2


def test_a_link_leads_to_its_other_end() -> None:
    course = Course(LINK)
    course.start()
    course.complete("a")
    assert course.waiting == ["b"]
    course.complete("b")
    assert course.left == ["start", "a", "out", "in", "b", "end"]


def test_a_join_that_nothing_can_reach_any_longer_is_an_incident_that_an_operator_mends() -> None:
    course = Course("start > xor\nxor > a if x\nxor > b else\na > and > last > end\nb > and", lawful=False)
    course.start(x=True)
    course.complete("a")
    assert course.incidents == [("and", "join_starved")]
    course.ask(want.Move(course.tokens_at("and")[0].id, "last"))
    assert (course.incidents, course.waiting) == ([], ["last"])
    course.complete("last")
    assert course.over


def test_a_starved_join_within_a_sub_process_is_an_incident() -> None:
    course = Course(
        "start > sub > end\nsub: subProcess [\nstart2 > xor\nxor > a if x\nxor > b else\na > and\nb > and\nand > end2\n]",
        lawful=False,
    )
    course.start(x=True)
    course.complete("a")
    assert course.incidents == [("and", "join_starved")]


def test_a_parallel_loop_is_stopped_by_the_step_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "STEP_BUDGET", 100)
    course = Course("start > xor > and > xor\nand > end", lawful=False)
    course.start()
    assert {code for _, code in course.incidents} == {"endless_loop"}
    entered = [event for event in course.events if type(event).__name__ == "ElementEntered"]
    assert len(entered) < 220
