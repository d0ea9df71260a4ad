"""終了イベント."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.model import Element, Finding, Process
from workflow.engine import events as ev
from workflow.engine.nodes.base import Arrival, NodeType, error


class EndEvent(NodeType):
    """Where a token ends; the instance ends with its last token."""

    tag = "endEvent"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It has no outgoing flow (BPMN 2.0.2, 10.5.3)."""
        if element.outgoing:
            yield error(element, "end_outgoing", "終了から出る流れがあります。", "An end event has an outgoing flow.")

    def on_complete(self, at: Arrival) -> Iterator[ev.Event]:
        """The token ends."""
        yield ev.ElementLeft(at.token, at.element.id)
        yield ev.TokenEnded(at.token, at.element.id)
