"""The PDFs by which the viewer shows what browsers do not: asked for, made by a job, kept beside the original."""

from __future__ import annotations

import datetime as dt
from typing import IO

from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, ActorKind, command
from config.errors import Conflict, NotAllowed, NotFound
from config.jobs.queue import enqueue
from documents import access, blobs
from documents import ledger_actions as acts
from documents.convert.render import PDF, WAYS
from documents.ledger.writer import record
from documents.models import AttachmentVersion, Rendition
from documents.models.rendition import RenditionState

MOST_ATTEMPTS = 3
# A job that has reported nothing for so long has been given up by the worker; people may ask anew.
OVERDUE = dt.timedelta(minutes=15)


def begin_rendition(version: AttachmentVersion) -> Rendition | None:
    """The row of a version that needs a PDF to be shown, and the job that makes it; None for other kinds.

    Part of the command that attaches or asks; an existing row is returned as it is.
    """
    if version.media_type not in WAYS:
        return None
    row, is_new = Rendition.objects.get_or_create(version=version, defaults={"requested_at": clock.now()})
    if is_new:
        _enqueue(row)
    return row


def _enqueue(row: Rendition) -> None:
    enqueue(
        kind="documents.render",
        key=f"render:{row.pk}:{row.attempts}",
        payload={"rendition": row.pk},
        queue="heavy",
        max_attempts=3,
    )


def may_ask_again(row: Rendition) -> bool:
    """Whether another attempt may help: the last one ended badly or was lost, and there were not many yet."""
    if row.attempts >= MOST_ATTEMPTS:
        return False
    if row.state == RenditionState.WAITING:
        return clock.now() - row.requested_at > OVERDUE
    return row.state in (RenditionState.FAILED, RenditionState.UNAVAILABLE)


@command
def request_rendition(*, version_id: int, actor: Actor) -> Rendition:
    """Ask for the PDF of a version that has none, or anew for one that could not be made.

    Raises NotFound for what the actor may not read and for kinds that need none, Conflict when asking is of no use.
    """
    version = access.attachment_version_for(version_id=version_id, actor=actor)
    if version.media_type not in WAYS:
        raise NotFound(_("見つかりません。"))
    row = Rendition.objects.select_for_update().filter(version=version).first()
    if row is None:
        row = begin_rendition(version)
        assert row is not None  # noqa: S101 - its kind was looked at above
    elif may_ask_again(row):
        row.state, row.error, row.requested_at, row.made_at = RenditionState.WAITING, "", clock.now(), None
        row.attempts += 1
        row.save(update_fields=["state", "error", "requested_at", "made_at", "attempts"])
        _enqueue(row)
    else:
        raise Conflict(_("このファイルの表示用PDFは、これ以上作り直せません。"), code="rendition_settled")

    record(
        acts.RenditionRequested,
        subject=version,
        actor=actor,
        record_id=version.attachment.record_id,
        version=version.number,
        name=version.name,
    )
    return row


@command
def store_rendition(
    *,
    rendition_id: int,
    source: IO[bytes] | None,
    pages: int | None = None,
    maker: str = "",
    state: str = RenditionState.READY,
    error: str = "",
    actor: Actor,
) -> Rendition:
    """Keep the PDF that a job made, or why there is none.  Without `source` the state is FAILED or UNAVAILABLE.

    Raises NotAllowed for people, NotFound, Conflict when another attempt has reported before.
    """
    row = Rendition.objects.select_for_update().filter(pk=rendition_id).first()
    if row is None:
        raise NotFound(_("見つかりません。"))
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(_("この処理はシステムだけが行います。"))
    if row.state != RenditionState.WAITING:
        raise Conflict(_("表示用PDFの作成は終わっています。"), code="rendition_settled")

    row.blob = blobs.store(source, media_type=PDF) if source is not None else None
    row.state = RenditionState(state)
    row.page_count, row.maker, row.error, row.made_at = pages, maker[:100], error[:60], clock.now()
    row.save(update_fields=["blob", "state", "page_count", "maker", "error", "made_at"])

    record(
        acts.RenditionEnded,
        subject=row.version,
        actor=actor,
        record_id=row.version.attachment.record_id,
        version_id=row.version_id,
        state=row.state,
        sha256=row.blob_id or "",
        pages=pages,
        maker=row.maker,
        error=row.error,
    )
    return row
