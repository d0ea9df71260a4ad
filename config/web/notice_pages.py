"""The list of notices, and the counts that every page asks for by itself."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from config import clock
from config.commands import Actor
from config.web import navigation, notices
from config.web.pages import Access, may_open, page

COUNTED = 99  # more than that is not told apart
KEPT = 365 * 24 * 3600  # seconds


def _cookie(actor: Actor) -> str:
    """Terminals are shared: everybody has his own."""
    return f"notices-{actor.code}"


def _seen(request: HttpRequest, actor: Actor) -> dt.datetime:
    """When the person last opened the list in this browser."""
    try:
        seen = dt.datetime.fromisoformat(request.COOKIES.get(_cookie(actor), ""))
    except ValueError:
        return notices.first_seen()
    return seen if seen.tzinfo is not None and seen <= clock.now() else notices.first_seen()


@never_cache
@page(Access.STAFF, activity=False)
def counts(request: HttpRequest) -> HttpResponse:
    """How much waits and what is new, for scripts; asking is no act of the person and puts off no end of a log-in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    entries = {
        entry.url_name: entry.badge(actor)
        for entry in navigation.entries()
        if entry.badge is not None and may_open(entry.access, actor)
    }
    new = notices.recent(actor, since=_seen(request, actor), most=COUNTED)
    body = {
        "entries": entries,
        "tabs": {tab.code: tab.count for tab in notices.tabs(actor)},
        "new": len(new),
        "latest": new[0].at.isoformat() if new else "",
    }
    return JsonResponse(body)


@page(Access.STAFF)
def listed(request: HttpRequest) -> HttpResponse:
    """What happened lately, newest first; opening the list makes everything on it known."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    seen, now = _seen(request, actor), clock.now()
    rows = [(notice, notice.at > seen) for notice in notices.recent(actor)]
    context = {"rows": rows, "new": sum(1 for _notice, is_new in rows if is_new), "days": notices.KEPT_DAYS}
    answer = render(request, "web/notice_list.html", context)
    answer.set_cookie(
        _cookie(actor),
        now.isoformat(),
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer
