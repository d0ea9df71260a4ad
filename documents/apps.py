"""The app's name for Django."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Records: what is kept, for how long, and the proof."""

    name = "documents"
    label = "documents"
