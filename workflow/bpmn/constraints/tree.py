"""A file as the rules ask of it: by id, by kind, upwards, and along its references.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.model import BPMN, Finding, Node

TASKS = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"}
)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
CATCHES = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROWS = frozenset({"endEvent", "intermediateThrowEvent"})
DEFINITION = "EventDefinition"


def local(reference: str) -> str:
    """A reference without its prefix."""
    return reference.strip().rpartition(":")[2]


def called(node: Node) -> str:
    """How a person knows an element: its name, else its id, else what it is."""
    return node.attributes.get("name") or node.id or node.name


class Tree:
    """The BPMN elements of a file."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.by_id: dict[str, Node] = {}
        self._parents: dict[int, Node] = {}
        self.nodes: list[Node] = []
        for node in root.walk():
            for child in node.children:
                self._parents[id(child)] = node
            if node.namespace == BPMN:
                self.nodes.append(node)
                if node.id:
                    self.by_id.setdefault(node.id, node)
        self.flows = [node for node in self.nodes if node.name == "sequenceFlow"]
        self._incoming: dict[str, list[Node]] = {}
        self._outgoing: dict[str, list[Node]] = {}
        for flow in self.flows:
            self._outgoing.setdefault(local(flow.attributes.get("sourceRef", "")), []).append(flow)
            self._incoming.setdefault(local(flow.attributes.get("targetRef", "")), []).append(flow)
        self._hosts: dict[str, list[Node]] = {}
        for event in self.of("boundaryEvent"):
            self._hosts.setdefault(local(event.attributes.get("attachedToRef", "")), []).append(event)

    def of(self, *names: str) -> Iterator[Node]:
        """The elements of these kinds, in the order of the file."""
        return (node for node in self.nodes if node.name in names)

    def parent(self, node: Node) -> Node | None:
        """The element around."""
        return self._parents.get(id(node))

    def around(self, node: Node, *names: str) -> Node | None:
        """The nearest element of these kinds around."""
        found = self.parent(node)
        while found is not None and not (found.namespace == BPMN and found.name in names):
            found = self.parent(found)
        return found

    def incoming(self, node: Node) -> list[Node]:
        """The sequence flows that end at an element."""
        return self._incoming.get(node.id, []) if node.id else []

    def outgoing(self, node: Node) -> list[Node]:
        """The sequence flows that begin at an element."""
        return self._outgoing.get(node.id, []) if node.id else []

    def boundaries(self, node: Node) -> list[Node]:
        """The boundary events of an activity; with those of which nobody knows where they hang."""
        lost = [
            event
            for host, events in self._hosts.items()
            if (found := self.by_id.get(host)) is None or found.name not in ACTIVITIES
            for event in events
            if self.parent(event) is self.parent(node)
        ]
        return self._hosts.get(node.id, []) + lost if node.id else lost

    def is_doubtful(self, node: Node) -> bool:
        """Whether a reference at a flow node leads to something else than a flow, so that its flows are not known.

        What follows from such a reference is not reported again.
        """
        flows = [*self.incoming(node), *self.outgoing(node)]
        for text in (*texts(node, "incoming"), *texts(node, "outgoing"), local(node.attributes.get("default", ""))):
            named = self.by_id.get(text)
            if named is not None:
                if named.name != "sequenceFlow":
                    return True
                flows.append(named)
        ends = (self.target(flow, name) for flow in flows for name in ("sourceRef", "targetRef"))
        return any(end is not None and end.name not in FLOW_NODES for end in ends)

    def target(self, node: Node, attribute: str) -> Node | None:
        """What a reference in an attribute names."""
        return self.by_id.get(local(node.attributes.get(attribute, "")))

    def definitions_of(self, event: Node) -> list[Node]:
        """The event definitions of an event, those it refers to included."""
        found = []
        for child in children(event):
            if child.name.endswith(DEFINITION):
                found.append(child)
            elif child.name == "eventDefinitionRef":
                named = self.by_id.get(local(child.text))
                if named is not None:
                    found.append(named)
        return found

    def triggers(self, event: Node) -> list[str]:
        """The kinds of its definitions: message, timer, …; empty for a plain event."""
        return [definition.name.removesuffix(DEFINITION) for definition in self.definitions_of(event)]

    def is_executable(self, node: Node) -> bool:
        """Whether an element stands in a process that is meant to be executed."""
        process = node if node.is_bpmn("process") else self.around(node, "process")
        return process is not None and process.attributes.get("isExecutable") == "true"

    def place(self, node: Node) -> Node:
        """The element itself or the nearest around that has an id."""
        found: Node | None = node
        while found is not None and not found.id:
            found = self.parent(found)
        return found or node

    def broken(self, node: Node, code: str, ja: str, en: str, *, level: str = "rule") -> Finding:
        """A finding at an element; 「{}」 in the sentences is what the element is called."""
        name = called(self.place(node))
        return Finding(
            level, code, ja.replace("{}", name), en.replace("{}", name), self.place(node).id, node.line, node.column
        )


def children(node: Node, *names: str) -> Iterator[Node]:
    """The BPMN children, of these kinds when any are named."""
    return (child for child in node.children if child.namespace == BPMN and (not names or child.name in names))


def texts(node: Node, name: str) -> list[str]:
    """The references that stand as texts of children."""
    return [local(child.text) for child in children(node, name) if child.text.strip()]


def same_structure(left: Node | None, right: Node | None) -> bool:
    """Whether two item definitions are one, or say that they have the same structure."""
    if left is right:
        return True
    if left is None or right is None:
        return False
    structure = left.attributes.get("structureRef", "")
    return bool(structure) and structure == right.attributes.get("structureRef", "")
