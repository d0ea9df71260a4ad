"""What the page of an instance shows, whatever drives it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from config.commands import Actor
from workflow.enums import Family
from workflow.item_kinds import Hold
from workflow.models import Incident, ItemCandidate
from workflow.sheets.awaited import Awaited
from workflow.sheets.outline import Place

STATES = {PROCESS.NEW: "now", PROCESS.DONE: "done", PROCESS.CANCELED: "back"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what happened."""

    name: str
    who: str
    post: str
    at: dt.datetime
    outcome: str | Promise
    tone: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where it stands: an open piece of work, who may do it, and who has taken it."""

    name: str
    people: str
    since: dt.datetime
    due_on: dt.date | None
    holder: str = ""
    hold: Hold = Hold.ALONE
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page of an instance shows."""

    id: int
    family: Family
    title: str
    process: str
    version: int | None
    business_key: str
    revision: int
    status: str
    tone: str
    started_by: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    waiting: list[Waiting]
    lines: list[Line]
    facts: list[tuple[str | Promise, Any]]
    answers: list[Any] = field(default_factory=list)  # of decisions (sheets/answers.py)
    awaited: list[Awaited] = field(default_factory=list)  # besides people
    values: list[tuple[str, str]] = field(default_factory=list)
    key: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    outline: list[Place] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    case_url: str = ""
    may_cancel: bool = False
    may_mend: bool = False
    returns: list[tuple[str, str]] = field(default_factory=list)  # where a return may go
    targets: list[tuple[str, str]] = field(default_factory=list)  # where a stuck token may be moved

    @property
    def is_open(self) -> bool:
        """Whether it still runs."""
        return self.finished_at is None


def status_word(status: str) -> str:
    """進行中, 済 or 取消し."""
    return {PROCESS.DONE: _("済"), PROCESS.CANCELED: _("取消し")}.get(status, _("進行中"))


def names_of(people: list[ItemCandidate]) -> str:
    """Those who may do a piece of work, with their posts."""
    return "、".join(f"{person.staff.name} {person.post_name}".strip() for person in people)


def hold_of(owner_id: int | None, people: list[ItemCandidate], actor: Actor) -> Hold:
    """Who has the work, as the actor sees it."""
    if owner_id is not None:
        return Hold.MINE if owner_id == actor.user_id else Hold.OTHER
    return Hold.FREE if len(people) > 1 else Hold.ALONE


def held_since(name: str, since: dt.datetime | None) -> str:
    """Who has taken a shared piece of work, and when."""
    if since is None:
        return _("%(name)sさんが受け持っています") % {"name": name}
    when = timezone.localtime(since).strftime("%-m/%-d %H:%M")
    return _("%(name)sさんが受け持っています(%(when)sから)") % {"name": name, "when": when}


def shown_value(value: Any) -> str:
    """A value of a process as people read it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    if isinstance(value, int | float):
        return f"{value:,}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
