"""Parts of an instance: where they begin, and what follows when all in them is done.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workflow.bpmn.model import Element, Process
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import listeners
from workflow.engine.events import ROOT
from workflow.engine.listening import listen, root_scope

if TYPE_CHECKING:
    from workflow.engine.run import Run
    from workflow.engine.state import ScopeState


def entries(process: Process, scope: str) -> list[Element]:
    """Where a process or sub-process begins: its plain start events; without any start event all that no flow leads to.

    BPMN 2.0.2, 10.5.2 and 13.3.2.
    """
    inside = process.inside(scope)
    starts = [element for element in inside if element.type == "startEvent"]
    if starts:
        return [element for element in starts if not element.events]
    return [
        element
        for element in inside
        if not element.incoming
        and not element.attached_to
        and not element.is_event_scope
        and element.attributes.get("isForCompensation", "") not in ("true", "1")
        and not (element.type == "intermediateCatchEvent" and element.event and element.event.kind == "link")
    ]


def begin_scope(run: Run, scope: str, starts: list[Element], conditions: Callable[[Run, str], bool]) -> None:
    """Listen for what event sub-processes wait for, and put a token before each beginning.  Raises Trouble."""
    for part in run.process.inside(root_scope(run, scope)):
        if part.is_event_scope:
            for start in run.process.inside(part.id):
                if start.type == "startEvent":
                    listen(run, start, token=0, scope=scope)
    if conditions(run, scope):
        return  # what is true from the beginning interrupts before anything is begun
    for start in starts:
        run.place(start.id, scope)
    run.touched[scope] = None


def start_event_scope(run: Run, start: Element, scope: str, variables: Mapping[str, Any]) -> None:
    """An event sub-process begins; an interrupting one calls off all else in its scope (BPMN 2.0.2, 13.5.4)."""
    if start.interrupts:
        for token in run.draft.tokens_in(scope):
            if token.id in run.draft.tokens:
                run.void(token.id, "interrupted")
        for found in [s for s in run.draft.subscriptions.values() if s.scope == scope and s.token == 0]:
            run.emit(inner.SubscriptionClosed(found.id))
    host = run.place(start.parent, scope)
    run.emit(ev.ElementEntered(host, start.parent, run.world.moment))
    inside = run.open_scope(run.token(host), "event")
    run.set_variables(variables, inside)
    run.place(start.id, inside, done=True)


def settle_scopes(run: Run, run_over: Callable[[Run, ScopeState], None]) -> None:
    """Close the scopes in which nothing is left; what hosted them goes on, for one run of repeated work by `run_over`."""
    while run.touched:
        scope = next(iter(run.touched))
        del run.touched[scope]
        if scope not in run.draft.scopes or run.draft.members.get(scope):
            continue
        if scope == ROOT:
            if run.running:
                _end(run)
        else:
            _over(run, scope, run_over)


def _end(run: Run) -> None:
    for found in list(run.draft.subscriptions):
        run.emit(inner.SubscriptionClosed(found))
    listeners.finished(run)
    run.emit(ev.InstanceEnded())


def _over(run: Run, scope: str, run_over: Callable[[Run, ScopeState], None]) -> None:
    found = run.draft.scopes[scope]
    if found.kind in ("multi", "loop", "local"):
        return  # what is repeated says itself when it is over
    if found.kind == "child":
        run_over(run, found)
        return
    for heard in [s for s in run.draft.subscriptions.values() if s.scope == scope]:
        run.emit(inner.SubscriptionClosed(heard.id))
    run.emit(inner.ScopeClosed(scope))
    run.go_on(found.token)
