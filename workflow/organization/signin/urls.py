"""Pages of logging in.  The names are those by which allauth finds them."""

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.webauthn import views as webauthn
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from config.web.login import DemoLoginView
from config.web.pages import Access, page
from workflow.organization.signin import managing, sso, views


@page(Access.CLOSED)
def closed(request: HttpRequest) -> HttpResponse:
    """Pages that allauth names but that a city hall does not have: sign-up, mail addresses, linked accounts."""
    raise Http404


OPEN, INSIDE = page(Access.PUBLIC, entrance=True), page(Access.STAFF, entrance=True)
CLOSED = [
    *(f"account_{name}" for name in ("signup", "reset_password", "email", "set_password", "email_verification_sent")),
    *(f"socialaccount_{name}" for name in ("signup", "connections", "login_cancelled", "login_error")),
    *("mfa_download_recovery_codes", "mfa_list_webauthn", "openid_connect_login"),
]

urlpatterns = [
    path("login/", OPEN(DemoLoginView.as_view()), name="account_login"),
    path("logout/", INSIDE(account.logout), name="account_logout"),
    path("password/", INSIDE(account.password_change), name="account_change_password"),
    path("inactive/", OPEN(account.account_inactive), name="account_inactive"),
    path("confirm/", INSIDE(account.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", INSIDE(base.reauthenticate), name="mfa_reauthenticate"),
    path("confirm/key/", INSIDE(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("confirm/form/", views.confirmed_form, name="confirmed_form"),
    path("factor/", OPEN(base.authenticate), name="mfa_authenticate"),
    path("factors/", views.factors, name="mfa_index"),
    path("factors/enrol/", views.enrol, name="mfa_enrol"),
    path("factors/app/", views.AppView.as_view(), name="mfa_activate_totp"),
    path("factors/app/remove/", views.remove, name="mfa_deactivate_totp"),
    path("factors/key/", views.KeyView.as_view(), name="mfa_add_webauthn"),
    path("factors/key/<int:pk>/remove/", views.remove, name="mfa_remove_webauthn"),
    path("factors/codes/", views.CodesView.as_view(), name="mfa_view_recovery_codes"),
    path("factors/codes/new/", views.new_codes, name="mfa_generate_recovery_codes"),
    path("sessions/", views.sessions, name="sign_in_sessions"),
    path("sessions/<slug:handle>/end/", views.end_session, name="sign_in_end_session"),
    path("manage/", managing.ManageView.as_view(), name="sign_in_manage"),
    path("sso/", OPEN(sso.begin), name="sign_in_sso"),
    path("sso/<slug:provider_id>/back/", OPEN(sso.callback), name="openid_connect_callback"),
    *(path(f"closed/{name}/", closed, name=name) for name in CLOSED),
]
