"""Pages of the ledger."""

from django.urls import path

from documents.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("csv/", views.export, name="export"),
    path("<int:pk>/", views.entry, name="entry"),
]
