"""Pages of one's second factors, of one's log-ins, and of the confirmation before a dangerous act."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import clear_totp_secret
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config import clock
from config.web.entrance import KEPT_FORM, must_have_second_factor, proved_second_factor
from config.web.pages import Access, page
from workflow.organization import commands
from workflow.organization.commands.factors import APP, CODES, KEY
from workflow.organization.commands.logins import session_handle
from workflow.organization.signin.models import StaffSession


def _next(request: HttpRequest) -> str:
    return str(get_next_redirect_url(request) or "")


def _with_next(name: str, following: str) -> str:
    address = reverse(name)
    return f"{address}?{urlencode({'next': following})}" if following else address


@page(Access.STAFF)
def factors(request: HttpRequest) -> HttpResponse:
    """What one proves oneself with besides the password."""
    held = Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at")
    codes = next((row for row in held if row.type == CODES), None)
    context = {
        "app": next((row for row in held if row.type == APP), None),
        "keys": [(row, row.wrap().name) for row in held if row.type == KEY],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "required": must_have_second_factor(request.actor),  # type: ignore[attr-defined]  # set by ActorMiddleware
    }
    return render(request, "signin/factors.html", context)


@page(Access.STAFF, entrance=True)
def enrol(request: HttpRequest) -> HttpResponse:
    """Where somebody is led who must have a second factor and has none."""
    return render(request, "signin/enrol.html", {"following": _next(request)})


class _Adding:
    """What the pages of a new app and a new key have in common."""

    access = Access.STAFF
    entrance = True
    request: HttpRequest

    def added(self, kind: str, sentence: str) -> HttpResponse:
        """The log-in under way has its second factor now; the codes are shown once."""
        record_authentication(self.request, self.request.user, "mfa", type=kind, enrolled=True)
        messages.success(self.request, sentence)
        return redirect(_with_next("mfa_view_recovery_codes", _next(self.request)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where the work goes on, and whether there is a way back to."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # of allauth's view beside
        return context | {"following": _next(self.request), "inside": _is_inside(self.request)}


def _is_inside(request: HttpRequest) -> bool:
    return not must_have_second_factor(request.actor) or proved_second_factor(request)  # type: ignore[attr-defined]  # set by ActorMiddleware


class CodesView(ViewRecoveryCodesView):  # type: ignore[misc]  # allauth ships no types
    """The recovery codes: shown once, afterwards only counted."""

    access = Access.STAFF
    entrance = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where the work goes on."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"following": _next(self.request) or reverse("workflow:inbox")}


class AppView(_Adding, ActivateTOTPView):  # type: ignore[misc]  # allauth ships no types
    """Enrol an authenticator app by its picture or its letters, and prove that it counts right."""

    template_name = "signin/app.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Enrol."""
        commands.add_app(code=self.request.actor.code, secret=form.secret, actor=self.request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
        clear_totp_secret(self.request)
        return self.added(str(APP), _("認証アプリを登録しました。"))


class KeyView(_Adding, AddWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """Enrol a security key that the browser speaks to."""

    template_name = "signin/key.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Enrol."""
        said = form.cleaned_data
        commands.add_key(
            code=self.request.actor.code,  # type: ignore[attr-defined]  # set by ActorMiddleware
            name=said["name"],
            credential=said["credential"],
            actor=self.request.actor,  # type: ignore[attr-defined]  # as above
        )
        return self.added(str(KEY), _("セキュリティキーを登録しました。"))


@page(Access.STAFF, confirms=True)
def remove(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Remove one's app (without a number) or one of one's keys, after a question."""
    wanted = {"type": KEY, "pk": pk} if pk else {"type": APP}
    found = Authenticator.objects.filter(user_id=request.user.pk, **wanted).first()
    if found is None:
        raise Http404
    actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    if request.method == "POST":
        commands.remove_factor(authenticator_id=found.pk, required=must_have_second_factor(actor), actor=actor)
        messages.success(request, _("二要素認証の方法を外しました。"))
        return redirect("mfa_index")
    name = found.wrap().name if found.type == KEY else _("認証アプリ")
    return render(request, "signin/remove.html", {"name": name})


@page(Access.STAFF, confirms=True)
def new_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, after a question."""
    if request.method == "POST":
        commands.make_recovery_codes(actor=request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
        return redirect("mfa_view_recovery_codes")
    return render(request, "signin/new_codes.html")


@page(Access.STAFF)
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is logged in."""
    now, own = clock.now(), request.session.session_key
    rows = StaffSession.objects.filter(staff_id=request.user.pk, expire_date__gt=now).order_by("-started_at")
    context = {
        "rows": [(row, session_handle(row.session_key), row.session_key == own) for row in rows],
        "allowed": settings.SESSIONS_PER_PERSON,
    }
    return render(request, "signin/sessions.html", context)


@require_POST
@page(Access.STAFF)
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """End one's log-in on another machine; this one ends by logging out."""
    if session_handle(request.session.session_key or "") != handle:
        commands.end_session(handle=handle, actor=request.actor)  # type: ignore[attr-defined]  # set by ActorMiddleware
        messages.success(request, _("その端末のログインを終えました。"))
    return redirect("sign_in_sessions")


@page(Access.STAFF, entrance=True)
def confirmed_form(request: HttpRequest) -> HttpResponse:
    """After the confirmation: the form that waited for it goes on to where it was sent."""
    kept = request.session.pop(KEPT_FORM, None)
    age = clock.now().timestamp() - kept["at"] if kept else 0
    if kept is None or age > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return redirect("workflow:inbox")
    return render(request, "signin/confirmed_form.html", {"action": kept["action"], "fields": kept["fields"]})
