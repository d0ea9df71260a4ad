"""The app's name for Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo city."""

    name = "config.demo"
    label = "demo"
