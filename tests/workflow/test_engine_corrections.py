"""Going back, calling off, moving by hand: what is voided, what stays, what is refused."""

from __future__ import annotations

import pytest

from tests.workflow.drawn import Course
from tests.workflow.test_engine_advance import refusal
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine.state import Mode, Status, TokenState

pytestmark = pytest.mark.pure

ROUND = ("start > draft", "draft > review", "review > gate", "gate > review if more = true", "gate > decide else",
         "decide > end")  # fmt: skip
BESIDE = ("start > draft", "draft > left", "draft > right", "left > more", "more > end", "right > end")


def at_decide() -> Course:
    """Drafted, reviewed twice, waiting for the decision."""
    course = Course(*ROUND)
    course.start()
    course.complete("draft")
    course.complete("review", more=True)
    course.complete("review", more=False)
    assert course.waiting == ["decide"]
    return course


def test_a_return_voids_what_came_after_and_opens_the_work_anew() -> None:
    course = at_decide()
    events = course.ask(want.Return("draft", ("draft", "review", "review"), "金額が違う", {"more": None}))
    assert events == [
        ev.VariablesSet({"more": None}),
        ev.Returned("draft", (0, 1, 2), "金額が違う"),
        ev.WaitClosed(1, "decide", done=False),
        ev.ElementVoided(1, "decide", "金額が違う"),
        ev.TokenPlaced(2, "draft"),
        ev.ElementEntered(2, "draft"),
        ev.WaitOpened(2, "draft", "person"),
    ]
    assert course.state.tokens == {2: TokenState(2, "draft", mode=Mode.WAITING, inside=True)}
    assert (course.waiting, course.state.status) == (["draft"], Status.RUNNING)


def test_a_return_into_a_loop_voids_from_the_last_visit_on() -> None:
    course = at_decide()
    returned = course.ask(want.Return("review", ("draft", "review", "review")))[0]
    assert returned == ev.Returned("review", (2,), "")
    assert course.waiting == ["review"]


def test_a_return_leaves_alone_what_lies_beside() -> None:
    course = Course(*BESIDE)
    course.start()
    course.complete("draft")
    right = course.token_at("right")
    course.complete("left")
    events = course.ask(want.Return("left", ("draft", "left")))
    assert ev.Returned("left", (1,), "") in events
    assert course.state.tokens[right.id] == right
    assert sorted(course.waiting) == ["left", "right"]
    everything = course.ask(want.Return("draft", ("draft",)))
    assert [e.element for e in everything if isinstance(e, ev.ElementVoided)] == ["right", "left"]
    assert course.waiting == ["draft"]


def test_a_return_resolves_the_incident_it_voids() -> None:
    course = Course("start > draft", "draft > gate", "gate > a if x > 1", "gate > b if x < 0", "a > end", "b > end")
    course.start()
    course.complete("draft", x=1)
    events = course.ask(want.Return("draft", ("draft",), "やり直し"))
    assert events[1:3] == [ev.IncidentResolved(1, "gate"), ev.ElementVoided(1, "gate", "やり直し")]
    assert course.waiting == ["draft"]


@pytest.mark.parametrize(
    ("element", "path", "code"),
    [
        ("gate", ("draft", "gate"), "not_returnable"),
        ("start", ("start",), "not_returnable"),
        ("nowhere", ("nowhere",), "not_returnable"),
        ("decide", ("draft", "review"), "not_passed"),
        ("draft", (), "not_passed"),
    ],
)
def test_a_return_is_refused(element: str, path: tuple[str, ...], code: str) -> None:
    assert refusal(at_decide(), want.Return(element, path)) == code


def test_a_return_with_nothing_open_after_it_is_refused() -> None:
    course = Course(*BESIDE)
    course.start()
    course.complete("draft")
    course.complete("left")
    course.complete("more")
    assert refusal(course, want.Return("left", ("draft", "left", "more"))) == "nothing_after"


def test_calling_off_voids_everything_and_is_final() -> None:
    course = Course(
        "start > t", "t > a", "t > gate", "gate > b if x > 1", "gate > c if x < 0", "a > end", "b > end", "c > end"
    )
    course.start()
    course.complete("t", x=1)
    assert course.ask(want.Cancel("不要")) == [
        ev.WaitClosed(1, "a", done=False),
        ev.ElementVoided(1, "a", "不要"),
        ev.IncidentResolved(2, "gate"),
        ev.ElementVoided(2, "gate", "不要"),
        ev.InstanceCancelled("不要"),
    ]
    assert (course.state.status, course.state.tokens, course.state.waits) == (Status.CANCELLED, {}, {})
    assert refusal(course, want.Cancel("again")) == "already_cancelled"


def test_a_move_puts_the_token_elsewhere() -> None:
    course = at_decide()
    assert course.ask(want.Move(1, "review")) == [
        ev.WaitClosed(1, "decide", done=False),
        ev.ElementVoided(1, "decide", "moved"),
        ev.TokenPlaced(2, "review"),
        ev.ElementEntered(2, "review"),
        ev.WaitOpened(2, "review", "person"),
    ]
    assert course.ask(want.Move(2, "end"))[-1] == ev.InstanceEnded()


def test_a_move_out_of_an_incident_resolves_it() -> None:
    course = Course("start > draft", "draft > gate", "gate > a if x > 1", "gate > b if x < 0", "a > end", "b > end")
    course.start()
    course.complete("draft", x=1)
    events = course.ask(want.Move(1, "b"))
    assert events[:3] == [ev.IncidentResolved(1, "gate"), ev.ElementVoided(1, "gate", "moved"), ev.TokenPlaced(2, "b")]
    assert course.waiting == ["b"]


def test_a_move_is_refused() -> None:
    course = at_decide()
    assert refusal(course, want.Move(1, "nowhere")) == "no_element"
    assert refusal(course, want.Move(7, "review")) == "not_movable"


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"": 1}, "bad_variables"),
        ({1: 1}, "bad_variables"),
        ({"x": float("nan")}, "bad_variables"),
        ({"x": float("inf")}, "bad_variables"),
        ({"x": {1, 2}}, "bad_variables"),
        ({"x": b"bytes"}, "bad_variables"),
        ({"x": 10**5_000}, "bad_variables"),
        ({"x": "a\0b"}, "bad_variables"),
        ({"a\0b": 1}, "bad_variables"),
        ({"x": ["\ud800"]}, "bad_variables"),
        ({"x": "あ" * 400_000}, "too_many_variables"),
    ],
)
def test_variables_that_cannot_be_stored_are_refused_by_every_intent_that_takes_them(
    variables: dict[str, object], code: str
) -> None:
    course = at_decide()
    assert refusal(course, want.Complete(1, variables)) == code
    assert refusal(course, want.Return("draft", ("draft",), "", variables)) == code
    assert refusal(Course(*ROUND), want.Start(variables)) == code
    stuck = Course("start > gate", "gate > a if x", "a > end", lawful=False)
    stuck.start()
    assert refusal(stuck, want.Retry(1, variables)) == code


def test_variables_are_bounded_together_not_one_by_one() -> None:
    course = at_decide()
    course.ask(want.Return("draft", ("draft",), "", {"a": "x" * 600_000}))
    assert refusal(course, want.Complete(2, {"b": "x" * 600_000})) == "too_many_variables"
    course.complete("draft", a="x" * 700_000)


def test_variables_are_a_private_copy_as_json_has_them() -> None:
    given = {"x": [1], "組": ("a", "b"), "path": "C:\\u0000", "pair": "𠮷"}
    course = Course(*ROUND)
    course.start(**given)
    given["x"].append(2)  # type: ignore[union-attr]  # the list put in above
    assert course.state.variables["root"] == {"x": [1], "組": ["a", "b"], "path": "C:\\u0000", "pair": "𠮷"}
