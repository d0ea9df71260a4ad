"""Papers of a case as PDF: read in the browser, or saved."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from approvals import access
from approvals.papers import commands, content, proof, typeset
from config import clock
from config.commands import Actor
from config.errors import NotFound
from config.web.pages import Access, page

SHEETS = {"kagami": (content.KAGAMI, content.kagami), "course": (content.COURSE, content.course)}


@page(Access.STAFF)
@require_GET
def paper(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """起案用紙 or 経過票 as the case stands now; the ledger notes who took it.  `?save` saves it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    case = access.case_for(case_id=pk, actor=actor)
    commands.check_may_take(case, actor)
    if name not in SHEETS:
        raise NotFound(_("見つかりません。"))
    title, told = SHEETS[name]
    at = clock.now()
    made = typeset.pdf(name, told(case, at), at=at)
    commands.note_paper(case_id=pk, paper=name, sha256=hashlib.sha256(made).hexdigest(), actor=actor)
    return _answer(made, f"{title}_{case.number or pk}.pdf", save="save" in request.GET)


@page(Access.STAFF)
@require_POST
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """決裁履歴証明, made at this moment."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    made = commands.certify_history(case_id=pk, actor=actor)
    return _answer(made.pdf, f"{proof.KIND}_{made.number}.pdf", save=True)


def _answer(made: bytes, name: str, *, save: bool) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition_header(save, name) or "inline",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(made, content_type="application/pdf", headers=headers)
