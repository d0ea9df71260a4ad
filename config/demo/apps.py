"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import name_part


class DemoConfig(AppConfig):
    """The demo city."""

    name = "config.demo"
    label = "demo"

    def ready(self) -> None:
        """Say what the ledger calls the loader."""
        name_part("demo-city", _("見本の市"))
