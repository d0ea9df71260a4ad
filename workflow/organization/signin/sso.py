"""Single sign-on through the one OpenID provider of the settings: it says who somebody is, the 職員番号 finds the account.

Nobody is created, nothing is linked, and whoever must have a second factor is asked for it here as well.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from requests import RequestException

from workflow.organization.models import Staff

PROVIDER = "sso"
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
            raise ImmediateHttpResponse(
                refused(request, _("認証の答えが、この画面からの求めに対するものではありません。"))
            )
        code = str(token.get(settings.OIDC_STAFF_CLAIM, ""))
        staff = Staff.objects.filter(code=code, is_active=True).first() if code else None
        if staff is None:
            raise ImmediateHttpResponse(
                refused(request, _("この認証の職員番号では使えません。システム管理者に知らせてください。"))
            )
        sociallogin.user = staff

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        """Raises ImmediateHttpResponse with the page that says so."""
        raise ImmediateHttpResponse(refused(request, _("庁内認証でログインできませんでした。もう一度試してください。")))


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """The page for a log-in that the provider or we did not accept."""
    return render(request, "signin/sso_refused.html", {"sentence": sentence}, status=403)


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
        return refused(request, _("庁内認証につながりません。しばらくたってから試してください。"))
    except ImmediateHttpResponse as said:
        return said.response
    return answer


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider."""
    adapter = _adapter(request)
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    except UNREADABLE:
        return refused(request, _("庁内認証でログインできませんでした。もう一度試してください。"))
    return answer
