"""Bytes for people: content, what is shown in its place, downloads, the 原議.  Nothing leaves that was not verified."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.commands import Actor
from config.errors import NotFound
from config.web.pages import Access, page
from documents import access, blobs, commands, links, taking
from documents.convert.render import PDF
from documents.models import Rendition
from documents.models.rendition import RenditionState
from documents.templatetags.documents import SHOWN
from documents.views import ranges, reading


@page(Access.STAFF)
@require_safe
def content(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes for the viewer, whole or one range; what browsers do not show is only for whom may take it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = access.attachment_version_for(version_id=pk, actor=actor)
    is_shown = version.media_type in SHOWN
    if not is_shown:
        taking.check_may_take(version, actor)
    reading.note_file(version, actor=actor)
    return ranges.answer_range(
        request, version.blob, name=version.name, media_type=version.media_type, save=not is_shown
    )


@page(Access.STAFF)
@require_safe
def rendition(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The PDF that is shown in place of a version, under the same permission as the version itself."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = access.attachment_version_for(version_id=pk, actor=actor)
    made = Rendition.objects.select_related("blob").filter(version=version, state=RenditionState.READY).first()
    if made is None or made.blob is None:
        raise NotFound(_("見つかりません。"))
    reading.note_file(version, actor=actor)
    return ranges.answer_range(request, made.blob, name=f"{version.name}.pdf", media_type=PDF, save=False)


@page(Access.STAFF)
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file to be saved; the ledger notes who took it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    version = commands.note_download(version_id=pk, actor=actor)
    size = version.blob.size
    return ranges.stream(request, version.blob, 0, size, name=version.name, media_type=version.media_type, save=True)


@page(Access.STAFF)
@require_POST
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """Our script is about to print pages of a file: the ledger notes who prints, or the answer refuses."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    commands.note_print(version_id=pk, actor=actor)
    return HttpResponse(status=204)


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
        return ranges.damaged(request, broken)
    shown = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    context = {"record": record, "text": shown, "links": links.links_of(record_id=record.pk, actor=actor)}
    return render(request, "documents/original.html", context)
