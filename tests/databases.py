"""A database of its own for tests that commit: a fresh copy of the migrated one, never a flush.

Use the fixture `fresh_database` where threads or real commits are needed.  Threads that the test starts see the same
copy; each of them must close its own connection (`django.db.connection.close()`) before it ends.

The demo city is loaded once a session into a template of its own: `city` gives it inside a transaction that is rolled back,
`fresh_city` as a copy for tests that commit.  The plain database stays empty for tests that found their own offices.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import connections, transaction
from django.test import override_settings

_counter = itertools.count(1)
LOADED_AT = dt.datetime(2025, 11, 11, 0, 40, tzinfo=dt.UTC)  # Tuesday, 9:40 in the city hall
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a copy of the migrated test database, empty of people, in use until the test ends."""
    original = str(connections["default"].settings_dict["NAME"])
    with django_db_blocker.unblock(), _copy_in_use(original) as copy:  # type: ignore[attr-defined]  # no public type
        yield copy


@pytest.fixture(scope="session")
def city_template(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a database in which the demo city stands, loaded once."""
    from config.demo import city

    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # as above
        original = str(connections["default"].settings_dict["NAME"])
        template = _copy_name(original, "city")
        with _in_use(original, template), time_machine.travel(LOADED_AT), override_settings(PASSWORD_HASHERS=QUICK):
            city.load()
    yield template
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # as above
        _drop(template)


@pytest.fixture
def city(
    city_template: str, django_db_blocker: pytest.FixtureRequest, request: pytest.FixtureRequest
) -> Iterator[None]:
    """The demo city on a Tuesday morning; whatever the test does to it is rolled back."""
    _stand_alone(request)
    connection = connections["default"]
    with django_db_blocker.unblock(), _switched_to(city_template):  # type: ignore[attr-defined]  # as above
        frame = transaction.atomic()
        frame._from_testcase = True  # type: ignore[attr-defined]  # commands may be outermost inside it, as in Django's own
        with time_machine.travel(LOADED_AT), override_settings(PASSWORD_HASHERS=QUICK), frame:
            yield
            connection.needs_rollback = False
            transaction.set_rollback(True)


@pytest.fixture
def fresh_city(
    city_template: str, django_db_blocker: pytest.FixtureRequest, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A copy of the demo city on a Tuesday morning, for tests that commit or use threads; its database's name."""
    _stand_alone(request)
    travel, quick = time_machine.travel(LOADED_AT), override_settings(PASSWORD_HASHERS=QUICK)
    with django_db_blocker.unblock(), _copy_in_use(city_template) as copy, travel, quick:  # type: ignore[attr-defined]  # as above
        yield copy


def _stand_alone(request: pytest.FixtureRequest) -> None:
    if {"db", "transactional_db", "fresh_database"} & set(request.fixturenames):
        pytest.fail("the city has a database of its own: leave out `db`, `fresh_database` and the mark django_db")


@contextlib.contextmanager
def _switched_to(name: str) -> Iterator[None]:
    """The connection leads to another database; no connection to either is left open."""
    connection = connections["default"]
    original = connection.settings_dict["NAME"]
    close_everything()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        close_everything()
        connection.settings_dict["NAME"] = original


@contextlib.contextmanager
def _in_use(source: str, copy: str) -> Iterator[None]:
    close_everything()
    _make(source, copy)
    with _switched_to(copy):
        yield


@contextlib.contextmanager
def _copy_in_use(source: str) -> Iterator[str]:
    copy = _copy_name(source)
    try:
        with _in_use(source, copy):
            yield copy
    finally:
        _drop(copy)


def _copy_name(original: str, mark: str = "copy") -> str:
    number = next(_counter)
    if connections["default"].vendor == "sqlite":
        return str(Path(original).with_suffix(f".{mark}{number}"))
    return f"{original}_{mark}{number}"


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
