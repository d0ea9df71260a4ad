"""Bytes for people: the viewer, ranges of content, downloads.  Nothing is handed out that was not verified."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.commands import Actor
from config.errors import NotFound
from config.web.pages import Access, page
from documents import access, blobs, commands, links, queries
from documents.models import AttachmentVersion, Blob
from documents.templatetags.documents import SHOWN
from documents.views import reading

LONGEST = 200  # letters of what is marked in a file
log = logging.getLogger(__name__)
# The browser may keep the bytes, and asks each time whether this person may still have them.
KEPT = "private, no-cache"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@page(Access.STAFF)
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """The viewer of one file, at `?page=`, with the words `?q=` marked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = access.attachment_version_for(version_id=pk, actor=actor)
    reading.note_file(version, actor=actor)
    at = request.GET.get("page", "")
    context: dict[str, Any] = {
        "version": version,
        "record": version.attachment.record,
        "at_page": int(at) if at.isdecimal() and len(at) < 7 else 1,
        "find": request.GET.get("q", "")[:LONGEST],
    }
    return render(request, "documents/view.html", context)


@page(Access.STAFF)
@require_safe
def content(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes, whole or one range (RFC 9110, 14.2), each block verified before it is sent."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = access.attachment_version_for(version_id=pk, actor=actor)
    size, tag = version.blob.size, f'"{version.blob_id}"'
    if tag in (known.strip() for known in request.headers.get("If-None-Match", "").split(",")):
        return HttpResponse(status=304, headers={"ETag": tag, "Cache-Control": KEPT})
    # A range of another content than the browser believes to have is no use to it.
    is_current = request.headers.get("If-Range", tag) == tag
    asked = _range(request.headers.get("Range", ""), size) if is_current else None
    if asked == (0, 0) and size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    start, end = asked or (0, size)
    answer = _stream(request, version.blob, start, end, version.media_type)
    answer.headers["Content-Disposition"] = _disposition(version, save=version.media_type not in SHOWN)
    if asked is not None and answer.status_code == 200:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return answer


@page(Access.STAFF)
@require_safe
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The text of a file by page: what the viewer shows of a file that browsers do not; read when it is looked at."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = access.attachment_version_for(version_id=pk, actor=actor)
    reading.note_file(version, actor=actor)
    pages = queries.marked_pages(version.pk, request.GET.get("q", "")[:LONGEST])
    return render(request, "documents/_text.html", {"version": version, "pages": pages})


@page(Access.STAFF)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file to be saved; the ledger notes who took it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = commands.note_download(version_id=pk, actor=actor)
    answer = _stream(request, version.blob, 0, version.blob.size, version.media_type)
    if answer.status_code == 200:
        answer.headers["Content-Disposition"] = _disposition(version, save=True)
    return answer


@page(Access.STAFF)
@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """原議 of a decided record, verified, readable and as it is hashed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    record = access.record_for(record_id=pk, actor=actor)
    if record.original is None:
        raise NotFound(_("見つかりません。"))
    reading.note_record(record, actor=actor)
    try:
        text = b"".join(blobs.open_verified(record.original)).decode()
    except blobs.IntegrityBroken as broken:
        return _damaged(request, broken)
    shown = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    context = {"record": record, "text": shown, "links": links.links_of(record_id=record.pk, actor=actor)}
    return render(request, "documents/original.html", context)


def _range(header: str, size: int) -> tuple[int, int] | None:
    """The first and the last byte + 1 that are asked for; None for everything, (0, 0) for what cannot be had.

    Several ranges, and units other than bytes, are answered with everything, as RFC 9110 allows.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]) or max(len(found[1]), len(found[2])) > 18:
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        return (size - length, size) if length else (0, 0)
    start, end = int(found[1]), min(int(found[2]) + 1, size) if found[2] else size
    return (start, end) if start < end else (0, 0)


def _disposition(version: AttachmentVersion, *, save: bool) -> str:
    return content_disposition_header(save, version.name) or "attachment"


def _stream(request: HttpRequest, blob: Blob, start: int, end: int, media_type: str) -> HttpResponseBase:
    """The bytes as an answer; damage in the first block is told before anything is sent."""
    parts = blobs.open_verified(blob, start=start, end=end)
    try:
        first = next(parts, b"")
    except blobs.IntegrityBroken as broken:
        return _damaged(request, broken)
    body: Any = _chained(first, parts)
    if isinstance(request, ASGIRequest):
        body = _chained_later(first, parts)
    headers = {
        "Content-Length": str(end - start),
        "Accept-Ranges": "bytes",
        "Cache-Control": KEPT,
        "ETag": f'"{blob.sha256}"',
    }
    return StreamingHttpResponse(body, content_type=media_type, headers=headers)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


async def _chained_later(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same for an event loop: each block is read in a thread."""
    yield first
    while part := await asyncio.to_thread(next, rest, b""):
        yield part


def _damaged(request: HttpRequest, broken: blobs.IntegrityBroken) -> HttpResponse:
    """What is shown instead of bytes that are not those that were stored."""
    log.error("stored content is damaged: %s", broken)
    return render(request, "documents/damaged.html", {"sha256": broken.sha256}, status=500)
