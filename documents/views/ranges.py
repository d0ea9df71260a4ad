"""Bytes as answers: whole or one range, each block verified before it is sent, and never run by a browser."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from documents import blobs
from documents.models import Blob

log = logging.getLogger(__name__)
# The browser may keep the bytes, and asks each time whether this person may still have them.
KEPT = "private, no-cache"
# Opened by itself, a file is a document without scripts, forms, frames, origin or anything to load.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
FOREIGN = {
    "Content-Security-Policy": SANDBOX,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def answer_range(request: HttpRequest, blob: Blob, *, name: str, media_type: str, save: bool) -> HttpResponseBase:
    """The bytes, whole or one range (RFC 9110, 14.2)."""
    size, tag = blob.size, f'"{blob.sha256}"'
    known = (part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(","))
    if tag in known:
        return HttpResponse(status=304, headers={"ETag": tag, "Cache-Control": KEPT})
    # A range of another content than the browser believes to have is no use to it; only GET has ranges.
    is_current = request.headers.get("If-Range", tag) == tag
    wanted = request.headers.get("Range", "") if request.method == "GET" and is_current else ""
    asked = _range(wanted, size)
    if asked == (0, 0) and size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    start, end = asked or (0, size)
    answer = stream(request, blob, start, end, name=name, media_type=media_type, save=save)
    if asked is not None and answer.status_code == 200:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return answer


def stream(
    request: HttpRequest, blob: Blob, start: int, end: int, *, name: str, media_type: str, save: bool
) -> HttpResponseBase:
    """The bytes as an answer; damage in the first block is told before anything is sent."""
    parts = blobs.open_verified(blob, start=start, end=end)
    try:
        first = next(parts, b"")
    except blobs.IntegrityBroken as broken:
        return damaged(request, broken)
    body: Any = _chained(first, parts)
    if isinstance(request, ASGIRequest):
        body = _chained_later(first, parts)
    headers = FOREIGN | {
        "Content-Length": str(end - start),
        "Content-Disposition": content_disposition_header(save, name) or "attachment",
        "Accept-Ranges": "bytes",
        "Cache-Control": KEPT,
        "ETag": f'"{blob.sha256}"',
    }
    return StreamingHttpResponse(body, content_type=media_type, headers=headers)


def damaged(request: HttpRequest, broken: blobs.IntegrityBroken) -> HttpResponse:
    """What is shown instead of bytes that are not those that were stored; the header tells our script."""
    log.error("stored content is damaged: %s", broken)
    answer = render(request, "documents/damaged.html", {"sha256": broken.sha256}, status=500)
    answer.headers["X-Content-Damaged"] = broken.sha256
    return answer


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


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


async def _chained_later(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same for an event loop: each block is read in a thread."""
    yield first
    while part := await asyncio.to_thread(next, rest, b""):
        yield part
