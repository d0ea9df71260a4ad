"""What a kind of job does.  Apps register handlers in their `jobs.py`; the worker finds them by kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Permanent(Exception):
    """The job cannot succeed however often it is tried.  `code` is stable, `text` a sentence for the operator."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class LeaseLost(Exception):
    """Another worker has taken the job over, or it was cancelled: stop, and report nothing."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A claimed job as its handler sees it.  Side effects carry `key`, so that doing them twice does them once."""

    id: int
    kind: str
    key: str
    payload: dict[str, Any]
    attempt: int
    _beat: Callable[[int, int], None] = field(repr=False)
    _is_mine: Callable[[], bool] = field(repr=False)

    def progress(self, done: int, total: int) -> None:
        """Report progress and prolong the lease.  Raises LeaseLost when the job is no longer ours."""
        self._beat(done, total)

    def still_mine(self) -> bool:
        """Whether the claim still holds; ask before a side effect that cannot be taken back."""
        return self._is_mine()


Handle = Callable[[JobView], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """A registered kind: the function, and how long a claim holds without a sign of life.

    `at_once`: the job is done when the first command of its function is, in the same transaction; a worker that dies leaves
    both or neither.  Nothing that matters may come behind that command.
    """

    kind: str
    run: Handle
    lease: dt.timedelta
    at_once: bool = False


_handlers: dict[str, Handler] = {}


def handler(
    kind: str, *, lease: dt.timedelta = dt.timedelta(minutes=5), at_once: bool = False
) -> Callable[[Handle], Handle]:
    """Register a function as the handler of a kind (see Handler).  Raises ValueError when the kind is taken."""

    def register(function: Handle) -> Handle:
        if kind in _handlers:
            raise ValueError(f"two handlers for job kind {kind}")
        _handlers[kind] = Handler(kind, function, lease, at_once)
        return function

    return register


def handler_of(kind: str) -> Handler | None:
    """The handler of a kind, or None in a process that lacks it."""
    return _handlers.get(kind)


def leases() -> dict[str, dt.timedelta]:
    """Every kind this process can do, with its lease."""
    return {kind: _handlers[kind].lease for kind in sorted(_handlers)}
