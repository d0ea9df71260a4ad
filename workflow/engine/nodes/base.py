"""What every node type declares.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from workflow.bpmn.model import BPMN, Element, Finding, Flow, Node, Process
from workflow.engine.trouble import Trouble as Trouble
from workflow.expressions import ExpressionError, evaluate

if TYPE_CHECKING:
    from workflow.engine.run import Run

_types: dict[str, NodeType] = {}

# Children and attributes of a flow node that do not change where tokens go.
HARMLESS = frozenset({
    "incoming", "outgoing", "documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef",
    "resourceRole", "performer", "humanPerformer", "potentialOwner", "rendering", "property",
    "ioSpecification", "dataInputAssociation", "dataOutputAssociation", "dataInput", "dataOutput", "inputSet", "outputSet",
})  # fmt: skip
# Attributes that would change what happens; the value is the one that changes nothing.
PLAIN = {"startQuantity": "1", "completionQuantity": "1", "isForCompensation": "false"}


class NodeType:
    """Subclass to make a BPMN tag executable; subclassing registers it."""

    tag: ClassVar[str] = ""
    children: ClassVar[frozenset[str]] = frozenset()  # BPMN children with a meaning that this type understands
    events: ClassVar[frozenset[str]] = frozenset()  # kinds of event definitions it can execute
    is_activity: ClassVar[bool] = False  # it sees to its save points and listeners itself
    returnable: ClassVar[bool] = False  # whether work may go back to it

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.tag:
            _types[cls.tag] = cls()

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """What is wrong with an element of this type, before deployment."""
        return iter(())

    def refused(self, process: Process, element: Element) -> Iterator[tuple[Node, str]]:
        """The parts of an element that the engine cannot execute: where, and what it is."""
        for child in element.node.children:
            if child.namespace != BPMN or child.name in HARMLESS | self.children:
                continue
            if child.name == "eventDefinitionRef" and self.events:
                continue
            if not child.name.endswith("EventDefinition") or not self.events:
                yield child, child.name
        for event in element.events if self.events else ():
            if event.kind not in self.events:
                yield event.node, event.node.name
        for name, harmless in PLAIN.items():
            value = element.attributes.get(name, harmless).strip()
            if value != harmless:
                yield element.node, f'{name}="{value}"'

    def on_enter(self, run: Run, token: int) -> None:
        """What happens when a token arrives: by default it passes."""
        self.on_complete(run, token)

    def on_complete(self, run: Run, token: int) -> None:
        """What happens when the work is done: by default the token leaves along the ways that are open to it."""
        run.leave(token, open_ways(run, token))


def open_ways(run: Run, number: int) -> tuple[str, ...]:
    """The flows out of an activity or event: all without a condition and all whose condition is true; else the default.

    Raises Trouble when there are ways but none is open.
    """
    element = run.element(run.token(number))
    flows = [run.process.flows[flow] for flow in element.outgoing]
    if not any(flow.condition for flow in flows):
        return element.outgoing
    ways = tuple(f.id for f in flows if not f.is_default and (not f.condition or is_true(run, number, f)))
    return ways or tuple(f.id for f in flows if f.is_default) or no_way_out(element)


def no_way_out(element: Element) -> tuple[str, ...]:
    """Raises Trouble: no condition was true."""
    name = element.name or element.id
    raise Trouble(
        "no_way_out",
        f"「{name}」から出る流れの、どの条件も成り立ちませんでした。",
        f"No condition out of “{name}” was true, and it has no default flow.",
    )


def is_true(run: Run, number: int, flow: Flow) -> bool:
    """Whether the condition of a flow holds; null does not.  Raises Trouble when it is no condition at all."""
    name = flow.name or flow.id
    try:
        value = evaluate(
            flow.condition,
            run.variables(run.home(run.token(number))),
            names=run.process.names,
            now=run.world.now,
            facts=run.world.facts,
            element=flow.source,
        )
    except ExpressionError as odd:
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
