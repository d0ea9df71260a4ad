"""Background work on records."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from config.commands import system_actor
from config.jobs.handlers import JobView, Permanent, handler
from documents import blobs
from documents.commands.texts import store_page_texts
from documents.convert.text import Unreadable, read_pages
from documents.models import AttachmentVersion
from documents.models.record import TextState


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
            with path.open("wb") as file:
                for part in blobs.open_verified(version.blob):
                    file.write(part)
            total, parts = read_pages(path, media_type=version.media_type, progress=job.progress)
    except Unreadable as failed:
        store_page_texts(version_id=version.pk, pages=[], page_count=None, error=failed.code, actor=actor)
        raise Permanent(failed.code, f"attachment version {version.pk} cannot be read") from failed
    except blobs.IntegrityBroken as broken:
        store_page_texts(version_id=version.pk, pages=[], page_count=None, error="integrity", actor=actor)
        raise Permanent("integrity", str(broken)) from broken
    job.progress(total, total)
    store_page_texts(version_id=version.pk, pages=parts, page_count=total, error="", actor=actor)
