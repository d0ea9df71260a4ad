"""The product's Celery application with the kinds of these tests and a beat that does not let them wait."""

from __future__ import annotations

from config.celery import app
from tests.faults import kinds  # noqa: F401 - importing them registers their handlers

app.conf.beat_schedule = {name: entry | {"schedule": 1.0} for name, entry in app.conf.beat_schedule.items()}
