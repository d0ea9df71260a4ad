"""ユーザータスク."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from workflow.engine import events as ev
from workflow.engine.nodes.base import Arrival, NodeType


class UserTask(NodeType):
    """Work of a person: the token waits until somebody completes it."""

    tag = "userTask"
    returnable: ClassVar[bool] = True

    def on_enter(self, at: Arrival) -> Iterator[ev.Event]:
        """Wait."""
        yield ev.WaitOpened(at.token, at.element.id, "person")
