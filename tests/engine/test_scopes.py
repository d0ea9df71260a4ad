"""Sub-processes, event sub-processes, call activities; messages, signals, terminate; variables of one's own."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Course, extension
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import intents as want

pytestmark = pytest.mark.pure


def handler(event: str, *, interrupts: bool = True, inside: bool = False) -> str:
    """Work with an event sub-process beside it, in the process or in a sub-process."""
    said = "" if interrupts else ' isInterrupting="false"'
    part = f"""
        start > a > end
        beside: subProcess triggeredByEvent="true" [
            heard: startEvent{said} {{{event}}}
            heard > b > end3
        ]
    """
    if not inside:
        return part
    return f"start0 > sub > last > end0\nsub: subProcess [\n{part}\n]"


def test_a_sub_process_is_over_with_its_last_token() -> None:
    course = Course("start > sub > last > end\nsub: subProcess [\nstart2 > and > a > end2\nand > b > end3\n]")
    course.start()
    assert course.waiting == ["a", "b"]
    course.complete("a")
    assert course.waiting == ["b"]
    course.complete("b")
    assert course.waiting == ["last"] and course.times_left["sub"] == 1


def test_a_sub_process_without_a_start_begins_everywhere() -> None:
    course = Course("start > sub > last > end\nsub: subProcess [\na > c\nb: task\n]", lawful=False)
    course.start()
    assert course.waiting == ["a"]
    course.complete("a")
    course.complete("c")
    assert course.waiting == ["last"]


@pytest.mark.parametrize("inside", [False, True], ids=["process", "sub-process"])
@pytest.mark.parametrize("event", ["message:m", "signal:s", "after:PT1H", "every:R/PT1H"])
def test_an_interrupting_event_sub_process_calls_off_the_rest_of_its_scope(event: str, inside: bool) -> None:
    course = Course(handler(event, inside=inside))
    course.start()
    assert course.listening == ["heard"]
    course.happen("heard", why="now")
    assert (course.waiting, course.listening) == (["b"], [])
    assert course.voided == ["a"] and course.value("why") == "now"
    course.complete("b")
    assert (course.waiting == ["last"]) if inside else course.over


@pytest.mark.parametrize("inside", [False, True], ids=["process", "sub-process"])
@pytest.mark.parametrize("event", ["message:m", "signal:s", "every:R/PT1H"])
def test_other_event_sub_processes_run_beside_as_often_as_it_happens(event: str, inside: bool) -> None:
    course = Course(handler(event, interrupts=False, inside=inside))
    course.start()
    course.happen("heard")
    course.happen("heard")
    assert course.waiting == ["a", "b", "b"]
    course.complete("a")
    course.complete("b")
    assert course.waiting == ["b"], "the scope is not over before what runs beside is"
    course.complete("b")
    assert (course.waiting == ["last"]) if inside else course.over


@pytest.mark.parametrize("interrupts", [True, False])
def test_an_event_sub_process_with_a_condition(interrupts: bool) -> None:
    course = Course(handler("when:x = 1", interrupts=interrupts))
    course.start(x=0)
    assert course.waiting == ["a"]
    course.ask(want.SetVariables({"x": 1}))
    assert course.waiting == (["b"] if interrupts else ["a", "b"])
    early = Course(handler("when:x = 1", interrupts=interrupts))
    early.start(x=1)
    assert early.waiting == (["b"] if interrupts else ["a", "b"])


@pytest.mark.parametrize("event", ["error:E1", "error:"])
def test_an_event_sub_process_catches_the_errors_of_its_scope(event: str) -> None:
    course = Course(handler(event, inside=True))
    course.start()
    course.ask(want.ThrowError(course.tokens_at("a")[0].id, "E1"))
    assert course.waiting == ["b"]
    course.complete("b")
    assert course.waiting == ["last"]


@pytest.mark.parametrize("interrupts", [True, False])
def test_an_event_sub_process_catches_escalations(interrupts: bool) -> None:
    course = Course(handler("escalation:S1", interrupts=interrupts))
    course.start()
    course.ask(want.ThrowEscalation(course.tokens_at("a")[0].id, "S1"))
    assert course.waiting == (["b"] if interrupts else ["a", "b"])


def test_an_error_in_an_event_sub_process_goes_to_the_edge_of_what_is_around() -> None:
    course = Course(
        """
        start0 > sub > end0
        sub: subProcess [
            start > a > end
            beside: subProcess triggeredByEvent="true" [
                heard: startEvent {error:E1}
                heard > b > again
                again: endEvent {error:E1}
            ]
        ]
        edge @ sub {error:E1}
        edge > then > end9
        """
    )
    course.start()
    course.ask(want.ThrowError(course.tokens_at("a")[0].id, "E1"))
    course.complete("b")
    assert course.waiting == ["then"]


def test_trouble_at_the_beginning_of_a_sub_process_is_retried_from_its_beginning() -> None:
    text = handler("after:= term", inside=True)
    course = Course(text)
    course.start()
    assert course.incidents == [("sub", "bad_duration")] and course.left == ["start0"]
    course.ask(want.Retry(course.tokens_at("sub")[0].id, {"term": "PT1H"}))
    assert (course.waiting, course.listening) == (["a"], ["heard"])


@pytest.mark.parametrize("inside", [False, True], ids=["process", "sub-process"])
def test_terminate_ends_its_own_scope_at_once(inside: bool) -> None:
    part = "start > and > a > stop\nand > b > end\nstop: endEvent {terminate}"
    course = Course(f"start0 > sub > last > end0\nsub: subProcess [\n{part}\n]" if inside else part)
    course.start()
    course.complete("a")
    assert "b" in course.voided
    assert (course.waiting == ["last"]) if inside else course.over


def test_messages_go_out_with_their_key_and_are_caught_on_the_way() -> None:
    course = Course(
        "start > tell > wait > a > end\ntell: intermediateThrowEvent {message:order}\n"
        "wait: intermediateCatchEvent {message:reply}"
    )
    course.start(x=1)
    (sent,) = course.told(inner.MessageThrown)
    assert (sent.name, sent.variables, course.listening) == ("order", {"x": 1}, ["wait"])
    course.happen("wait", y=2)
    assert (course.waiting, course.value("y"), course.listening) == (["a"], 2, [])


def test_a_signal_reaches_all_that_listen_when_it_is_thrown() -> None:
    course = Course(
        """
        start > and
        and > one > a > end1
        and > two > b > end2
        and > go > tell > end3
        one: intermediateCatchEvent {signal:s}
        two: intermediateCatchEvent {signal:s}
        tell: intermediateThrowEvent {signal:s}
        """
    )
    course.start()
    course.complete("go")
    assert (course.waiting, course.listening, course.thrown) == (["a", "b"], [], ["s"])


def test_a_signal_thrown_in_the_step_in_which_others_begin_to_listen_reaches_them() -> None:
    course = Course(
        "start > and\nand > tell > end1\nand > wait > a > end2\ntell: intermediateThrowEvent {signal:s}\n"
        "wait: intermediateCatchEvent {signal:s}"
    )
    course.start()
    assert course.waiting == ["a"]


def test_a_condition_on_the_way_is_passed_when_it_holds() -> None:
    course = Course("start > wait > a > end\nwait: intermediateCatchEvent {when:x > 1}")
    course.start(x=1)
    assert course.listening == ["wait"]
    course.ask(want.SetVariables({"x": 2}))
    assert course.waiting == ["a"]
    other = Course("start > wait > a > end\nwait: intermediateCatchEvent {when:x > 1}")
    other.start(x=5)
    assert other.waiting == ["a"]


def test_a_receive_task_waits_for_its_message_and_a_send_task_sends_one() -> None:
    course = Course(
        'start > ask > get > a > end\nask: sendTask messageRef="message_m"\nget: receiveTask messageRef="message_m"\n'
        "other: subProcess triggeredByEvent=\"true\" [\nbeg: startEvent {message:m}\nbeg > end5\n]"
    )  # fmt: skip
    course.start()
    assert course.thrown == ["m"] and course.heard("get").details["name"] == "m"
    course.happen("get", x=1)
    assert course.waiting == ["a"] and course.value("x") == 1


CALL = extension(
    '<c:in source="x" target="theirs"/>',
    '<c:in sourceExpression="x + 1" target="more"/>',
    '<c:out source="result" target="mine"/>',
    '<c:out sourceExpression="result * 2" target="twice"/>',
)


def test_a_call_hands_over_what_is_mapped_and_takes_back_what_is_mapped() -> None:
    course = Course(f'start > call > a > end\ncall: callActivity calledElement="other" | {CALL}')
    course.start(x=3, secret=1)
    (wait,) = [event for event in course.told(ev.WaitOpened) if event.kind == "call"]
    assert (wait.details["called"], wait.details["variables"]) == ("other", {"theirs": 3, "more": 4})
    course.complete("call", result=5, noise=1)
    assert (course.waiting, course.value("mine"), course.value("twice")) == (["a"], 5, 10)
    assert course.value("noise") is None and course.value("result") is None


@pytest.mark.parametrize(
    ("mapped", "handed"),
    [("", {}), ('<c:in variables="all"/>', {"x": 3, "y": 4}), ('<c:in source="x" target="x"/>', {"x": 3})],
)
def test_without_a_mapping_a_call_hands_over_nothing(mapped: str, handed: dict[str, int]) -> None:
    course = Course(f'start > call > end\ncall: callActivity calledElement="other" | {extension(mapped)}')
    course.start(x=3, y=4)
    assert course.told(ev.WaitOpened)[0].details["variables"] == handed


@pytest.mark.parametrize(
    ("said", "binding", "version", "tag"),
    [("", "latest", "", ""), ('c:calledElementBinding="version" c:calledElementVersion="2"', "version", "2", ""),
     ('c:calledElementBinding="versionTag" c:calledElementVersionTag="R8"', "versionTag", "", "R8"),
     ('c:calledElementBinding="deployment"', "deployment", "", "")],
)  # fmt: skip
def test_a_call_says_which_version_it_wants(said: str, binding: str, version: str, tag: str) -> None:
    course = Course(f'start > call > end\ncall: callActivity calledElement="other" {said}')
    course.start()
    found = course.told(ev.WaitOpened)[0].details
    assert (found["binding"], found["version"], found["tag"]) == (binding, version, tag)


def test_results_that_cannot_be_mapped_are_an_incident() -> None:
    bad = extension('<c:out sourceExpression="1 + " target="x"/>')
    course = Course(f'start > call > end\ncall: callActivity calledElement="other" | {bad}', lawful=False)
    course.start()
    course.complete("call", result=1)
    assert course.incidents == [("call", "expression_error")]


def test_work_sees_its_input_and_hands_on_its_output() -> None:
    mapped = extension(
        '<c:inputOutput><c:inputParameter name="local">${x + 1}</c:inputParameter>'
        '<c:outputParameter name="result">${local + answer}</c:outputParameter></c:inputOutput>'
    )
    course = Course(f"start > a > b > end\na: userTask | {mapped}")
    course.start(x=1)
    assert (course.value("local", "a"), course.value("local")) == (2, None)
    course.complete("a", answer=40)
    assert (course.value("result"), course.value("local")) == (42, None)


def test_a_sub_process_within_a_sub_process_and_a_return_within_it() -> None:
    course = Course(
        "start > outer > end\nouter: subProcess [\nstart2 > inner > last > end2\ninner: subProcess [\n"
        "start3 > a > b > end3\n]\n]"
    )
    course.start()
    course.complete("a")
    course.go_back("a")
    assert course.waiting == ["a"]
    for element in ("a", "b", "last"):
        course.complete(element)
    assert course.over and course.times_left["inner"] == 1
