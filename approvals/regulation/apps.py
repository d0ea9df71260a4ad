"""The app's name for Django, and its entry of the personal menu."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.web import navigation
from config.web.pages import Access


class RegulationConfig(AppConfig):
    """決裁規程: who decides what, as a table that is tested before it holds."""

    name = "approvals.regulation"
    label = "regulation"

    def ready(self) -> None:
        """Everybody reads the regulation; administrators keep it."""
        entry = navigation.Entry(25, _("決裁規程"), "regulation:list", Access.STAFF, "/regulation/", personal=True)
        navigation.register(entry)
