"""The log-in form, which in the demo city shows who may be tried, and the form for one's own new password."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from config.web import session


class StaffLoginForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Sentences that name the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label, self.fields["password"].label = _("職員番号"), _("パスワード")
        self.fields["login"].error_messages["required"] = _("職員番号を入力してください。")
        self.fields["password"].error_messages["required"] = _("パスワードを入力してください。")


def _plain(form: Any, labels: dict[str, Any]) -> None:
    """Labels of ours, no examples inside the fields, no link to a reset by mail, which a city hall does not have."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, {"password": _("パスワード")})


class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """The old password and twice the new one; the rules stand above."""

    labels = {
        "oldpassword": _("いまのパスワード"),
        "password1": _("新しいパスワード"),
        "password2": _("新しいパスワード(もう一度)"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, self.labels)
        self.rules = password_validators_help_texts()


class DemoLoginView(LoginView):  # type: ignore[misc]  # allauth ships no types
    """allauth's log-in; it says why the last one ended, and lists the demo staff where the demo city is loaded."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The demo log-ins come from the composition root, named in settings: the frame knows no city."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["ended"] = session.end_sentence(self.request)
        if settings.OIDC:
            context["sso_name"] = settings.OIDC["name"]
        if settings.DEMO:
            context["demo_logins"] = import_string(settings.DEMO_LOGINS)()
            context["demo_password"] = import_string(settings.DEMO_PASSWORD)
        return context
