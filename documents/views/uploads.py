"""Resumable uploads by the tus protocol, version 1.0.0.

Extensions: creation, expiration, checksum, termination.  The whole file is attached by one request more, `finish`: the look
into it takes longer than a piece, and its refusal needs words.  Refusals are problem documents (RFC 9457).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import tempfile
import uuid
from collections.abc import Callable
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from config.commands import Actor
from config.errors import Conflict, Invalid, Refusal, as_problem
from config.web.pages import Access, page
from documents import partial
from documents.models import PartialUpload

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}
PIECE_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
READ = 64 * 1024
IN_MEMORY = 4 * 1024 * 1024
LARGEST = 2**62
TOO_LARGE = {"too_large", "case_too_large", "quota"}


class Unfit(Exception):
    """A request that is not tus; the status says why."""

    def __init__(self, status: int, detail: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


Answer = Callable[..., HttpResponse]


def _tus(answers: dict[str, Answer]) -> Answer:
    """A view that hands each method to its function and says what went wrong as tus wants it said."""

    def view(request: HttpRequest, **which: Any) -> HttpResponse:
        method = (request.headers.get("X-HTTP-Method-Override") or request.method or "").upper()
        try:
            if method not in answers:
                raise Unfit(405)
            if method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
                raise Unfit(412)
            answer = answers[method](request, **which)
        except Unfit as unfit:
            answer = HttpResponse(unfit.detail, status=unfit.status, content_type="text/plain; charset=utf-8")
        except Refusal as refusal:
            answer = _problem(refusal)
        if answer.status_code == 412:
            answer.headers["Tus-Version"] = VERSION
        if answer.status_code == 405:
            answer.headers["Allow"] = ", ".join(answers)
        answer.headers["Tus-Resumable"] = VERSION
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return view


def _problem(refusal: Refusal) -> HttpResponse:
    status = 413 if refusal.code in TOO_LARGE else refusal.status
    return JsonResponse(
        as_problem(refusal) | {"status": status}, status=status, content_type="application/problem+json"
    )


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]  # set by ActorMiddleware


def _options(request: HttpRequest, **_which: Any) -> HttpResponse:
    answer = HttpResponse(status=204)
    answer.headers["Tus-Version"] = VERSION
    answer.headers["Tus-Extension"] = EXTENSIONS
    answer.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    answer.headers["Tus-Max-Size"] = str(settings.MAX_FILE_BYTES)
    return answer


def _create(request: HttpRequest) -> HttpResponse:
    if "Upload-Length" not in request.headers:
        raise Unfit(400, "Upload-Length")
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        record_id = int(said["record"])
        name = said["filename"]
    except (KeyError, ValueError):
        raise Unfit(400, "Upload-Metadata: record, filename") from None
    size = _number(request, "Upload-Length")
    row = partial.begin(record_id=record_id, name=name, size=size, mark=said.get("mark", ""), actor=_actor(request))
    answer = HttpResponse(status=201)
    answer.headers["Location"] = reverse("documents:piece", args=[row.pk])
    return _expiring(answer, row)


def _metadata(header: str) -> dict[str, str]:
    """Pairs of a key and its value in Base64, parted by commas.  Raises Unfit."""
    said: dict[str, str] = {}
    for pair in header.split(","):
        key, _blank, value = pair.strip().partition(" ")
        try:
            said[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Unfit(400, f"Upload-Metadata: {key}") from None
    return said


def _number(request: HttpRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise Unfit(400, header)
    return int(text)


def _expiring(answer: HttpResponse, row: PartialUpload) -> HttpResponse:
    answer.headers["Upload-Expires"] = http_date(row.expires_at.timestamp())
    return answer


def _head(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    row = partial.upload_for(upload_id=upload_id, actor=_actor(request))
    answer = HttpResponse(status=200)
    answer.headers["Upload-Offset"] = str(row.offset)
    answer.headers["Upload-Length"] = str(row.size)
    return _expiring(answer, row)


def _patch(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    if request.content_type != PIECE_TYPE:
        raise Unfit(415)
    row = partial.upload_for(upload_id=upload_id, actor=_actor(request))
    offset = _number(request, "Upload-Offset")
    if offset != row.offset:
        # Said before the piece is read; said again under the lock.
        raise Conflict(_("送信の位置が合いません。続きの位置を確かめて送り直します。"), code="offset")
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as piece:
        length = _arrived(request, piece, row.size - offset)  # type: ignore[arg-type]  # a spooled file reads like any other
        piece.seek(0)
        stands_at = partial.append(
            upload_id=upload_id,
            offset=offset,
            piece=piece,
            length=length,
            actor=_actor(request),  # type: ignore[arg-type]  # as above
        )
    answer = HttpResponse(status=204)
    answer.headers["Upload-Offset"] = str(stands_at)
    return _expiring(answer, row)


def _arrived(request: HttpRequest, piece: IO[bytes], room: int) -> int:
    """Take the piece from the line before anything is locked; returns its length.

    A line that breaks leaves what came so far, unless a checksum was promised for the whole.
    """
    promised = _promised(request.headers.get("Upload-Checksum", ""))
    length = 0
    try:
        while block := request.read(READ):
            length += len(block)
            if length > room:
                raise Invalid(_("知らせた大きさより多くのデータが届きました。"), code="too_much")
            piece.write(block)
            if promised:
                promised[0].update(block)
    except UnreadablePostError:
        if promised:
            raise Unfit(400) from None
    if promised and promised[0].digest() != promised[1]:
        raise Unfit(CHECKSUM_MISMATCH, "Checksum Mismatch")
    return length


def _promised(header: str) -> tuple[Any, bytes] | None:
    if not header:
        return None
    algorithm, _blank, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Unfit(400, "Upload-Checksum")
    try:
        return ALGORITHMS[algorithm](usedforsecurity=False), base64.b64decode(value, validate=True)
    except binascii.Error:
        raise Unfit(400, "Upload-Checksum") from None


def _delete(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    partial.cancel(upload_id=upload_id, actor=_actor(request))
    return HttpResponse(status=204)


def _finish(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    version = partial.finish(upload_id=upload_id, actor=_actor(request))
    return JsonResponse({"version": version.pk, "name": version.name})


create = page(Access.DRAFTER, limit="upload")(_tus({"OPTIONS": _options, "POST": _create}))
piece = page(Access.DRAFTER, limit="upload")(
    _tus({"OPTIONS": _options, "HEAD": _head, "PATCH": _patch, "DELETE": _delete})
)
finish = page(Access.DRAFTER, limit="upload")(_tus({"POST": _finish}))
