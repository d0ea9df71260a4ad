"""What references name: something that exists, of a kind the metamodel allows (BPMN 2.0.2, chapters 8 to 11).  Pure.

A reference to nothing breaks a rule.  One to an existing element of another kind is reported as a warning and means
nothing: the engine passes it over, and work that meets it at run time stands still as an incident.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.constraints.tree import ACTIVITIES, DEFINITION, EVENTS, FLOW_NODES, Tree, children, local
from workflow.bpmn.model import Finding, Node

CHOREOGRAPHY = frozenset({"choreographyTask", "subChoreography", "callChoreography"})
CONVERSATION = frozenset({"conversation", "subConversation", "callConversation"})
ARTIFACTS = frozenset({"association", "group", "textAnnotation"})
TALKING = ACTIVITIES | EVENTS | CONVERSATION | {"participant"}  # InteractionNode of the metamodel
DATA = frozenset(
    {"dataObject", "dataObjectReference", "dataInput", "dataOutput", "property", "dataStore", "dataStoreReference"}
)
JOINED = FLOW_NODES | CHOREOGRAPHY

# Which kinds an attribute, or the text of a child, may name; by the element it stands at when that makes a difference.
KINDS: dict[str, frozenset[str]] = {
    name: frozenset(kinds.split())
    for name, kinds in {
        "messageRef": "message",
        "inMessageRef": "message",
        "outMessageRef": "message",
        "signalRef": "signal",
        "errorRef": "error",
        "escalationRef": "escalation",
        "operationRef": "operation",
        "interfaceRef": "interface",
        "supportedInterfaceRef": "interface",
        "itemRef": "itemDefinition",
        "itemSubjectRef": "itemDefinition",
        "processRef": "process",
        "dataObjectRef": "dataObject",
        "dataStoreRef": "dataStore",
        "categoryValueRef": "categoryValue",
        "default": "sequenceFlow",
        "incoming": "sequenceFlow",
        "outgoing": "sequenceFlow",
        "correlationPropertyRef": "correlationProperty",
        "correlationKeyRef": "correlationKey",
        "dataInputRefs": "dataInput",
        "optionalInputRefs": "dataInput",
        "whileExecutingInputRefs": "dataInput",
        "dataOutputRefs": "dataOutput",
        "optionalOutputRefs": "dataOutput",
        "whileExecutingOutputRefs": "dataOutput",
        "inputSetRefs": "inputSet",
        "outputSetRefs": "outputSet",
        "participantRef": "participant",
        "initiatingParticipantRef": "participant",
        "innerParticipantRef": "participant",
        "outerParticipantRef": "participant",
        "messageFlowRef": "messageFlow",
        "innerMessageFlowRef": "messageFlow",
        "outerMessageFlowRef": "messageFlow",
        "choreographyRef": "choreography",
        "resourceRef": "resource",
        "parameterRef": "resourceParameter",
    }.items()
} | {"attachedToRef": ACTIVITIES, "activityRef": ACTIVITIES, "flowNodeRef": JOINED}
ENDS = {"sequenceFlow": JOINED, "messageFlow": TALKING, "dataInputAssociation": DATA, "dataOutputAssociation": DATA}
# What people draw beside the flow, and may not draw flows to: the standard says so in words.
NEVER = {"sequenceFlow": ARTIFACTS | DATA, "messageFlow": ARTIFACTS | DATA | CHOREOGRAPHY}


def _allowed(node: Node, name: str) -> frozenset[str]:
    if name in ("sourceRef", "targetRef"):
        return ENDS.get(node.name, frozenset())
    return KINDS.get(name, frozenset())


def _references(node: Node) -> Iterator[tuple[str, str]]:
    """The references of an element: name and text."""
    for name, value in node.attributes.items():
        if value.strip() and _allowed(node, name):
            yield name, value.strip()
    for child in children(node):
        if child.text.strip() and _allowed(node, child.name):
            yield child.name, child.text.strip()


def _is_elsewhere(tree: Tree, node: Node, text: str) -> bool:
    """Whether a reference names something of another file, which is not looked at here."""
    prefix = text.rpartition(":")[0]
    space = node.prefixes.get(prefix) if prefix else None
    return space is not None and space != tree.root.attributes.get("targetNamespace")


def existing(tree: Tree) -> Iterator[Finding]:
    """A reference names an element of the file."""
    for node in tree.nodes:
        for name, text in _references(node):
            if local(text) not in tree.by_id and not _is_elsewhere(tree, node, text):
                yield tree.broken(
                    node,
                    "dangling_reference",
                    f"「{{}}」の{name}「{text}」がありません。",
                    f"{name} “{text}” of “{{}}” does not exist.",
                )
        for child in children(node, "eventDefinitionRef"):
            if local(child.text) not in tree.by_id and not _is_elsewhere(tree, child, child.text.strip()):
                yield tree.broken(
                    node,
                    "dangling_reference",
                    f"「{{}}」の定義「{child.text.strip()}」がありません。",
                    f"The definition “{child.text.strip()}” of “{{}}” does not exist.",
                )


def fitting(tree: Tree) -> Iterator[Finding]:
    """It names an element of a kind that makes sense there."""
    for node in tree.nodes:
        for name, text in _references(node):
            named = tree.by_id.get(local(text))
            if named is None or named.name in _allowed(node, name) or named.name in NEVER.get(node.name, ()):
                continue
            yield tree.broken(
                node,
                "reference_kind",
                f"「{{}}」の{name}「{text}」は{named.name}なので、意味をもちません。",
                f"{name} “{text}” of “{{}}” is a {named.name}: the reference means nothing.",
                level="warning",
            )
        for child in children(node, "eventDefinitionRef"):
            named = tree.by_id.get(local(child.text))
            if named is not None and not named.name.endswith(DEFINITION):
                yield tree.broken(
                    node,
                    "reference_kind",
                    f"「{{}}」の定義「{named.id}」は{named.name}なので、意味をもちません。",
                    f"The definition “{named.id}” of “{{}}” is a {named.name}: the reference means nothing.",
                    level="warning",
                )


def drawn(tree: Tree) -> Iterator[Finding]:
    """7.6: no sequence or message flow begins or ends at an artifact, at data, or (messages) at a choreography activity."""
    for flow in tree.of("sequenceFlow", "messageFlow"):
        for name in ("sourceRef", "targetRef"):
            end = tree.target(flow, name)
            if end is not None and end.name in NEVER[flow.name]:
                yield tree.broken(
                    flow,
                    "flow_end",
                    f"流れ「{{}}」は{end.name}へ、または{end.name}から引けません。",
                    f"No flow may lead to or leave a {end.name} (“{{}}”).",
                )


RULES = (existing, fitting, drawn)
