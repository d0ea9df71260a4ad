"""簿冊: what is kept where, by fiscal year and classification."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config import calendar, clock
from config.commands import Actor, Role
from config.web.pages import Access, page
from documents import access, queries
from documents.models import Binder, Classification

PAGE = 50
SHELVED = 100


@dataclass(frozen=True, slots=True)
class Shelf:
    """The binders of one class of the third level."""

    classification: Classification
    path: str
    binders: list[Binder]


@page(Access.STAFF)
def binders(request: HttpRequest) -> HttpResponse:
    """The binders that this person may open, of one fiscal year, by classification, a hundred at a time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    years = list(
        access.visible_binders(actor).order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
    )
    year = _year(request.GET.get("year", ""), years)
    after = request.GET.get("after", "")
    rows = queries.binders(actor=actor, fiscal_year=year).select_related("classification__parent__parent")
    rows = rows.order_by("classification__code", "name", "volume", "pk")
    if after:
        rows = _beyond(rows, access.visible_binders(actor).filter(pk=_number(after)).first())
    found = list(rows[: SHELVED + 1])
    context = {
        "shelves": _shelves(found[:SHELVED]),
        "years": [(known, calendar.fiscal_name(known)) for known in years],
        "year": year,
        "next_after": found[SHELVED - 1].pk if len(found) > SHELVED else None,
        "is_first": not after,
        "sees_all": actor.has(Role.AUDITOR),
    }
    return render(request, "documents/binders.html", context)


def _year(asked: str, years: list[int]) -> int:
    """The year asked for, else this one, else the newest there is."""
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else calendar.fiscal_year(clock.today())
    return year if year in years or not years else years[0]


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _beyond(rows: QuerySet[Binder], last: Binder | None) -> QuerySet[Binder]:
    """The rows that stand after a binder in the order of the list; all of them when it is not there."""
    if last is None:
        return rows
    code = last.classification.code
    same = Q(classification__code=code)
    return rows.filter(
        Q(classification__code__gt=code)
        | (same & Q(name__gt=last.name))
        | (same & Q(name=last.name, volume__gt=last.volume))
        | (same & Q(name=last.name, volume=last.volume, pk__gt=last.pk))
    )


def _shelves(rows: list[Binder]) -> list[Shelf]:
    shelves: dict[int, Shelf] = {}
    for row in rows:
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
