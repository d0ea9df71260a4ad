"""Single sign-on through the one OpenID provider of the settings: it says who somebody is, the 職員番号 finds the account.

Nobody is created, nothing is linked, and whoever must have a second factor is asked for it here as well.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from requests import RequestException

from workflow.organization import commands
from workflow.organization.commands.logins import standing_of
from workflow.organization.models import Staff, Standing
from workflow.organization.signin.visitor import address_of, browser_of, the_door

PROVIDER = "sso"
log = logging.getLogger("kessai.security")
# What the page says, by the reason that the ledger keeps.
_GONE = _("庁内認証はできましたが、この職員番号は{standing}のため使えません。システム管理者に知らせてください。")
SENTENCES = {
    "unknown": _("庁内認証はできましたが、この認証の職員番号では使えません。システム管理者に知らせてください。"),
    "no_code": _("庁内認証の答えに職員番号がありません。システム管理者に知らせてください。"),
    "left": format_lazy(_GONE, standing=Standing.LEFT.label),
    "leave": format_lazy(_GONE, standing=Standing.LEAVE.label),
    "inactive": _("庁内認証はできましたが、この職員番号はまだ使えません。システム管理者に知らせてください。"),
    "state": _("この画面から始めた庁内認証ではないか、時間がたちすぎています。ログインの画面からやり直してください。"),
    "nonce": _("認証の答えが、この画面からの求めに対するものではありません。ログインの画面からやり直してください。"),
    "denied": _("庁内認証の画面でログインがやめられました。"),
    "answer": _("庁内認証の答えを確かめられませんでした。もう一度試してください。"),
    "unreachable": _("庁内認証につながりません。しばらくたってから試してください。"),
}
# Whatever an answer of a provider that is not what it should be makes of our reading it.
UNREADABLE = (OAuth2Error, RequestException, KeyError, TypeError, ValueError)


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """The id token's signature is checked with the provider's published keys, also where it came over TLS."""

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            token: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (KeyError, TypeError, ValueError) as odd:
            raise OAuth2Error("unreadable id_token") from odd
        return token

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Without an id token nobody is known.  Raises OAuth2Error."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        return super().complete_login(request, app, token, **kwargs)


class StaffSocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Finds the account by its 職員番号; makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Accounts come from the personnel office."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Put our account in the place of the provider's.  Raises ImmediateHttpResponse with the page that refuses."""
        token = sociallogin.account.extra_data.get("id_token", {})
        sent, returned = sociallogin.state.get("nonce", ""), str(token.get("nonce", ""))
        if not sent or not hmac.compare_digest(sent, returned):
            raise ImmediateHttpResponse(refused(request, "nonce"))
        code = str(token.get(settings.OIDC_STAFF_CLAIM, ""))
        staff = Staff.objects.filter(code=code).first() if code else None
        if staff is None:
            raise ImmediateHttpResponse(refused(request, "unknown" if code else "no_code", code))
        if not staff.is_active:
            raise ImmediateHttpResponse(refused(request, standing_of(code=code), code))
        sociallogin.user = staff

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """Raises ImmediateHttpResponse with the page that says so."""
        raise ImmediateHttpResponse(refused(request, _why(**kwargs)))


def _why(*, error: Any = None, exception: Any = None, extra_context: dict[str, Any] | None = None, **_: Any) -> str:
    """What went wrong by what allauth tells of it."""
    if exception is None and "state" not in (extra_context or {}):
        return "state"
    if error == AuthError.CANCELLED:
        return "denied"
    return "unreachable" if isinstance(exception, RequestException) else "answer"


def refused(request: HttpRequest, why: str, code: str = "") -> HttpResponse:
    """The page for a log-in that the provider or we did not accept; the ledger says why, and for whom if that is known.

    Whoever sends made-up answers fills no ledger: only so many from one address are written down.
    """
    if ratelimit.consume(request, app="kessai", action="sso_refused", config=settings.RATE_LIMITS, limit_get=True):
        commands.record_refused_sso(code=code, why=why, browser=browser_of(request), actor=the_door(request))
    else:
        log.warning("single sign-on refused (%s) from %s, too often to be written down", why, address_of(request))
    return render(request, "signin/sso_refused.html", {"sentence": SENTENCES[why]}, status=403)


def _adapter(request: HttpRequest) -> CheckedAdapter:
    if not settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]:
        raise Http404
    return CheckedAdapter(request, PROVIDER)


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider, with a state, a nonce and a PKCE challenge of this browser."""
    adapter = _adapter(request)
    provider = adapter.get_provider()
    nonce = secrets.token_urlsafe(24)
    try:
        answer: HttpResponse = provider.redirect(
            request,
            process=AuthProcess.LOGIN,
            next_url=get_next_redirect_url(request),
            auth_params=provider.get_auth_params() | {"nonce": nonce},
            nonce=nonce,
        )
    except UNREADABLE:
        return refused(request, "unreachable")
    except ImmediateHttpResponse as said:
        return said.response
    return answer


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    adapter = _adapter(request)
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    except RequestException:
        return refused(request, "unreachable")
    except UNREADABLE:
        return refused(request, "answer")
    return answer
