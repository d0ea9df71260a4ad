"""Sequence flows and what they connect (BPMN 2.0.2, 7.6.1, 8.4.13, 10.4, 10.5).  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.constraints.tree import ACTIVITIES, FLOW_NODES, SUBPROCESSES, Tree, children, local, texts
from workflow.bpmn.model import Finding, Node

CONTAINERS = ("process", *sorted(SUBPROCESSES))


def immediate(tree: Tree) -> Iterator[Finding]:
    """8.4.13: isImmediate=false is for processes that are not executed."""
    for flow in tree.flows:
        if flow.attributes.get("isImmediate") == "false" and tree.is_executable(flow):
            yield tree.broken(
                flow,
                "immediate",
                "流れ「{}」の isImmediate=false は、実行する流れでは使えません。",
                "isImmediate=false of flow “{}” is not allowed in a process that is executed.",
            )


def crossing(tree: Tree) -> Iterator[Finding]:
    """7.6.1: a flow joins flow nodes of one and the same process or sub-process."""
    for flow in tree.flows:
        ends = [end for name in ("sourceRef", "targetRef") if (end := tree.target(flow, name)) is not None]
        if len(ends) < 2 or any(end.name not in FLOW_NODES for end in ends):
            continue
        if len({id(tree.parent(end)) for end in ends}) > 1:
            yield tree.broken(
                flow,
                "flow_crosses",
                "流れ「{}」が、別の流れ(またはサブプロセス)の境を越えています。",
                "Flow “{}” crosses the border of a process or sub-process.",
            )


def unlisted(tree: Tree) -> Iterator[Finding]:
    """8.4.13: where elements list their flows, they list all of them."""
    for container in tree.of(*CONTAINERS):
        inside = [node for node in children(container) if node.name in FLOW_NODES]
        if not any(list(children(node, "incoming", "outgoing")) for node in inside):
            continue
        for node in inside:
            if tree.is_doubtful(node):
                continue
            for name, flows in (("incoming", tree.incoming(node)), ("outgoing", tree.outgoing(node))):
                missing = {flow.id for flow in flows if flow.id} - set(texts(node, name))
                if missing:
                    yield tree.broken(
                        node,
                        "flow_unlisted",
                        f"「{{}}」の{name}に流れ「{min(missing)}」がありません。",
                        f"“{{}}” does not list flow “{min(missing)}” as {name}.",
                    )


def beginnings_and_ends(tree: Tree) -> Iterator[Finding]:
    """10.5.2, 10.5.3: whoever has a start has an end, and the other way round; with them, nothing hangs loose."""
    for container in tree.of(*CONTAINERS):
        inside = [node for node in children(container) if node.name in FLOW_NODES]
        starts, ends = ([n for n in inside if n.name == name] for name in ("startEvent", "endEvent"))
        if container.name != "adHocSubProcess":
            if ends and not starts and not _instantiated(inside):
                yield tree.broken(
                    container,
                    "no_start",
                    "「{}」に終了はあるのに開始がありません。",
                    "“{}” has an end but no start.",
                    level="warning" if container.name == "process" else "rule",
                )
            if starts and not ends:
                yield tree.broken(
                    container, "no_end", "「{}」に開始はあるのに終了がありません。", "“{}” has a start but no end."
                )
        for node in inside:
            yield from _loose(tree, node, bool(starts), bool(ends))


def _instantiated(inside: list[Node]) -> bool:
    return any(node.attributes.get("instantiate") == "true" for node in inside)


def _outside_of_flow(node: Node) -> bool:
    return node.attributes.get("triggeredByEvent") == "true" or node.attributes.get("isForCompensation") == "true"


def _loose(tree: Tree, node: Node, starts: bool, ends: bool) -> Iterator[Finding]:
    if _outside_of_flow(node) or tree.is_doubtful(node):
        return
    link = "link" in tree.triggers(node)
    needs_incoming = node.name not in ("startEvent", "boundaryEvent") and not (
        (link and node.name == "intermediateCatchEvent") or node.attributes.get("instantiate") == "true"
    )
    if starts and needs_incoming and not tree.incoming(node):
        yield tree.broken(node, "no_incoming", "「{}」に入る流れがありません。", "No flow leads to “{}”.")
    needs_outgoing = node.name not in ("endEvent", "boundaryEvent") and not (
        link and node.name == "intermediateThrowEvent"
    )
    if ends and needs_outgoing and not tree.outgoing(node) and not tree.boundaries(node):
        yield tree.broken(node, "no_outgoing", "「{}」から出る流れがありません。", "No flow leaves “{}”.")


def wrong_way(tree: Tree) -> Iterator[Finding]:
    """10.5.2–10.5.4: nothing leads to a start or a boundary event, nothing leaves an end."""
    for node in tree.of("startEvent", "boundaryEvent"):
        if tree.incoming(node) or texts(node, "incoming"):
            yield tree.broken(node, "flow_into_start", "「{}」へ入る流れは引けません。", "No flow may lead to “{}”.")
    for node in tree.of("endEvent"):
        if tree.outgoing(node) or texts(node, "outgoing"):
            yield tree.broken(node, "flow_from_end", "「{}」から出る流れは引けません。", "No flow may leave “{}”.")
    for node in tree.nodes:
        if _outside_of_flow(node) and node.name in FLOW_NODES and (tree.incoming(node) or tree.outgoing(node)):
            yield tree.broken(
                node,
                "flow_beside",
                "「{}」は流れの外にあるものなので、流れでつなげません。",
                "“{}” stands outside of the flow: no flow may lead to it or leave it.",
            )


def defaults(tree: Tree) -> Iterator[Finding]:
    """8.4.13: a default flow leaves the element that names it."""
    for node in tree.nodes:
        named = tree.by_id.get(local(node.attributes.get("default", "")))
        if named is None or named.name != "sequenceFlow" or node.name not in FLOW_NODES:
            continue
        if all(flow is not named for flow in tree.outgoing(node)):
            yield tree.broken(
                node,
                "default_elsewhere",
                "「{}」の既定の流れが、そこから出ていません。",
                "The default flow of “{}” does not leave it.",
            )


def conditions(tree: Tree) -> Iterator[Finding]:
    """8.4.13, 10.6: conditions are for flows from activities and from exclusive, inclusive and complex gateways."""
    for flow in tree.flows:
        source = tree.target(flow, "sourceRef")
        if source is None or not list(children(flow, "conditionExpression")):
            continue
        if source.name in ("parallelGateway", "eventBasedGateway") or source.name.endswith("Event"):
            yield tree.broken(
                flow,
                "condition_there",
                "流れ「{}」には条件を書けません(出来事や並列の分岐から出ています)。",
                "Flow “{}” cannot have a condition: it leaves an event or a parallel gateway.",
            )
        elif source.name in ACTIVITIES and len(tree.outgoing(source)) < 2:
            yield tree.broken(
                flow,
                "condition_alone",
                "流れ「{}」は条件つきなので、同じ作業から出る流れがもう1つ必要です。",
                "Flow “{}” is conditional: the activity it leaves needs at least one other outgoing flow.",
            )


RULES = (immediate, crossing, unlisted, beginnings_and_ends, wrong_way, defaults, conditions)
