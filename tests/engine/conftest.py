"""Small diagrams are taken for broad ones; tells at the end how many were compared with another engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workflow.engine import parts

COMPARED = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line, where the comparison ran."""
    if COMPARED in config.stash:
        terminalreporter.write_line(config.stash[COMPARED])


@pytest.fixture(autouse=True, scope="package")
def few_are_many() -> Iterator[None]:
    """Every state whose runs may lie apart is kept in parts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "APART", 0)
        yield
