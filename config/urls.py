"""Where every page is mounted."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("documents/", include("documents.urls")),
    path("ledger/", include("documents.ledger.urls")),
    path("cases/", include("approvals.urls")),
    path("", include("workflow.urls")),
]
