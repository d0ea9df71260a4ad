"""The administrator's page of one person's log-in: unlock, take lost factors away, end log-ins, give a first password."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import clock
from config.web.pages import Access
from config.web.views import CommandView
from workflow.organization import commands
from workflow.organization.commands.factors import APP, KEY
from workflow.organization.models import Staff
from workflow.organization.signin.models import SignInState, StaffSession

ACTS = {
    "unlock": (commands.unlock_login, gettext_lazy("ログインの停止を解きました。")),
    "reset": (commands.reset_factors, gettext_lazy("二要素認証を外しました。次のログインで登録し直します。")),
    "end": (commands.end_all_sessions, gettext_lazy("ログインをすべて終えました。")),
}


class ManageForm(forms.Form):
    """What to do for whom."""

    code = forms.CharField(label=gettext_lazy("職員番号"), max_length=20)
    act = forms.ChoiceField(choices=[(name, name) for name in (*ACTS, "password")], widget=forms.HiddenInput)
    password = forms.CharField(
        label=gettext_lazy("仮のパスワード"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _is_change(request: HttpRequest) -> bool:
    return request.method == "POST"


class ManageView(CommandView):
    """Find a person by his 職員番号, see how his log-in stands, change it."""

    access = Access.ADMINISTRATOR
    confirms = staticmethod(_is_change)
    form_class = ManageForm
    template_name = "signin/manage.html"

    def run(self, form: Any) -> str:
        """Do what the button said."""
        said = form.cleaned_data
        if said["act"] == "password":
            commands.set_password(code=said["code"], password=said["password"], actor=self.actor)
            sentence = _("仮のパスワードを設定しました。本人が次のログインで変えます。")
        else:
            act, sentence = ACTS[said["act"]]
            act(code=said["code"], actor=self.actor)
        messages.success(self.request, sentence)
        return f"{reverse('sign_in_manage')}?code={said['code']}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who is locked now, and the person asked for."""
        code = self.request.POST.get("code") or self.request.GET.get("code", "")
        locked = SignInState.objects.filter(locked_until__gt=clock.now()).select_related("staff")
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"code": code, "locked": locked.order_by("staff__code"), "person": _standing(code)}


def _standing(code: str) -> dict[str, Any] | None:
    staff = Staff.objects.filter(code=code).first() if code else None
    if staff is None:
        return None
    state = SignInState.objects.filter(staff=staff).first()
    now = clock.now()
    return {
        "staff": staff,
        "locked_until": state.locked_until if state and state.locked_until and state.locked_until > now else None,
        "must_change": bool(state and state.must_change_password),
        "factors": Authenticator.objects.filter(user=staff, type__in=(APP, KEY)).count(),
        "sessions": StaffSession.objects.filter(staff=staff, expire_date__gt=now).count(),
    }
