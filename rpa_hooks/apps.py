"""The app's name for Django."""

from django.apps import AppConfig


class RpaHooksConfig(AppConfig):
    """Robots and OCR."""

    name = "rpa_hooks"
    label = "rpa_hooks"
