"""The viewer of one file: the page around it, and what stands in it for kinds that need more than a look at the type."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from config.commands import Actor
from config.errors import Conflict
from config.web.pages import Access, page
from documents import access, blobs, commands, queries
from documents.commands.renditions import may_ask_again
from documents.convert import plain
from documents.convert.render import WAYS
from documents.models import AttachmentVersion, Rendition
from documents.models.rendition import RenditionState
from documents.views import ranges, reading

LONGEST = 200  # letters of what is marked in a file
READ = 8 * blobs.BLOCK  # of a text file; what lies behind is for whom saves it
LINES, ROWS = 2_000, 500  # at a time
FEW_LETTERS = 400_000  # of lines at a time
PLAIN = ("text/plain", "text/csv")


def _number(text: str, *, otherwise: int = 1) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else otherwise


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Where in the file, and the words to be marked."""
    return {"at_page": _number(request.GET.get("page", "")), "find": request.GET.get("q", "")[:LONGEST]}


@page(Access.STAFF)
@require_safe
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """The viewer of one file, at `?page=`, with the words `?q=` marked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = access.attachment_version_for(version_id=pk, actor=actor)
    reading.note_file(version, actor=actor)
    context = {"version": version, "record": version.attachment.record} | _asked(request)
    return render(request, "documents/view.html", context)


@page(Access.STAFF, activity=False)
@require_safe
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """The viewer's inside for a file that browsers do not show: its lines, its PDF, or what becomes of that."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = access.attachment_version_for(version_id=pk, actor=actor)
    reading.note_file(version, actor=actor)
    context = {"version": version} | _asked(request)
    if version.media_type in PLAIN:
        return render(request, "documents/_reader_lines.html", context)
    if version.media_type not in WAYS:
        return render(request, "documents/_reader_words.html", context)
    row = Rendition.objects.select_related("blob").filter(version=version).first()
    if row is None:
        # Attached before there were renditions.
        row = commands.request_rendition(version_id=pk, actor=actor)
    return _rendition(request, row, context)


def _rendition(request: HttpRequest, row: Rendition, context: dict[str, Any]) -> HttpResponse:
    context |= {"rendition": row, "may_ask_again": may_ask_again(row)}
    if row.state == RenditionState.READY:
        return render(request, "documents/_reader_pdf.html", context)
    if row.state == RenditionState.WAITING and not context["may_ask_again"]:
        return render(request, "documents/_reader_waiting.html", context)
    return render(request, "documents/_reader_words.html", context)


@page(Access.STAFF)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Another attempt at the PDF of a file that could not be shown."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    try:
        row = commands.request_rendition(version_id=pk, actor=actor)
    except Conflict:
        # Somebody else asked meanwhile, or it is ready: show how it stands.
        row = Rendition.objects.select_related("blob").get(version_id=pk)
    return _rendition(request, row, {"version": row.version} | _asked(request))


@page(Access.STAFF, activity=False)
@require_safe
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """Some of a file's text: lines or rows from `?from=` of a text file, all pages that were read of another."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = access.attachment_version_for(version_id=pk, actor=actor)
    reading.note_file(version, actor=actor)
    if version.media_type not in PLAIN:
        pages = queries.marked_pages(version.pk, request.GET.get("q", "")[:LONGEST])
        return render(request, "documents/_text.html", {"version": version, "pages": pages})
    try:
        raw = b"".join(blobs.open_verified(version.blob, end=READ))
    except blobs.IntegrityBroken as broken:
        ranges.damaged(request, broken)
        return render(request, "documents/_damaged.html", {"sha256": broken.sha256})
    as_lines = version.media_type != "text/csv" or request.GET.get("as") == "lines"
    start = _number(request.GET.get("from", ""))
    return render(request, "documents/_lines.html", _lines(version, raw, start=start, as_lines=as_lines))


def _lines(version: AttachmentVersion, raw: bytes, *, start: int, as_lines: bool) -> dict[str, Any]:
    whole, encoding = plain.decode(raw)
    context: dict[str, Any] = {
        "version": version,
        "start": start,
        "encoding": encoding,
        "is_csv": version.media_type == "text/csv",
        "is_cut": version.blob.size > READ,
        "shown_mib": READ // blobs.BLOCK,
    }
    table = None if as_lines else plain.rows(whole, start=start, count=ROWS)
    if table is not None:
        kept, total = table
        context["rows"] = kept
    else:
        kept, total = plain.lines(whole, start=start, count=LINES)
        letters = 0
        for at, line in enumerate(kept):
            letters += len(line.text)
            if letters > FEW_LETTERS and at:
                kept = kept[:at]
                break
        context["lines"], context["as_lines"] = kept, as_lines
    after = start + len(kept)
    return context | {"total": total, "next": after if after <= total else None}
