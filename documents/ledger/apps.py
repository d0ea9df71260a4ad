"""The app's name for Django, and its entry of the menu."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config import commands
from config.web import navigation
from config.web.pages import Access


class LedgerConfig(AppConfig):
    """Append-only audit trail."""

    name = "documents.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Register the entry of the main menu, for auditors, and listen for refused attempts."""
        from documents.ledger import refusals  # noqa: PLC0415 - its models are ready only now

        commands.on_refusal(refusals.listen)
        navigation.register(navigation.Entry(40, _("台帳"), "ledger:ledger", Access.AUDITOR, "/ledger/"))
