"""開始イベント."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.model import Element, Finding, Process
from workflow.engine.nodes.base import NodeType, error


class StartEvent(NodeType):
    """Where an instance begins; the token passes at once."""

    tag = "startEvent"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It has no incoming flow (BPMN 2.0.2, 10.5.2) and leads somewhere."""
        if element.incoming:
            yield error(element, "start_incoming", "開始に入る流れがあります。", "A start event has an incoming flow.")
        if not element.outgoing:
            yield error(element, "start_dead", "開始から出る流れがありません。", "A start event leads nowhere.")
