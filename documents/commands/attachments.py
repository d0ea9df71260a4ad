"""Files of a draft: attached, put in order, taken out.  Bytes once stored stay; earlier versions are kept."""

from __future__ import annotations

from typing import cast

from django.db.models import Max
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Conflict, Invalid, NotFound
from config.jobs.queue import enqueue
from documents import access, blobs, rules, uploads
from documents import ledger_actions as acts
from documents.commands.renditions import begin_rendition
from documents.ledger.writer import record
from documents.models import Attachment, AttachmentVersion, PartialUpload, Record
from documents.models.record import ScanReason, TextState
from documents.models.upload import UploadState
from documents.queries import size_of_files


def _add_version(attachment: Attachment, checked: uploads.Checked, actor: Actor) -> AttachmentVersion:
    kept = checked.kept or blobs.keep(checked.stream)
    blob = blobs.name(kept, media_type=checked.media_type)
    latest = AttachmentVersion.objects.filter(attachment=attachment).aggregate(last=Max("number"))["last"] or 0
    version = AttachmentVersion.objects.create(
        attachment=attachment,
        number=latest + 1,
        blob=blob,
        name=checked.name,
        media_type=checked.media_type,
        uploader_id=cast(int, actor.user_id),
        uploader_name=actor.name,
        uploaded_at=clock.now(),
        text_state=TextState.WAITING if checked.has_text else TextState.NONE,
        scan=checked.verdict.outcome,
        scan_reason=checked.verdict.reason,
        scan_engine=checked.verdict.engine or None,
    )
    if checked.has_text:
        enqueue(
            kind="documents.extract_text",
            key=f"extract-text:{version.pk}",
            payload={"version": version.pk},
            queue="heavy",
            max_attempts=3,
        )
    begin_rendition(version)
    record(
        acts.FileAttached,
        subject=version,
        actor=actor,
        record_id=attachment.record_id,
        attachment_id=attachment.pk,
        version=version.number,
        name=version.name,
        sha256=blob.sha256,
        size=blob.size,
    )
    if checked.verdict.reason != ScanReason.UNSET:
        _note_scan(version, actor)
    return version


def _note_scan(version: AttachmentVersion, actor: Actor) -> None:
    record(
        acts.FileScanned,
        subject=version,
        actor=actor,
        record_id=version.attachment.record_id,
        version=version.number,
        name=version.name,
        outcome=version.scan,
        reason=version.scan_reason or "",
        engine=version.scan_engine or "",
    )


@command
def attach_file(*, record_id: int, upload: uploads.Checked, actor: Actor) -> AttachmentVersion:
    """Keep a file that was looked into (`documents.intake`), and queue the reading of its text.

    Raises NotFound, NotAllowed, Conflict, Invalid with a sentence when there is no room; then nothing is kept.
    """
    row = access.record_for_change(record_id=record_id, actor=actor)
    rules.check_may_edit(row, actor=actor)
    uploads.check_room(upload.name, upload.size, already=size_of_files(row.pk))

    last = Attachment.objects.filter(record=row).aggregate(last=Max("position"))["last"] or 0
    attachment = Attachment.objects.create(record=row, position=last + 1)
    return _add_version(attachment, upload, actor)


@command
def attach_upload(*, upload_id: str, upload: uploads.Checked, claim: str, actor: Actor) -> AttachmentVersion:
    """Attach the file that an upload brought, and mark the upload as done, both or neither.

    `claim` is the time at which this look into the file began.  Raises Conflict when another one has taken over, and
    whatever attach_file raises.
    """
    found = PartialUpload.objects.filter(pk=upload_id, owner_id=actor.user_id).first()
    if found is None:
        raise NotFound(_("送信中のファイルが見つかりません。"))
    access.record_for_change(record_id=found.record_id, actor=actor)
    row = PartialUpload.objects.select_for_update().get(pk=upload_id)
    if row.state != UploadState.CHECKING or row.checking_since is None or row.checking_since.isoformat() != claim:
        raise Conflict(_("このファイルは別の画面で処理されています。"), code="taken_over")
    version = attach_file(record_id=row.record_id, upload=upload, actor=actor)
    row.state, row.version = UploadState.DONE, version
    row.save(update_fields=["state", "version"])
    return version


@command
def replace_attachment(*, attachment_id: int, upload: uploads.Checked, actor: Actor) -> AttachmentVersion:
    """Put a new version in the place of a file; the old one is kept.  Raises as attach_file."""
    found = access.attachment_for(attachment_id=attachment_id, actor=actor)
    row = access.record_for_change(record_id=found.record_id, actor=actor)
    rules.check_may_edit(row, actor=actor)
    attachment = _present(row, attachment_id)
    uploads.check_room(upload.name, upload.size, already=size_of_files(row.pk))

    return _add_version(attachment, upload, actor)


def _present(row: Record, attachment_id: int) -> Attachment:
    try:
        return Attachment.objects.select_for_update().get(pk=attachment_id, record=row, removed_at=None)
    except Attachment.DoesNotExist:
        raise NotFound(_("添付が見つかりません。")) from None


@command
def remove_attachment(*, attachment_id: int, actor: Actor) -> Attachment:
    """Take a file out of a draft; its versions stay in the store and in the history.  Raises as attach_file."""
    found = access.attachment_for(attachment_id=attachment_id, actor=actor)
    row = access.record_for_change(record_id=found.record_id, actor=actor)
    rules.check_may_edit(row, actor=actor)
    attachment = _present(row, attachment_id)

    attachment.removed_at = clock.now()
    attachment.save(update_fields=["removed_at"])

    name = attachment.versions.order_by("-number").values_list("name", flat=True)[0]
    record(
        acts.FileRemoved,
        subject=attachment,
        actor=actor,
        record_id=row.pk,
        attachment_id=attachment.pk,
        name=name,
    )
    return attachment


@command
def reorder_attachments(*, record_id: int, order: list[int], actor: Actor) -> Record:
    """Put the attachments in this order; `order` names each of them once.  Raises Invalid when it does not."""
    row = access.record_for_change(record_id=record_id, actor=actor)
    rules.check_may_edit(row, actor=actor)
    present = {a.pk: a for a in Attachment.objects.select_for_update().filter(record=row, removed_at=None)}
    if sorted(order) != sorted(present):
        raise Invalid(_("添付の一覧が変わっています。画面を開き直してください。"), code="stale_order")

    for position, pk in enumerate(order, start=1):
        present[pk].position = position
    Attachment.objects.bulk_update(present.values(), ["position"])

    record(acts.FilesReordered, subject=row, actor=actor, record_id=row.pk, order=order)
    return row
