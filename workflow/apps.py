"""The app's name for Django."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Processes: what happens next, and who may do it."""

    name = "workflow"
    label = "workflow"
