"""What every node type declares.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from workflow.bpmn.model import Element, Finding, Flow, Process
from workflow.engine import events as ev
from workflow.engine.state import Mode
from workflow.feel.errors import FeelError
from workflow.feel.expressions import compile_expression


@dataclass(frozen=True, slots=True)
class Arrival:
    """A token at an element, with what the node may look at."""

    process: Process
    element: Element
    token: int
    scope: str
    mode: Mode
    variables: Mapping[str, Any]
    new_token: int  # the number of the next token that may be made


class Trouble(Exception):
    """The model makes no sense here.  The engine makes an incident of it; nothing of the node's answer happens."""

    def __init__(self, code: str, ja: str, en: str) -> None:
        super().__init__(en)
        self.code, self.ja, self.en = code, ja, en


_types: dict[str, NodeType] = {}


class NodeType:
    """Subclass to make a BPMN tag executable; subclassing registers it."""

    tag: ClassVar[str] = ""
    children: ClassVar[frozenset[str]] = frozenset()  # BPMN children with a meaning that this type understands
    returnable: ClassVar[bool] = False  # whether work may go back to it

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
        """What happens when the work is done: by default the token leaves along the ways that are open to it."""
        return leave(at, open_ways(at))

    def on_cancel(self, at: Arrival, reason: str) -> Iterator[ev.Event]:
        """What happens when the work is called off."""
        if at.mode is Mode.WAITING:
            yield ev.WaitClosed(at.token, at.element.id, done=False)
        yield ev.ElementVoided(at.token, at.element.id, reason)


def leave(at: Arrival, flows: tuple[str, ...]) -> Iterator[ev.Event]:
    """The token leaves along these flows; without any it ends here, as BPMN says of an activity without outgoing flow."""
    yield ev.ElementLeft(at.token, at.element.id)
    if not flows:
        yield ev.TokenEnded(at.token, at.element.id)
    for number, flow in enumerate(flows):
        new = at.token if number == 0 else at.new_token + number - 1
        yield ev.FlowTaken(at.token, flow, at.process.flows[flow].target, new)


def open_ways(at: Arrival) -> tuple[str, ...]:
    """The flows out of an activity or event: all without a condition and all whose condition is true; else the default.

    Raises Trouble when there are ways but none is open.
    """
    flows = [at.process.flows[flow] for flow in at.element.outgoing]
    if not any(flow.condition for flow in flows):
        return at.element.outgoing
    ways = tuple(f.id for f in flows if not f.is_default and (not f.condition or is_true(at, f)))
    return ways or tuple(f.id for f in flows if f.is_default) or no_way_out(at)


def no_way_out(at: Arrival) -> tuple[str, ...]:
    """Raises Trouble: no condition was true."""
    name = at.element.name or at.element.id
    raise Trouble(
        "no_way_out",
        f"「{name}」から出る流れの、どの条件も成り立ちませんでした。",
        f"No condition out of “{name}” was true, and it has no default flow.",
    )


def is_true(at: Arrival, flow: Flow) -> bool:
    """Whether the condition of a flow holds; null does not.  Raises Trouble when it is no condition at all."""
    name = flow.name or flow.id
    try:
        value = compile_expression(flow.condition, at.process.names).evaluate(at.variables)
    except FeelError as odd:
        raise Trouble(
            "condition_error", f"流れ「{name}」の条件: {odd.ja}", f"The condition of flow “{name}”: {odd.en}"
        ) from odd
    if value is not None and not isinstance(value, bool):
        raise Trouble(
            "condition_not_boolean",
            f"流れ「{name}」の条件の値が真偽ではありません。",
            f"The condition of flow “{name}” is neither true nor false.",
        )
    return value is True


def node_type(tag: str) -> NodeType | None:
    """The node type of a BPMN tag, or None when the engine cannot execute it."""
    return _types.get(tag)


def supported() -> list[str]:
    """The BPMN tags the engine executes."""
    return sorted(_types)


def error(element: Element, code: str, ja: str, en: str) -> Finding:
    """A finding of level error at an element."""
    return Finding("error", code, ja, en, element.id, element.line, element.column)
