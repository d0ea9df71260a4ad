"""さがす: one box over titles, numbers and the text of attachments."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.commands import Actor
from config.errors import Invalid
from config.web.pages import Access, page
from documents import queries
from documents.search.tokens import parse
from documents.views import reading

LONGEST = 200


@page(Access.STAFF)
def search(request: HttpRequest) -> HttpResponse:
    """Records that hold every word, newest first, fifty at a time; what was typed stays in the box."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    text = request.GET.get("q", "").replace("\x00", " ").strip()  # databases take a NUL for the end of a text
    context: dict[str, Any] = {"search_text": text, "is_first": "after" not in request.GET}
    sentence = _refusal(text) if "q" in request.GET else ""
    if not sentence and text:
        after = request.GET.get("after", "")
        try:
            number = int(after) if after.isdecimal() and len(after) < 19 else None
            context["found"] = found = queries.search(actor=actor, text=text, after=number)
            if number is None:
                reading.note_search(text, found.count, actor=actor)
        except Invalid as refused:
            sentence = str(refused.message)
    return render(
        request, "documents/search.html", context | {"sentence": sentence}, status=422 if sentence and text else 200
    )


def _refusal(text: str) -> str:
    """Why a query cannot be run, or nothing."""
    if len(text) > LONGEST:
        return _("さがす語は%(most)d字までにしてください。") % {"most": LONGEST}
    if not text:
        return _("さがす語を入力してください。")
    if not parse(text).wanted:
        return _("さがす語がありません。記号だけ、または除く語だけではさがせません。")
    return ""
