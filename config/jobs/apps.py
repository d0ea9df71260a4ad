"""The app's name for Django."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Job and outbox rows, and the workers that drain them."""

    name = "config.jobs"
    label = "jobs"
