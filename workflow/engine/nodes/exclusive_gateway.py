"""排他ゲートウェイ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow.bpmn.model import Element, Finding, Process
from workflow.engine.nodes.base import NodeType, error, is_true, no_way_out

if TYPE_CHECKING:
    from workflow.engine.run import Run


def choices(process: Process, element: Element) -> Iterator[Finding]:
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
                "warning",
                "condition_missing",
                f"分岐「{name}」から出る流れ「{flow.name or flow.id}」に条件がなく、既定の流れでもありません。",
                f"Flow “{flow.name or flow.id}” out of gateway “{name}” has no condition and is not the default.",
                flow.id,
                flow.line,
                flow.column,
            )


class ExclusiveGateway(NodeType):
    """Takes the first flow, in the order drawn, whose condition is true; else the default; else it is an incident.

    A flow without a condition is always open, as Camunda 7 has it.
    Converging, it lets every token pass.
    """

    tag = "exclusiveGateway"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """Every way out of a choice has a condition or is the default."""
        return choices(process, element)

    def on_complete(self, run: Run, token: int) -> None:
        """Choose one flow."""
        element = run.element(run.token(token))
        flows = [run.process.flows[flow] for flow in element.outgoing]
        if len(flows) == 1 and not flows[0].condition:
            return run.leave(token, (flows[0].id,))
        open_flows = (f.id for f in flows if not f.is_default and (not f.condition or is_true(run, token, f)))
        chosen = next(open_flows, None)
        chosen = chosen or next((f.id for f in flows if f.is_default), None)
        return run.leave(token, (chosen,) if chosen else no_way_out(element))
