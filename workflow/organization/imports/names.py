"""What changes are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from workflow.organization.imports.columns import COLUMNS, KEY_WIDTH, shown
from workflow.organization.imports.picture import Change, Picture, Plan
from workflow.organization.models import FileKind

# The fields that are the key of a thing.
KEYS = {kind: tuple(column.field for column in COLUMNS[kind][: KEY_WIDTH[kind]]) for kind in FileKind}


def unit_name(picture: Picture, code: str) -> str:
    """A unit's name with its code."""
    values = picture.things[FileKind.UNITS].get((code,))
    return f"{code} {values['name']}" if values else code


def staff_name(picture: Picture, code: str) -> str:
    """A person's name with his 職員番号."""
    values = picture.things[FileKind.STAFF].get((code,))
    return f"{code} {values['name']}" if values else code


def change_name(made: Plan, change: Change) -> str:
    """What a change is about, under the names of the effective day; of what ends, under those it has had."""
    kind, key = change.kind, change.key
    if kind == FileKind.UNITS:
        return _unit(made, key[0])
    if kind == FileKind.STAFF:
        return _person(made, key[0])
    if kind == FileKind.POSTS:
        return f"{_unit(made, key[0])} {key[1]}"
    if kind == FileKind.APPOINTMENTS:
        return f"{_person(made, key[0])} → {_unit(made, key[1])} {key[2]}"
    if len(key) == 4:
        return f"{_unit(made, key[0])} {key[1]} → {_unit(made, key[2])} {key[3]}"
    return f"{_unit(made, key[0])} → {_unit(made, key[1])}"


def _unit(made: Plan, code: str) -> str:
    return unit_name(made.after if (code,) in made.after.things[FileKind.UNITS] else made.before, code)


def _person(made: Plan, code: str) -> str:
    return staff_name(made.after if (code,) in made.after.things[FileKind.STAFF] else made.before, code)


def details(change: Change) -> list[tuple[str, str, str]]:
    """Column, before and after, of everything that is different."""
    columns = [column for column in COLUMNS[change.kind] if column.field not in KEYS[change.kind]]
    rows = []
    for column in columns:
        old, new = change.before.get(column.field, ""), change.after.get(column.field, "")
        if old != new and (old or new):
            rows.append((column.header, shown(column, old) or _("(なし)"), shown(column, new) or _("(なし)")))
    return rows


def changed_columns(change: Change, *, but: str) -> str:
    """The headers of the columns that change, one of them left out."""
    columns = [column for column in COLUMNS[change.kind] if column.field not in (*KEYS[change.kind], but)]
    return " ".join(c.header for c in columns if change.before.get(c.field, "") != change.after.get(c.field, ""))
