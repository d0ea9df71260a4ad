"""簿冊: what is kept where, by fiscal year and classification."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config import calendar, clock
from config.commands import Actor
from config.web.pages import Access, page
from documents import access, queries
from documents.models import Binder, Classification

PAGE = 50


@dataclass(frozen=True, slots=True)
class Shelf:
    """The binders of one class of the third level."""

    classification: Classification
    path: str
    binders: list[Binder]


@page(Access.STAFF)
def binders(request: HttpRequest) -> HttpResponse:
    """The binders that this person may open, of one fiscal year."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    years = list(
        access.visible_binders(actor).order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
    )
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else calendar.fiscal_year(clock.today())
    year = year if year in years or not years else years[0]
    rows = queries.binders(actor=actor, fiscal_year=year).select_related("classification__parent__parent")
    context = {
        "shelves": _shelves(list(rows)),
        "years": [(known, calendar.fiscal_name(known)) for known in years],
        "year": year,
    }
    return render(request, "documents/binders.html", context)


def _shelves(rows: list[Binder]) -> list[Shelf]:
    shelves: dict[int, Shelf] = {}
    for row in sorted(rows, key=lambda binder: (binder.classification.code, binder.name, binder.volume)):
        shelf = shelves.setdefault(row.classification_id, Shelf(row.classification, _path(row.classification), []))
        shelf.binders.append(row)
    return list(shelves.values())


def _path(found: Classification) -> str:
    """第1分類 › 第2分類 › 第3分類."""
    names = []
    at: Classification | None = found
    while at is not None:
        names.append(at.name)
        at = at.parent
    return " › ".join(reversed(names))


@page(Access.STAFF)
def binder(request: HttpRequest, pk: int) -> HttpResponse:
    """One binder: its completed records in the order in which they were filed, fifty at a time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    found = access.binder_for(binder_id=pk, actor=actor)
    after = request.GET.get("after", "")
    rows = queries.records_in(binder_id=found.pk, actor=actor)
    if after.isdecimal() and len(after) < 10:
        rows = rows.filter(binder_order__gt=int(after))
    shown = list(rows[: PAGE + 1])
    context = {
        "binder": found,
        "path": _path(found.classification),
        "year_name": calendar.fiscal_name(found.fiscal_year),
        "rows": shown[:PAGE],
        "next_after": shown[PAGE - 1].binder_order if len(shown) > PAGE else None,
        "is_first": not after,
    }
    return render(request, "documents/binder.html", context)
