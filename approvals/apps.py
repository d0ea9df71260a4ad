"""The app's name for Django."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """起案・回議・決裁."""

    name = "approvals"
    label = "approvals"
