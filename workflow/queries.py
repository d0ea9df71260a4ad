"""What pages and upper floors ask about processes."""

from __future__ import annotations

from config.commands import Actor
from config.errors import NotFound
from workflow.access import NO_ITEM
from workflow.inbox import COUNTED, candidates_of
from workflow.models import WorkItem
from workflow.values import ItemView


def open_item(*, instance_id: int, element_id: str) -> ItemView:
    """The one open item of an instance at an element; for upper floors that have checked access themselves.

    Raises NotFound when nothing is open there.
    """
    item = WorkItem.objects.filter(process_id=instance_id, element_id=element_id, finished=None).order_by("id").first()
    if item is None:
        raise NotFound(NO_ITEM)
    return ItemView.of(item)


def open_count(actor: Actor) -> int:
    """How much work waits for the actor; counting stops at COUNTED."""
    return candidates_of(actor)[:COUNTED].count()
