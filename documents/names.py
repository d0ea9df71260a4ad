"""What the ledger's pages call records, and how a number leads to one."""

from __future__ import annotations

from collections.abc import Iterable

from config.commands import Actor
from documents import access
from documents.ledger.names import RecordName
from documents.search.tokens import fold


def names_of(record_ids: Iterable[int], actor: Actor) -> dict[int, RecordName]:
    """Number and title by id, in one query, of what the actor may see."""
    rows = access.visible_records(actor).filter(pk__in=list(record_ids))
    return {pk: RecordName(number, title) for pk, number, title in rows.values_list("pk", "number", "title")}


def secret_of(record_ids: Iterable[int], actor: Actor) -> set[int]:
    """Which of the records are confidential, and not for the actor, in one query."""
    return access.secret_ids(record_ids, actor)


def id_of(number: str, actor: Actor) -> int | None:
    """The record with that number, however its widths were typed."""
    folded = fold(number.strip())
    rows = access.visible_records(actor).filter(number_folded=folded) if folded else None
    return rows.values_list("pk", flat=True).first() if rows is not None else None
