"""Makes the changes of a plan: dated rows, in the plan's order, each with its entry in the ledger."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.contrib.auth.models import Group

from config.commands import Actor
from documents.ledger.writer import record
from workflow.organization import ledger_actions as acts
from workflow.organization.commands.strokes import Strokes
from workflow.organization.imports import names
from workflow.organization.imports.picture import Change, Key, Values
from workflow.organization.models import (
    Appointment,
    ChangeVerb,
    FileKind,
    Post,
    PostSuccession,
    Staff,
    StaffProfile,
    Standing,
    Unit,
    UnitSuccession,
    UnitVersion,
)


class Writer:
    """Holds the rows of the effective day while changes are made."""

    def __init__(self, *, on: dt.date, strokes: Strokes, actor: Actor, reason: str) -> None:
        self.on, self.strokes, self.actor, self.reason = on, strokes, actor, reason
        self.units = {row.code: row for row in Unit.objects.on(on).select_for_update().order_by("pk")}
        self.staff = {row.code: row for row in Staff.objects.select_for_update().order_by("pk")}
        self.posts = {
            (row.unit.code, row.name): row for row in Post.objects.on(on).select_related("unit").order_by("-pk")
        }
        self.touched_staff: set[int] = set()
        self.touched_units: set[int] = set()
        self.left: list[Staff] = []

    def make(self, changes: list[Change]) -> None:
        """Every change, in order."""
        ways = {
            FileKind.UNITS: self._unit,
            FileKind.POSTS: self._post,
            FileKind.STAFF: self._person,
            FileKind.APPOINTMENTS: self._seat,
            FileKind.SUCCESSIONS: self._heir,
        }
        for change in changes:
            ways[change.kind](change)

    def _unit(self, change: Change) -> None:
        (code,) = change.key
        if change.verb == ChangeVerb.NEW:
            self._new_unit(code, change.after)
            return
        unit = self.units[code]
        self.touched_units.add(unit.pk)
        version = UnitVersion.objects.on(self.on).select_for_update().get(unit=unit)
        self.strokes.end(version, self.on)
        if change.verb == ChangeVerb.ENDED:
            self.strokes.end(unit, self.on)
            record(acts.UnitEnded, subject=unit, actor=self.actor, unit_code=code, valid_to=self.on)
            return
        self.strokes.make(self._version(unit, change.after))
        record(
            acts.UnitChanged,
            subject=unit,
            actor=self.actor,
            unit_code=code,
            before=change.before["name"],
            after=change.after["name"],
            valid_from=self.on,
        )

    def _new_unit(self, code: str, values: Values) -> None:
        group = Group(name=f"{code}@{self.on.isoformat()}")
        self.strokes.make(group)
        parent = self.units[values["parent"]] if values["parent"] else None
        unit = Unit(
            code=code,
            group=group,
            valid_from=self.on,
            name=values["name"],
            short_name=values["short_name"],
            symbol=values["symbol"],
            kind=values["kind"],
            parent=parent,
        )
        self.strokes.make(unit)
        self.units[code] = unit
        self.strokes.make(self._version(unit, values))
        record(
            acts.UnitCreated,
            subject=unit,
            actor=self.actor,
            unit_code=code,
            name=values["name"],
            valid_from=self.on,
        )

    def _version(self, unit: Unit, values: Values) -> UnitVersion:
        return UnitVersion(
            unit=unit,
            valid_from=self.on,
            name=values["name"],
            short_name=values["short_name"],
            symbol=values["symbol"],
            kind=values["kind"],
            parent=self.units[values["parent"]] if values["parent"] else None,
        )

    def _post(self, change: Change) -> None:
        code, name = change.key
        if change.verb == ChangeVerb.ENDED:
            # Several chairs of one name in a unit are one post to the files.
            for row in Post.objects.on(self.on).select_for_update().filter(unit__code=code, name=name).order_by("pk"):
                self.strokes.end(row, self.on)
            ended = self.posts[(code, name)]
            record(acts.PostEnded, subject=ended, actor=self.actor, unit_code=code, name=name, valid_to=self.on)
            return
        post = Post(unit=self.units[code], name=name, rank=int(change.after["rank"]), valid_from=self.on)
        self.strokes.make(post)
        self.posts[(code, name)] = post
        record(
            acts.PostCreated,
            subject=post,
            actor=self.actor,
            unit_code=code,
            name=name,
            rank=post.rank,
            valid_from=self.on,
        )

    def _person(self, change: Change) -> None:
        (code,) = change.key
        values = change.after
        if change.verb == ChangeVerb.NEW:
            staff = Staff(
                code=code, is_active=False, **{name: value for name, value in values.items() if name != "standing"}
            )
            staff.set_unusable_password()
            self.strokes.make(staff)
            self.staff[code] = staff
        else:
            staff = self.staff[code]
            self.strokes.end(StaffProfile.objects.on(self.on).select_for_update().get(staff=staff), self.on)
        self.touched_staff.add(staff.pk)
        self.strokes.make(StaffProfile(staff=staff, valid_from=self.on, **values))
        if change.verb == ChangeVerb.NEW:
            record(acts.StaffHired, subject=staff, actor=self.actor, staff_code=code, name=staff.name, roles=[])
            return
        self._note_person(staff, change)

    def _note_person(self, staff: Staff, change: Change) -> None:
        """What became of somebody: he left, was suspended, is back, or is merely known otherwise."""
        note = partial(record, subject=staff, actor=self.actor, staff_code=staff.code)
        before, after = change.before.get("standing"), change.after["standing"]
        if before != after and after == Standing.LEFT:
            self.left.append(staff)
            note(acts.StaffRetired, on=self.on)
        elif before != after and after == Standing.LEAVE:
            self.left.append(staff)
            note(acts.StaffSuspended, on=self.on, reason=self.reason)
        elif before != after:
            note(acts.StaffBack, on=self.on, reason=self.reason)
        columns = names.changed_columns(change, but="standing")
        if columns:
            note(acts.StaffChanged, valid_from=self.on, columns=columns)

    def _seat(self, change: Change) -> None:
        code, unit, name = change.key
        staff = self.staff[code]
        post = self.posts.get((unit, name))
        if change.verb != ChangeVerb.NEW:
            held = Appointment.objects.on(self.on).select_for_update().select_related("post__unit")
            row = held.get(staff=staff, post__unit__code=unit, post__name=name)
            self.strokes.end(row, self.on)
            record(
                acts.AppointmentEnded,
                subject=row,
                actor=self.actor,
                staff_code=code,
                post_id=row.post_id,
                post=str(row.post),
                valid_to=self.on,
            )
        if change.verb == ChangeVerb.ENDED or post is None:
            return
        row = Appointment(staff=staff, post=post, kind=change.after["kind"], valid_from=self.on)
        self.strokes.make(row)
        record(
            acts.StaffAppointed,
            subject=row,
            actor=self.actor,
            staff_code=code,
            post_id=post.pk,
            post=str(post),
            kind=row.kind,
            valid_from=self.on,
        )

    def _heir(self, change: Change) -> None:
        if len(change.key) == 4:
            self._post_heir(change.key)
            return
        old_code, new_code = change.key
        row = UnitSuccession(old=self.units[old_code], new=self.units[new_code], effective_on=self.on)
        self.strokes.make(row)
        record(
            acts.UnitSucceeded,
            subject=row,
            actor=self.actor,
            old_code=old_code,
            new_code=new_code,
            effective_on=self.on,
        )

    def _post_heir(self, key: Key) -> None:
        old_unit, old_name, new_unit, new_name = key
        old, new = self.posts[(old_unit, old_name)], self.posts[(new_unit, new_name)]
        for row in Post.objects.filter(unit=old.unit_id, name=old_name, valid_to=self.on).order_by("pk"):
            self.strokes.make(PostSuccession(old=row, new=new, effective_on=self.on))
        record(acts.PostSucceeded, subject=old, actor=self.actor, old=str(old), new=str(new), effective_on=self.on)
