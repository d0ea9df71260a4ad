"""組織改正 without a file made by hand: the page's answers become the files of an import, which is then looked at as any."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from config.commands import Actor, command
from config.errors import Invalid, NotFound
from documents.ledger.writer import record
from workflow.organization import ledger_actions as acts
from workflow.organization import rules
from workflow.organization.commands.batches import SentFile, check_import
from workflow.organization.imports.columns import COLUMNS, ENDED, FILE_NAMES, shown
from workflow.organization.imports.picture import Key, Picture, Values
from workflow.organization.imports.snapshot import picture
from workflow.organization.models import AppointmentKind, BatchSource, ChangeBatch, FileKind, Scope

GONE = ""  # where a post goes that nobody takes over


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that takes over."""

    code: str
    name: str
    short_name: str = ""
    symbol: str = ""


@command
def draft_rename(
    *, code: str, values: Mapping[str, str], effective_on: dt.date, reason: str, actor: Actor
) -> ChangeBatch:
    """Prepare another name or place of a unit; it is registered on the page of the batch.

    Raises NotAllowed, NotFound, Invalid for a day in the past or without a reason.
    """
    rules.check_keeps_masters(actor)
    rules.check_effective_day(effective_on)
    known = picture(effective_on)
    if (code,) not in known.things[FileKind.UNITS]:
        raise NotFound(_("所属コード %(code)s の所属が、発効日にありません。") % {"code": code})
    content = _file(FileKind.UNITS, [((code,), dict(values))])
    batch = check_import(files=[content], effective_on=effective_on, reason=reason, actor=actor)
    _of_page(batch)
    record(acts.ReformDrafted, subject=batch, actor=actor, batch=batch.pk, old=[code], new=[code])
    return batch


@command
def draft_reform(
    *,
    old_codes: Sequence[str],
    new_units: Sequence[NewUnit],
    heirs: Mapping[tuple[str, str], str],
    effective_on: dt.date,
    reason: str,
    actor: Actor,
) -> ChangeBatch:
    """Prepare the end of units and the beginning of those that take over: 統合 (n to 1), 分割 (1 to n), 改編 (1 to 1).

    `heirs` says for each post (unit code, name), and for each unit below by (code, ""), which new unit takes it over, or
    nothing.  People go with their posts.  Raises NotAllowed, NotFound, Invalid for odd choices.
    """
    rules.check_keeps_masters(actor)
    rules.check_effective_day(effective_on)
    known = picture(effective_on)
    units = known.things[FileKind.UNITS]
    missing = [code for code in old_codes if (code,) not in units]
    if missing or not old_codes:
        raise NotFound(_("所属コード %(code)s の所属が、発効日にありません。") % {"code": ", ".join(missing)})
    codes = [unit.code for unit in new_units]
    if not codes:
        raise Invalid(_("新しい所属を1つ以上書いてください。"), code="no_unit")
    taken = [code for code in codes if (code,) in units or codes.count(code) > 1]
    if taken:
        told = _("所属コード %(code)s は使われています。別のコードにしてください。") % {"code": taken[0]}
        raise Invalid(told, code="code_taken")
    if set(heirs.values()) - {*codes, GONE}:
        raise Invalid(_("引き継ぐ所属を、書いた新しい所属から選んでください。"), code="unknown_heir")
    files = _files(known, list(old_codes), list(new_units), heirs)
    batch = check_import(files=files, effective_on=effective_on, scope=Scope.CHANGES, reason=reason, actor=actor)
    _of_page(batch)
    record(acts.ReformDrafted, subject=batch, actor=actor, batch=batch.pk, old=list(old_codes), new=codes)
    return batch


def _of_page(batch: ChangeBatch) -> None:
    batch.source = BatchSource.REORGANISATION
    batch.save(update_fields=["source"])


def _files(known: Picture, old: list[str], new: list[NewUnit], heirs: Mapping[tuple[str, str], str]) -> list[SentFile]:
    units = known.things[FileKind.UNITS]
    model = units[(old[0],)]
    unit_lines: list[tuple[Key, Values]] = [
        (
            (unit.code,),
            {
                "name": unit.name,
                "short_name": unit.short_name,
                "symbol": unit.symbol,
                "kind": model["kind"],
                "parent": model["parent"],
            },
        )
        for unit in new
    ]
    for (code,), values in units.items():
        if values["parent"] in old and code not in old:
            unit_lines.append(((code,), values | {"parent": heirs.get((code, ""), new[0].code) or model["parent"]}))
    unit_lines += [((code,), units[(code,)] | {ENDED: ENDED}) for code in old]
    posts: dict[Key, Values] = {}
    seats: dict[Key, Values] = {}
    for (unit, post), values in known.things[FileKind.POSTS].items():
        heir = heirs.get((unit, post), GONE)
        if unit in old and heir:
            posts[(heir, post)] = values
    for (person, unit, post), values in known.things[FileKind.APPOINTMENTS].items():
        if unit not in old:
            continue
        heir = heirs.get((unit, post), GONE)
        if heir:
            seats[(person, heir, post)] = values
        if not heir or values["kind"] != AppointmentKind.MAIN:
            seats[(person, unit, post)] = values | {ENDED: ENDED}
    return [
        _file(FileKind.UNITS, unit_lines),
        *([_file(FileKind.POSTS, list(posts.items()))] if posts else []),
        *([_file(FileKind.APPOINTMENTS, list(seats.items()))] if seats else []),
        _file(FileKind.SUCCESSIONS, [((before, unit.code), {}) for before in old for unit in new]),
    ]


def _file(kind: FileKind, lines: list[tuple[Key, Values]]) -> SentFile:
    """A file as the personnel office would have made it."""
    columns = COLUMNS[kind]
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow([column.header for column in columns])
    for key, values in lines:
        rest = columns[len(key) :]
        out.writerow([*key, *(shown(column, values.get(column.field, "")) for column in rest)])
    return SentFile(kind, FILE_NAMES[kind], text.getvalue().encode())
