"""Shared set-up of all tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# Properties are about what is true, never about how long it takes.
hypothesis.settings.register_profile("calm", deadline=None)
hypothesis.settings.load_profile("calm")

# Before Django reads its settings: tests keep their database and files in a folder of their own.
os.environ.setdefault("KESSAI_VAR", tempfile.mkdtemp(prefix="kessai-tests-"))
# WhiteNoise warns of a missing folder at each start of a test client.
Path(os.environ["KESSAI_VAR"], "static").mkdir(parents=True, exist_ok=True)


def pytest_unconfigure() -> None:
    """Take away the folder that the settings made for this run."""
    from django.conf import settings

    if settings.configured and settings.VAR.name.startswith("kessai-tests-"):
        shutil.rmtree(settings.VAR, ignore_errors=True)


pytest_plugins = ["tests.databases", "tests.cast"]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: pytest.FixtureRequest, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The migrated test database, made whenever anything asks for it.

    pytest-django's own makes it only for tests with its mark, which those that commit must not have: it opens a transaction.
    """
    from django.test.utils import setup_databases, teardown_databases

    from tests.databases import close_everything

    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker has no public type
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # as above
        close_everything()
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def files_on_disk() -> Iterator[None]:
    """Content lies on disk also where an S3 server is named: it refuses whoever travels in time, as tests do.

    The tests of storage speak to the S3 server themselves.
    """
    from django.conf import settings
    from django.test import override_settings

    on_disk = settings.STORAGES | {"default": {"BACKEND": "documents.storage.FileBlobs"}}
    with override_settings(STORAGES=on_disk):
        yield
