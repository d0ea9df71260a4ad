"""The organisation of a day, read from the database as a picture that files can be compared with."""

from __future__ import annotations

import datetime as dt

from config.commands import Role
from workflow.organization.imports.picture import Picture
from workflow.organization.models import (
    Appointment,
    FileKind,
    Post,
    Staff,
    StaffProfile,
    UnitSuccession,
    UnitVersion,
)


def picture(on: dt.date) -> Picture:
    """Every thing of that day, with what is registered for later; a fixed number of queries."""
    found = Picture(on)
    _units(found)
    _posts(found)
    _staff(found)
    _seats(found)
    heirs = UnitSuccession.objects.filter(effective_on__lte=on).values_list("old__code", "new__code")
    found.things[FileKind.SUCCESSIONS] = {key: {} for key in heirs}
    return found


def _note_later(found: Picture, kind: FileKind, key: tuple[str, ...], day: dt.date | None) -> None:
    if day is not None and day > found.on:
        found.later[(kind, key)] = min(day, found.later.get((kind, key), day))


def _units(found: Picture) -> None:
    things = found.things[FileKind.UNITS] = {}
    rows = UnitVersion.objects.select_related("unit", "parent").order_by("unit__code", "valid_from")
    for row in rows.exclude(valid_to__lte=found.on):
        key = (row.unit.code,)
        _note_later(found, FileKind.UNITS, key, row.unit.valid_to)
        if row.valid_from > found.on:
            _note_later(found, FileKind.UNITS, key, row.valid_from)
            continue
        if row.valid_from == found.on:
            found.began.add((FileKind.UNITS, key))
        things[key] = {
            "name": row.name,
            "short_name": row.short_name,
            "symbol": row.symbol,
            "kind": row.kind,
            "parent": row.parent.code if row.parent is not None else "",
        }


def _posts(found: Picture) -> None:
    things = found.things[FileKind.POSTS] = {}
    rows = Post.objects.select_related("unit").order_by("unit__code", "-rank", "pk")
    for row in rows.exclude(valid_to__lte=found.on):
        key = (row.unit.code, row.name)
        if row.valid_from > found.on:
            _note_later(found, FileKind.POSTS, key, row.valid_from)
            continue
        if row.valid_from == found.on:
            found.began.add((FileKind.POSTS, key))
        things[key] = {"rank": str(row.rank)}


def _staff(found: Picture) -> None:
    things = found.things[FileKind.STAFF] = {}
    rows = StaffProfile.objects.select_related("staff").order_by("staff__code", "valid_from")
    for row in rows.exclude(valid_to__lte=found.on):
        key = (row.staff.code,)
        if row.valid_from > found.on:
            _note_later(found, FileKind.STAFF, key, row.valid_from)
            continue
        if row.valid_from == found.on:
            found.began.add((FileKind.STAFF, key))
        things[key] = {
            "name": row.name,
            "kana": row.kana,
            "former_name": row.former_name,
            "occupation": row.occupation,
            "employment": row.employment,
            "email": row.email,
            "standing": row.standing,
        }
    keepers = Staff.objects.values_list("code", "roles")
    found.keepers = frozenset(code for code, roles in keepers if Role.ADMINISTRATOR in roles)


def _seats(found: Picture) -> None:
    things = found.things[FileKind.APPOINTMENTS] = {}
    rows = Appointment.objects.select_related("staff", "post__unit").order_by("staff__code", "pk")
    for row in rows.exclude(valid_to__lte=found.on):
        key = (row.staff.code, row.post.unit.code, row.post.name)
        if row.valid_from > found.on:
            _note_later(found, FileKind.APPOINTMENTS, key, row.valid_from)
            continue
        if row.valid_from == found.on:
            found.began.add((FileKind.APPOINTMENTS, key))
        things[key] = {"kind": row.kind}
