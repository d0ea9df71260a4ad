"""The app's name for Django."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Append-only audit trail."""

    name = "documents.ledger"
    label = "ledger"
