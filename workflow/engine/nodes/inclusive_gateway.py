"""包含ゲートウェイ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workflow.bpmn.model import Element, Finding, Process
from workflow.engine.joins import join
from workflow.engine.nodes.base import NodeType, is_true, no_way_out
from workflow.engine.nodes.exclusive_gateway import choices

if TYPE_CHECKING:
    from workflow.engine.run import Run


class InclusiveGateway(NodeType):
    """Takes every flow whose condition is true, else the default; joining, it waits for whatever can still come."""

    tag = "inclusiveGateway"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """Every way out of a choice has a condition or is the default."""
        return choices(process, element)

    def on_enter(self, run: Run, token: int) -> None:
        """Wait for the others."""
        if join(run, token, all_flows=False):
            self.on_complete(run, token)

    def on_complete(self, run: Run, token: int) -> None:
        """Choose; a single way without a condition is simply taken."""
        element = run.element(run.token(token))
        flows = [run.process.flows[flow] for flow in element.outgoing]
        if not any(flow.condition for flow in flows):
            return run.leave(token, element.outgoing)
        ways = tuple(f.id for f in flows if f.condition and not f.is_default and is_true(run, token, f))
        ways = ways or tuple(f.id for f in flows if f.is_default)
        return run.leave(token, ways or no_way_out(element))
