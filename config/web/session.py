"""A log-in that ended never costs what was typed: what scripts ask, and the page that keeps a form meanwhile."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config import clock
from config.web.pages import Access, page

LONGEST_CODE = 30
# Never shown again in a page, whatever a form calls its fields.
SECRET = ("password", "csrfmiddlewaretoken")
# Keys of the session, in seconds since 1970: when the log-in began, when its person last did something; and from where.
BEGAN, SEEN, ADDRESS, BROWSER = "began", "seen", "address", "browser"
PROVED = "proved"  # when its person last proved who he is
ENDED = "ended"  # why the log-in that this browser had before is over
# What the log-in form says of it.  Nothing that was saved is lost, except for whoever may not come back.
ENDED_BECAUSE = {
    "idle": gettext_lazy("しばらく操作がなかったため、ログインは終わりました。"),
    "longest": gettext_lazy("ログインしてから長い時間がたったため、ログインは終わりました。"),
    "surplus": gettext_lazy(
        "同じ職員番号で新しくログインがあったため、この端末のログインは終わりました。"
        "身に覚えがなければ、ログインしてパスワードを変え、システム管理者に知らせてください。"
    ),
    "own": gettext_lazy("別の端末での操作により、この端末のログインは終わりました。"),
    "administrator": gettext_lazy("システム管理者が、この職員番号のログインを終えました。"),
    "password": gettext_lazy(
        "パスワードが変わったため、この端末のログインは終わりました。新しいパスワードでログインしてください。"
    ),
    "left": gettext_lazy("この職員番号は、退職か休職のため使えなくなりました。"),
}
# Not every act is written down: this often is often enough for an end that is counted in minutes.
TOUCH_EVERY = 30


def _now() -> int:
    return int(clock.now().timestamp())


def begin(request: HttpRequest) -> None:
    """A log-in begins."""
    # As exactly as the clock tells: which of two log-ins is the newer one decides which of them stays.
    request.session[BEGAN] = clock.now().timestamp()
    request.session[SEEN] = _now()
    request.session[ADDRESS] = str(request.META.get("REMOTE_ADDR", ""))
    request.session[BROWSER] = str(request.META.get("HTTP_USER_AGENT", ""))
    request.session.pop(ENDED, None)


def touch(request: HttpRequest) -> None:
    """The person has done something: the end of an idle log-in moves on."""
    now = _now()
    if now - request.session.get(SEEN, 0) >= TOUCH_EVERY:
        request.session[SEEN] = now


def note_end(request: HttpRequest, why: str) -> None:
    """The log-in of this browser is over, and this is why; kept until somebody logs in with it."""
    request.session[ENDED] = why


def end_sentence(request: HttpRequest) -> str:
    """Why the log-in that this browser had is over, in words; nothing where there was none, or nobody knows."""
    return str(ENDED_BECAUSE.get(request.session.get(ENDED, ""), ""))


def note_proof(request: HttpRequest) -> None:
    """The person has given a password, a code or a key."""
    request.session[PROVED] = _now()


def seconds_since_proof(request: HttpRequest) -> int:
    """How long ago that was; very long where it never was."""
    return _now() - int(request.session.get(PROVED, 0))


def overdue(request: HttpRequest) -> bool:
    """Whether the log-in has lasted as long as any may, or nobody did anything for too long."""
    return seconds_left(request.session) <= 0


def why_overdue(began: float, now: float) -> str:
    """Which of the two it was, in a word of ENDED_BECAUSE."""
    return "longest" if began + settings.SESSION_LONGEST <= now else "idle"


def seconds_left(kept: Any) -> int:
    """Seconds until the log-in ends if nothing more is done."""
    now = _now()
    idle_end = kept.get(SEEN, now) + settings.SESSION_COOKIE_AGE
    return int(min(idle_end, kept.get(BEGAN, now) + settings.SESSION_LONGEST) - now)


@never_cache
@page(Access.PUBLIC, entrance=True, activity=False)
def state(request: HttpRequest) -> HttpResponse:
    """Who is logged in and for how many seconds more, for scripts; 401 when nobody is."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return ended_answer(request)
    told = {"code": actor.code, "ends_in": seconds_left(request.session), "lasts": settings.SESSION_COOKIE_AGE}
    return JsonResponse(told)


@require_POST
@page(Access.STAFF, entrance=True)
def extend(request: HttpRequest) -> HttpResponse:
    """The log-in lasts as long again as after any other act."""
    request.session[SEEN] = _now()
    return HttpResponse(status=204)


@page(Access.STAFF, entrance=True)
def back(request: HttpRequest) -> HttpResponse:
    """Where the log-in in another tab ends: the work goes on in the first one."""
    return render(request, "web/session_back.html")


def ended_answer(request: HttpRequest) -> HttpResponse:
    """What a script gets when nobody is logged in, and why; it keeps the page and offers the log-in."""
    body = {"status": 401, "code": "logged_out", "detail": _("ログインが切れました。")}
    if why := end_sentence(request):
        body["why"] = why
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
    kept = kept_fields(request)
    shown = [value for _name, value in kept if _is_text(value)]
    context = {"kept": kept, "shown": shown, "lost_files": bool(request.FILES), "action": request.get_full_path()}
    context["ended"] = end_sentence(request)
    return render(request, "web/session_ended.html", context, status=401)


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form that was sent, without those that are never shown again."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if not any(secret in name for secret in SECRET)
        for value in values
    ]


def _is_text(value: str) -> bool:
    """What a person typed, and not a code that a list or a button of the form sends."""
    return not value.isascii() or " " in value.strip() or len(value) > LONGEST_CODE
