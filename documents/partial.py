"""Files that arrive in pieces: rows that say how much is there, bytes under var/uploads/, both gone at the end.

These functions keep the books of the work itself and are therefore no commands: nothing of a record changes before the
whole file was looked into, and that is a command, which is recorded.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor
from config.errors import Conflict, Invalid, NotFound, Refusal
from config.jobs.queue import enqueue
from documents import access, commands, intake, rules, uploads
from documents.models import AttachmentVersion, PartialUpload
from documents.models.upload import UploadState
from documents.queries import size_of_files

MIB = 1024 * 1024
MOST_OPEN = 50
# A look into a file that has lasted so long has died with its process.
LOOK_LEASE = dt.timedelta(minutes=10)


class Expired(NotFound):
    """There was such an upload, and its time is over."""

    status = 410
    default_code = "expired"


def begin(*, record_id: int, name: str, size: int, mark: str, actor: Actor) -> PartialUpload:
    """The row of a new upload, when name and size promise a file that could come in.

    Raises NotFound, NotAllowed, Conflict; Invalid, noted in the ledger, for a file that is refused already.
    """
    row = access.record_for(record_id=record_id, actor=actor)
    rules.check_may_edit(row, actor=actor)
    try:
        cleaned = uploads.clean_name(name)
        uploads.check_room(cleaned, size, already=size_of_files(record_id) + _on_the_way(record_id=record_id))
        uploads.check_kind(cleaned)
        _check_quota(size, actor)
    except Invalid as refused:
        intake.note(record_id=record_id, name=name, size=size, refused=refused, actor=actor)
        raise
    now = clock.now()
    upload = PartialUpload(
        owner_id=actor.user_id,
        record_id=record_id,
        name=cleaned,
        size=size,
        mark=mark[:64],
        created_at=now,
        expires_at=now + dt.timedelta(hours=settings.UPLOAD_HOURS),
    )
    with transaction.atomic():
        upload.save(force_insert=True)
        enqueue(
            kind="documents.expire_upload",
            key=f"expire-upload:{upload.pk}",
            payload={"upload": str(upload.pk)},
            due=upload.expires_at,
        )
        path = path_of(upload.pk)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    return upload


def _under_way(**which: Any) -> QuerySet[PartialUpload]:
    return PartialUpload.objects.filter(**which, expires_at__gt=clock.now()).exclude(state=UploadState.DONE)


def _on_the_way(**which: Any) -> int:
    return _under_way(**which).aggregate(total=Sum("size"))["total"] or 0


def _check_quota(size: int, actor: Actor) -> None:
    own = {"owner_id": actor.user_id}
    if _under_way(**own).count() >= MOST_OPEN or _on_the_way(**own) + size > settings.UPLOAD_QUOTA_BYTES:
        raise uploads.refuse(
            "quota",
            _(
                "送信の途中のファイルが多すぎます(1人%(limit)sMB、%(count)s件まで)。途中のものを取りやめるか、終わるのを待ってください。"
            )
            % {"limit": settings.UPLOAD_QUOTA_BYTES // MIB, "count": MOST_OPEN},
        )


def upload_for(*, upload_id: uuid.UUID, actor: Actor) -> PartialUpload:
    """The actor's own upload.  Raises NotFound, Expired; another person's looks like none."""
    found = PartialUpload.objects.filter(pk=upload_id, owner_id=actor.user_id).first()
    if found is None:
        raise NotFound(_("送信中のファイルが見つかりません。"))
    if found.expires_at <= clock.now():
        raise Expired(_("送信の期限が切れました。はじめから送り直してください。"))
    return found


def append(*, upload_id: uuid.UUID, offset: int, piece: IO[bytes], length: int, actor: Actor) -> int:
    """Write a piece that has arrived wholly, at the offset where the file stands; returns the new offset.

    Raises Conflict(code="offset") when it stands elsewhere: somebody else wrote, or an answer got lost.
    """
    upload_for(upload_id=upload_id, actor=actor)
    with transaction.atomic():
        row = PartialUpload.objects.select_for_update().get(pk=upload_id)
        if row.state != UploadState.OPEN:
            raise Conflict(_("このファイルはもう送り終えています。"), code="not_open")
        if row.offset != offset:
            raise Conflict(_("送信の位置が合いません。続きの位置を確かめて送り直します。"), code="offset")
        if offset + length > row.size:
            raise Invalid(_("知らせた大きさより多くのデータが届きました。"), code="too_much")
        _write(path_of(row.pk), offset, piece)
        row.offset = offset + length
        row.save(update_fields=["offset"])
    return row.offset


def _write(path: Path, offset: int, piece: IO[bytes]) -> None:
    """What an earlier, broken transaction wrote beyond the offset is cut off first.  Raises Expired for lost bytes."""
    try:
        with path.open("r+b") as file:
            if file.seek(0, os.SEEK_END) < offset:
                raise Expired(_("送った途中のデータが失われました。はじめから送り直してください。"))
            file.truncate(offset)
            file.seek(offset)
            while block := piece.read(MIB):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        raise Expired(_("送った途中のデータが失われました。はじめから送り直してください。")) from None


def finish(*, upload_id: uuid.UUID, actor: Actor) -> AttachmentVersion:
    """Look into the whole file and attach it; asked again, the same version.

    Raises Conflict(code="incomplete", "checking"); whatever `intake.look` and the command raise: then row and bytes are gone.
    """
    upload_for(upload_id=upload_id, actor=actor)
    row = _claim(upload_id)
    if row.state == UploadState.DONE:
        return AttachmentVersion.objects.get(pk=row.version_id)
    claim = row.checking_since.isoformat() if row.checking_since else ""
    try:
        with _whole_file(row) as whole:
            checked = intake.look(record_id=row.record_id, upload=whole, actor=actor)
        version = commands.attach_upload(upload_id=str(row.pk), upload=checked, claim=claim, actor=actor)
    except Refusal as refused:
        if refused.code != "taken_over":
            remove(upload_id)
        raise
    except BaseException:
        PartialUpload.objects.filter(pk=upload_id, state=UploadState.CHECKING).update(state=UploadState.OPEN)
        raise
    path_of(row.pk).unlink(missing_ok=True)
    return version


def _claim(upload_id: uuid.UUID) -> PartialUpload:
    now = clock.now()
    with transaction.atomic():
        row = PartialUpload.objects.select_for_update().get(pk=upload_id)
        if row.state == UploadState.DONE:
            return row
        if row.state == UploadState.CHECKING and row.checking_since and row.checking_since > now - LOOK_LEASE:
            raise Conflict(_("検査しています。"), code="checking")
        if row.offset != row.size:
            raise Conflict(_("まだ最後まで届いていません。"), code="incomplete")
        row.state, row.checking_since = UploadState.CHECKING, now
        row.save(update_fields=["state", "checking_since"])
    return row


@contextlib.contextmanager
def _whole_file(row: PartialUpload) -> Iterator[File[Any]]:
    path = path_of(row.pk)
    if not path.exists() or path.stat().st_size < row.size:
        raise Expired(_("送った途中のデータが失われました。はじめから送り直してください。"))
    os.truncate(path, row.size)
    with path.open("rb") as stream:
        whole: File[Any] = File(stream, name=row.name)
        whole.temporary_file_path = lambda: str(path)  # type: ignore[attr-defined]  # as Django's own uploads on disk have it
        yield whole


def cancel(*, upload_id: uuid.UUID, actor: Actor) -> None:
    """Throw away what was sent.  Raises Conflict while it is being looked into."""
    row = upload_for(upload_id=upload_id, actor=actor)
    if row.state == UploadState.CHECKING and row.checking_since and row.checking_since > clock.now() - LOOK_LEASE:
        raise Conflict(_("検査しています。終わるまで待ってください。"), code="checking")
    remove(upload_id)


def remove(upload_id: uuid.UUID) -> None:
    """Row and bytes, bytes last: what is left after a power cut is a file that `sweep` finds."""
    PartialUpload.objects.filter(pk=upload_id).delete()
    path_of(upload_id).unlink(missing_ok=True)


def expire(upload_id: uuid.UUID) -> bool:
    """Remove an upload whose time is over; False while it is not."""
    if PartialUpload.objects.filter(pk=upload_id, expires_at__gt=clock.now()).exists():
        return False
    remove(upload_id)
    return True


def sweep() -> int:
    """Remove bytes that no row names and that nobody has written to for a day; returns how many files."""
    removed = 0
    for path in settings.UPLOAD_ROOT.glob("*.part"):
        with contextlib.suppress(FileNotFoundError, ValueError):
            age = clock.now().timestamp() - path.stat().st_mtime
            if age > 24 * 3600 and not PartialUpload.objects.filter(pk=uuid.UUID(path.stem)).exists():
                path.unlink()
                removed += 1
    return removed


def path_of(upload_id: uuid.UUID) -> Path:
    """Where the bytes of an upload lie."""
    return Path(settings.UPLOAD_ROOT) / f"{upload_id}.part"
