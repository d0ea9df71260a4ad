"""The app's name for Django, and its entry of the menu."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.web import navigation
from config.web.pages import Access


class DocumentsConfig(AppConfig):
    """Records: what is kept, for how long, and the proof."""

    name = "documents"
    label = "documents"

    def ready(self) -> None:
        """Register the entry of the main menu, and what the ledger calls records."""
        from documents import names  # noqa: PLC0415 - needs the models, which are loaded by now
        from documents.ledger import names as ledger  # noqa: PLC0415 - beside the line above

        ledger.register(namer=names.names_of, finder=names.id_of, secret=names.secret_of)
        entry = navigation.Entry(30, _("文書・簿冊"), "documents:binders", Access.STAFF, "/documents/")
        navigation.register(entry)
