"""排他ゲートウェイ."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.model import Element, Finding, Process
from workflow.engine import events as ev
from workflow.engine.nodes.base import Arrival, NodeType, error, is_true, leave, no_way_out


class ExclusiveGateway(NodeType):
    """Takes the first flow, in the order drawn, whose condition is true; else the default; else it is an incident.

    Converging, it lets every token pass.
    """

    tag = "exclusiveGateway"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """Every way out of a choice has a condition or is the default."""
        if not element.outgoing:
            yield error(element, "gateway_dead", "分岐から出る流れがありません。", "A gateway leads nowhere.")
        if len(element.outgoing) < 2:
            return
        for flow_id in element.outgoing:
            flow = process.flows[flow_id]
            if not flow.condition and not flow.is_default:
                name = element.name or element.id
                yield Finding(
                    "error",
                    "condition_missing",
                    f"分岐「{name}」から出る流れ「{flow.name or flow.id}」に条件がなく、既定の流れでもありません。",
                    f"Flow “{flow.name or flow.id}” out of gateway “{name}” has no condition and is not the default.",
                    flow.id,
                    flow.line,
                    flow.column,
                )

    def on_complete(self, at: Arrival) -> Iterator[ev.Event]:
        """Choose one flow."""
        flows = [at.process.flows[flow] for flow in at.element.outgoing]
        if len(flows) == 1 and not flows[0].condition:
            return leave(at, (flows[0].id,))
        chosen = next((f.id for f in flows if f.condition and not f.is_default and is_true(at, f)), None)
        chosen = chosen or next((f.id for f in flows if f.is_default), None)
        return leave(at, (chosen,) if chosen else no_way_out(at))
