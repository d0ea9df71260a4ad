"""Events that repeated work throws when one of its runs is done (BPMN 2.0.2, 10.3.8: `behavior`).  Pure.

None: each run throws; One: the first; All: none does; Complex: each throws what its conditions say.  A boundary event of the
activity may catch it; one that interrupts ends the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow.bpmn.model import BPMN, EventDefinition, Node, Process
from workflow.engine import inner_events as inner
from workflow.engine import loops
from workflow.engine.catching import deliver_signal
from workflow.engine.listening import name_of
from workflow.engine.throwing import code_of, throw_error, throw_escalation
from workflow.engine.trouble import Trouble

if TYPE_CHECKING:
    from workflow.engine.run import Run
    from workflow.engine.state import ScopeState

BEHAVIORS = ("All", "None", "One", "Complex")
THROWN = frozenset({"signal", "message", "escalation", "error"})


def refused(process: Process, loop: Node) -> Iterator[tuple[Node, str]]:
    """What of the behaviour of repeated work cannot be executed."""
    behavior = _behavior(loop)
    if behavior not in BEHAVIORS:
        yield loop, f'behavior="{behavior}"'
    for definition in [*_named(process, loop), *(d for _, part in _complex(loop) for d in part)]:
        if definition.kind not in THROWN:
            yield definition.node, definition.node.name


def run_over(run: Run, child: ScopeState) -> None:
    """One run is over: throw what is to be thrown, then begin the next, or finish the whole."""
    whole = loops.note_run(run, child)
    try:
        _announce(run, whole)
    except Trouble as trouble:
        run.trouble(whole.token, trouble)
        return
    if whole.id in run.draft.scopes:
        loops.go_on(run, whole.token)


def _announce(run: Run, whole: ScopeState) -> None:
    """Throw what is to be thrown.  The whole may be gone afterwards.  Raises Trouble."""
    element = run.process.elements[whole.element]
    if element.loop is None:
        return
    for definition in list(_due(run, whole, element.loop)):
        if whole.token in run.draft.tokens and whole.id in run.draft.scopes:
            _throw(run, whole, definition)


def _due(run: Run, whole: ScopeState, loop: Node) -> Iterator[EventDefinition]:
    behavior = _behavior(loop)
    first = int(whole.notes["done"]) - int(whole.notes.get("removed", 0)) == 1
    if behavior == "None" or (behavior == "One" and first):
        yield from _named(run.process, loop)
    elif behavior == "Complex":
        for condition, definitions in _complex(loop):
            if run.value(condition, whole.id, element=whole.element) is True:
                yield from definitions


def _behavior(loop: Node) -> str:
    return loop.attributes.get("behavior", "").strip() or "All"


def _named(process: Process, loop: Node) -> list[EventDefinition]:
    """The definition of the file that None or One refers to."""
    wanted = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}.get(_behavior(loop), "")
    found = process.reference(loop.attributes.get(wanted, "").strip())
    return [_definition(found)] if found is not None else []


def _complex(loop: Node) -> Iterator[tuple[str, list[EventDefinition]]]:
    """The conditions of Complex, each with what is thrown when it holds."""
    for part in loop.children:
        if part.is_bpmn("complexBehaviorDefinition"):
            condition, event = part.child("condition"), part.child("event")
            inside = event.children if event is not None else ()
            definitions = [_definition(c) for c in inside if c.namespace == BPMN and c.name.endswith("EventDefinition")]
            if condition is not None and condition.text.strip():
                yield condition.text, definitions


def _definition(node: Node) -> EventDefinition:
    kind = node.name.removesuffix("EventDefinition")
    return EventDefinition(kind, node.attributes.get(f"{kind}Ref", "").rpartition(":")[2], node)


def _throw(run: Run, whole: ScopeState, definition: EventDefinition) -> None:
    element = run.process.elements[whole.element]
    if definition.kind == "escalation":
        throw_escalation(run, whole.token, code_of(run, definition))
    elif definition.kind == "error":
        throw_error(run, whole.token, code_of(run, definition))
    else:
        name, key = name_of(run, element, definition.ref, whole.id)
        if definition.kind == "message":
            run.emit(inner.MessageThrown(whole.token, element.id, name, run.variables(whole.id), key))
        else:
            run.emit(inner.SignalThrown(whole.token, element.id, name))
            deliver_signal(run, name, {})
