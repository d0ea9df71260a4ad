"""台帳: for auditors, every act in the system; as a list, one by one, and as CSV."""

from __future__ import annotations

import json
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor
from config.errors import NotFound
from config.web.pages import Access, page
from documents.ledger import commands, names, queries, sheet
from documents.ledger.forms import FilterForm
from documents.ledger.queries import Line


@page(Access.AUDITOR)
def ledger(request: HttpRequest) -> HttpResponse:
    """The list, newest first, fifty at a time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    form = FilterForm(request.GET, actor=actor)
    valid = form.is_valid()
    after = request.GET.get("after", "")
    number = int(after) if after.isdecimal() and len(after) < 19 else None
    lines: list[Line] = []
    next_after: int | None = None
    if valid:
        lines, next_after = queries.page(form.wanted(), tokyo=clock.TOKYO, after=number)
    about = [line.entry.record_id for line in lines if line.entry.record_id]
    called, secret = names.names_of(about, actor=actor), names.secret_of(about, actor=actor)
    context = {
        "form": form,
        "rows": [(queries.masked(line, secret), called.get(line.entry.record_id or 0)) for line in lines],
        "next_after": next_after,
        "narrowed": _narrowed(request.GET),
        "is_first": number is None,
    }
    return render(request, "ledger/ledger.html", context, status=200 if valid else 422)


def _narrowed(asked: QueryDict) -> str:
    """The conditions as a query, without where the list stands."""
    kept = asked.copy()
    kept.pop("after", None)
    return kept.urlencode()


@page(Access.AUDITOR)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry, with all that was stored of it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    line = queries.entry(pk)
    if line is None:
        raise NotFound(_("見つかりません。"))
    record_id = line.entry.record_id
    called = names.names_of([record_id], actor=actor) if record_id else {}
    line = queries.masked(line, names.secret_of([record_id], actor=actor) if record_id else ())
    body = json.dumps(json.loads(bytes(line.entry.body)), ensure_ascii=False, indent=2, sort_keys=True)
    return render(
        request,
        "ledger/entry.html",
        {"line": line, "body": "" if line.is_masked else body, "called": called.get(record_id or 0)},
    )


@page(Access.AUDITOR, confirms=True)
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as CSV, all of it, oldest first; that it was taken is an entry itself."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    if request.method != "POST":
        return redirect("ledger:ledger")
    form = FilterForm(request.GET, actor=actor)
    if not form.is_valid():
        return render(request, "ledger/ledger.html", {"form": form, "rows": []}, status=422)
    up_to = commands.note_export(wanted=form.wanted(), actor=actor)
    pieces = sheet.pieces(queries.export(form.wanted(), tokyo=clock.TOKYO, up_to=up_to), actor)
    body: Any = sheet.later(pieces) if isinstance(request, ASGIRequest) else pieces
    name = f"ledger-{clock.today():%Y%m%d}-{up_to}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)
