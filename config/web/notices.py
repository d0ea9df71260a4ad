"""知らせ: what has happened that concerns a person.  Apps register where they come from; nothing is stored twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from django.utils.functional import Promise

from config import clock
from config.commands import Actor

Text = str | Promise
KEPT_DAYS = 30  # how far back the list goes
MOST = 100  # lines of the list; nobody reads on
FIRST_DAYS = 3  # what is new for somebody who has never opened the list


@dataclass(frozen=True, slots=True)
class Tab:
    """How much waits under one heading of the inbox."""

    code: str
    label: Text
    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened."""

    at: dt.datetime
    sentence: Text
    title: Text
    url: str
    icon: str = "info"
    detail: Text = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where notices come from.  `recent` gives at most so many, newest first, that happened after a moment."""

    code: str
    recent: Callable[[Actor, dt.datetime, int], list[Notice]]
    tabs: Callable[[Actor], list[Tab]] | None = None


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; the same code twice is one source."""
    _sources.setdefault(source.code, source)


def recent(actor: Actor, *, since: dt.datetime | None = None, most: int = MOST) -> list[Notice]:
    """What happened after a moment, newest first; without a moment as far back as the list goes."""
    oldest = clock.now() - dt.timedelta(days=KEPT_DAYS)
    after = max(since, oldest) if since is not None else oldest
    found = chain.from_iterable(source.recent(actor, after, most) for source in _sources.values())
    return sorted(found, key=lambda notice: notice.at, reverse=True)[:most]


def tabs(actor: Actor) -> list[Tab]:
    """How much waits, by the headings of the inbox."""
    return [tab for source in _sources.values() if source.tabs is not None for tab in source.tabs(actor)]


def first_seen() -> dt.datetime:
    """From when on things are new for somebody who has never opened the list."""
    return clock.now() - dt.timedelta(days=FIRST_DAYS)
