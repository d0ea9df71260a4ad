"""What people take out of the archive."""

from __future__ import annotations

from config.commands import Actor, command
from documents import access
from documents.ledger.writer import record
from documents.ledger_actions import FileDownloaded
from documents.models import AttachmentVersion


@command
def note_download(*, version_id: int, actor: Actor) -> AttachmentVersion:
    """Note that somebody saves a file; returns it.  Raises NotFound for what the actor may not read."""
    version = access.attachment_version_for(version_id=version_id, actor=actor)
    record(
        FileDownloaded,
        subject=version,
        actor=actor,
        record_id=version.attachment.record_id,
        version=version.number,
        name=version.name,
        sha256=version.blob_id,
    )
    return version
