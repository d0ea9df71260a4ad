"""A log-in that ended never costs what was typed: what scripts ask, and the page that keeps a form meanwhile."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config import clock
from config.web.pages import Access, page

LONGEST_CODE = 30
# Never shown again in a page, whatever a form calls its fields.
SECRET = ("password", "csrfmiddlewaretoken")


@never_cache
@page(Access.PUBLIC)
def state(request: HttpRequest) -> HttpResponse:
    """Who is logged in and for how many seconds more, for scripts; 401 when nobody is."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return ended_answer()
    return JsonResponse({"code": actor.code, "ends_in": _seconds_left(request)})


@require_POST
@page(Access.STAFF)
def extend(request: HttpRequest) -> HttpResponse:
    """The log-in lasts as long again as a new one."""
    request.session.modified = True
    return HttpResponse(status=204)


def _seconds_left(request: HttpRequest) -> int:
    ends = Session.objects.filter(pk=request.session.session_key).values_list("expire_date", flat=True).first()
    return int((ends - clock.now()).total_seconds()) if ends else 0


@page(Access.STAFF)
def back(request: HttpRequest) -> HttpResponse:
    """Where the log-in in another tab ends: the work goes on in the first one."""
    return render(request, "web/session_back.html")


def ended_answer() -> HttpResponse:
    """What a script gets when nobody is logged in; it keeps the page and offers the log-in."""
    body = {"status": 401, "code": "logged_out", "detail": _("ログインが切れました。")}
    return JsonResponse(body, status=401, content_type="application/problem+json")


def asked_by_script(request: HttpRequest) -> bool:
    """Whether a script asks and not somebody who opens a page."""
    headers = request.headers
    boosted = headers.get("HX-Boosted") == "true"
    if headers.get("X-Requested-With") == "XMLHttpRequest" or (headers.get("HX-Request") == "true" and not boosted):
        return True
    return headers.get("Sec-Fetch-Dest") == "empty" and not boosted


def kept_form(request: HttpRequest) -> HttpResponse:
    """A form arrived after the log-in ended: the page keeps its texts, to be sent again after logging in."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(secret in name for secret in SECRET)
        for value in values
    ]
    shown = [value for _name, value in kept if _is_text(value)]
    context = {"kept": kept, "shown": shown, "lost_files": bool(request.FILES), "action": request.get_full_path()}
    return render(request, "web/session_ended.html", context, status=401)


def _is_text(value: str) -> bool:
    """What a person typed, and not a code that a list or a button of the form sends."""
    return not value.isascii() or " " in value.strip() or len(value) > LONGEST_CODE
