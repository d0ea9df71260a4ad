"""Pools and what goes between them (BPMN 2.0.2, 9.3, 10.5).  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.constraints.references import ARTIFACTS, CHOREOGRAPHY, CONVERSATION
from workflow.bpmn.constraints.tree import ACTIVITIES, Tree, children, local, texts
from workflow.bpmn.model import Finding, Node

PERFORMED = ("choreography", "globalChoreographyTask", "subChoreography")


def _pool(tree: Tree, node: Node) -> str:
    """The process an end of a message flow belongs to, or the pool itself when it hides its process."""
    if node.name == "participant":
        process = tree.target(node, "processRef")
        return process.id if process is not None else node.id
    process = tree.around(node, "process", "choreography")
    return process.id if process is not None else ""


def message_flows(tree: Tree) -> Iterator[Finding]:
    """9.3: messages go between pools, from what sends to what receives."""
    for flow in tree.of("messageFlow"):
        source, target = tree.target(flow, "sourceRef"), tree.target(flow, "targetRef")
        if source is None or target is None:
            continue
        if _pool(tree, source) and _pool(tree, source) == _pool(tree, target):
            yield tree.broken(
                flow,
                "message_flow_inside",
                "伝言の流れ「{}」は、別のプールとの間に引きます。",
                "Message flow “{}” must go between two pools.",
            )
        yield from _directions(tree, flow, source, target)


def _directions(tree: Tree, flow: Node, source: Node, target: Node) -> Iterator[Finding]:
    catches = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
    if source.name in catches:
        yield tree.broken(
            source,
            "catch_sends",
            "「{}」は受け取る出来事なので、伝言を送れません。",
            "“{}” catches: no message flow may leave it.",
        )
    if target.name in ("endEvent", "intermediateThrowEvent"):
        yield tree.broken(
            target,
            "throw_receives",
            "「{}」は投げる出来事なので、伝言を受け取れません。",
            "“{}” throws: no message flow may lead to it.",
        )
    for event, here in ((target, catches), (source, ("endEvent", "intermediateThrowEvent"))):
        if event.name in here and "message" not in tree.triggers(event):
            yield tree.broken(
                event,
                "not_a_message",
                "「{}」は伝言の出来事ではないので、伝言の流れを引けません。",
                "“{}” is no message event: no message flow may touch it.",
            )


def participants(tree: Tree) -> Iterator[Finding]:
    """9.2.2: at least one takes part, and not fewer than the least number."""
    for node in tree.of("participantMultiplicity"):
        low, high = (node.attributes.get(name, default) for name, default in (("minimum", "0"), ("maximum", "1")))
        if not low.lstrip("-").isdigit() or not high.lstrip("-").isdigit():
            continue
        if int(low) < 0 or int(high) < max(int(low), 1):
            yield tree.broken(
                node, "multiplicity", "「{}」の数(最小・最大)が合いません。", "The multiplicity of “{}” makes no sense."
            )


def conversations(tree: Tree) -> Iterator[Finding]:
    """9.5: a link joins a conversation and one who takes part; a global conversation holds nothing but these."""
    for link in tree.of("conversationLink"):
        ends = [end for name in ("sourceRef", "targetRef") if (end := tree.target(link, name)) is not None]
        if len(ends) == 2 and sum(end.name in CONVERSATION for end in ends) != 1:
            yield tree.broken(
                link,
                "conversation_link",
                "会話の線「{}」は、会話と参加者との間に引きます。",
                "Conversation link “{}” must join a conversation and a participant.",
            )
    for node in tree.of("globalConversation"):
        odd = next(children(node, *sorted(ARTIFACTS | CONVERSATION | {"choreographyRef", "conversationLink"})), None)
        if odd is not None:
            yield tree.broken(
                node,
                "global_conversation",
                f"共通の会話「{{}}」の中に {odd.name} は置けません。",
                f"Global conversation “{{}}” cannot hold a {odd.name}.",
            )


def choreographies(tree: Tree) -> Iterator[Finding]:
    """11: their activities stand in choreographies alone; who begins takes part, and only those who take part talk."""
    for node in tree.of(*sorted(CHOREOGRAPHY)):
        around = tree.parent(node)
        if around is None or around.name not in PERFORMED:
            yield tree.broken(
                node,
                "choreography_there",
                f"「{{}}」({node.name})は、コレオグラフィの中だけに置けます。",
                f"“{{}}” ({node.name}) may stand in a choreography only.",
            )
        named = set(texts(node, "participantRef"))
        first = local(node.attributes.get("initiatingParticipantRef", ""))
        if first and named and first not in named:
            yield tree.broken(
                node,
                "initiator",
                "「{}」を始める者が、その参加者の中にいません。",
                "Who begins “{}” does not take part in it.",
            )
    for node in tree.of(*sorted(PERFORMED)):
        odd = next((child for child in children(node) if child.name in ACTIVITIES), None)
        if odd is not None:
            yield tree.broken(
                odd,
                "activity_there",
                "「{}」(作業)は、コレオグラフィの中に置けません。",
                "Activity “{}” cannot stand in a choreography.",
            )


RULES = (message_flows, participants, conversations, choreographies)
