"""The app's name for Django."""

import logging

from django.apps import AppConfig

from config.web.catalogues import compile_stale


class WebConfig(AppConfig):
    """Page frame: templates, design tokens, views' base classes."""

    name = "config.web"
    label = "web"

    def ready(self) -> None:
        """Compile the English catalogues where they are missing or older than their source."""
        try:
            compile_stale()
        except OSError as problem:
            logging.getLogger(__name__).warning("English stays uncompiled (manage.py catalogues does it): %s", problem)
