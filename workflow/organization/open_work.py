"""Work that waits for people, as floors above tell of it: for whoever leaves, and for what nobody can do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from config.commands import Actor


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One piece of open work, without what is written in it: the administrator sees no document."""

    key: str  # names it for its source: bpmn:12
    number: str  # 起案番号, or the number of the process
    process: str
    element: str
    since: dt.datetime
    post_id: int | None = None  # the post through which it came to the person
    post: str = ""
    is_bound: bool = False  # the person's own and nobody else's: it cannot be given away
    others: int = 0  # how many others may do it as well
    mended_at: str = ""  # where it is set going again, when it never reached anybody: it cannot be handed on


class OpenWorkSource(Protocol):
    """What a floor that hands out work registers.  `hand_on` is a command."""

    def of_person(self, staff_id: int) -> list[OpenWork]:
        """What waits for a person, oldest first."""

    def unattended(self, limit: int) -> list[OpenWork]:
        """What nobody who is at work can do, oldest first."""

    def hand_on(
        self, *, key: str, leaver_id: int | None, heir_id: int | None, find_again: bool, reason: str, actor: Actor
    ) -> None:
        """Take it from one, give it to another, or let it be found anew who gets it."""


_sources: list[OpenWorkSource] = []


def register(source: OpenWorkSource) -> None:
    """Add a source; the same kind twice is one."""
    if all(type(known) is not type(source) for known in _sources):
        _sources.append(source)


def of_person(staff_id: int) -> list[OpenWork]:
    """What waits for a person."""
    return [work for source in _sources for work in source.of_person(staff_id)]


def unattended(limit: int = 200) -> list[OpenWork]:
    """What nobody who is at work can do."""
    return [work for source in _sources for work in source.unattended(limit)]


def hand_on(
    *, key: str, leaver_id: int | None, heir_id: int | None, find_again: bool, reason: str, actor: Actor
) -> None:
    """Ask the source whose work it is."""
    for source in _sources:
        source.hand_on(key=key, leaver_id=leaver_id, heir_id=heir_id, find_again=find_again, reason=reason, actor=actor)
