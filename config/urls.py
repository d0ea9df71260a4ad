"""Where every page is mounted."""

from allauth.account import views as account
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from config.web import help_pages, notice_pages, session
from config.web.login import DemoLoginView
from config.web.pages import Access, page


@page(Access.CLOSED)
def closed(request: HttpRequest) -> HttpResponse:
    """Pages that allauth names but that a city hall does not have: sign-up, mail addresses, resets by mail."""
    raise Http404


handler400 = "config.web.failures.bad_request"
handler403 = "config.web.failures.denied"
handler404 = "config.web.failures.missing"
handler429 = "config.web.failures.too_many"
handler500 = "config.web.failures.server_error"

urlpatterns = [
    path("accounts/login/", page(Access.PUBLIC)(DemoLoginView.as_view()), name="account_login"),
    path("accounts/logout/", page(Access.STAFF)(account.logout), name="account_logout"),
    path("accounts/password/", page(Access.STAFF)(account.password_change), name="account_change_password"),
    path("accounts/confirm/", page(Access.STAFF)(account.reauthenticate), name="account_reauthenticate"),
    path("accounts/inactive/", page(Access.PUBLIC)(account.account_inactive), name="account_inactive"),
    *(
        path(f"accounts/closed/{name}/", closed, name=f"account_{name}")
        for name in ("signup", "reset_password", "email", "set_password", "email_verification_sent")
    ),
    path("session/", session.state, name="session"),
    path("session/extend/", session.extend, name="session_extend"),
    path("session/back/", session.back, name="session_back"),
    path("language/", page(Access.PUBLIC)(set_language), name="language"),
    path("notices/", notice_pages.listed, name="notices"),
    path("notices/counts/", notice_pages.counts, name="counts"),
    path("help/", help_pages.index, name="help"),
    path("help/glossary/", help_pages.words, name="help_glossary"),
    path("help/keys/", help_pages.keys, name="help_keys"),
    path("documents/", include("documents.urls")),
    path("ledger/", include("documents.ledger.urls")),
    path("cases/", include("approvals.urls")),
    path("organization/", include("workflow.organization.urls")),
    path("", include("workflow.urls")),
]
