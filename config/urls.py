"""Where every page is mounted."""

from django.urls import include, path
from django.views.i18n import set_language

from config.web import help_pages, notice_pages, session
from config.web.pages import Access, page

handler400 = "config.web.failures.bad_request"
handler403 = "config.web.failures.denied"
handler404 = "config.web.failures.missing"
handler429 = "config.web.failures.too_many"
handler500 = "config.web.failures.server_error"

urlpatterns = [
    path("accounts/", include("workflow.organization.signin.urls")),
    path("session/", session.state, name="session"),
    path("session/extend/", session.extend, name="session_extend"),
    path("session/back/", session.back, name="session_back"),
    path("language/", page(Access.PUBLIC, entrance=True)(set_language), name="language"),
    path("notices/", notice_pages.listed, name="notices"),
    path("notices/counts/", notice_pages.counts, name="counts"),
    path("help/", help_pages.index, name="help"),
    path("help/glossary/", help_pages.words, name="help_glossary"),
    path("help/keys/", help_pages.keys, name="help_keys"),
    path("documents/", include("documents.urls")),
    path("ledger/", include("documents.ledger.urls")),
    path("cases/", include("approvals.urls")),
    path("regulation/", include("approvals.regulation.urls")),
    path("organization/", include("workflow.organization.urls")),
    path("", include("workflow.urls")),
]
