"""The app's name for Django, and what it registers when it is ready."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.web import navigation
from config.web.pages import Access


class ApprovalsConfig(AppConfig):
    """起案・回議・決裁."""

    name = "approvals"
    label = "approvals"

    def ready(self) -> None:
        """Register assignments, reactions, item kinds and the entry of the main menu."""
        for module in ("nodes", "reactions", "item_kinds", "links", "notices", "papers.actions", "route_actions"):
            import_module(f"approvals.{module}")
        navigation.register(navigation.Entry(20, _("起案"), "approvals:list", Access.STAFF, "/cases/"))
