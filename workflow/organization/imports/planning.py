"""Files and the organisation of a day → what would change, or what is wrong.  Nothing is stored here."""

from __future__ import annotations

import copy

from django.utils.translation import gettext as _

from workflow.organization.imports import checks, names
from workflow.organization.imports.columns import ENDED
from workflow.organization.imports.picture import Change, Key, Picture, Plan, Values
from workflow.organization.imports.reading import Line, Parsed
from workflow.organization.models import AppointmentKind, ChangeVerb, FileKind, Scope, Standing

MAIN = str(AppointmentKind.MAIN)
LEFT = str(Standing.LEFT)


def plan(picture: Picture, files: list[Parsed], scope: Scope) -> Plan:
    """What the files come to.  With any problem, no change is to be made."""
    after = copy.deepcopy(picture)
    made = Plan(picture, after, scope)
    order = list(FileKind)
    lines: dict[FileKind, dict[Key, Line]] = {}
    for parsed in sorted(files, key=lambda one: order.index(one.kind)):
        made.problems += parsed.problems
        lines[parsed.kind] = {line.key: line for line in parsed.lines}
        for line in parsed.lines:
            _take(parsed.kind, line, picture, after, made)
        if scope == Scope.WHOLE and parsed.kind != FileKind.SUCCESSIONS and not parsed.problems:
            _end_unnamed(parsed.kind, lines[parsed.kind], picture, after)
    _follow(picture, after, lines)
    made.changes = _differences(picture, after, lines)
    made.same = sum(len(known) for known in lines.values()) - sum(change.line is not None for change in made.changes)
    checks.check(made, picture, after, lines)
    made.problems.sort(key=lambda p: (order.index(p.kind), p.line is None, p.line or 0))
    return made


def _take(kind: FileKind, line: Line, picture: Picture, after: Picture, made: Plan) -> None:
    """One line: the thing ends, or is as the line says."""
    things = after.things[kind]
    if line.values.get(ENDED):
        if line.key not in picture.things[kind]:
            made.wrong(kind, line.number, "", _("終える対象が、発効日にありません。"))
            return
        things.pop(line.key, None)
        return
    values = {name: value for name, value in line.values.items() if name != ENDED and name not in names.KEYS[kind]}
    if kind == FileKind.STAFF and values["standing"] == LEFT and line.key not in picture.things[kind]:
        made.wrong(kind, line.number, "在職の状態", _("退職の職員を新しく登録することはできません。"))
        return
    things[line.key] = values


def _end_unnamed(kind: FileKind, lines: dict[Key, Line], picture: Picture, after: Picture) -> None:
    """A whole list ends what it does not name; staff leave.  Whoever keeps the system stays."""
    for key in picture.things[kind]:
        if key in lines or (key[0] in picture.keepers and kind in (FileKind.STAFF, FileKind.APPOINTMENTS)):
            continue
        if kind == FileKind.STAFF:
            after.things[kind][key] = after.things[kind][key] | {"standing": LEFT}
        else:
            after.things[kind].pop(key, None)


def _follow(picture: Picture, after: Picture, lines: dict[FileKind, dict[Key, Line]]) -> None:
    """What follows by itself: posts end with their unit, posts of whoever left, the old 本務 with the new one."""
    units, posts, staff, seats = (
        after.things[kind] for kind in (FileKind.UNITS, FileKind.POSTS, FileKind.STAFF, FileKind.APPOINTMENTS)
    )
    named = lines.get(FileKind.APPOINTMENTS, {})
    for key in [key for key in posts if (key[0],) not in units and key in picture.things[FileKind.POSTS]]:
        if key not in lines.get(FileKind.POSTS, {}):
            del posts[key]
    gone = {code for (code,), values in staff.items() if values["standing"] == LEFT}
    fresh = {key[0] for key, values in seats.items() if values["kind"] == MAIN and _is_new_main(key, picture)}
    for key, values in list(seats.items()):
        if key in named:
            continue
        left_behind = values["kind"] == MAIN and key[0] in fresh and not _is_new_main(key, picture)
        if key[0] in gone or left_behind:
            del seats[key]
    _hand_posts_on(picture, after)


def _is_new_main(key: Key, picture: Picture) -> bool:
    return picture.things[FileKind.APPOINTMENTS].get(key, {}).get("kind") != MAIN


def _hand_posts_on(picture: Picture, after: Picture) -> None:
    """A post that ends with its unit goes on in the new unit's post of the same name, where there is just one."""
    heirs = [key for key in after.things[FileKind.SUCCESSIONS] if len(key) == 2]
    for unit, post in picture.things[FileKind.POSTS]:
        if (unit, post) in after.things[FileKind.POSTS]:
            continue
        following = [new for old, new in heirs if old == unit and (new, post) in after.things[FileKind.POSTS]]
        if len(following) == 1:
            after.things[FileKind.SUCCESSIONS][(unit, post, following[0], post)] = {}


def _differences(picture: Picture, after: Picture, lines: dict[FileKind, dict[Key, Line]]) -> list[Change]:
    """In the order in which they can be made: what begins from the top down, then what ends from the bottom up."""
    begin: list[Change] = []
    end: list[Change] = []
    for kind in FileKind:
        before, later = picture.things[kind], after.things[kind]
        named = lines.get(kind, {})
        number = {key: line.number for key, line in named.items()}
        for key in [*_from_the_top(kind, later), *(key for key in before if key not in later)]:
            old, new = before.get(key), later.get(key)
            if old == new:
                continue
            if new is None or (kind == FileKind.STAFF and new["standing"] == LEFT):
                end.append(Change(kind, ChangeVerb.ENDED, key, old or {}, new or {}, number.get(key)))
            elif old is None:
                begin.append(Change(kind, ChangeVerb.NEW, key, {}, new, number.get(key)))
            else:
                begin.append(Change(kind, ChangeVerb.CHANGED, key, old, new, number.get(key)))
    order = list(FileKind)
    # Seats are left before others take them, so that nobody holds two 本務 at any moment.
    leaving = [change for change in end if change.kind == FileKind.APPOINTMENTS]
    others = sorted((c for c in end if c.kind != FileKind.APPOINTMENTS), key=lambda c: -order.index(c.kind))
    # Who takes over is said last, when it is known what ended.
    heirs = [change for change in begin if change.kind == FileKind.SUCCESSIONS]
    return [*leaving, *(change for change in begin if change.kind != FileKind.SUCCESSIONS), *others, *heirs]


def _from_the_top(kind: FileKind, things: dict[Key, Values]) -> list[Key]:
    """Units after the units above them; everything else as it stands."""
    if kind != FileKind.UNITS:
        return list(things)
    done: dict[Key, None] = {}

    def add(key: Key, seen: tuple[Key, ...]) -> None:
        if key in done or key in seen or key not in things:
            return
        add((things[key]["parent"],), (*seen, key))
        done[key] = None

    for key in things:
        add(key, ())
    return [*done, *(key for key in things if key not in done)]
