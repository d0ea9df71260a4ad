"""What every node type declares.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from workflow.bpmn.model import Element, Finding, Process
from workflow.engine import events as ev


@dataclass(frozen=True, slots=True)
class Arrival:
    """A token at an element, with what the node may look at."""

    process: Process
    element: Element
    token: int
    variables: Mapping[str, Any]
    new_token: int  # the number of the next token that may be made


_types: dict[str, NodeType] = {}


class NodeType:
    """Subclass to make a BPMN tag executable; subclassing registers it."""

    tag: ClassVar[str] = ""
    children: ClassVar[frozenset[str]] = frozenset()  # BPMN children that this type understands

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _types[cls.tag] = cls()

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """What is wrong with an element of this type, before deployment."""
        return iter(())

    def on_enter(self, at: Arrival) -> Iterator[ev.Event]:
        """What happens when a token arrives: by default it passes."""
        return self.on_complete(at)

    def on_complete(self, at: Arrival) -> Iterator[ev.Event]:
        """What happens when the work is done: the token leaves along every outgoing flow (an implicit split)."""
        return leave(at, at.element.outgoing)

    def on_cancel(self, at: Arrival, reason: str) -> Iterator[ev.Event]:
        """What happens when the work is called off."""
        yield ev.ElementVoided(at.token, at.element.id, reason)


def leave(at: Arrival, flows: tuple[str, ...]) -> Iterator[ev.Event]:
    """The token leaves along these flows; without any it ends here, as BPMN says of an activity without outgoing flow."""
    yield ev.ElementLeft(at.token, at.element.id)
    if not flows:
        yield ev.TokenEnded(at.token, at.element.id)
    for number, flow in enumerate(flows):
        new = at.token if number == 0 else at.new_token + number - 1
        yield ev.FlowTaken(at.token, flow, at.process.flows[flow].target, new)


def node_type(tag: str) -> NodeType | None:
    """The node type of a BPMN tag, or None when the engine cannot execute it."""
    return _types.get(tag)


def supported() -> list[str]:
    """The BPMN tags the engine executes."""
    return sorted(_types)


def error(element: Element, code: str, ja: str, en: str) -> Finding:
    """A finding of level error at an element."""
    return Finding("error", code, ja, en, element.id, element.line)
