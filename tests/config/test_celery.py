"""Celery carries wake-up calls: plain messages, a sweep on a beat, nothing else."""

from __future__ import annotations

import pytest
from django.conf import settings

from config.celery import app

pytestmark = pytest.mark.pure


def test_the_application_reads_the_projects_settings() -> None:
    assert app.main == "kessai"
    assert app.conf.task_serializer == "json"
    assert list(app.conf.accept_content) == ["json"]
    assert app.conf.task_default_queue == "default"
    assert app.conf.worker_prefetch_multiplier == 1


def test_without_redis_no_broker_is_asked_for() -> None:
    assert app.conf.broker_url == (settings.REDIS_URL or "memory://")


def test_every_task_on_the_beat_exists_and_outlives_no_beat() -> None:
    app.loader.import_default_modules()
    assert set(app.conf.beat_schedule) == {"sweep"}
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] <= entry["schedule"]
