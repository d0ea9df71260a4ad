"""The app's name for Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Page frame: templates, design tokens, views' base classes."""

    name = "config.web"
    label = "web"
