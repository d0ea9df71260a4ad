"""The app's name for Django, and the search for handlers."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Job and outbox rows, and the workers that drain them."""

    name = "config.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Load every app's `jobs` module, which registers its handlers, and our own for mail."""
        from config.jobs import mail  # noqa: F401, PLC0415 - needs the app registry; importing it registers the handler

        autodiscover_modules("jobs")
