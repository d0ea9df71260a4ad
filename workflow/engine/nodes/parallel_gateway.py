"""並列ゲートウェイ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow.bpmn.model import Element, Finding, Process
from workflow.engine.joins import join
from workflow.engine.nodes.base import NodeType, error

if TYPE_CHECKING:
    from workflow.engine.run import Run


class ParallelGateway(NodeType):
    """Waits for a token of each incoming flow, then sends one along each outgoing flow (BPMN 2.0.2, 10.6.5)."""

    tag = "parallelGateway"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """Its flows have no conditions, which it would not look at."""
        for flow_id in element.outgoing:
            flow = process.flows[flow_id]
            if flow.condition:
                yield error(
                    element,
                    "parallel_condition",
                    f"並列の分岐「{element.name or element.id}」から出る流れ「{flow.name or flow.id}」に条件があります。"
                    "並列の分岐は条件を見ません。",
                    f"Flow “{flow.name or flow.id}” out of the parallel gateway has a condition, which is not looked at.",
                )

    def on_enter(self, run: Run, token: int) -> None:
        """Wait for the others."""
        if join(run, token, all_flows=True):
            self.on_complete(run, token)

    def on_complete(self, run: Run, token: int) -> None:
        """All ways at once."""
        run.leave(token, run.element(run.token(token)).outgoing)
