"""決裁箱: the first page of everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config import clock
from config.commands import Actor
from config.web.pages import Access, page
from workflow import inbox as box
from workflow.turns import asked_of


@page(Access.STAFF)
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person, by due day, fifty at a time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    asked = {name: request.GET.get(name, "") for name in ("tab", "order", "after")}
    found = box.inbox(actor=actor, **asked)
    context = {
        "inbox": found,
        "today": clock.today(),
        "elsewhere": next((tab for tab in found.tabs if tab.count), None),
        "orders": box.ORDERS,
        "is_first": not asked["after"],
        "asked": asked_of(found.chosen.code, found.order if found.order != box.DUE else ""),
    }
    return render(request, "workflow/inbox.html", context)
