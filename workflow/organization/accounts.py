"""How allauth sees our staff: nobody signs up, the user name is the 職員番号, and every log-in leaves evidence."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config.commands import Actor
from config.errors import Invalid
from config.web import session
from config.web.entrance import MUST_CHANGE_PASSWORD, confirmed_lately
from workflow.organization import commands
from workflow.organization.models import Staff
from workflow.organization.signin import lock
from workflow.organization.signin.models import SignInState
from workflow.organization.signin.visitor import address_of, arrived, browser_of, the_door

log = logging.getLogger("kessai.security")
LOCKED = _("続けて間違えたため、ログインを止めています。{minutes}分ほどたってから試してください。")


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed sign-up, Japanese sentences, evidence in the ledger."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("この職員番号は使えません。"),
        "username_password_mismatch": _("職員番号かパスワードが違います。"),
        "too_many_login_attempts": format_lazy(LOCKED, minutes=settings.LOCK_MINUTES),
        "enter_current_password": _("いまのパスワードが違います。"),
        "incorrect_password": _("パスワードが違います。"),
        "rate_limited": _("短い間に何度も送られました。しばらくたってから試してください。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the personnel office, never from a form."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """The 職員番号 is given, never made up."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return lock.count_key(_typed_code(credentials))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while the 職員番号 is locked, and whoever tries numbers that nobody has."""
        lock.check(_typed_code(credentials))
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password is recorded with the 職員番号 it was typed for."""
        code = _typed_code(credentials)
        # What is typed as a 職員番号 may be a password: only numbers that exist are written down.
        if not Staff.objects.filter(code=code).exists():
            log.warning("log-in refused for an unknown 職員番号 from %s", address_of(request))
            return
        commands.record_refused_login(code=code, browser=browser_of(request), actor=the_door(request))

    def login(self, request: HttpRequest, user: Staff) -> None:
        """A password that somebody else gave has to be changed first."""
        super().login(request, user)
        if SignInState.objects.filter(staff=user, must_change_password=True).exists():
            request.session[MUST_CHANGE_PASSWORD] = True
        # Written now, so that two log-ins at the same moment see each other.
        request.session.cycle_key()

    def post_login(self, request: HttpRequest, user: Staff, **kwargs: Any) -> HttpResponse:
        """Record who came in."""
        ways = {record["method"] for record in get_authentication_records(request, user)}
        commands.record_login(
            code=user.code,
            browser=browser_of(request),
            session_key=request.session.session_key or "",
            way="sso" if "socialaccount" in ways else "password",
            actor=arrived(request, user),
        )
        if not request.session.exists(request.session.session_key):
            return self._outrun(request)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def _outrun(self, request: HttpRequest) -> HttpResponse:
        """A newer log-in of the same person, at the same moment, has ended this one already."""
        request.session.flush()
        session.note_end(request, "surplus")
        return redirect("account_login")

    def logout(self, request: HttpRequest) -> None:
        """Record who left."""
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None:
            commands.record_logout(code=actor.code, actor=actor)
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to work."""
        return "/"

    def set_password(self, user: Staff, password: str) -> None:
        """A person's own new password goes through the command like every other change."""
        actor: Actor = self.request.actor
        try:
            changed = commands.change_own_password(password=password, actor=actor)
        except Invalid as refused:
            raise ValidationError([str(sentence) for sentence in refused.fields["password"]]) from None
        user.password = changed.password  # the session is re-signed with the new one
        self.request.session.pop(MUST_CHANGE_PASSWORD, None)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever logged in a moment ago has just proved who he is."""
        return not confirmed_lately(self.request)

    def get_reauthentication_methods(self, user: Staff | AnonymousUser) -> list[dict[str, Any]]:
        """The second factor first, where there is one; the password alone would not prove more than before."""
        words = {
            "reauthenticate": _("パスワードで確かめる"),
            "mfa_reauthenticate": _("認証アプリか予備のコードで確かめる"),
            "mfa_reauthenticate:webauthn": _("セキュリティキーで確かめる"),
        }
        methods = [
            method | {"description": words[method["id"]]} for method in super().get_reauthentication_methods(user)
        ]
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors or methods

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The inbox."""
        return reverse("workflow:inbox")


def _typed_code(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", ""))[:20]
