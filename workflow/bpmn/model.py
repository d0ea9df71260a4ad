"""A BPMN 2.0 file as plain values.  Pure.

Nothing of the file is lost: every element, attribute and text of any namespace hangs in the `Node` tree, and what the
engine reads (`Process`, `Element`, `Flow`) points into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
KESSAI = "urn:kessai:bpmn:1"


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

    @property
    def id(self) -> str:
        """The id attribute, or empty."""
        return self.attributes.get("id", "")

    def walk(self) -> Iterator[Node]:
        """This node and all below, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def child(self, name: str) -> Node | None:
        """The first child of the BPMN namespace with that local name."""
        return next((c for c in self.children if c.name == name and c.namespace == BPMN), None)


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


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node: `type` is the BPMN local name; `incoming` and `outgoing` hold flow ids in document order."""

    id: str
    type: str
    name: str
    line: int
    node: Node
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    default: str

    def extension(self, name: str) -> str:
        """An attribute of our own namespace, or empty."""
        return self.node.attributes.get(f"{{{KESSAI}}}{name}", "")


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process."""

    id: str
    name: str
    line: int
    node: Node
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]

    def of_type(self, name: str) -> list[Element]:
        """The elements of a BPMN type, in document order."""
        return [element for element in self.elements.values() if element.type == name]


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole file."""

    root: Node
    processes: tuple[Process, ...]


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
