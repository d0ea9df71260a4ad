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
        """Register the entry of the main menu."""
        entry = navigation.Entry(30, _("文書・簿冊"), "documents:binders", Access.STAFF, "/documents/")
        navigation.register(entry)
