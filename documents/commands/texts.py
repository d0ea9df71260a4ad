"""The text of attachments, and with it the search index."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from config.commands import Actor, ActorKind, command
from config.errors import Conflict, NotAllowed, NotFound
from documents import ledger_actions as acts
from documents.convert.text import Part
from documents.ledger.writer import record
from documents.models import AttachmentVersion, PageText
from documents.models.record import TextState
from documents.search.index import index_pages
from documents.search.tokens import fold


@command
def store_page_texts(
    *, version_id: int, pages: list[Part], page_count: int | None, error: str, actor: Actor
) -> AttachmentVersion:
    """Store what was read of a version and index it, in one transaction.  `error` is empty when it could be read.

    Raises NotAllowed for people, NotFound, Conflict when the text is there already: a second answer is not recorded.
    """
    try:
        version = AttachmentVersion.objects.select_for_update().get(pk=version_id)
    except AttachmentVersion.DoesNotExist:
        raise NotFound(_("添付が見つかりません。")) from None
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(_("この処理はシステムだけが行います。"))
    if version.text_state in (TextState.DONE, TextState.EMPTY, TextState.FAILED):
        raise Conflict(_("この添付の文字は読み取り済みです。"), code="already_read")

    kept = [part for part in pages if part.text.strip()]
    rows = [
        PageText(
            version=version,
            record_id=version.attachment.record_id,
            page_no=part.page,
            part=part.part,
            text=part.text,
            folded_sha=hashlib.sha256(fold(part.text).encode()).hexdigest(),
        )
        for part in kept
    ]
    PageText.objects.bulk_create(rows, batch_size=200)
    index_pages(PageText.objects.filter(version=version))
    version.text_state = TextState.FAILED if error else (TextState.DONE if kept else TextState.EMPTY)
    version.text_error, version.page_count = error, page_count
    version.save(update_fields=["text_state", "text_error", "page_count"])

    record(
        acts.TextExtracted,
        subject=version,
        actor=actor,
        record_id=version.attachment.record_id,
        version_id=version.pk,
        state=version.text_state,
        pages=page_count,
        error=error,
    )
    return version
