"""The way in for files: looked into before any transaction, then attached by a command; a refusal is noted.

Both ways of sending come here, the ordinary form with one request and the upload in pieces (`documents.partial`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.files.base import File

from config.commands import Actor
from config.errors import Invalid
from documents import access, blobs, commands, rules, uploads
from documents.models import AttachmentVersion
from documents.queries import size_of_files
from documents.uploads import Checked

__all__ = ["Checked", "look", "receive"]


def look(*, record_id: int, upload: File[Any], actor: Actor) -> Checked:
    """Look into a file that is to be attached to the record, and put its bytes into the store.

    Raises NotFound, NotAllowed, Conflict; Invalid with a sentence when the file is refused: then nothing of it is kept, and
    the ledger says so.
    """
    row = access.record_for(record_id=record_id, actor=actor)
    rules.check_may_edit(row, actor=actor)
    try:
        checked = uploads.check(upload, already=size_of_files(row.pk))
    except Invalid as refused:
        note(record_id=row.pk, name=upload.name or "", size=upload.size or 0, refused=refused, actor=actor)
        raise
    return replace(checked, kept=blobs.keep(checked.stream))


def receive(*, record_id: int, upload: File[Any], actor: Actor) -> AttachmentVersion:
    """Look into a file and attach it.  Raises as `look` does."""
    checked = look(record_id=record_id, upload=upload, actor=actor)
    return commands.attach_file(record_id=record_id, upload=checked, actor=actor)


def note(*, record_id: int, name: str, size: int, refused: Invalid, actor: Actor) -> None:
    """Write the refusal of a file into the ledger, in a transaction of its own."""
    commands.note_refused_file(
        record_id=record_id,
        name=uploads.shown_name(name),
        size=size,
        refusal=refused.code,
        sentence=str(refused.message),
        actor=actor,
    )
