"""What must be true of the organisation once the changes are made."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from workflow.organization.imports import names
from workflow.organization.imports.picture import Change, Key, Picture, Plan
from workflow.organization.imports.reading import Line
from workflow.organization.models import AppointmentKind, ChangeVerb, FileKind, Standing

Lines = dict[FileKind, dict[Key, Line]]
_SHOWN = 3  # names in one sentence


def check(made: Plan, before: Picture, after: Picture, lines: Lines) -> None:
    """Note everything that does not fit together."""
    for change in made.changes:
        _check_dates(made, before, change)
    _check_units(made, before, after, lines)
    _check_posts(made, before, after, lines)
    _check_seats(made, after, lines)
    _check_mains(made, after, lines)
    _check_heirs(made, before, after, lines)


def _check_dates(made: Plan, before: Picture, change: Change) -> None:
    """A thing that changes again after the effective day, or that begins on it, is not changed behind its back."""
    later = before.later.get((change.kind, change.key))
    if later is not None:
        made.wrong(
            change.kind,
            change.line,
            "",
            _("%(thing)s には %(day)s からの変更が登録されています。先にそれを取り消してください。")
            % {"thing": names.change_name(made, change), "day": later},
        )
    elif change.verb != ChangeVerb.NEW and (change.kind, change.key) in before.began:
        made.wrong(
            change.kind,
            change.line,
            "",
            _("%(thing)s は発効日その日に始まります。同じ日には変えられません。")
            % {"thing": names.change_name(made, change)},
        )


def _number(lines: Lines, kind: FileKind, key: Key) -> int | None:
    line = lines.get(kind, {}).get(key)
    return line.number if line is not None else None


def _check_units(made: Plan, before: Picture, after: Picture, lines: Lines) -> None:
    units = after.things[FileKind.UNITS]
    for key, values in units.items():
        parent = values["parent"]
        if parent and (parent,) not in units:
            ended = _number(lines, FileKind.UNITS, (parent,)) if (parent,) in before.things[FileKind.UNITS] else None
            line = _number(lines, FileKind.UNITS, key)
            made.wrong(
                FileKind.UNITS,
                line if line is not None else ended,
                "上位所属コード",
                _("%(unit)s の上位所属 %(parent)s が、発効日にありません。")
                % {"unit": names.unit_name(after, key[0]), "parent": names.unit_name(before, parent)},
            )
        elif key in lines.get(FileKind.UNITS, {}) and _turns_in_a_circle(key, after):
            made.wrong(
                FileKind.UNITS,
                _number(lines, FileKind.UNITS, key),
                "上位所属コード",
                _("%(unit)s は、自分の下の所属に属することになります。") % {"unit": names.unit_name(after, key[0])},
            )


def _turns_in_a_circle(key: Key, after: Picture) -> bool:
    units = after.things[FileKind.UNITS]
    above = (units[key]["parent"],)
    for _step in range(len(units)):
        if above == key:
            return True
        if above not in units:
            return False
        above = (units[above]["parent"],)
    return True


def _check_posts(made: Plan, before: Picture, after: Picture, lines: Lines) -> None:
    for key, values in after.things[FileKind.POSTS].items():
        line = _number(lines, FileKind.POSTS, key)
        if (key[0],) not in after.things[FileKind.UNITS]:
            made.wrong(FileKind.POSTS, line, "所属コード", _unknown_unit(key[0]))
        was = before.things[FileKind.POSTS].get(key)
        if was is not None and was["rank"] != values["rank"]:
            made.wrong(
                FileKind.POSTS,
                line,
                "職位",
                _("ある職の職位は変えられません。この職を廃止し、別の職名で設けてください。"),
            )


def _unknown_unit(code: str) -> str:
    return _("所属コード %(code)s の所属が、発効日にありません。") % {"code": code}


def _check_seats(made: Plan, after: Picture, lines: Lines) -> None:
    """Whoever is appointed is there, and so is his post; nobody is left sitting in a post that ends."""
    kind = FileKind.APPOINTMENTS
    behind: dict[Key, list[str]] = defaultdict(list)
    for key in after.things[kind]:
        line = _number(lines, kind, key)
        code, unit, post = key
        person = after.things[FileKind.STAFF].get((code,))
        if person is None:
            made.wrong(kind, line, "職員番号", _("職員番号 %(code)s の職員はいません。") % {"code": code})
        elif person["standing"] == Standing.LEFT:
            made.wrong(kind, line, "職員番号", _("職員番号 %(code)s は発効日に退職しています。") % {"code": code})
        if (unit, post) in after.things[FileKind.POSTS]:
            continue
        if line is None:
            behind[(unit, post)].append(names.staff_name(after, code))
        elif (unit,) not in after.things[FileKind.UNITS]:
            made.wrong(kind, line, "所属コード", _unknown_unit(unit))
        else:
            made.wrong(
                kind, line, "職名", _("所属 %(unit)s に職「%(post)s」がありません。") % {"unit": unit, "post": post}
            )
    for (unit, post), people in behind.items():
        line = _number(lines, FileKind.POSTS, (unit, post))
        where = FileKind.POSTS if line is not None else FileKind.UNITS
        made.wrong(
            where,
            line if line is not None else _number(lines, FileKind.UNITS, (unit,)),
            "廃止",
            _("%(post)s を終えると、任用されている職員が残ります: %(people)s。任用のファイルに異動先を書いてください。")
            % {"post": f"{unit} {post}", "people": _listed(people)},
        )


def _listed(people: list[str]) -> str:
    rest = len(people) - _SHOWN
    shown = "、".join(people[:_SHOWN])
    return shown if rest <= 0 else _("%(people)s ほか%(rest)d人") % {"people": shown, "rest": rest}


def _check_mains(made: Plan, after: Picture, lines: Lines) -> None:
    """One 本務 for a person."""
    kind = FileKind.APPOINTMENTS
    mains: dict[str, list[Key]] = defaultdict(list)
    for key, values in after.things[kind].items():
        if values["kind"] == AppointmentKind.MAIN:
            mains[key[0]].append(key)
    for code, keys in mains.items():
        if len(keys) < 2:
            continue
        numbered = [number for number in (_number(lines, kind, key) for key in keys) if number is not None]
        made.wrong(
            kind,
            max(numbered, default=None),
            "任用",
            _("職員番号 %(code)s の本務が%(count)dつになります。1つにしてください。")
            % {"code": code, "count": len(keys)},
        )


def _check_heirs(made: Plan, before: Picture, after: Picture, lines: Lines) -> None:
    for key, line in lines.get(FileKind.SUCCESSIONS, {}).items():
        old, new = key
        if old == new:
            made.wrong(FileKind.SUCCESSIONS, line.number, "新所属コード", _("同じ所属です。"))
        if (old,) not in before.things[FileKind.UNITS]:
            made.wrong(FileKind.SUCCESSIONS, line.number, "旧所属コード", _unknown_unit(old))
        if (new,) not in after.things[FileKind.UNITS]:
            made.wrong(FileKind.SUCCESSIONS, line.number, "新所属コード", _unknown_unit(new))
