"""Errors and escalations look for who catches them, from the inside outwards.  Pure.

In each scope its event sub-processes come first, then the boundary events of the activity that it runs
(BPMN 2.0.2, 10.5.7); a definition with a code comes before one that catches all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from workflow.bpmn.model import Element, EventDefinition
from workflow.engine import inner_events as inner
from workflow.engine.events import ROOT
from workflow.engine.listening import root_scope
from workflow.engine.scopes import start_event_scope
from workflow.engine.state import TokenState
from workflow.engine.trouble import Trouble

if TYPE_CHECKING:
    from workflow.engine.run import Run


def throw_error(
    run: Run, number: int, code: str, message: str = "", variables: Mapping[str, Any] | None = None
) -> None:
    """A business error at a token.  Nobody catching it ends a called instance, and is an incident in any other."""
    token = run.token(number)
    values = dict(variables or {})
    found = _catcher(run, token, "error", code)
    if found is None:
        if not run.draft.called:
            name = run.called(token.element)
            raise Trouble(
                "uncaught_error",
                f"「{name}」で起きた業務エラー「{code}」を受けるところが、図にありません。",
                f"Nothing in the model catches the error “{code}” of “{name}”.",
            )
        run.emit(inner.ErrorThrown(number, token.element, code, message, "", values))
        _fail(run, code, message, values)
        return
    run.emit(inner.ErrorThrown(number, token.element, code, message, found[0].id, values))
    _catch(run, found, values | _told(found[0], code, message, "error"))


def _fail(run: Run, code: str, message: str, variables: Mapping[str, Any]) -> None:
    run.clear(ROOT, "error")
    run.touched.clear()
    run.emit(inner.InstanceFailed(code, message, variables))


def throw_escalation(run: Run, number: int, code: str, variables: Mapping[str, Any] | None = None) -> None:
    """An escalation: caught, it interrupts or runs beside; not caught, nothing happens (BPMN 2.0.2, 10.5.7)."""
    token = run.token(number)
    values = dict(variables or {})
    found = _catcher(run, token, "escalation", code)
    run.emit(inner.EscalationThrown(number, token.element, code, found[0].id if found else "", values))
    if found is not None:
        _catch(run, found, values | _told(found[0], code, "", "escalation"))


def _catch(run: Run, found: tuple[Element, str, int], variables: Mapping[str, Any]) -> None:
    element, scope, host = found
    if not host:
        start_event_scope(run, element, scope, variables)
        return
    around = run.token(host).scope
    if element.interrupts:
        run.void(host, "interrupted")
    run.set_variables(variables, around)
    run.place(element.id, around, done=True)


def _catcher(run: Run, token: TokenState, kind: str, code: str) -> tuple[Element, str, int] | None:
    """The event that catches it, the scope of it, and the token of the activity it is attached to (0: none)."""
    own = run.draft.scopes[token.scope]
    if not (own.kind == "child" and own.element == token.element):
        best = _best(run, run.process.attached(token.element), kind, code)
        if best is not None:
            return best, token.scope, token.id
    scope, from_event_scope = token.scope, run.element(token).is_event_scope
    while True:
        found = run.draft.scopes[scope]
        if found.kind in ("embedded", "event") and not from_event_scope:
            best = _best(run, _event_starts(run, scope), kind, code)
            if best is not None:
                return best, scope, 0
        if scope == ROOT:
            return None
        host = run.token(found.token)
        if found.kind not in ("child", "event"):
            outer = run.draft.scopes[host.scope]
            if not (outer.kind == "child" and outer.element == host.element):
                best = _best(run, run.process.attached(host.element), kind, code)
                if best is not None:
                    return best, host.scope, host.id
        scope, from_event_scope = found.parent if found.kind == "child" else host.scope, found.kind == "event"


def _event_starts(run: Run, scope: str) -> Iterator[Element]:
    for part in run.process.inside(root_scope(run, scope)):
        if part.is_event_scope:
            yield from (start for start in run.process.inside(part.id) if start.type == "startEvent")


def _best(run: Run, events: Iterable[Element], kind: str, code: str) -> Element | None:
    """The event that names the code, else the first that catches all."""
    fitting = [(e, code_of(run, definition)) for e in events for definition in e.events if definition.kind == kind]
    named = [event for event, wanted in fitting if wanted == code]
    return named[0] if named else next((event for event, wanted in fitting if not wanted), None)


def code_of(run: Run, definition: EventDefinition) -> str:
    """The code of an error or escalation that a definition refers to: its code, else its name, else its id."""
    shared = run.process.reference(definition.ref) if definition.ref else None
    if shared is None:
        return ""
    said = shared.attributes.get(f"{definition.kind}Code", "").strip()
    return said or shared.attributes.get("name", "").strip() or shared.id


def _told(element: Element, code: str, message: str, kind: str) -> dict[str, Any]:
    """What a catching event wants to know: `errorCodeVariable` and the like of Camunda 7."""
    node = next(definition.node for definition in element.events if definition.kind == kind)
    named = {node.foreign(f"{kind}CodeVariable"): code, node.foreign(f"{kind}MessageVariable"): message}
    return {name: value for name, value in named.items() if name}
