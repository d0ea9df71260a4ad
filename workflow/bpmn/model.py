"""A BPMN 2.0 file as plain values.  Pure.

Nothing of the file is lost: every element, attribute and text of any namespace hangs in the `Node` tree, and what the
engine reads (`Process`, `Element`, `Flow`) points into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
KESSAI = "urn:kessai:bpmn:1"
# Camunda 7 and those who kept its attributes under another name.
FOREIGN = ("http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn", "http://activiti.org/bpmn")


@dataclass(frozen=True, slots=True)
class Node:
    """One XML element: namespace and local name, attributes by `{namespace}name`, texts, children, where it stands."""

    namespace: str
    name: str
    attributes: Mapping[str, str]
    text: str
    tail: str
    children: tuple[Node, ...]
    line: int
    column: int = 0
    prefixes: Mapping[str | None, str] = field(default_factory=dict)  # in scope here, for names inside values

    @property
    def id(self) -> str:
        """The id attribute, or empty."""
        return self.attributes.get("id", "")

    def is_bpmn(self, name: str) -> bool:
        """Whether it is that element of the BPMN namespace."""
        return self.name == name and self.namespace == BPMN

    def foreign(self, name: str) -> str:
        """An attribute of Camunda 7, in whichever of its namespaces, or empty."""
        return next((v for ns in FOREIGN if (v := self.attributes.get(f"{{{ns}}}{name}", ""))), "").strip()

    def own(self, name: str) -> str:
        """An attribute of our own namespace, or empty."""
        return self.attributes.get(f"{{{KESSAI}}}{name}", "").strip()

    def with_children(self, children: tuple[Node, ...]) -> Node:
        """The same with these children."""
        return replace(self, children=children)

    def walk(self) -> Iterator[Node]:
        """This node and all below, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def child(self, name: str) -> Node | None:
        """The first child of the BPMN namespace with that local name."""
        return next((c for c in self.children if c.is_bpmn(name)), None)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is the expression's text or empty."""

    id: str
    name: str
    source: str
    target: str
    condition: str
    is_default: bool
    line: int
    column: int
    node: Node


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """One definition of an event: `kind` is the local name without “EventDefinition”; `ref` the id it refers to."""

    kind: str
    ref: str
    node: Node


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node: `type` is the BPMN local name; `incoming` and `outgoing` hold flow ids in document order."""

    id: str
    type: str
    name: str
    line: int
    column: int
    node: Node
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    default: str
    parent: str = ""  # the sub-process or process directly around it
    attached_to: str = ""  # of a boundary event: its activity
    events: tuple[EventDefinition, ...] = ()  # of an event

    @property
    def event(self) -> EventDefinition | None:
        """Its event definition, if it has exactly one."""
        return self.events[0] if len(self.events) == 1 else None

    @property
    def interrupts(self) -> bool:
        """Whether a boundary event or the start of an event sub-process ends what it interrupts; so by default."""
        name = "cancelActivity" if self.type == "boundaryEvent" else "isInterrupting"
        return self.node.attributes.get(name, "true").strip() not in ("false", "0")

    @property
    def is_event_scope(self) -> bool:
        """Whether it is an event sub-process."""
        return self.type == "subProcess" and self.node.attributes.get("triggeredByEvent", "").strip() in ("true", "1")

    @property
    def loop(self) -> Node | None:
        """Its multi-instance or loop characteristics."""
        found = (self.node.child(name) for name in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"))
        return next((node for node in found if node is not None), None)

    @property
    def attributes(self) -> Mapping[str, str]:
        """Every attribute, those of other namespaces as `{namespace}name`."""
        return self.node.attributes

    @property
    def extension_elements(self) -> Node | None:
        """The tree of extension elements, of whatever namespace."""
        return self.node.child("extensionElements")

    def extension(self, name: str) -> str:
        """An attribute of our own namespace, or empty."""
        return self.node.attributes.get(f"{{{KESSAI}}}{name}", "")


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """One executable process.  `elements` and `flows` hold those of every depth; `inside` those of one level."""

    id: str
    name: str
    line: int
    column: int
    node: Node
    elements: Mapping[str, Element]  # flow nodes with an id, in document order
    flows: Mapping[str, Flow]
    names: frozenset[str] = frozenset()  # declared names of data; those of several words are known to conditions
    shared: Mapping[str, Node] = field(default_factory=dict)  # root elements of the file by id: messages, signals …
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # scope → ids of the flow nodes directly in it
    boundaries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # activity → ids of its boundary events
    lanes: Mapping[str, str] = field(default_factory=dict)  # flow node → name of the innermost lane that shows it
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)  # what was worked out once about this process

    def inside(self, scope: str) -> list[Element]:
        """The flow nodes directly in the process (its own id) or a sub-process, in document order."""
        return [self.elements[element] for element in self.within.get(scope, ())]

    def attached(self, activity: str) -> list[Element]:
        """The boundary events of an activity, in document order."""
        return [self.elements[element] for element in self.boundaries.get(activity, ())]

    def reference(self, ref: str) -> Node | None:
        """The root element of the file that a reference means, with or without a prefix."""
        return self.shared.get(ref) or self.shared.get(ref.rpartition(":")[2])

    def of_type(self, name: str) -> list[Element]:
        """The elements of a BPMN type, at every depth, in document order."""
        return [element for element in self.elements.values() if element.type == name]


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole file."""

    root: Node
    processes: tuple[Process, ...]

    @property
    def id(self) -> str:
        """The id of the file's root."""
        return self.root.id

    @property
    def diagrams(self) -> tuple[Node, ...]:
        """The drawings (BPMN DI)."""
        return tuple(node for node in self.root.children if node.namespace == BPMN_DI and node.name == "BPMNDiagram")

    def process(self, process_id: str) -> Process | None:
        """The process with that id."""
        return next((process for process in self.processes if process.id == process_id), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a model: `level` is error, rule or warning; sentences in both languages; where."""

    level: str
    code: str
    ja: str
    en: str
    element_id: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class ParseResult:
    """What was read; `definitions` is None when the file could not be read at all."""

    definitions: Definitions | None
    findings: tuple[Finding, ...] = field(default_factory=tuple)
