"""The people of these tests: a clerk, his chief, manager and director; a neighbour, an auditor, an administrator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from tests.workflow.people import People, build

NOW = dt.datetime(2025, 11, 11, 0, 40, tzinfo=dt.UTC)  # Tuesday, 9:40 in the city hall


@pytest.fixture
def at_office() -> Iterator[time_machine.Coordinates]:
    """A Tuesday morning."""
    with time_machine.travel(NOW) as clock:
        yield clock


@pytest.fixture
def people(db: None, at_office: None) -> People:
    """The small office."""
    return build()


@pytest.fixture
def visit(people: People) -> Callable[[str], Client]:
    """A browser in which that person has logged in."""

    def log_in(name: str) -> Client:
        client = Client(HTTP_ACCEPT="text/html")
        client.force_login(people.staff[name])
        return client

    return log_in
