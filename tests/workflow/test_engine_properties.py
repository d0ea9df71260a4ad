"""Whatever is drawn and whatever is asked: no token lost or doubled, and the events alone give the state."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflow.drawn import Course
from workflow.engine import advance as advancing
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine.advance import Refused, advance
from workflow.engine.draft import apply, replay
from workflow.engine.state import Mode, State, Status, from_json

pytestmark = pytest.mark.pure

NAMES = ("a", "b", "c", "gate", "gate1", "end")
CONDITIONS = ("", "", " if x > 1", " if x = null", " if y", " else")


@st.composite
def drawings(draw: st.DrawFn) -> list[str]:
    """Flows between a few elements, lawful or not: loops, splits, dead ends, odd conditions."""
    lines = {("start", draw(st.sampled_from(NAMES[:5]))): ""}
    for source in NAMES[:5]:
        for target in draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)):
            lines[source, target] = draw(st.sampled_from(CONDITIONS))
    return [f"{source} > {target}{condition}" for (source, target), condition in lines.items()]


VALUES = st.dictionaries(
    st.sampled_from(["x", "y", "名"]),
    st.one_of(st.none(), st.booleans(), st.integers(-3, 9), st.text(max_size=3)),
    max_size=2,
)
TOKENS = st.integers(0, 6)  # of those there are, counted from the newest; beyond them one that never was
ELEMENTS = st.sampled_from((*NAMES, "start", "nowhere"))
ASKED = st.one_of(
    st.builds(lambda n, v: ("complete", n, v), TOKENS, VALUES),
    st.builds(lambda n, v: ("complete", n, v), TOKENS, VALUES),
    st.builds(lambda n, v: ("retry", n, v), TOKENS, VALUES),
    st.builds(lambda n, e: ("move", n, e), TOKENS, ELEMENTS),
    st.builds(lambda e, v: ("return", e, v), ELEMENTS, VALUES),
    st.just(("start", 0, {})),
    st.just(("cancel", 0, "不要")),
)


def intent_of(course: Course, asked: tuple[str, object, object], path: list[str]) -> want.Intent:
    """What is asked, with a token that is there now if there is one."""
    verb, which, said = asked
    numbers = [*reversed(course.state.tokens), 999]
    token = numbers[min(which, len(numbers) - 1)] if isinstance(which, int) else 0
    if verb == "return":
        return want.Return(str(which), tuple(path), "理由", said)  # type: ignore[arg-type]  # what the strategy made
    made = {
        "complete": lambda: want.Complete(token, said),
        "retry": lambda: want.Retry(token, said),
        "move": lambda: want.Move(token, str(said)),
        "start": lambda: want.Start({}),
        "cancel": lambda: want.Cancel(str(said)),
    }
    return made[verb]()


class Tokens:
    """Follows every token from its birth to its end."""

    def __init__(self) -> None:
        self.open: set[int] = set()
        self.ever: set[int] = set()

    def watch(self, event: ev.Event) -> None:
        if isinstance(event, ev.TokenPlaced):
            self._born(event.token)
        elif isinstance(event, ev.FlowTaken):
            assert event.token in self.open
            if event.new != event.token:
                self._born(event.new)
        elif isinstance(event, ev.TokenEnded | ev.ElementVoided):
            self.open.remove(event.token)
        elif hasattr(event, "token"):
            assert event.token in self.open

    def _born(self, token: int) -> None:
        assert token not in self.ever, "a number is given once"
        self.open.add(token)
        self.ever.add(token)


def check_state(state: State, tokens: Tokens) -> None:
    """What holds whenever nobody is asking."""
    assert set(state.tokens) == tokens.open
    assert all(number == token.id for number, token in state.tokens.items())
    assert {t.id for t in state.tokens.values() if t.mode is Mode.WAITING} == set(state.waits)
    assert all(state.tokens[n].element == wait.element for n, wait in state.waits.items())
    assert all(t.mode in (Mode.WAITING, Mode.INCIDENT) and t.inside for t in state.tokens.values())
    assert bool(state.tokens) == (state.status is Status.RUNNING)
    assert state.next_token > max(tokens.ever, default=0)
    stored = json.loads(json.dumps([state.to_json(), state.variables_to_json()]))
    assert from_json(*stored) == state


def check_visits(events: list[ev.Event], state: State) -> None:
    """Every visit begun was finished, called off, or is still open; every wait and incident likewise."""
    counts = Counter(type(event) for event in events)
    open_modes = Counter(token.mode for token in state.tokens.values())
    assert counts[ev.ElementEntered] == counts[ev.ElementLeft] + counts[ev.ElementVoided] + len(state.tokens)
    assert counts[ev.WaitOpened] == counts[ev.WaitClosed] + open_modes[Mode.WAITING]
    assert counts[ev.IncidentRaised] == counts[ev.IncidentResolved] + open_modes[Mode.INCIDENT]
    assert counts[ev.InstanceEnded] == (state.status is Status.ENDED)
    assert counts[ev.InstanceCancelled] == (state.status is Status.CANCELLED)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(lines=drawings(), asked=st.lists(ASKED, max_size=14))
def test_whatever_is_asked_the_events_give_the_state_and_tokens_are_kept(
    monkeypatch: pytest.MonkeyPatch, lines: list[str], asked: list[tuple[str, object, object]]
) -> None:
    monkeypatch.setattr(advancing, "STEP_BUDGET", 60)
    course, tokens = Course(*lines, lawful=False), Tokens()
    path: list[str] = []
    for one in [("start", 0, {}), *asked]:
        before = course.state.to_json(), course.state.variables_to_json()
        state = course.state
        try:
            events = course.ask(intent_of(course, one, path))
        except Refused as refused:
            assert refused.code and refused.ja and refused.en
            assert course.state is state and (state.to_json(), state.variables_to_json()) == before
            continue
        assert (state.to_json(), state.variables_to_json()) == before, "advance changes nothing that is given to it"
        for event in events:
            tokens.watch(event)
            state = apply(state, ev.from_json(json.loads(json.dumps(ev.to_json(event)))))
        assert state == course.state
        check_state(course.state, tokens)
        path += [e.element for e in events if isinstance(e, ev.WaitClosed) and e.done]
    assert replay(State(), course.events) == course.state
    check_visits(course.events, course.state)


@settings(max_examples=50)
@given(asked=st.lists(st.sampled_from(["a", "b", "c"]), max_size=6))
def test_the_same_question_to_the_same_state_has_the_same_answer(asked: list[str]) -> None:
    course = Course("start > a", "a > b", "a > c", "b > end", "c > end")
    course.start()
    for element in asked:
        if element in course.waiting:
            token = course.token_at(element).id
            again = from_json(*json.loads(json.dumps([course.state.to_json(), course.state.variables_to_json()])))
            expected = advance(course.process, again, want.Complete(token))
            assert course.complete(element) == expected
