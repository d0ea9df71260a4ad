"""What auditors, and the page of a record, read from the ledger.  Every line is checked against its own hash."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config import calendar
from config.commands import ActorKind
from documents.ledger import format as form
from documents.ledger.actions import LedgerAction, action_of, codes, part_name
from documents.ledger.models import LedgerEntry
from documents.ledger.words import word

PAGE = 50
EXPORT_PIECE = 500
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words.  `is_intact`: body, personal part and the columns beside it agree with the stored hash."""

    entry: LedgerEntry
    sentence: str
    post: str
    behalf: str
    details: Mapping[str, Any]
    is_intact: bool
    is_masked: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether a person acted."""
        return self.entry.actor_kind == ActorKind.STAFF

    @property
    def who(self) -> str:
        """The person's name; a part of the system is called so."""
        if self.is_staff:
            return self.entry.actor_name
        return _("システム(%(name)s)") % {"name": part_name(self.entry.actor_code)}

    @property
    def worded(self) -> list[tuple[str, str]]:
        """The details in words, in the order in which the action declares them."""
        action = action_of(self.entry.action)
        order = {name: place for place, name in enumerate(action.detail)} if action is not None else {}
        names = sorted(self.details, key=lambda name: (order.get(name, len(order)), name))
        return [(word(name), shown_value(action, name, self.details[name])) for name in names]

    @property
    def short_hash(self) -> str:
        """a41f…9c02."""
        text = bytes(self.entry.leaf).hex()
        return f"{text[:4]}…{text[-4:]}"

    @property
    def full_hash(self) -> str:
        """The leaf hash, 64 digits."""
        return bytes(self.entry.leaf).hex()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; empty values do not narrow."""

    first: dt.date | None = None
    last: dt.date | None = None
    who: str = ""
    action: str = ""
    record_id: int | None = None


class _Details(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def line_of(entry: LedgerEntry) -> Line:
    """An entry in words; one whose action this program no longer knows shows its code."""
    body = json.loads(bytes(entry.body))
    details: dict[str, Any] = dict(body["details"])
    if entry.personal is not None:
        details |= json.loads(bytes(entry.personal))
    action = action_of(entry.action)
    template = str(action.label) if action is not None else entry.action
    actor = body["actor"]
    return Line(
        entry=entry,
        sentence=template.format_map(_Details({k: shown_value(action, k, v) for k, v in details.items()})),
        post=f"{actor['unit'][1]} {actor['post'][1]}".strip(),
        behalf=actor["behalf"][1] or "",
        details=details,
        is_intact=_is_intact(entry, body),
    )


def masked(line: Line, secret: Collection[int]) -> Line:
    """The line without its texts, when it is about one of the confidential records."""
    if line.entry.record_id not in secret:
        return line
    action = action_of(line.entry.action)
    details = {name: _covered(action, name, value) for name, value in line.details.items()}
    template = str(action.label) if action is not None else line.entry.action
    sentence = template.format_map(_Details({k: shown_value(action, k, v) for k, v in details.items()}))
    return replace(line, sentence=sentence, details=details, is_masked=True)


def _covered(action: type[LedgerAction] | None, name: str, value: Any) -> Any:
    """A detail as those read it who may not: figures and coded words stay, texts do not."""
    coded = action.choices.get(name, {}) if action is not None else {}
    if value is None or isinstance(value, bool | int) or (isinstance(value, str) and value in coded):
        return value
    return _("(秘密)")


def shown_value(action: type[LedgerAction] | None, name: str, value: Any) -> str:
    """A detail's value for people: the word of a coded one, else as it is."""
    coded = action.choices.get(name, {}) if action is not None else {}
    if isinstance(value, list):
        return "、".join(shown_value(action, name, part) for part in value) if value else _plain(None)
    return str(coded[value]) if isinstance(value, str | int) and value in coded else _plain(value)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return _("なし")
    if isinstance(value, str) and _DAY.fullmatch(value):
        return _day(value)
    return str(value)


def _day(value: str) -> str:
    try:
        return calendar.wareki(dt.date.fromisoformat(value))
    except ValueError:  # looks like a day and is none, or lies before the eras that are known
        return value


def _is_intact(entry: LedgerEntry, body: dict[str, Any]) -> bool:
    """The leaf covers the body; the body covers the personal part; the columns repeat the body."""
    personal = bytes(entry.personal) if entry.personal is not None else None
    kept = bytes(entry.personal_hash)
    return (
        form.leaf_hash(bytes(entry.body)) == bytes(entry.leaf)
        and body["personal"] == kept.hex()
        and (personal is None or form.personal_hash(bytes(entry.salt), personal) == kept)
        and body["action"] == entry.action
        and body["record"] == entry.record_id
        and body["subject"] == {"type": entry.subject_type, "id": entry.subject_id}
        and (body["actor"]["code"], body["actor"]["name"]) == (entry.actor_code, entry.actor_name)
        and dt.datetime.fromisoformat(body["at"]) == entry.at
    )


def entries_for_record(record_id: int, *, chief: int | None = None) -> list[Line]:
    """What was done to a record, oldest first; with `chief` only the newest so many of the acts that changed something."""
    rows = LedgerEntry.objects.filter(record_id=record_id).order_by("-id")
    if chief is not None:
        reading = [code for code in codes() if (action := action_of(code)) is not None and action.reading]
        rows = rows.exclude(action__in=reading)[:chief]
    return [line_of(row) for row in reversed(list(rows))]


def count_for_record(record_id: int) -> int:
    """How many entries a record has."""
    return LedgerEntry.objects.filter(record_id=record_id).count()


def _rows(wanted: Wanted, tokyo: dt.tzinfo) -> QuerySet[LedgerEntry]:
    rows = LedgerEntry.objects.order_by("-id")
    if wanted.first is not None:
        rows = rows.filter(at__gte=dt.datetime.combine(wanted.first, dt.time(), tokyo))
    if wanted.last is not None:
        rows = rows.filter(at__lt=dt.datetime.combine(wanted.last + dt.timedelta(days=1), dt.time(), tokyo))
    if wanted.who:
        rows = rows.filter(actor_code=wanted.who)
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.record_id is not None:
        rows = rows.filter(record_id=wanted.record_id)
    return rows


def page(
    wanted: Wanted, *, tokyo: dt.tzinfo, after: int | None = None, size: int = PAGE
) -> tuple[list[Line], int | None]:
    """The entries, newest first, older than `after`; and where the next page goes on.  One query."""
    rows = _rows(wanted, tokyo)
    found = list((rows if after is None else rows.filter(pk__lt=after))[: size + 1])
    return [line_of(row) for row in found[:size]], (found[size - 1].pk if len(found) > size else None)


def newest_id() -> int:
    """The id of the newest entry; 0 in an empty ledger."""
    return LedgerEntry.objects.order_by("-id").values_list("pk", flat=True).first() or 0


def export(wanted: Wanted, *, tokyo: dt.tzinfo, up_to: int) -> Iterator[list[Line]]:
    """Every entry up to an id, oldest first, so many at a time; each piece is one query, so that no cursor stays open."""
    rows = _rows(wanted, tokyo).filter(pk__lte=up_to).order_by("id")
    last = 0
    while piece := list(rows.filter(pk__gt=last)[:EXPORT_PIECE]):
        yield [line_of(row) for row in piece]
        last = piece[-1].pk


def entry(entry_id: int) -> Line | None:
    """One entry, or None."""
    found = LedgerEntry.objects.filter(pk=entry_id).first()
    return line_of(found) if found is not None else None


def actions() -> list[tuple[str, str | Promise]]:
    """Every act the ledger knows, with a word for people: its label without the details."""
    return [(code, action.label) for code in codes() if (action := action_of(code)) is not None]
