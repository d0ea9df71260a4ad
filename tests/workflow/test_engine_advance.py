"""Each intent: which events follow, what changed in the state, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflow.drawn import Course, process
from workflow.engine import advance as advancing
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine.advance import Refused, advance
from workflow.engine.state import Mode, State, Status, TokenState, WaitState

pytestmark = pytest.mark.pure

LINE = ("start > draft", "draft > review", "review > end")
CHOICE = ("start > draft", "draft > gate", "gate > big if x > 10", "gate > small if x > 1", "gate > none else",
          "big > end", "small > end", "none > end")  # fmt: skip
NARROW = ("start > draft", "draft > gate", "gate > big if x > 10", "gate > small if x < 0", "big > end", "small > end")
SPLIT = ("start > draft", "draft > a", "draft > b", "draft > c", "a > end", "b > end")
ENDLESS = ("start > gate", "gate > gate2", "gate2 > gate if stop = null", "gate2 > work else", "work > end")


def refusal(course: Course, intent: want.Intent) -> str:
    """The code of a refusal, which must leave everything as it was."""
    before = course.state
    with pytest.raises(Refused) as refused:
        course.ask(intent)
    assert course.state == before and refused.value.ja and str(refused.value) == refused.value.en
    return refused.value.code


def test_start_goes_to_the_first_work() -> None:
    course = Course(*LINE)
    assert course.start(件名="備品") == [
        ev.InstanceStarted({"件名": "備品"}),
        ev.TokenPlaced(1, "start"),
        ev.ElementEntered(1, "start"),
        ev.ElementLeft(1, "start"),
        ev.FlowTaken(1, "start_draft", "draft", 1),
        ev.ElementEntered(1, "draft"),
        ev.WaitOpened(1, "draft", "person"),
    ]
    assert course.state.status is Status.RUNNING
    assert course.state.tokens == {1: TokenState(1, "draft", mode=Mode.WAITING, inside=True, via="start_draft")}
    assert course.state.waits == {1: WaitState(1, "draft", "person")}
    assert (course.state.variables, course.state.next_token) == ({"root": {"件名": "備品"}}, 2)


def test_a_process_without_exactly_one_start_is_not_started() -> None:
    lines = ("start > a", "start2 > a", "a > end")
    assert refusal(Course(*lines, lawful=False), want.Start()) == "no_start"
    assert refusal(Course(*LINE), want.Start(element="draft")) == "no_start"


def test_without_a_start_event_everything_that_no_flow_leads_to_begins() -> None:
    course = Course("a > b", "c > b", lawful=False)
    course.start()
    assert course.waiting == ["a", "c"]


def test_work_done_moves_on_to_the_next_and_to_the_end() -> None:
    course = Course(*LINE)
    course.start(x=1)
    assert course.complete("draft", y=[1]) == [
        ev.VariablesSet({"y": [1]}),
        ev.WaitClosed(1, "draft", done=True),
        ev.ElementLeft(1, "draft"),
        ev.FlowTaken(1, "draft_review", "review", 1),
        ev.ElementEntered(1, "review"),
        ev.WaitOpened(1, "review", "person"),
    ]
    assert course.state.variables["root"] == {"x": 1, "y": [1]}
    assert course.complete("review") == [
        ev.WaitClosed(1, "review", done=True),
        ev.ElementLeft(1, "review"),
        ev.FlowTaken(1, "review_end", "end", 1),
        ev.ElementEntered(1, "end"),
        ev.ElementLeft(1, "end"),
        ev.TokenEnded(1, "end"),
        ev.InstanceEnded(),
    ]
    assert (course.state.status, course.state.tokens, course.state.waits) == (Status.ENDED, {}, {})


def test_work_is_done_once() -> None:
    course = Course(*SPLIT, lawful=False)
    course.start()
    course.complete("draft")
    token = course.token_at("c").id
    course.ask(want.Complete(token))
    assert refusal(course, want.Complete(token)) == "not_waiting"
    assert refusal(course, want.Complete(99)) == "not_waiting"


@pytest.mark.parametrize(
    ("x", "chosen"), [(11, "big"), (10, "small"), (2, "small"), (1, "none"), (None, "none"), ("11", "none")]
)
def test_a_gateway_takes_the_first_true_way_else_the_default(x: object, chosen: str) -> None:
    course = Course(*CHOICE)
    course.start()
    events = course.complete("draft", x=x)
    assert course.waiting == [chosen]
    assert [event.flow for event in events if isinstance(event, ev.FlowTaken)] == ["draft_gate", f"gate_{chosen}"]


def test_without_a_way_out_there_is_an_incident_and_nothing_half_done() -> None:
    course = Course(*NARROW)
    course.start()
    events = course.complete("draft", x=5)
    assert events[-2] == ev.ElementEntered(1, "gate")
    incident = events[-1]
    assert isinstance(incident, ev.IncidentRaised) and (incident.token, incident.element) == (1, "gate")
    assert incident.code == "no_way_out" and "gate" in incident.ja and "gate" in incident.en
    assert course.state.tokens == {1: TokenState(1, "gate", mode=Mode.INCIDENT, inside=True, via="draft_gate")}
    assert course.state.waits == {} and course.state.status is Status.RUNNING


@pytest.mark.parametrize(
    ("condition", "code"),
    [("x", "condition_not_boolean"), ('"a" + "b"', "condition_not_boolean"), ("count(x) > ", "condition_error")],
)
def test_a_condition_that_is_none_is_an_incident(condition: str, code: str) -> None:
    course = Course("start > gate", f"gate > a if {condition}", "gate > b else", "a > end", "b > end", lawful=False)
    events = course.start(x=3)
    incident = events[-1]
    assert isinstance(incident, ev.IncidentRaised) and incident.code == code and "gate_a" in incident.ja


def test_a_condition_beyond_its_bounds_is_an_incident() -> None:
    course = Course("start > gate", "gate > a if count(x) > 1", "gate > b else", "a > end", "b > end")
    events = course.start(x=[0] * 90_000)
    assert isinstance(events[-1], ev.IncidentRaised) and events[-1].code == "condition_error"


def test_retry_with_mended_variables_goes_on_without_doing_the_work_again() -> None:
    course = Course("start > draft", "draft > a if x > 10", "draft > b if x < 0", "a > end", "b > end")
    course.start()
    assert isinstance(course.complete("draft", x=5)[-1], ev.IncidentRaised)
    assert course.state.tokens == {
        1: TokenState(1, "draft", mode=Mode.INCIDENT, inside=True, done=True, via="start_draft")
    }
    again = course.ask(want.Retry(1, {"y": 1}))
    assert again[:2] == [ev.VariablesSet({"y": 1}), ev.IncidentResolved(1, "draft")]
    assert [type(event) for event in again[2:]] == [ev.IncidentRaised]
    mended = course.ask(want.Retry(1, {"x": 11}))
    assert mended == [
        ev.VariablesSet({"x": 11}),
        ev.IncidentResolved(1, "draft"),
        ev.ElementLeft(1, "draft"),
        ev.FlowTaken(1, "draft_a", "a", 1),
        ev.ElementEntered(1, "a"),
        ev.WaitOpened(1, "a", "person"),
    ]
    assert refusal(course, want.Retry(1)) == "no_incident"
    assert refusal(course, want.Retry(9)) == "no_incident"


def test_several_ways_out_of_work_make_several_tokens_and_the_last_ends_the_instance() -> None:
    course = Course(*SPLIT, lawful=False)
    course.start()
    events = course.complete("draft")
    assert [e for e in events if isinstance(e, ev.FlowTaken)] == [
        ev.FlowTaken(1, "draft_a", "a", 1),
        ev.FlowTaken(1, "draft_b", "b", 2),
        ev.FlowTaken(1, "draft_c", "c", 3),
    ]
    assert (sorted(course.waiting), course.state.next_token) == (["a", "b", "c"], 4)
    assert not [e for e in course.complete("b") if isinstance(e, ev.InstanceEnded)]
    assert course.complete("c")[-1] == ev.TokenEnded(3, "c")  # an activity without a way out ends its token
    assert course.complete("a")[-1] == ev.InstanceEnded()


def test_of_conditional_ways_out_of_work_all_true_ones_are_taken() -> None:
    lines = (
        "start > t",
        "t > a if x > 1",
        "t > b if x > 2",
        "t > c",
        "t > d else",
        "a > end",
        "b > end",
        "c > end",
        "d > end",
    )
    for x, taken in ((3, ["a", "b", "c"]), (2, ["a", "c"]), (0, ["c"])):
        course = Course(*lines)
        course.start()
        course.complete("t", x=x)
        assert sorted(course.waiting) == taken
    default = Course("start > t", "t > a if x > 1", "t > b else", "a > end", "b > end")
    default.start()
    default.complete("t", x=0)
    assert default.waiting == ["b"]


def test_an_endless_loop_is_stopped_and_can_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "STEP_BUDGET", 50)
    course = Course(*ENDLESS, lawful=False)
    events = course.start()
    incident = events[-1]
    assert isinstance(incident, ev.IncidentRaised) and incident.code == "endless_loop" and "50" in incident.ja
    assert len([e for e in events if isinstance(e, ev.ElementEntered)]) == 51
    course.ask(want.Retry(1, {"stop": True}))
    assert course.waiting == ["work"]


def test_an_element_the_engine_cannot_execute_is_an_incident() -> None:
    course = Course(*LINE)
    course.start()
    review = course.process.elements["review"]
    strange = replace(
        course.process, elements={**course.process.elements, "review": replace(review, type="complexGateway")}
    )
    gone = replace(course.process, elements={k: v for k, v in course.process.elements.items() if k != "review"})
    for changed, code in ((strange, "unsupported"), (gone, "no_element")):
        events = advance(changed, course.state, want.Complete(1))
        assert isinstance(events[-1], ev.IncidentRaised) and (events[-1].element, events[-1].code) == ("review", code)
    course.process = gone
    course.complete("draft")
    assert [type(e) for e in course.ask(want.Cancel("型が無い"))] == [
        ev.IncidentResolved,
        ev.ElementVoided,
        ev.InstanceCancelled,
    ]


BY_STATUS = {
    Status.NEW: "not_started",
    Status.RUNNING: "already_started",
    Status.SUSPENDED: "suspended",
    Status.ENDED: "already_ended",
    Status.CANCELLED: "already_cancelled",
}
INTENTS = (
    want.Start(), want.Complete(1), want.Return("draft", ("draft",)), want.Cancel("不要"), want.Retry(1),
    want.Move(1, "review"), want.Trigger(1), want.ThrowError(1, "E"), want.ThrowEscalation(1, "E"), want.AddBranch(1),
    want.RemoveBranch(1), want.SetVariables({"x": 1}), want.Suspend(), want.Resume(),
)  # fmt: skip
NEW, RUNNING, SUSPENDED = {Status.NEW}, {Status.RUNNING}, {Status.SUSPENDED}
MAY: dict[type[want.Intent], set[Status]] = {
    want.Start: NEW,
    want.Cancel: RUNNING | SUSPENDED,
    want.SetVariables: RUNNING | SUSPENDED,
    want.Resume: SUSPENDED,
}
NOT_ADMITTED = [
    (intent, status) for intent in INTENTS for status in Status if status not in MAY.get(type(intent), RUNNING)
]


@pytest.mark.parametrize(("intent", "status"), NOT_ADMITTED, ids=lambda it: getattr(it, "value", type(it).__name__))
def test_what_a_status_does_not_admit_is_refused(intent: want.Intent, status: Status) -> None:
    drawn = process(*LINE)
    with pytest.raises(Refused) as refused:
        advance(drawn, replace(State(), status=status), intent)
    assert refused.value.code == BY_STATUS[status]
