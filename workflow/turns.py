"""前・次: where a piece of work stands among what waits for a person, in the order and under the tab of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from config.commands import Actor
from workflow import inbox
from workflow.item_kinds import kind_of
from workflow.models import ItemCandidate


@dataclass(frozen=True, slots=True)
class Turn:
    """`number` of `count` (0: it waits no longer); the pages before and behind it, empty where there is none."""

    number: int
    count: int
    before: str
    after: str


def turn_of(*, instance_id: int, actor: Actor, tab: str = "", order: str = "") -> Turn:
    """Where the work of a drawn process stands for the actor; of what waits no longer, all that waits comes behind it.

    Two queries, however much waits.  An unknown tab or order is that of the first page, as in the inbox.
    """
    rows = inbox.in_order(actor=actor, tab=tab, order=order)
    keys = [pk for pk, _process in rows]
    at = next((place for place, (_pk, process) in enumerate(rows) if process == instance_id), None)
    if at is None:
        wanted = {"before": None, "after": keys[0] if keys else None}
    else:
        wanted = {
            "before": keys[at - 1] if at else None,
            "after": keys[at + 1] if at + 1 < len(keys) else None,
        }
    asked = asked_of(tab, order)
    chosen = ItemCandidate.objects.filter(pk__in=[pk for pk in wanted.values() if pk is not None])
    found = (
        {row.pk: inbox.open_item_of(row) for row in inbox.candidates_with_work(chosen)} if any(wanted.values()) else {}
    )
    pages = {side: kind_of(found[pk].kind).url(found[pk]) + asked if pk in found else "" for side, pk in wanted.items()}
    return Turn(0 if at is None else at + 1, len(keys), pages["before"], pages["after"])


def asked_of(tab: str, order: str) -> str:
    """What the address of a page of work carries, so that its neighbours are those of the list it was opened from."""
    said = {name: value for name, value in (("tab", tab), ("order", order)) if value}
    return f"?{urlencode(said)}" if said else ""
