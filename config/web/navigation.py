"""The main menu: apps register their entries, so that the frame knows no app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from config.commands import Actor
from config.web.pages import Access


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `prefix` is the part of the path under which it is the current one, `badge` counts what is open."""

    order: int
    label: str | Promise
    url_name: str
    access: Access
    prefix: str
    badge: Callable[[Actor], int] | None = None
    personal: bool = False  # in the person's own menu instead of the main one


_entries: list[Entry] = []


def register(entry: Entry) -> None:
    """Add an entry; the same page twice is one entry."""
    if all(known.url_name != entry.url_name for known in _entries):
        _entries.append(entry)


def entries(*, personal: bool = False) -> list[Entry]:
    """The entries of a menu in order."""
    return sorted((e for e in _entries if e.personal is personal), key=lambda entry: entry.order)
