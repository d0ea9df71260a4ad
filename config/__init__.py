"""The composition root and the ground everything stands on."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
