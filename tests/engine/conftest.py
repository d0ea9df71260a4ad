"""Tells at the end of a run how many diagrams were compared with another engine."""

from __future__ import annotations

import pytest

COMPARED = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line, where the comparison ran."""
    if COMPARED in config.stash:
        terminalreporter.write_line(config.stash[COMPARED])
