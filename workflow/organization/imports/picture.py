"""The organisation of the effective day as plain values, and changes of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from workflow.organization.imports.reading import Problem
from workflow.organization.models import ChangeVerb, FileKind, Scope

Values = dict[str, str]
Key = tuple[str, ...]


@dataclass(slots=True)
class Picture:
    """Things by kind and key, with their values; what the day itself began, and what is registered for after it."""

    on: dt.date
    things: dict[FileKind, dict[Key, Values]] = field(default_factory=dict)
    later: dict[tuple[FileKind, Key], dt.date] = field(default_factory=dict)
    began: set[tuple[FileKind, Key]] = field(default_factory=set)
    keepers: frozenset[str] = frozenset()  # 職員番号 of those who keep the system going: no list ends them by silence


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that will be different.  `line` is None for what follows from other lines."""

    kind: FileKind
    verb: ChangeVerb
    key: Key
    before: Values
    after: Values
    line: int | None = None

    def as_plain(self) -> list[Any]:
        """For the mark of a plan."""
        return [str(self.kind), str(self.verb), list(self.key), self.before, self.after]


@dataclass(slots=True)
class Plan:
    """What a set of files comes to on a day: changes in the order in which they are made, or problems."""

    before: Picture
    after: Picture
    scope: Scope
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0  # lines that say what is so already

    @property
    def on(self) -> dt.date:
        """The effective day."""
        return self.before.on

    def wrong(self, kind: FileKind, line: int | None, column: str, sentence: str) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(kind, line, column, sentence))

    @property
    def mark(self) -> str:
        """The same for the same changes: whoever agreed to one plan does not apply another."""
        plain = [self.on.isoformat(), [change.as_plain() for change in self.changes]]
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
