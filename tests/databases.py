"""A database of its own for tests that commit: a fresh copy of the migrated one, never a flush.

Use the fixture `fresh_database` where threads or real commits are needed.  Threads that the test starts see the same
copy; each of them must close its own connection (`django.db.connection.close()`) before it ends.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

_counter = itertools.count(1)


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a copy of the migrated (and loaded) test database, in use until the test ends."""
    connection = connections["default"]
    # The ordinary test transaction, if one is open, belongs to the template and must not touch the copy.
    original = connection.settings_dict["NAME"]
    copy = _copy_name(str(original))
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's blocker has no public type
        close_everything()
        _make(str(original), copy)
        connection.settings_dict["NAME"] = copy
        try:
            yield copy
        finally:
            close_everything()
            connection.settings_dict["NAME"] = original
            _drop(copy)


def _copy_name(original: str) -> str:
    number = next(_counter)
    if connections["default"].vendor == "sqlite":
        return str(Path(original).with_suffix(f".copy{number}"))
    return f"{original}_copy{number}"


def close_everything() -> None:
    """No connection of this thread, and on PostgreSQL none of the pool, stays open."""
    connection = connections["default"]
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _make(original: str, copy: str) -> None:
    if connections["default"].vendor == "sqlite":
        _checkpoint(original)
        shutil.copyfile(original, copy)
    else:
        _admin(f'CREATE DATABASE "{copy}" TEMPLATE "{original}"')


def _drop(copy: str) -> None:
    if connections["default"].vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            Path(copy + suffix).unlink(missing_ok=True)
    else:
        _admin(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _checkpoint(original: str) -> None:
    import sqlite3

    source = sqlite3.connect(original)
    source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    source.close()


def _admin(statement: str) -> None:
    """Run a statement that no transaction may hold, from the maintenance database."""
    connection = connections["default"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
