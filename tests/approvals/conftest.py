"""The cast of these tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from tests.approvals.cast import Cast, build

NOW = dt.datetime(2025, 11, 11, 0, 40, tzinfo=dt.UTC)  # Tuesday, 9:40 in the city hall


@pytest.fixture
def at_office() -> Iterator[time_machine.Coordinates]:
    """A Tuesday morning that passes at its usual speed."""
    with time_machine.travel(NOW) as clock:
        yield clock


@pytest.fixture
def cast(db: None, at_office: None) -> Cast:
    """The small city."""
    return build()
