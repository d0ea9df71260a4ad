"""Where a record leads: upper floors register what they know of it, so that this app need not know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from config.commands import Actor


@dataclass(frozen=True, slots=True)
class Link:
    """A page about a record in another part of the product."""

    label: str | Promise
    url: str


Finder = Callable[[int, Actor], list[Link]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Add a function of record id and actor; it returns only links that the actor may follow."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def links_of(*, record_id: int, actor: Actor) -> list[Link]:
    """Every link of a record, in the order of registering."""
    return [link for finder in _finders for link in finder(record_id, actor)]


SecrecyListener = Callable[[int, str, Actor], None]
_listeners: list[SecrecyListener] = []


def on_secrecy(listener: SecrecyListener) -> SecrecyListener:
    """Add a function of record id, the title that others may read now, and actor: called inside the same transaction."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell_secrecy(*, record_id: int, title: str, actor: Actor) -> None:
    """Tell everybody who repeats a record's title what he may call it now."""
    for listener in _listeners:
        listener(record_id, title, actor)


UnitNamer = Callable[[], dict[int, str]]
_unit_namers: list[UnitNamer] = []


def name_units(namer: UnitNamer) -> UnitNamer:
    """Say how the units behind the principals (groups) are called: a function that gives names by group id."""
    if namer not in _unit_namers:
        _unit_namers.append(namer)
    return namer


def unit_names() -> dict[int, str]:
    """The names of units by their groups."""
    return {key: name for namer in _unit_namers for key, name in namer().items()}
