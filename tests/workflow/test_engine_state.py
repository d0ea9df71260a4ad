"""Events and state as values: every event once, storing and reading, formats of older programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from tests.workflow.drawn import Course
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine.draft import apply, replay
from workflow.engine.state import Mode, ScopeState, State, Status, SubscriptionState, TokenState, WaitState, from_json
from workflow.engine.upgrades import FORMAT, upgrade

pytestmark = pytest.mark.pure

MOVING = TokenState(1, "a", inside=True)
WAITING = replace(MOVING, mode=Mode.WAITING)
STUCK = replace(MOVING, mode=Mode.INCIDENT)


def state(token: TokenState | None = None, **changes: Any) -> State:
    """A running state with perhaps one token, which waits if it says so."""
    tokens = {token.id: token} if token else {}
    waits = {t.id: WaitState(t.id, t.element, "person") for t in tokens.values() if t.mode is Mode.WAITING}
    return replace(
        State(), **({"status": Status.RUNNING, "tokens": tokens, "waits": waits, "counters": {"token": 2}} | changes)
    )


OUTER = {ev.ROOT: ScopeState(ev.ROOT)}
SUB = ScopeState("s3", ev.ROOT, "a", 1, "embedded", {"n": 1})
LISTENS = SubscriptionState(4, 1, ev.ROOT, "edge", "message", {"name": "m"})
NAMED = {ev.ROOT: {"x": 1}}
# Stored name -> the event, the state before, the state after.  Names and fields never change once stored.
EVENTS: dict[str, tuple[ev.Event, State, State]] = {
    "instance_started": (
        ev.InstanceStarted({"x": 1}),
        state(status=Status.NEW),
        state(variables=NAMED),
    ),
    "token_placed": (ev.TokenPlaced(7, "a"), state(), state(TokenState(7, "a"), counters={"token": 8})),
    "element_entered": (ev.ElementEntered(1, "a"), state(replace(MOVING, inside=False)), state(MOVING)),
    "wait_opened": (ev.WaitOpened(1, "a", "person"), state(MOVING), state(WAITING)),
    "wait_closed": (ev.WaitClosed(1, "a", done=True), state(WAITING), state(replace(MOVING, done=True))),
    "variables_set": (
        ev.VariablesSet({"x": [2]}),
        state(variables={ev.ROOT: {"x": 1, "y": 1}}),
        state(variables={ev.ROOT: {"x": [2], "y": 1}}),
    ),
    "element_left": (ev.ElementLeft(1, "a"), state(replace(MOVING, done=True)), state(replace(MOVING, inside=False))),
    "flow_taken": (ev.FlowTaken(1, "a_b", "b", 1), state(MOVING), state(replace(MOVING, element="b", via="a_b"))),
    "token_ended": (ev.TokenEnded(1, "a"), state(MOVING), state()),
    "returned": (ev.Returned("a", (0, 2), "理由"), state(MOVING), state(MOVING)),
    "element_voided": (ev.ElementVoided(1, "a", "理由"), state(MOVING), state()),
    "incident_raised": (ev.IncidentRaised(1, "a", "no_way_out", "和", "en"), state(MOVING), state(STUCK)),
    "incident_resolved": (ev.IncidentResolved(1, "a"), state(STUCK), state(MOVING)),
    "scope_opened": (
        inner.ScopeOpened("s3", ev.ROOT, "a", 1, "embedded", {"n": 1}),
        state(MOVING),
        state(replace(MOVING, mode=Mode.HOSTING), scopes={**OUTER, "s3": SUB}, counters={"token": 2, "scope": 4}),
    ),
    "scope_noted": (
        inner.ScopeNoted("s3", {"m": 2}),
        state(scopes={**OUTER, "s3": SUB}),
        state(scopes={**OUTER, "s3": replace(SUB, notes={"n": 1, "m": 2})}),
    ),
    "scope_closed": (
        inner.ScopeClosed("s3"),
        state(scopes={**OUTER, "s3": SUB}, variables={ev.ROOT: {}, "s3": {"x": 1}}),
        state(),
    ),
    "work_done": (inner.WorkDone(1, "a"), state(replace(MOVING, mode=Mode.HOSTING)), state(replace(MOVING, done=True))),
    "save_point_passed": (
        inner.SavePointPassed(1, "a", "before"),
        state(MOVING),
        state(replace(MOVING, passed="before")),
    ),
    "join_reached": (inner.JoinReached(1, "a"), state(MOVING), state(replace(MOVING, mode=Mode.JOINING))),
    "join_passed": (inner.JoinPassed(1, "a"), state(replace(MOVING, mode=Mode.JOINING)), state(MOVING)),
    "token_merged": (inner.TokenMerged(1, "a", 2), state(replace(MOVING, mode=Mode.JOINING)), state()),
    "subscription_opened": (
        inner.SubscriptionOpened(4, 1, ev.ROOT, "edge", "message", {"name": "m"}),
        state(WAITING),
        state(WAITING, subscriptions={4: LISTENS}, counters={"token": 2, "subscription": 5}),
    ),
    "subscription_noted": (
        inner.SubscriptionNoted(4, {"left": 1}),
        state(subscriptions={4: LISTENS}),
        state(subscriptions={4: replace(LISTENS, details={"name": "m", "left": 1})}),
    ),
    "subscription_closed": (inner.SubscriptionClosed(4), state(subscriptions={4: LISTENS}), state()),
    "event_caught": (
        inner.EventCaught(4, "edge"),
        state(subscriptions={4: LISTENS}),
        state(subscriptions={4: LISTENS}),
    ),
    "message_thrown": (inner.MessageThrown(1, "a", "m", {"x": 1}, "k"), state(MOVING), state(MOVING)),
    "signal_thrown": (inner.SignalThrown(1, "a", "s", {"x": 1}), state(MOVING), state(MOVING)),
    "error_thrown": (inner.ErrorThrown(1, "a", "E", "文", "edge", {"x": 1}), state(MOVING), state(MOVING)),
    "escalation_thrown": (inner.EscalationThrown(1, "a", "E", "edge", {"x": 1}), state(MOVING), state(MOVING)),
    "decision_made": (inner.DecisionMade(1, "a", "d", 2, {"rule": 1}), state(MOVING), state(MOVING)),
    "instance_suspended": (inner.InstanceSuspended("休み"), state(WAITING), state(WAITING, status=Status.SUSPENDED)),
    "instance_resumed": (inner.InstanceResumed(), state(WAITING, status=Status.SUSPENDED), state(WAITING)),
    "instance_migrated": (
        inner.InstanceMigrated({"a": "b", "edge": "rim"}, {"1": "x_b"}),
        state(replace(WAITING, via="x_a"), subscriptions={4: LISTENS}, scopes={**OUTER, "s3": SUB}),
        state(
            replace(WAITING, element="b", via="x_b"),
            subscriptions={4: replace(LISTENS, element="rim")},
            scopes={**OUTER, "s3": replace(SUB, element="b")},
        ),
    ),
    "instance_failed": (inner.InstanceFailed("E", "文", {"x": 1}), state(), state(status=Status.ENDED)),
    "instance_ended": (ev.InstanceEnded(), state(), state(status=Status.ENDED)),
    "instance_cancelled": (ev.InstanceCancelled("理由"), state(), state(status=Status.CANCELLED)),
}


def test_the_table_holds_every_event() -> None:
    assert sorted(EVENTS) == ev.stored_names()


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_changes_the_state_and_survives_storing(name: str) -> None:
    event, before, after = EVENTS[name]
    kept = before.to_json(), before.variables_to_json()
    assert apply(before, event) == after
    assert (before.to_json(), before.variables_to_json()) == kept
    stored = json.loads(json.dumps(ev.to_json(event)))
    assert stored["event"] == name
    assert ev.from_json(stored) == event
    assert apply(before, ev.from_json(stored)) == after


def test_a_split_off_token_leaves_the_first_where_it_is() -> None:
    after = apply(state(MOVING), ev.FlowTaken(1, "a_b", "b", 5))
    assert after.tokens == {1: MOVING, 5: TokenState(5, "b", via="a_b")} and after.next_token == 6


def test_an_event_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        ev.from_json({"event": "instance_exploded"})


def test_events_and_states_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        ev.ElementLeft(1, "a").token = 2  # type: ignore[misc]  # what is refused
    after = apply(state(MOVING), ev.VariablesSet({"x": 1}))
    for mapping in (after.tokens, after.waits, after.counters, after.variables, after.variables[ev.ROOT], after.scopes):
        with pytest.raises(TypeError):
            mapping["x"] = 1  # type: ignore[index]  # what is refused


def test_a_state_survives_storing() -> None:
    course = Course(
        "start > t", "t > a", "t > gate", "gate > b if x > 1", "gate > c if x < 0", "a > end", "b > end", "c > end"
    )
    assert from_json(*stored(course.state)) == course.state == State()
    course.start()
    course.complete("t", x=1, 名="値")
    assert {token.mode for token in course.state.tokens.values()} == {Mode.WAITING, Mode.INCIDENT}
    assert from_json(*stored(course.state)) == course.state
    nested = replace(course.state, scopes={**course.state.scopes, "s1": ScopeState("s1", ev.ROOT, "sub")})
    assert from_json(*stored(nested)) == nested


def stored(of: State) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a database gives back."""
    return json.loads(json.dumps(of.to_json())), json.loads(json.dumps(of.variables_to_json()))


def test_nothing_stored_is_a_new_instance() -> None:
    assert from_json({}, {}) == State()
    assert from_json({}, {ev.ROOT: {"x": 1}}).variables == {ev.ROOT: {"x": 1}}


def test_the_stored_form_of_format_1_is_read_for_ever() -> None:
    old = {
        "format": 1,
        "status": "running",
        "scopes": [["root", "", ""]],
        "tokens": [[1, "a", "root", "waiting", True, False], [3, "gate", "root", "incident", True, False]],
        "waits": [[1, "a", "person"]],
        "counters": {"token": 4},
    }
    assert from_json(old, {"root": {"x": 1}}) == State(
        Status.RUNNING,
        {"root": ScopeState("root")},
        {
            1: TokenState(1, "a", mode=Mode.WAITING, inside=True),
            3: TokenState(3, "gate", mode=Mode.INCIDENT, inside=True),
        },
        {1: WaitState(1, "a", "person")},
        {"token": 4, "scope": 1, "subscription": 1},
        {"root": {"x": 1}},
    )


def test_older_formats_are_brought_up_step_by_step() -> None:
    steps: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
        1: lambda old: {**old, "tokens": [[*row, "added"] for row in old["tokens"]]},
        2: lambda old: {**old, "colour": "blue"},
    }
    old = {"format": 1, "tokens": [[1]]}
    assert upgrade(old, steps=steps, current=3) == {"format": 3, "tokens": [[1, "added"]], "colour": "blue"}
    assert old == {"format": 1, "tokens": [[1]]}
    assert upgrade({"format": 3, "tokens": []}, steps=steps, current=3) == {"format": 3, "tokens": []}


def test_a_format_of_the_future_or_without_a_step_is_an_error() -> None:
    with pytest.raises(ValueError, match="newer"):
        upgrade({"format": FORMAT + 1})
    with pytest.raises(ValueError, match="no step"):
        upgrade({"format": 1}, steps={}, current=2)
    with pytest.raises(ValueError, match="no step"):
        from_json({"status": "running", "tokens": []}, {})


def test_replaying_one_by_one_or_together_is_the_same() -> None:
    course = Course("start > a", "a > b", "b > end")
    course.start(x=1)
    course.complete("a", y=2)
    one = State()
    for event in course.events:
        one = apply(one, event)
    assert one == replay(State(), course.events) == course.state
