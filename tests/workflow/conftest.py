"""The people of these tests: a clerk, his chief, manager and director; a neighbour, an auditor, an administrator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

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
