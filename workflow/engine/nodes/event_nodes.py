"""Events: where instances and scopes begin and end, and what is thrown and caught on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from workflow.bpmn.model import Element, EventDefinition, Finding, Process
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import listeners
from workflow.engine.catching import deliver_signal
from workflow.engine.joins import links
from workflow.engine.listening import listen, name_of, subscribe, wanted
from workflow.engine.mappings import close_local, open_local
from workflow.engine.nodes.base import NodeType, Trouble, error
from workflow.engine.nodes.scopes import handed
from workflow.engine.nodes.tasks import connector, work
from workflow.engine.throwing import code_of, throw_error, throw_escalation

if TYPE_CHECKING:
    from workflow.engine.run import Run

REFERRING = {"message", "signal"}  # what cannot be caught or thrown without saying which


def _referred(process: Process, element: Element) -> Iterator[Finding]:
    """Messages and signals are named; timers say when; conditions say what."""
    name = element.name or element.id
    for event in element.events:
        if event.kind in REFERRING and process.reference(event.ref) is None and not _machine(event):
            yield error(
                element,
                f"no_{event.kind}",
                f"「{name}」が、どの{'メッセージ' if event.kind == 'message' else 'シグナル'}かを示していません。",
                f"“{name}” does not say which {event.kind} it means.",
            )
        if event.kind == "timer" and not any(_timed(event)):
            yield error(
                element, "no_time", f"「{name}」に時刻・期間がありません。", f"The timer of “{name}” has no time."
            )
        if event.kind == "conditional" and not _condition(event):
            yield error(element, "no_condition", f"「{name}」に条件がありません。", f"“{name}” has no condition.")


def _timed(event: EventDefinition) -> Iterator[str]:
    for name in ("timeDate", "timeDuration", "timeCycle"):
        child = event.node.child(name)
        if child is not None and child.text.strip():
            yield child.text


def _condition(event: EventDefinition) -> str:
    child = event.node.child("condition")
    return child.text.strip() if child is not None else ""


def _machine(event: EventDefinition) -> bool:
    """Whether a message is sent by a machine that the model names."""
    said = ("class", "delegateExpression", "expression", "topic")
    return any(event.node.foreign(name) for name in said) or connector(event.node) is not None


class StartEvent(NodeType):
    """Where an instance or a scope begins; the token passes at once."""

    tag = "startEvent"
    events: ClassVar[frozenset[str]] = frozenset({"message", "timer", "signal", "conditional", "error", "escalation"})

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It has no incoming flow (BPMN 2.0.2, 10.5.2) and leads somewhere."""
        if element.incoming:
            yield error(element, "start_incoming", "開始に入る流れがあります。", "A start event has an incoming flow.")
        if not element.outgoing:
            yield error(element, "start_dead", "開始から出る流れがありません。", "A start event leads nowhere.")
        yield from _referred(process, element)


class BoundaryEvent(NodeType):
    """On the edge of an activity: a token is put here when it has happened, and passes."""

    tag = "boundaryEvent"
    events: ClassVar[frozenset[str]] = StartEvent.events

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It hangs on an activity, says what it waits for, and no flow leads to it (BPMN 2.0.2, 10.5.4)."""
        name = element.name or element.id
        host = process.elements.get(element.attached_to)
        if host is None or host.parent != element.parent:
            yield error(
                element,
                "attached_nowhere",
                f"境界イベント「{name}」の付く先がありません。",
                f"Boundary event “{name}” hangs on nothing.",
            )
        if not element.events:
            yield error(
                element, "no_trigger", f"「{name}」が何を待つのか書かれていません。", f"“{name}” waits for nothing."
            )
        yield from _referred(process, element)


class CatchEvent(NodeType):
    """Waits for a message, signal, time or condition; a link is where its other end leads to."""

    tag = "intermediateCatchEvent"
    events: ClassVar[frozenset[str]] = frozenset({"message", "timer", "signal", "conditional", "link"})

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It says what it waits for."""
        if not element.events:
            name = element.name or element.id
            yield error(
                element, "no_trigger", f"「{name}」が何を待つのか書かれていません。", f"“{name}” waits for nothing."
            )
        yield from _referred(process, element)

    def on_enter(self, run: Run, token: int) -> None:
        """Listen and wait; a link passes."""
        found = run.token(token)
        element = run.element(found)
        if any(event.kind == "link" for event in element.events):
            self.on_complete(run, token)
            return
        if not found.local:
            open_local(run, token)
        if not run.draft.listening(token):
            listen(run, element, token=token, scope=found.scope, at=run.home(run.token(token)))
        run.wait(token, "event", {"kinds": [event.kind for event in element.events]})

    def on_complete(self, run: Run, token: int) -> None:
        """Hand over what came, and go on."""
        if not listeners.over(run, token):
            return
        close_local(run, token)
        super().on_complete(run, token)


class ThrowEvent(NodeType):
    """Throws on the way: a message, signal, escalation; jumps through a link; without any it is a milestone."""

    tag = "intermediateThrowEvent"
    events: ClassVar[frozenset[str]] = frozenset({"message", "signal", "escalation", "link"})

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """What it throws is named; a link leads somewhere."""
        yield from _referred(process, element)
        is_link = element.event is not None and element.event.kind == "link"
        if is_link and len(links(process, element, "intermediateCatchEvent")) != 1:
            name = element.name or element.id
            yield error(
                element,
                "link_nowhere",
                f"リンク「{name}」の行き先が1つに決まりません。",
                f"Link “{name}” does not lead to exactly one place.",
            )

    def on_enter(self, run: Run, token: int) -> None:
        """Throw, then go on; a machine that sends a message is waited for."""
        found = run.token(token)
        if not run.element(found).events:
            self.on_complete(run, token)
            return
        if not found.local:
            open_local(run, token)
        if throw(run, token):
            run.go_on(token)

    def on_complete(self, run: Run, token: int) -> None:
        """Go on; a link leads to its other end."""
        found = run.token(token)
        element = run.element(found)
        if not listeners.over(run, token):
            return
        close_local(run, token)
        if element.event is None or element.event.kind != "link":
            super().on_complete(run, token)
            return
        target = links(run.process, element, "intermediateCatchEvent")
        if len(target) != 1:
            raise Trouble("link_nowhere", "リンクの行き先がありません。", "The link leads nowhere.")
        run.emit(ev.ElementLeft(token, element.id), ev.FlowTaken(token, "", target[0].id, token))


class EndEvent(NodeType):
    """Where a token ends; a scope is over with its last token."""

    tag = "endEvent"
    events: ClassVar[frozenset[str]] = frozenset({"message", "signal", "escalation", "error", "terminate"})

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It has no outgoing flow (BPMN 2.0.2, 10.5.3)."""
        if element.outgoing:
            yield error(element, "end_outgoing", "終了から出る流れがあります。", "An end event has an outgoing flow.")
        yield from _referred(process, element)

    def on_enter(self, run: Run, token: int) -> None:
        """Throw what is to be thrown, then end."""
        found = run.token(token)
        if not run.element(found).events:
            self.on_complete(run, token)
            return
        if not found.local:
            open_local(run, token)
        if throw(run, token):
            run.go_on(token)

    def on_complete(self, run: Run, token: int) -> None:
        """The token ends; terminating, all else in its scope is called off."""
        found = run.token(token)
        element = run.element(found)
        if not listeners.over(run, token):
            return
        close_local(run, token)
        if any(event.kind == "terminate" for event in element.events):
            run.emit(ev.ElementLeft(token, element.id))
            for other in run.draft.tokens_in(found.scope):
                if other.id != token and other.id in run.draft.tokens:
                    run.void(other.id, "terminated")
        else:
            run.emit(ev.ElementLeft(token, element.id))
        run.emit(ev.TokenEnded(token, element.id))


def throw(run: Run, token: int) -> bool:
    """Throw all that an event throws, in the order drawn; whether the token goes on at once.  Raises Trouble first."""
    found = run.token(token)
    element = run.element(found)
    home = run.home(found)
    for event in element.events:
        if event.kind == "message" and _machine(event):
            work(run, token, element, event.node)
            return False
        if event.kind == "message":
            name, key = name_of(run, element, event.ref, home)
            run.emit(inner.MessageThrown(token, element.id, name, run.variables(home), key))
        elif event.kind == "signal":
            name, _key = name_of(run, element, event.ref, home)
            values = handed(run, event.node, "in", home, element.id)
            run.emit(inner.SignalThrown(token, element.id, name, values))
            deliver_signal(run, name, values)
        elif event.kind == "escalation":
            throw_escalation(run, token, code_of(run, event))
        elif event.kind == "error":
            throw_error(run, token, code_of(run, event), _message(run, event))
        if token not in run.draft.tokens:
            return False
    return True


def _message(run: Run, event: EventDefinition) -> str:
    shared = run.process.reference(event.ref)
    return shared.foreign("errorMessage") if shared is not None else ""


class EventGateway(NodeType):
    """Waits for the first of several events; the others are not waited for any longer (BPMN 2.0.2, 10.6.6)."""

    tag = "eventBasedGateway"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It leads to two or more events or receive tasks; one that begins a process is not executed."""
        name = element.name or element.id
        if element.attributes.get("instantiate", "").strip() in ("true", "1"):
            yield error(
                element,
                "unsupported_attribute",
                f"「{name}」で流れを始めること(instantiate)はできません。開始イベントを使ってください。",
                f"“{name}” cannot begin an instance (instantiate); use start events.",
            )
        for flow in element.outgoing:
            target = process.elements.get(process.flows[flow].target)
            if target is None or target.type not in ("intermediateCatchEvent", "receiveTask"):
                yield error(
                    element,
                    "event_gateway_target",
                    f"「{name}」の先には、待つイベントか受信タスクだけを置いてください。",
                    f"Only catching events and receive tasks may follow “{name}”.",
                )

    def on_enter(self, run: Run, token: int) -> None:
        """Listen for all; what can go wrong does so before the first is listened for."""
        found = run.token(token)
        home = run.home(found)
        targets = [run.process.elements[run.process.flows[flow].target] for flow in run.element(found).outgoing]
        heard = [(target, kind, said) for target in targets for kind, said in wanted(run, target, home)]
        for target, kind, said in heard:
            subscribe(run, target, kind, said, token=token, scope=found.scope)
        run.wait(token, "event", {"kinds": ["first"]})

    def on_complete(self, run: Run, token: int) -> None:
        """Never by itself: the event that comes first takes the token along."""
        raise Trouble("no_event", "どのイベントも起きていません。", "None of the events has happened.")
