"""How allauth sees our staff: nobody signs up, the user name is the 職員番号, and every log-in leaves evidence."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from config.commands import Actor, system_actor
from workflow.organization import commands
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff

log = logging.getLogger("kessai.security")
LOCKED_FOR = 5 * 60  # as long as the "login_failed" rate in the settings


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed sign-up, Japanese sentences, evidence in the ledger."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("この職員番号は使えません。"),
        "username_password_mismatch": _("職員番号かパスワードが違います。"),
        "too_many_login_attempts": _("続けて間違えたため、ログインを止めています。5分ほどたってから試してください。"),
        "enter_current_password": _("いまのパスワードが違います。"),
        "incorrect_password": _("パスワードが違います。"),
        "rate_limited": _("短い間に何度も送られました。しばらくたってから試してください。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the personnel office, never from a form."""
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """The 職員番号 is given, never made up."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse while the 職員番号 is locked; the first refusal of a lock is recorded."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            code = _typed_code(credentials)
            if cache.add(f"login-locked:{code}", True, LOCKED_FOR):
                self._note(commands.record_locked_login, request, code)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password is recorded with the 職員番号 it was typed for."""
        self._note(commands.record_refused_login, request, _typed_code(credentials))

    def post_login(self, request: HttpRequest, user: Staff, **kwargs: Any) -> HttpResponse:
        """Record who came in."""
        actor = actor_for(staff=user, channel="web", request_id=uuid.uuid4().hex, address=_address(request))
        commands.record_login(code=user.code, browser=_browser(request), actor=actor)
        cache.delete(f"login-locked:{user.code}")
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

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
        changed = commands.change_own_password(password=password, actor=actor)
        user.password = changed.password  # the session is re-signed with the new one

    def _note(self, note: Any, request: HttpRequest, code: str) -> None:
        # What is typed as a 職員番号 may be a password: only numbers that exist are written down.
        if not Staff.objects.filter(code=code).exists():
            log.warning("log-in refused for an unknown 職員番号 from %s", _address(request))
            return
        actor = dataclasses.replace(
            system_actor("log-in", channel="web", request_id=uuid.uuid4().hex), address=_address(request)
        )
        note(code=code, browser=_browser(request), actor=actor)


def _typed_code(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", ""))[:20]


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _browser(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))
