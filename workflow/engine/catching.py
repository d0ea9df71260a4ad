"""What happens when something comes that an instance listens for.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflow.bpmn.camunda.settings import event_settings
from workflow.bpmn.model import Element
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import timers
from workflow.engine.listening import listen
from workflow.engine.scopes import start_event_scope
from workflow.engine.state import Mode, SubscriptionState
from workflow.engine.trouble import Trouble

if TYPE_CHECKING:
    from workflow.engine.run import Run


def trigger(run: Run, number: int, variables: Mapping[str, Any]) -> None:
    """What a subscription listens for has happened.  Raises Trouble when nobody waits for it: there is an incident first."""
    found = run.draft.subscriptions[number]
    element = run.process.elements[found.element]
    if not _awaited(run, found):
        raise Trouble(
            "not_listening",
            "この出来事を待つところに障害があります。先に解決してください。",
            "What waits for it is in an incident, which has to be mended first.",
        )
    run.emit(inner.EventCaught(number, found.element))
    if element.type in ("boundaryEvent", "startEvent") and _needs_all(element):
        run.emit(inner.SubscriptionClosed(number))
        if any(_beside(found, other) for other in run.draft.subscriptions.values()):
            run.set_variables(variables, found.scope)
            return  # the other events of a parallel multiple event are still to come
        if not element.interrupts:
            listen(run, element, token=found.token, scope=found.scope, at=found.scope)
    if element.type == "boundaryEvent":
        _boundary(run, found, element, variables)
    elif element.type == "startEvent":
        again_or_over(run, found, keep=not element.interrupts)
        start_event_scope(run, element, found.scope, variables)
    else:
        _catch(run, found, element, variables)


def _awaited(run: Run, found: SubscriptionState) -> bool:
    """Whether a catching token still waits; what boundary and start events listen for is always awaited."""
    at_edge = run.process.elements[found.element].type in ("boundaryEvent", "startEvent")
    return at_edge or run.token(found.token).mode is Mode.WAITING


def _needs_all(element: Element) -> bool:
    """Whether an event waits for all of its definitions, not for the first (BPMN 2.0.2, 10.5.1: parallel multiple)."""
    return element.attributes.get("parallelMultiple", "").strip() in ("true", "1")


def _beside(found: SubscriptionState, other: SubscriptionState) -> bool:
    """Whether two subscriptions are of the same event."""
    return (found.element, found.token, found.scope) == (other.element, other.token, other.scope)


def again_or_over(run: Run, found: SubscriptionState, *, keep: bool) -> None:
    """Listen on, or no longer: a timer once more if it is a cycle, everything else while it may come again."""
    if found.id not in run.draft.subscriptions:
        return
    if found.kind == "timer":
        more = timers.again(found.details, run.world.adds_business_days) if keep else None
        if more is not None:
            run.emit(inner.SubscriptionNoted(found.id, more))
            return
        keep = False
    if not keep:
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
    if token.element == element.id and _needs_all(element) and run.draft.listening(token.id):
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
        if not _concerned(run, found):
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


def _concerned(run: Run, found: SubscriptionState) -> bool:
    """Whether what was set is of interest to a condition: `variableName` and `variableEvents` of Camunda 7 narrow it."""
    element = run.process.elements[found.element]
    node = next((e.node for e in element.events if e.kind == "conditional"), None)
    if node is None or found.id in run.fresh:
        return True
    said = event_settings(node)
    names = [said.variable_name] if said.variable_name else list(run.written)
    kinds = set().union(*(run.written.get(name, set()) for name in names))
    narrowed = said.variable_name or said.variable_events
    return not narrowed or bool(kinds & set(said.variable_events) if said.variable_events else kinds)


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
        if found is not None and _awaited(run, found):
            trigger(run, number, variables)
