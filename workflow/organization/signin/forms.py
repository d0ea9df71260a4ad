"""Forms of second factors: allauth's, with labels of ours, the lock-out, and each code once."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa import app_settings, signals
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workflow.organization.signin import lock


def _code_field(form: forms.Form, label: Any, hint: Any) -> None:
    field = form.fields["code"]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"autofocus": True, "autocapitalize": "none", "spellcheck": "false", "maxlength": "20"}
    field.error_messages["required"] = _("コードを入力してください。")


class _Code(forms.Form):
    """A code of the app or a recovery code, taken once and never while the person is locked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _("コード"), _("認証アプリの 6 桁のコードか、予備のコード 8 桁を入力してください。"))

    def clean_code(self) -> str:
        """Raises ValidationError for a wrong, used or late code, and while the person is locked."""
        lock.check(self.user.code)  # type: ignore[attr-defined]  # set by allauth's form
        code: str = super().clean_code()  # type: ignore[misc]  # defined by allauth's form, which stands beside
        if self.authenticator.type == Authenticator.Type.TOTP and not _first_use(self.user.pk, code):  # type: ignore[attr-defined]  # as above
            raise get_adapter().validation_error("incorrect_code")
        return code


def _first_use(user_id: int, code: str) -> bool:
    """A code is valid for longer than one period where clocks may differ, and is taken once in all that time."""
    lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return bool(cache.add(f"signin.code-used:{user_id}:{code.strip()}", True, lasts))


class CodeForm(_Code, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """At the log-in."""


class ConfirmCodeForm(_Code, ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Before a dangerous act."""


class AppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_field(self, _("アプリに出たコード"), _("6 桁の数字です。"))


class KeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new security key and its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("キーの名前")
        self.fields["name"].help_text = _("どのキーか後でわかる名前にします。")
        self.fields["name"].widget.attrs["maxlength"] = "50"
        self.fields["name"].max_length = 50


class _Key(forms.Form):
    """A security key, never while the person is locked; another key counts as a wrong try."""

    def clean_credential(self) -> Any:
        """Raises ValidationError."""
        lock.check(self.user.code)  # type: ignore[attr-defined]  # set by allauth's form
        try:
            return super().clean_credential()  # type: ignore[misc]  # defined by allauth's form, which stands beside
        except ValidationError:
            key = Authenticator(user=self.user, type=Authenticator.Type.WEBAUTHN)  # type: ignore[attr-defined]  # as above
            signals.authentication_failed.send(
                sender=Authenticator,
                request=context.request,
                user=self.user,
                authenticator=key,  # type: ignore[attr-defined]  # as above
            )
            raise


class UsedKeyForm(_Key, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A security key at the log-in."""


class ConfirmKeyForm(_Key, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A security key before a dangerous act."""
