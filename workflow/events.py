"""What upper floors may learn of processes (workflow/announce.py delivers it, in the same transaction)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from config.commands import Actor


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something that happened in an instance; `actor` is on whose account."""

    instance_id: int
    business_key: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class ItemOpened(Announcement):
    """Work arrived at these people; `staff_ids` are its candidates, `post_ids` the posts through which it came to each."""

    item_id: int
    element_id: str
    kind: str
    staff_ids: tuple[int, ...]
    due_on: dt.date | None
    post_ids: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemHandedOn(Announcement):
    """Open work came to other people: posts changed hands, somebody left, or an administrator gave it to somebody."""

    item_id: int
    element_id: str
    kind: str
    staff_ids: tuple[int, ...]
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemCompleted(Announcement):
    """Somebody did the work."""

    item_id: int
    element_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class ItemVoided(Announcement):
    """Open work counts no longer: a return went past it, it was moved, or the instance was cancelled."""

    item_id: int
    element_id: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class InstanceEnded(Announcement):
    """The process came to its end."""


@dataclass(frozen=True, slots=True)
class InstanceCancelled(Announcement):
    """Somebody called the process off."""

    reason: str
