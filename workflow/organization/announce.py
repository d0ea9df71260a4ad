"""How upper floors learn that the organisation changed: same transaction, in the order of subscribing, errors propagate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from config.commands import Actor


@dataclass(frozen=True, slots=True)
class OrganizationChanged:
    """From now on another organisation holds: whoever had work by his post may no longer, and another may."""

    day: dt.date
    actor: Actor


Listener = Callable[[OrganizationChanged], None]
_listeners: list[Listener] = []


def subscribe(listener: Listener) -> Listener:
    """Call the function for every such change.  Raises ValueError when it is subscribed twice."""
    if listener in _listeners:
        raise ValueError(f"{listener.__qualname__} is subscribed twice")
    _listeners.append(listener)
    return listener


def announce(event: OrganizationChanged) -> None:
    """Tell everybody who subscribed."""
    for listener in list(_listeners):
        listener(event)
