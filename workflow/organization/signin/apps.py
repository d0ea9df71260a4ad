"""The app's name for Django."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """How people prove who they are."""

    name = "workflow.organization.signin"
    label = "signin"

    def ready(self) -> None:
        """Listen to what allauth tells of second factors."""
        from workflow.organization.signin import evidence  # noqa: PLC0415 - needs the models

        evidence.listen()
