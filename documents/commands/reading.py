"""What people read, look for, and take out of the archive: noted for the auditors."""

from __future__ import annotations

from config.commands import Actor, command
from documents import access, taking
from documents import ledger_actions as acts
from documents.ledger.writer import record
from documents.models import AttachmentVersion, Record


@command
def note_download(*, version_id: int, actor: Actor) -> AttachmentVersion:
    """Note that somebody saves a file; returns it.  Raises NotFound for what the actor may not read, NotAllowed."""
    version = access.attachment_version_for(version_id=version_id, actor=actor)
    taking.check_may_take(version, actor)
    record(
        acts.FileDownloaded,
        subject=version,
        actor=actor,
        record_id=version.attachment.record_id,
        version=version.number,
        name=version.name,
        sha256=version.blob_id,
    )
    return version


@command
def note_print(*, version_id: int, actor: Actor) -> AttachmentVersion:
    """Note that somebody prints pages of a file.  Raises NotFound for what the actor may not read, NotAllowed."""
    version = access.attachment_version_for(version_id=version_id, actor=actor)
    taking.check_may_take(version, actor)
    record(
        acts.FilePrinted,
        subject=version,
        actor=actor,
        record_id=version.attachment.record_id,
        version=version.number,
        name=version.name,
        sha256=version.blob_id,
    )
    return version


@command
def note_record_opened(*, record_id: int, actor: Actor) -> Record:
    """Note that somebody reads a record.  Raises NotFound for what the actor may not read."""
    row = access.record_for(record_id=record_id, actor=actor)
    record(acts.RecordOpened, subject=row, actor=actor, record_id=row.pk, number=row.number, title=row.title)
    return row


@command
def note_file_opened(*, version_id: int, actor: Actor) -> AttachmentVersion:
    """Note that somebody reads a file on the screen.  Raises NotFound for what the actor may not read."""
    version = access.attachment_version_for(version_id=version_id, actor=actor)
    record(
        acts.FileOpened,
        subject=version,
        actor=actor,
        record_id=version.attachment.record_id,
        version=version.number,
        name=version.name,
        sha256=version.blob_id,
    )
    return version


@command
def note_search(*, text: str, found: int | None, actor: Actor) -> None:
    """Note what somebody searched for and how much was found; None for more than is counted.

    The words may name a private person, so they are kept apart with the personal details.
    """
    record(acts.Searched, subject=None, actor=actor, text=text, found=found)
