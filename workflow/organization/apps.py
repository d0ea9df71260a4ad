"""The app's name for Django."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    """Staff, units, posts: dated, never overwritten."""

    name = "workflow.organization"
    label = "organization"
