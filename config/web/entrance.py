"""What stands between the log-in and the work: a password of one's own, the second factor, and a fresh confirmation.

A page says of itself (`config.web.pages.page`) whether it belongs to the entrance, whether asking for it is an act of a
person, and whether it wants to be sure who asks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, Role
from config.web import session
from config.web.pages import Access, access_of, rules_of

MUST_CHANGE_PASSWORD = "must_change_password"  # noqa: S105 - a key of the session
KEPT_FORM = "form_to_confirm"


def must_have_second_factor(actor: Actor) -> bool:
    """Administrators and auditors always; everybody where the settings say so."""
    return settings.TWO_FACTOR_ALL or actor.has(Role.ADMINISTRATOR) or actor.has(Role.AUDITOR)


def proved_second_factor(request: HttpRequest) -> bool:
    """Whether this log-in was made, or went on, with a second factor."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, _user(request)))


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether the person proved who he is a short while ago, at the log-in or since."""
    return session.seconds_since_proof(request) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _user(request: HttpRequest) -> Any:
    return request.user


class OverdueMiddleware:
    """Ends a log-in that has lasted as long as any may; stands before whatever asks who is logged in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End it, or go on."""
        if session.SEEN in request.session and session.overdue(request):
            why = session.why_overdue(request.session.get(session.BEGAN, 0), clock.now().timestamp())
            logout(request)
            session.note_end(request, why)
        return self.get_response(request)


class EntranceMiddleware:
    """Leads whoever is logged in but not yet inside to what is missing; keeps the time of the last act."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the page is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the page answer, or answer instead of it."""
        actor: Actor | None = getattr(request, "actor", None)
        rules = rules_of(view)
        if actor is None:
            return None
        if rules.activity:
            session.touch(request)
        if rules.entrance or access_of(view) is Access.PUBLIC:
            return None
        step = _missing(request, actor)
        if step:
            return _lead(request, step)
        if rules.wants_confirmation(request) and not confirmed_lately(request):
            return _ask_who(request)
        if rules.limit and not ratelimit.consume(
            request, app="kessai", action=rules.limit, config=settings.RATE_LIMITS, user=request.user, limit_get=True
        ):
            return _too_many(request)
        return None


def _missing(request: HttpRequest, actor: Actor) -> str:
    """The address of what has to be done first, or nothing."""
    if request.session.get(MUST_CHANGE_PASSWORD):
        return reverse("account_change_password")
    if must_have_second_factor(actor) and not proved_second_factor(request):
        if is_mfa_enabled(request.user):
            return _confirmation_page(request)
        return reverse("mfa_enrol")
    return ""


def _confirmation_page(request: HttpRequest) -> str:
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    return str(methods[0]["url"]) if methods else reverse("account_login")


def _lead(request: HttpRequest, step: str) -> HttpResponse:
    if session.asked_by_script(request):
        sentence = _("先にログインの手続きを終えてください。画面を開き直すと続きが出ます。")
        return _problem(403, "entrance", sentence)
    following = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{step}?{urlencode({'next': following})}")


def _ask_who(request: HttpRequest) -> HttpResponse:
    """To the confirmation; a form that was sent is kept and goes on by itself afterwards."""
    following = request.get_full_path()
    if request.method == "POST":
        request.session[KEPT_FORM] = {
            "action": following,
            "fields": session.kept_fields(request),
            "at": clock.now().timestamp(),
        }
        following = reverse("confirmed_form")
    elif request.method != "GET":
        return _problem(403, "confirm", _("本人の確認が必要です。"))
    address = f"{_confirmation_page(request)}?{urlencode({'next': following})}"
    if session.asked_by_script(request):
        answer = _problem(403, "confirm", _("本人の確認が必要です。"))
        answer.headers["HX-Redirect"] = address
        return answer
    return HttpResponseRedirect(address)


def _too_many(request: HttpRequest) -> HttpResponse:
    if session.asked_by_script(request):
        return _problem(429, "too_many", _("短い間に何度も送られました。しばらくたってから試してください。"))
    return ratelimit.respond_429(request)


def _problem(status: int, code: str, sentence: str) -> HttpResponse:
    body = {"status": status, "code": code, "detail": sentence}
    return JsonResponse(body, status=status, content_type="application/problem+json")
