"""ユーザータスク."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.engine import events as ev
from workflow.engine.nodes.base import Arrival, NodeType


class UserTask(NodeType):
    """Work of a person: the token waits until somebody completes it."""

    tag = "userTask"

    def on_enter(self, at: Arrival) -> Iterator[ev.Event]:
        """Wait."""
        yield ev.WaitOpened(at.token, at.element.id)
