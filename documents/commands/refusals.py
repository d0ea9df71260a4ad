"""What was refused: the one trace that a hostile or mistaken file leaves."""

from __future__ import annotations

from config.commands import Actor, command
from documents import access
from documents import ledger_actions as acts
from documents.ledger.writer import record


@command
def note_refused_file(*, record_id: int, name: str, size: int, refusal: str, sentence: str, actor: Actor) -> None:
    """Note that a file was refused, and why.  Raises NotFound."""
    row = access.record_for_change(record_id=record_id, actor=actor)
    record(
        acts.FileRefused,
        subject=row,
        actor=actor,
        record_id=row.pk,
        name=name,
        size=size,
        refusal=refusal,
        sentence=sentence,
    )
