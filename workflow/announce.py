"""How upper floors learn what happened in a process: same transaction, in the order of subscribing, errors propagate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from workflow.events import Announcement

A = TypeVar("A", bound=Announcement)

_subscribers: list[tuple[type[Announcement], Callable[[Any], None]]] = []


def subscribe(event_class: type[A]) -> Callable[[Callable[[A], None]], Callable[[A], None]]:
    """Call the function for every event of that class.  Raises ValueError when it is subscribed twice."""

    def add(function: Callable[[A], None]) -> Callable[[A], None]:
        if (event_class, function) in _subscribers:
            raise ValueError(f"{function.__qualname__} is subscribed twice to {event_class.__name__}")
        _subscribers.append((event_class, function))
        return function

    return add


def announce(event: Announcement) -> None:
    """Tell every subscriber of the event's class, one after the other."""
    for event_class, function in list(_subscribers):
        if isinstance(event, event_class):
            function(event)


def subscriptions() -> list[tuple[str, str]]:
    """Who listens to what, in order: names of event and function."""
    return [(event_class.__name__, f"{fn.__module__}.{fn.__qualname__}") for event_class, fn in _subscribers]
