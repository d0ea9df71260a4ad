"""Notes in the ledger who reads what: once in an hour for the same person and the same thing, not at every click."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.core.cache import cache

from config import clock
from config.commands import Actor
from documents import commands
from documents.models import AttachmentVersion, Record
from documents.models.record import RecordState

PAUSE = 3600


def note_record(row: Record, *, actor: Actor) -> None:
    """A record's page or its 原議 is shown.  A draft has no other reader than the person who writes it."""
    if row.state != RecordState.DRAFT:
        _once(f"record:{row.pk}", actor, lambda: commands.note_record_opened(record_id=row.pk, actor=actor))


def note_file(version: AttachmentVersion, *, actor: Actor) -> None:
    """A file is shown on the screen."""
    if version.attachment.record.state != RecordState.DRAFT:
        _once(f"file:{version.pk}", actor, lambda: commands.note_file_opened(version_id=version.pk, actor=actor))


def note_search(text: str, found: int | None, *, actor: Actor) -> None:
    """A search was run."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    _once(f"search:{digest}", actor, lambda: commands.note_search(text=text, found=found, actor=actor))


def _once(what: str, actor: Actor, write: Callable[[], object]) -> None:
    key = f"read:{actor.user_id}:{what}:{clock.now():%Y%m%d%H}"
    if not cache.add(key, True, PAUSE):
        return
    try:
        write()
    except Exception:
        cache.delete(key)
        raise
