"""Gateways (BPMN 2.0.2, 8.4.9, 10.6).  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.constraints.tree import GATEWAYS, Tree
from workflow.bpmn.model import Finding, Node

AFTER_EVENTS = frozenset({"message", "signal", "timer", "conditional"})


def direction(tree: Tree) -> Iterator[Finding]:
    """8.4.9: what a gateway says of its direction agrees with its flows."""
    for node in tree.of(*sorted(GATEWAYS)):
        if tree.is_doubtful(node):
            continue
        came, went = len(tree.incoming(node)), len(tree.outgoing(node))
        said = node.attributes.get("gatewayDirection", "Unspecified")
        wrong = (
            (said == "Converging" and (came < 2 or went > 1))
            or (said == "Diverging" and (came > 1 or went < 2))
            or (said == "Mixed" and (came < 2 or went < 2))
        )
        if wrong:
            yield tree.broken(
                node,
                "gateway_direction",
                f"「{{}}」の向き({said})と、つながる流れの数が合いません。",
                f"The direction of “{{}}” ({said}) does not agree with its flows.",
            )


def useless(tree: Tree) -> Iterator[Finding]:
    """10.6: a gateway has several flows coming in or several going out."""
    for node in tree.of(*sorted(GATEWAYS - {"eventBasedGateway"})):
        if not tree.is_doubtful(node) and len(tree.incoming(node)) < 2 and len(tree.outgoing(node)) < 2:
            yield tree.broken(
                node,
                "gateway_alone",
                "「{}」は、入る流れも出る流れも1つなので、分岐にも合流にもなりません。",
                "“{}” has neither several flows coming in nor several going out.",
            )


def event_based(tree: Tree) -> Iterator[Finding]:
    """10.6.6: what may follow an event-based gateway."""
    for node in tree.of("eventBasedGateway"):
        flows = tree.outgoing(node)
        if len(flows) < 2:
            yield tree.broken(
                node,
                "event_gateway",
                "「{}」からは2つ以上の流れが必要です。",
                "“{}” needs at least two outgoing flows.",
            )
        followers = [follower for flow in flows if (follower := tree.target(flow, "targetRef")) is not None]
        for follower in followers:
            yield from _follower(tree, node, follower)
        kinds = {follower.name for follower in followers}
        messages = any("message" in tree.triggers(follower) for follower in followers)
        if "receiveTask" in kinds and messages:
            yield tree.broken(
                node,
                "event_gateway_mixed",
                "「{}」の後に、受信の作業と受信の出来事を混ぜられません。",
                "After “{}”, receive tasks and message events cannot be mixed.",
            )


def _follower(tree: Tree, gateway: Node, follower: Node) -> Iterator[Finding]:
    triggers = tree.triggers(follower)
    fits = follower.name == "receiveTask" or (
        follower.name == "intermediateCatchEvent" and triggers and set(triggers) <= AFTER_EVENTS
    )
    if not fits:
        yield tree.broken(
            follower,
            "event_gateway_target",
            "「{}」は、出来事による分岐の直後に置けません。",
            "“{}” cannot follow an event-based gateway.",
        )
    if len(tree.incoming(follower)) > 1:
        yield tree.broken(
            follower,
            "event_gateway_joined",
            "「{}」には、出来事による分岐からの流れだけを入れられます。",
            "“{}” follows an event-based gateway: no other flow may lead to it.",
        )
    if any(tree.target(event, "attachedToRef") is follower for event in tree.boundaries(follower)):
        yield tree.broken(
            follower,
            "event_gateway_boundary",
            "「{}」は出来事による分岐の直後なので、境界の出来事を付けられません。",
            "“{}” follows an event-based gateway: it cannot have boundary events.",
        )


def instantiating(tree: Tree) -> Iterator[Finding]:
    """10.6.6: a gateway that starts a process has no incoming flow; a parallel one is only for that."""
    for node in tree.of("eventBasedGateway"):
        starts = node.attributes.get("instantiate") == "true"
        if starts and tree.incoming(node):
            yield tree.broken(
                node,
                "instantiate_incoming",
                "「{}」は開始なので、入る流れを引けません。",
                "“{}” starts a process: no flow may lead to it.",
            )
        if node.attributes.get("eventGatewayType") == "Parallel" and not starts:
            yield tree.broken(
                node,
                "parallel_event_gateway",
                "「{}」の並列は、開始に使うときだけです。",
                "A parallel event-based gateway (“{}”) is only for starting a process.",
            )


RULES = (direction, useless, event_based, instantiating)
