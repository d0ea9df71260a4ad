"""排他ゲートウェイ."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.model import Element, Finding, Process
from workflow.engine import events as ev
from workflow.engine.nodes.base import Arrival, NodeType, error, leave
from workflow.feel.expressions import FeelError, compile_expression


class ExclusiveGateway(NodeType):
    """Takes the first flow, in the order drawn, whose condition is true; else the default; else it is an incident.

    Converging, it lets every token pass.
    """

    tag = "exclusiveGateway"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """Every way out of a choice has a condition or is the default, and every condition can be read."""
        if not element.outgoing:
            yield error(element, "gateway_dead", "分岐から出る流れがありません。", "A gateway leads nowhere.")
        if len(element.outgoing) < 2:
            return
        for flow_id in element.outgoing:
            flow = process.flows[flow_id]
            if not flow.condition and not flow.is_default:
                yield Finding(
                    "error",
                    "condition_missing",
                    f"分岐「{element.name or element.id}」から出る流れに条件がありません。",
                    "A flow out of an exclusive gateway has no condition and is not the default.",
                    flow.id,
                    flow.line,
                )

    def on_complete(self, at: Arrival) -> Iterator[ev.Event]:
        """Choose one flow."""
        flows = [at.process.flows[flow] for flow in at.element.outgoing]
        if len(flows) == 1 and not flows[0].condition:
            yield from leave(at, (flows[0].id,))
            return
        try:
            chosen = next(
                (f.id for f in flows if f.condition and compile_expression(f.condition).evaluate(at.variables) is True),
                None,
            )
        except FeelError as odd:
            yield ev.IncidentRaised(at.token, at.element.id, "condition_unreadable", odd.ja, odd.en)
            return
        chosen = chosen or next((f.id for f in flows if f.is_default), None)
        if chosen is None:
            yield ev.IncidentRaised(
                at.token,
                at.element.id,
                "no_way_out",
                f"分岐「{at.element.name or at.element.id}」で、どの条件も成り立ちませんでした。",
                f"No condition at gateway “{at.element.name or at.element.id}” was true, and it has no default.",
            )
            return
        yield from leave(at, (chosen,))
