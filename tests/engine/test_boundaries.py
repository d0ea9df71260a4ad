"""Events on the edge of activities: every kind, interrupting and not; timers; parallel multiple events."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.engine.drawing import Course, many
from workflow.engine import inner_events as inner
from workflow.engine import intents as want
from workflow.engine.advance import Refused

pytestmark = pytest.mark.pure

AWAITED = ["message:m", "signal:s", "after:PT1H", "at:2026-04-02T09:00:00", "every:R2/PT1H"]
PARTS = {"task": "start > a > end", "part": "start > a > end\na: subProcess [\nstart2 > work > end2\n]",
         "many": f"start > a > end\na: userTask | {many(times='2')}",
         "call": 'start > a > end\na: callActivity calledElement="other"'}  # fmt: skip


def edge(part: str, event: str, *, goes_on: bool = False) -> str:
    """An activity with an event on its edge that leads to `then`."""
    return f"{PARTS[part]}\nedge @{'-' if goes_on else ''} a {{{event}}}\nedge > then > end9"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("event", AWAITED)
def test_an_interrupting_event_calls_the_activity_off_and_takes_its_own_way(part: str, event: str) -> None:
    course = Course(edge(part, event))
    course.start()
    course.happen("edge", why="late")
    assert (course.waiting, course.listening, course.value("why")) == (["then"], [], "late")
    assert "a" in course.voided and "a" not in course.left
    course.complete("then")
    assert course.over and course.times_left["end"] == 0


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("event", ["message:m", "signal:s", "every:R/PT1H"])
def test_an_event_that_does_not_interrupt_may_come_again_and_again(part: str, event: str) -> None:
    course = Course(edge(part, event, goes_on=True))
    course.start()
    before = course.waiting
    course.happen("edge")
    course.happen("edge")
    assert course.waiting == sorted([*before, "then", "then"])
    assert (course.listening, course.voided) == (["edge"], [])


@pytest.mark.parametrize("event", ["after:PT1H", "at:2026-04-02T09:00:00"])
def test_a_time_comes_once(event: str) -> None:
    course = Course(edge("task", event, goes_on=True))
    course.start()
    course.happen("edge")
    assert (course.waiting, course.listening) == (["a", "then"], [])


def test_an_edge_is_listened_for_no_longer_when_the_activity_is_done() -> None:
    for part in ("task", "part"):
        course = Course(edge(part, "message:m"))
        course.start()
        heard = course.heard("edge").id
        course.complete("work" if part == "part" else "a")
        assert course.over
        with pytest.raises(Refused) as refused:
            course.ask(want.Trigger(heard))
        assert refused.value.code == "already_ended"


def test_the_edge_of_repeated_work_counts_for_the_whole() -> None:
    course = Course(edge("many", "message:m"))
    course.start()
    course.complete("a")
    assert course.listening == ["edge"]
    course.happen("edge")
    assert (course.waiting, course.listening, course.times_left["a"]) == (["then"], [], 1)


@pytest.mark.parametrize("event", ["error:E1", "error:"])
@pytest.mark.parametrize("part", ["task", "part", "many", "call"])
def test_an_error_at_work_is_caught_at_its_edge_by_code_or_by_catching_all(part: str, event: str) -> None:
    course = Course(edge(part, event))
    course.start()
    course.ask(want.ThrowError(course.tokens_at(course.waiting[0])[-1].id, "E1", "不備", {"y": 1}))
    assert (course.waiting, course.value("y"), course.thrown) == (["then"], 1, ["E1"])


def test_the_event_that_names_the_code_comes_before_one_that_catches_all() -> None:
    course = Course("start > a > end\nall @ a {error:}\none @ a {error:E1}\nall > x > end2\none > y > end3")
    course.start()
    course.ask(want.ThrowError(course.tokens_at("a")[0].id, "E1"))
    assert course.waiting == ["y"]
    other = Course("start > a > end\nall @ a {error:}\none @ a {error:E1}\nall > x > end2\none > y > end3")
    other.start()
    other.ask(want.ThrowError(other.tokens_at("a")[0].id, "E2"))
    assert other.waiting == ["x"]


def test_an_error_end_ends_the_sub_process_and_is_caught_at_its_edge() -> None:
    course = Course(
        """
        start > a > end
        a: subProcess [
            start2 > and > work > end2
            and > other > fail
            fail: endEvent {error:E1}
        ]
        edge @ a {error:E1}
        edge > then > end9
        """
    )
    course.start()
    course.complete("other")
    assert course.waiting == ["then"] and sorted(course.voided) == ["a", "fail", "work"]


def test_an_error_that_nobody_catches_is_an_incident_and_fails_a_called_instance() -> None:
    text = "start > a > fail\nfail: endEvent {error:E1}"
    course = Course(text)
    course.start()
    course.complete("a")
    assert course.incidents == [("fail", "uncaught_error")]
    called = Course(text)
    called.ask(want.Start({}, called=True))
    called.complete("a")
    assert called.over and [event.code for event in called.told(inner.InstanceFailed)] == ["E1"]


@pytest.mark.parametrize("goes_on", [False, True], ids=["interrupting", "beside"])
@pytest.mark.parametrize("event", ["escalation:S1", "escalation:"])
def test_an_escalation_is_caught_at_the_edge(event: str, goes_on: bool) -> None:
    course = Course(
        f"""
        start > a > end
        a: subProcess [
            start2 > tell > work > end2
            tell: intermediateThrowEvent {{escalation:S1}}
        ]
        edge @{"-" if goes_on else ""} a {{{event}}}
        edge > then > end9
        """
    )
    course.start()
    assert course.waiting == (["then", "work"] if goes_on else ["then"])
    assert course.thrown == ["S1"]


def test_an_escalation_that_nobody_catches_changes_nothing() -> None:
    course = Course("start > tell > a > end\ntell: intermediateThrowEvent {escalation:S1}")
    course.start()
    assert course.waiting == ["a"] and [e.caught_by for e in course.told(inner.EscalationThrown)] == [""]


def test_work_that_goes_on_escalates() -> None:
    course = Course(edge("task", "escalation:S1", goes_on=True))
    course.start()
    course.ask(want.ThrowEscalation(course.tokens_at("a")[0].id, "S1", {"z": 2}))
    assert (course.waiting, course.value("z")) == (["a", "then"], 2)


@pytest.mark.parametrize("goes_on", [False, True], ids=["interrupting", "beside"])
def test_a_condition_at_the_edge_happens_when_it_becomes_true(goes_on: bool) -> None:
    course = Course(edge("task", "when:x > 1", goes_on=goes_on))
    course.start(x=0)
    course.ask(want.SetVariables({"x": 1}))
    assert course.waiting == ["a"]
    course.ask(want.SetVariables({"x": 2}))
    assert course.waiting == (["a", "then"] if goes_on else ["then"])
    course.ask(want.SetVariables({"x": 3}))  # it was true before: nothing happens anew
    assert course.waiting == (["a", "then"] if goes_on else ["then"])
    if goes_on:
        course.ask(want.SetVariables({"x": 0}))
        course.ask(want.SetVariables({"x": 5}))
        assert course.waiting == ["a", "then", "then"]


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_parallel_multiple_event_waits_for_all(kind: str) -> None:
    text = f'start > a > end\nedge @ a parallelMultiple="true" {{{kind}:m1}} {{{kind}:m2}}\nedge > then > end9'
    course = Course(text, lawful=False)
    course.start()
    first, second = (found.id for found in course.state.subscriptions.values())
    course.ask(want.Trigger(second, {"x": 1}))
    assert (course.waiting, course.value("x")) == (["a"], 1)
    course.ask(want.Trigger(first, {"y": 1}))
    assert (course.waiting, course.listening) == (["then"], [])


def test_a_parallel_multiple_event_that_does_not_interrupt_is_ready_again() -> None:
    course = Course(
        'start > a > end\nedge @- a parallelMultiple="true" {message:m1} {message:m2}\nedge > then > end9', lawful=False
    )
    course.start()
    for rounds in (1, 2):
        for found in list(course.state.subscriptions):
            course.ask(want.Trigger(found))
        assert course.waiting == sorted(["a", *["then"] * rounds])
        assert course.listening == ["edge", "edge"]


def test_an_incident_does_not_stop_the_edge() -> None:
    course = Course("start > a > b > end\na: scriptTask | <script>1 + </script>\nedge @ a {signal:s}\nedge > then > end9",
                    lawful=False)  # fmt: skip
    course.start()
    assert [where for where, _ in course.incidents] == ["a"]
    course.happen("edge")
    assert (course.incidents, course.waiting) == ([], ["then"])


@pytest.mark.parametrize(
    ("event", "due"),
    [
        ("at:2026-04-03T17:00:00", "2026-04-03 17:00"),
        ("at:2026-04-03T17:00:00Z", "2026-04-04 02:00"),
        ("at:2026-04-03", "2026-04-03 00:00"),
        ("after:PT90M", "2026-04-01 10:30"),
        ("after:P1M", "2026-05-01 09:00"),
        ("after:P2W", "2026-04-15 09:00"),
        ("after:P5BD", "2026-04-08 09:00"),
        ("after:3営業日", "2026-04-06 09:00"),
        ("after:P1BDT2H", "2026-04-02 11:00"),
        ("after:= term", "2026-04-03 09:00"),
        ("after:term", "2026-04-03 09:00"),
        ("after:Patience", "2026-04-02 09:00"),
        ("every:R3/PT10M", "2026-04-01 09:10"),
        ("every:R3/2026-05-01T09:00:00/P1D", "2026-05-01 09:00"),
        ("every:R/P1BD", "2026-04-02 09:00"),
    ],
)
def test_when_a_timer_is_due(event: str, due: str) -> None:
    course = Course(edge("task", event), lawful=event not in ("after:term", "after:Patience"))
    course.start(term="P2D", Patience="P1D")
    assert course.due("edge") == due


@pytest.mark.parametrize(
    ("event", "code"),
    [("at:someday", "bad_time"), ("after:P", "bad_duration"), ("after:PT", "bad_duration"), ("after:P9999Y", "bad_duration"),
     ("every:R0/PT1M", "bad_cycle"), ("every:PT1M", "bad_cycle"), ("every:R3/soon", "bad_duration")],
)  # fmt: skip
def test_a_time_that_cannot_be_read_is_an_incident_that_can_be_retried(event: str, code: str) -> None:
    name, text = event.split(":")
    course = Course(edge("task", f"{name}:= said"))
    course.start(said=text)
    assert (course.incidents, course.listening) == ([("a", code)], [])
    good = {"at": "2026-05-01", "after": "P1D", "every": "R/P1D"}[name]
    course.ask(want.Retry(course.tokens_at("a")[0].id, {"said": good}))
    assert (course.waiting, course.listening) == (["a"], ["edge"])


def test_a_cycle_comes_so_many_times_each_one_period_later() -> None:
    course = Course(edge("task", "every:R3/P1BD", goes_on=True))
    course.start()
    seen = []
    while course.listening:
        seen.append(course.due("edge"))
        course.now += dt.timedelta(days=30)  # late: the plan is kept all the same
        course.happen("edge")
    assert seen == ["2026-04-02 09:00", "2026-04-03 09:00", "2026-04-06 09:00"]
    assert course.waiting == ["a", "then", "then", "then"]


def test_a_save_point_after_the_work_is_past_its_edge() -> None:
    course = Course('start > a > end\na: userTask c:asyncAfter="true"\nedge @ a {message:m}\nedge > then > end9')
    course.start()
    assert course.listening == ["edge"]
    course.complete("a")
    assert (course.waiting, course.listening) == (["a"], [])
    course.complete("a")
    assert course.over and course.times_left["a"] == 1
