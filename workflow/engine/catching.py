"""What happens when something comes that an instance listens for.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflow.bpmn.model import Element
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import timers
from workflow.engine.nodes.base import Trouble
from workflow.engine.scopes import start_event_scope
from workflow.engine.state import Mode, SubscriptionState

if TYPE_CHECKING:
    from workflow.engine.run import Run


def trigger(run: Run, number: int, variables: Mapping[str, Any]) -> None:
    """What a subscription listens for has happened."""
    found = run.draft.subscriptions[number]
    element = run.process.elements[found.element]
    run.emit(inner.EventCaught(number, found.element))
    if element.type == "boundaryEvent":
        _boundary(run, found, element, variables)
    elif element.type == "startEvent":
        again_or_over(run, found, keep=not element.interrupts)
        start_event_scope(run, element, found.scope, variables)
    else:
        _catch(run, found, element, variables)


def again_or_over(run: Run, found: SubscriptionState, *, keep: bool) -> None:
    """Listen on, or no longer: a timer once more if it is a cycle, everything else while it may come again."""
    if found.kind == "timer":
        more = timers.again(found.details, run.world.adds_business_days) if keep else None
        if more is not None:
            run.emit(inner.SubscriptionNoted(found.id, more))
            return
        keep = False
    if not keep and found.id in run.draft.subscriptions:
        run.emit(inner.SubscriptionClosed(found.id))


def _boundary(run: Run, found: SubscriptionState, element: Element, variables: Mapping[str, Any]) -> None:
    host = run.token(found.token)
    again_or_over(run, found, keep=not element.interrupts)
    if element.interrupts:
        run.void(host.id, "interrupted")
    run.set_variables(variables, host.scope)
    run.place(element.id, host.scope, done=True)


def _catch(run: Run, found: SubscriptionState, element: Element, variables: Mapping[str, Any]) -> None:
    token = run.token(found.token)
    run.set_variables(variables, run.home(token))
    if found.kind == "timer" and token.element == element.id:
        more = timers.again(found.details, run.world.adds_business_days)
        if more is not None:  # a cycle lets a token go each time; the last one is the one that waited
            run.emit(inner.SubscriptionNoted(found.id, more))
            run.place(element.id, token.scope, via=token.via, done=True)
            return
    run.emit(inner.SubscriptionClosed(found.id))
    everything = element.attributes.get("parallelMultiple", "").strip() in ("true", "1")
    if token.element == element.id and everything and run.draft.listening(token.id):
        return  # the other events of a parallel multiple event are still to come
    run.emit(ev.WaitClosed(token.id, token.element, done=True))
    if token.element != element.id:  # an event-based gateway: the way to the event that came first is taken
        way = next(f for f in run.element(token).outgoing if run.process.flows[f].target == element.id)
        run.leave(token.id, (way,))
        run.emit(inner.WorkDone(token.id, element.id))
    else:
        run.moving.append(token.id)


def ask_conditions(run: Run) -> bool:
    """Ask every condition that is waited for; what became true happens.  Whether something did."""
    for found in list(run.draft.subscriptions.values()):
        if found.kind != "conditional" or found.id not in run.draft.subscriptions:
            continue
        holds = _holds(run, found)
        if holds == found.details.get("holds"):
            continue
        run.emit(inner.SubscriptionNoted(found.id, {"holds": holds}))
        if holds:
            trigger(run, found.id, {})
            return True
    return False


def ask_at_beginning(run: Run, scope: str) -> bool:
    """Ask the conditions of the event sub-processes of a scope that begins; whether one that is true interrupts."""
    interrupted = False
    for found in [s for s in run.draft.subscriptions.values() if s.scope == scope and s.kind == "conditional"]:
        if found.id in run.draft.subscriptions and _holds(run, found):
            run.emit(inner.SubscriptionNoted(found.id, {"holds": True}))
            interrupted = interrupted or run.process.elements[found.element].interrupts
            trigger(run, found.id, {})
    return interrupted


def _holds(run: Run, found: SubscriptionState) -> bool:
    """Whether a condition is true now; one that cannot be asked is not."""
    element = run.process.elements[found.element]
    condition = next((e.node.child("condition") for e in element.events if e.kind == "conditional"), None)
    if condition is None or not condition.text.strip():
        return False
    try:
        return run.value(condition.text, found.scope, element=element.id) is True
    except Trouble:
        return False


def deliver_signal(run: Run, name: str, variables: Mapping[str, Any]) -> None:
    """Let everything in this instance that listens for a signal have it: what listened when it was thrown."""
    waiting = [s.id for s in run.draft.subscriptions.values() if s.kind == "signal" and s.details.get("name") == name]
    for number in waiting:
        found = run.draft.subscriptions.get(number)
        if found is not None and (found.token == 0 or run.token(found.token).mode in (Mode.WAITING, Mode.HOSTING)):
            trigger(run, number, variables)
