"""What people change against the drawn order: return, withdraw, move, retry, suspend and resume, cancel."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Course, many
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine.advance import Refused
from workflow.engine.state import Mode, Status

pytestmark = pytest.mark.pure

RING = "start > draft > check > decide > end"
BRANCHES = """
    start > draft > and1
    and1 > a > a2 > and2
    and1 > b > and2
    and2 > decide > end
"""


def finish(course: Course) -> None:
    """Do whatever is open until the end."""
    for _ in range(50):
        if course.over:
            return
        course.complete(course.waiting[0])
    raise AssertionError(course.waiting)


def refusal(course: Course, intent: want.Intent) -> str:
    """The code of a refusal, which leaves everything as it was."""
    before = course.state
    with pytest.raises(Refused) as refused:
        course.ask(intent)
    assert course.state is before and refused.value.ja
    return refused.value.code


def at_decide(text: str) -> Course:
    """A course that waits for the decision."""
    course = Course(text)
    course.start()
    while course.waiting != ["decide"]:
        course.complete(course.waiting[0])
    return course


@pytest.mark.parametrize("element", ["draft", "check"])
def test_work_goes_back_and_the_later_work_counts_no_longer(element: str) -> None:
    course = at_decide(RING)
    events = course.go_back(element)
    (returned,) = [event for event in events if isinstance(event, ev.Returned)]
    done = ["start", "draft", "check"]
    assert [done[at] for at in returned.voided] == done[done.index(element) :]
    assert (course.waiting, course.voided) == ([element], ["decide"])
    finish(course)
    assert course.times_left["end"] == 1


def test_withdrawing_is_a_return_to_ones_own_work_while_the_next_is_open() -> None:
    course = Course(RING)
    course.start()
    course.complete("draft", x=1)
    course.go_back("draft")
    assert (course.waiting, course.voided, course.value("x")) == (["draft"], ["check"], 1)


def test_a_return_into_one_branch_leaves_a_passed_join_waiting_for_that_branch_alone() -> None:
    course = at_decide(BRANCHES)
    course.go_back("b")
    assert course.waiting == ["b"]
    assert [(token.via, token.mode) for token in course.tokens_at("and2")] == [("a2_and2", Mode.JOINING)]
    course.complete("b")
    assert course.waiting == ["decide"]
    finish(course)
    assert course.times_left["end"] == 1


def test_a_return_in_one_branch_keeps_what_the_other_has_brought_to_the_join() -> None:
    course = Course(BRANCHES)
    course.start()
    for element in ("draft", "b", "a"):
        course.complete(element)
    assert course.waiting == ["a2"] and len(course.tokens_at("and2")) == 1
    course.go_back("a")
    assert course.waiting == ["a"] and len(course.tokens_at("and2")) == 1
    finish(course)
    assert course.times_left["and2"] == 1


def test_a_return_before_the_split_voids_both_branches_and_what_waits_at_the_join() -> None:
    course = Course(BRANCHES)
    course.start()
    course.complete("draft")
    course.complete("b")
    course.go_back("draft")
    assert course.waiting == ["draft"] and sorted(course.voided) == ["a", "and2"]
    finish(course)
    assert (course.times_left["and2"], course.times_left["end"]) == (1, 1)


def test_a_return_past_an_inclusive_join_waits_only_for_what_is_done_anew() -> None:
    course = at_decide(
        "start > or1\nor1 > a if true\nor1 > b if true\nor1 > c else\na > or2\nb > or2\nc > or2\nor2 > decide > end"
    )
    course.go_back("a")
    assert course.waiting == ["a"]
    finish(course)
    assert course.times_left["end"] == 1


def test_a_return_past_nested_joins_restores_each() -> None:
    course = at_decide(
        """
        start > and1
        and1 > and3
        and3 > a > and4
        and3 > b > and4
        and4 > m > and2
        and1 > c > and2
        and2 > decide > end
        """
    )
    course.go_back("a")
    assert course.waiting == ["a"]
    assert {token.element: token.via for token in course.state.tokens.values() if token.element != "a"} == {
        "and4": "b_and4", "and2": "c_and2",
    }  # fmt: skip
    finish(course)
    assert (course.times_left["and4"], course.times_left["and2"], course.times_left["end"]) == (2, 2, 1)


def test_a_return_over_a_link() -> None:
    course = Course(
        "start > a > out\nout: intermediateThrowEvent {link:x}\nin: intermediateCatchEvent {link:x}\nin > b > end"
    )
    course.start()
    course.complete("a")
    course.go_back("a")
    assert (course.waiting, course.voided) == (["a"], ["b"])
    finish(course)


def test_a_return_calls_off_a_sub_process_and_repeated_work_whole() -> None:
    course = Course(
        f"start > a > sub > end\nsub: subProcess | {many(times='2')} [\nstart2 > b > end2\n]\n"
        "edge @ sub {message:m}\nedge > c > end3"
    )
    course.start()
    course.complete("a")
    assert (course.waiting, course.listening) == (["b", "b"], ["edge"])
    course.go_back("a")
    assert (course.waiting, course.listening, set(course.state.scopes)) == (["a"], [], {"root"})
    finish(course)
    assert course.times_left["end"] == 1


def test_repeated_work_that_was_done_is_returned_to_as_a_whole() -> None:
    course = Course(f"start > a > decide > end\na: userTask | {many(times='2')}")
    course.start()
    course.complete("a")
    course.complete("a")
    course.go_back("a")
    assert course.waiting == ["a", "a"]
    finish(course)


def test_a_return_within_one_of_several_runs_says_which() -> None:
    course = Course(f"start > sub > end\nsub: subProcess | {many(times='2')} [\nstart2 > b > c > end2\n]")
    course.start()
    course.complete("b")
    course.complete("b")
    path = tuple(course.left)
    assert refusal(course, want.Return("b", path)) == "which_scope"
    scope = course.tokens_at("c")[1].scope
    course.ask(want.Return("b", path, scope=scope))
    assert course.waiting == ["b", "c"] and course.tokens_at("b")[0].scope == scope
    finish(course)


def test_a_return_into_a_sub_process_that_is_over_is_refused() -> None:
    course = Course("start > sub > last > end\nsub: subProcess [\nstart2 > b > end2\n]")
    course.start()
    course.complete("b")
    assert refusal(course, want.Return("b", tuple(course.left))) == "scope_over"
    assert refusal(course, want.Return("sub", tuple(course.left))) == "not_returnable"


def test_a_token_moves_within_its_scope_or_outwards_never_inwards() -> None:
    course = Course("start > sub > last > end\nsub: subProcess [\nstart2 > b > c > end2\n]\nlast > end9", lawful=False)
    course.start()
    course.ask(want.Move(course.tokens_at("b")[0].id, "c"))
    assert (course.waiting, course.voided) == (["c"], ["b"])
    course.ask(want.Move(course.tokens_at("sub")[0].id, "last"))
    assert (course.waiting, set(course.state.scopes)) == (["last"], {"root"})
    assert refusal(course, want.Move(course.tokens_at("last")[0].id, "b")) == "scope_over"


def test_the_last_token_of_a_sub_process_moved_out_leaves_it_closed() -> None:
    course = Course("start > sub > last > end\nsub: subProcess [\nstart2 > b > end2\n]")
    course.start()
    course.ask(want.Move(course.tokens_at("b")[0].id, "last"))
    assert (course.waiting, course.voided, course.times_left["sub"]) == (["last"], ["b", "sub"], 0)
    finish(course)
    assert course.times_left["end"] == 1


def test_a_token_moved_out_of_a_sub_process_leaves_the_others_there() -> None:
    course = Course("start > sub > last > end\nsub: subProcess [\nstart2 > and > b > end2\nand > c > end3\n]")
    course.start()
    course.ask(want.Move(course.tokens_at("b")[0].id, "last"))
    assert course.waiting == ["c", "last"]


def test_a_run_of_repeated_work_that_is_moved_out_counts_as_taken_away() -> None:
    course = Course(
        f"start > a > last > end\na: userTask | {many('people', out=('who', 'item'))}\nlast > end9", lawful=False
    )
    course.start(people=["x", "y", "z"])
    course.ask(want.Move([*course.state.waits][1], "last"))
    assert course.waiting == ["a", "a", "last"]
    assert course.state.variables["s1"]["nrOfCompletedInstances"] == 0
    course.complete("a")
    course.complete("a")
    assert (course.value("who"), course.waiting) == (["x", "z"], ["last", "last"])


@pytest.mark.parametrize("kind", ["and", "or"])
def test_a_token_moved_to_a_join_stands_for_the_branch_that_is_missing(kind: str) -> None:
    course = Course(
        f"start > {kind}1\n{kind}1 > a > {kind}2\n{kind}1 > b > b2 > {kind}2\n{kind}2 > decide > end", lawful=False
    )
    course.start()
    course.complete("a")
    course.ask(want.Move(course.tokens_at("b")[0].id, f"{kind}2"))
    assert (course.waiting, course.voided, course.times_left[f"{kind}2"]) == (["decide"], ["b"], 1)


def test_a_retry_begins_the_work_of_an_incident_anew() -> None:
    course = Course('start > s > a > end\ns: scriptTask c:resultVariable="y" | <script>${missing + 1}</script>')
    course.start()
    assert course.incidents == [("s", "expression_error")]
    course.ask(want.Retry(course.tokens_at("s")[0].id, {"missing": 4}))
    assert (course.waiting, course.value("y"), course.times_left["s"]) == (["a"], 5, 1)


def test_an_error_without_a_catcher_can_be_retried_as_work() -> None:
    course = Course("start > a > end")
    course.start()
    course.ask(want.ThrowError(course.tokens_at("a")[0].id, "E1", "", {"x": 1}))
    assert course.incidents == [("a", "uncaught_error")] and course.value("x") == 1
    course.ask(want.Retry(course.tokens_at("a")[0].id))
    assert (course.waiting, course.incidents) == (["a"], [])
    finish(course)


def test_while_suspended_nothing_happens_and_what_became_true_happens_on_resuming() -> None:
    course = Course("start > and > a > end\nand > wait > b > end2\nwait: intermediateCatchEvent {when:x = 1}\n"
                    "edge @ a {message:m}\nedge > c > end3")  # fmt: skip
    course.start(x=0)
    course.ask(want.Suspend("調査"))
    assert course.state.status is Status.SUSPENDED
    token = course.tokens_at("a")[0].id
    for intent in (want.Complete(token), want.Trigger(course.heard("edge").id), want.Move(token, "b"), want.Suspend()):
        assert refusal(course, intent) == "suspended"
    course.ask(want.SetVariables({"x": 1}))
    assert course.waiting == ["a", "wait"]
    course.ask(want.Resume())
    assert course.waiting == ["a", "b"]
    finish(course)


def test_an_instance_that_runs_is_not_resumed() -> None:
    course = Course(RING)
    course.start()
    assert refusal(course, want.Resume()) == "already_started"


@pytest.mark.parametrize("suspended", [False, True])
def test_cancelling_calls_off_everything_at_every_depth(suspended: bool) -> None:
    course = Course(
        f"start > and > sub > end\nand > wait > end2\nwait: intermediateCatchEvent {{after:P1D}}\n"
        f"sub: subProcess | {many(times='2')} [\nstart2 > b > end3\n"
        "beside: subProcess triggeredByEvent=\"true\" [\nheard: startEvent {message:m}\nheard > c > end4\n]\n]"
    )  # fmt: skip
    course.start()
    assert course.listening == ["heard", "heard", "wait"]
    if suspended:
        course.ask(want.Suspend())
    course.ask(want.Cancel("取下げ"))
    assert course.state.status is Status.CANCELLED
    assert refusal(course, want.Cancel("again")) == "already_cancelled"


def test_a_return_into_a_branch_within_a_loop_leaves_the_branch_beside_alone() -> None:
    """Everything in a loop leads to everything: what is after is told by the order of completion."""
    course = Course(
        """
        start > xor1 > and1
        and1 > a > a2 > and2
        and1 > b > and2
        and2 > decide > xor2
        xor2 > xor1 if again
        xor2 > end else
        """
    )
    course.start()
    course.complete("a")
    path = list(course.left)
    course.go_back("a")
    assert (course.waiting, course.voided) == (["a", "b"], ["a2"])
    for element in ("a", "a2", "b"):
        course.complete(element)
    course.complete("decide", again=True)
    course.complete("b")
    before = len(course.events)
    course.ask(want.Return("decide", (*path, "b", "a2", "and2", "decide", "xor2", "xor1", "and1", "b"), "差戻し"))
    assert course.waiting == ["decide"], "the next round is called off whole"
    (returned,) = [event for event in course.events[before:] if isinstance(event, ev.Returned)]
    assert returned.voided == tuple(range(len(path) + 3, len(path) + 8))
    course.complete("decide", again=False)
    assert course.over
