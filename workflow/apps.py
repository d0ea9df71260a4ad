"""The app's name for Django, and its entries of the menu."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.web import navigation
from config.web.pages import Access
from workflow import http_hook, known_forms


class WorkflowConfig(AppConfig):
    """Processes: what happens next, and who may do it."""

    name = "workflow"
    label = "workflow"

    def ready(self) -> None:
        """Register the entries of the main menu, the HTTP connector, and the administrator's forms."""
        from workflow import notices, open_work  # noqa: F401, PLC0415 - register; models are loaded only now
        from workflow.queries import open_count  # noqa: PLC0415 - as above

        http_hook.register()
        if settings.FORMS:
            try:
                known_forms.load(Path(settings.FORMS))
            except ValueError as odd:
                raise ImproperlyConfigured(f"KESSAI_FORMS: {odd}") from odd
        entry = navigation.Entry
        navigation.register(entry(10, _("決裁箱"), "workflow:inbox", Access.STAFF, "/", badge=open_count))
        navigation.register(entry(60, _("申請・流れ"), "workflow:begun", Access.STAFF, "/processes/"))
        navigation.register(entry(70, _("様式と流れ"), "workflow:definitions", Access.STAFF, "/definitions/"))
