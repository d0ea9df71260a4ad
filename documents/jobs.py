"""Background work on records."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from pathlib import Path

from config.commands import system_actor
from config.jobs.handlers import JobView, Permanent, handler
from documents import blobs, partial
from documents.commands.renditions import store_rendition
from documents.commands.texts import store_page_texts
from documents.convert import render
from documents.convert.text import Unreadable, read_pages
from documents.models import AttachmentVersion, Blob, Rendition
from documents.models.record import TextState
from documents.models.rendition import RenditionState


@handler("documents.extract_text", lease=dt.timedelta(minutes=3))
def extract_text(job: JobView) -> None:
    """Read the text of one attachment version and store it with the search index, once."""
    version = AttachmentVersion.objects.select_related("blob").get(pk=job.payload["version"])
    if version.text_state not in (TextState.WAITING, TextState.READING):
        return
    actor = system_actor("text-extraction", request_id=f"job-{job.id}")
    try:
        with tempfile.TemporaryDirectory(prefix="kessai-text-") as folder:
            path = Path(folder) / f"content{Path(version.name).suffix.lower()[:10]}"
            _write(version.blob, path)
            total, parts = read_pages(path, media_type=version.media_type, progress=job.progress)
    except Unreadable as failed:
        store_page_texts(version_id=version.pk, pages=[], page_count=None, error=failed.code, actor=actor)
        raise Permanent(failed.code, f"attachment version {version.pk} cannot be read") from failed
    except blobs.IntegrityBroken as broken:
        store_page_texts(version_id=version.pk, pages=[], page_count=None, error="integrity", actor=actor)
        raise Permanent("integrity", str(broken)) from broken
    job.progress(total, total)
    store_page_texts(version_id=version.pk, pages=parts, page_count=total, error="", actor=actor)


def _write(blob: Blob, path: Path) -> None:
    with path.open("wb") as file:
        for part in blobs.open_verified(blob):
            file.write(part)


@handler("documents.render", lease=dt.timedelta(minutes=5))
def make_rendition(job: JobView) -> None:
    """Make the PDF by which one attachment version is shown, once."""
    row = Rendition.objects.select_related("version__blob").get(pk=job.payload["rendition"])
    if row.state != RenditionState.WAITING:
        return
    media_type, actor = row.version.media_type, system_actor("rendition", request_id=f"job-{job.id}")
    try:
        with tempfile.TemporaryDirectory(prefix="kessai-render-") as name:
            folder = Path(name)
            _write(row.version.blob, folder / render.source_name(media_type))
            made = render.make_pdf(folder, media_type=media_type, progress=job.progress)
            with made.path.open("rb") as source:
                store_rendition(rendition_id=row.pk, source=source, pages=made.pages, maker=made.maker, actor=actor)
    except render.Unavailable as absent:
        state = RenditionState.UNAVAILABLE
        store_rendition(rendition_id=row.pk, source=None, state=state, error=absent.code, actor=actor)
    except Unreadable as failed:
        state = RenditionState.FAILED
        store_rendition(rendition_id=row.pk, source=None, state=state, error=failed.code, actor=actor)
        raise Permanent(failed.code, f"attachment version {row.version_id} cannot be shown as PDF") from failed
    except blobs.IntegrityBroken as broken:
        store_rendition(rendition_id=row.pk, source=None, state=RenditionState.FAILED, error="integrity", actor=actor)
        raise Permanent("integrity", str(broken)) from broken


@handler("documents.expire_upload")
def expire_upload(job: JobView) -> None:
    """Throw away what was half sent and not gone on with, and bytes that nothing names any more."""
    partial.expire(uuid.UUID(job.payload["upload"]))
    partial.sweep()
