"""Rows written for a batch, one by one, so that all of it can be taken back before its day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

from config.errors import Conflict
from workflow.organization.models import (
    Appointment,
    BatchState,
    BatchStroke,
    ChangeBatch,
    Post,
    PostSuccession,
    Staff,
    StaffProfile,
    Unit,
    UnitSuccession,
    UnitVersion,
)

TABLES: dict[str, type[Model]] = {
    "group": Group,
    "unit": Unit,
    "unit_version": UnitVersion,
    "post": Post,
    "staff": Staff,
    "staff_profile": StaffProfile,
    "appointment": Appointment,
    "unit_succession": UnitSuccession,
    "post_succession": PostSuccession,
}
# Rows that point to others go before those.
_BACKWARDS = (
    "post_succession", "unit_succession", "appointment", "staff_profile", "staff", "post", "unit_version", "unit", "group",
)  # fmt: skip
_NAMES = {model: name for name, model in TABLES.items()}


class Strokes:
    """Makes rows and gives rows their end, and notes each for the batch (None: nothing needs to be taken back)."""

    def __init__(self, batch: ChangeBatch | None) -> None:
        self.batch = batch
        self._noted: list[BatchStroke] = []

    def make(self, row: Model) -> None:
        """Store a new row."""
        row.save(force_insert=True)
        self._note(row, made=True)

    def end(self, row: Any, day: dt.date) -> None:
        """Let a dated row hold up to, but not including, the day."""
        before, row.valid_to = row.valid_to, day
        row.save(update_fields=["valid_to"])
        self._note(row, made=False, end_before=before)

    def _note(self, row: Model, *, made: bool, end_before: dt.date | None = None) -> None:
        if self.batch is not None:
            name = _NAMES[type(row)]
            self._noted.append(
                BatchStroke(batch=self.batch, table=name, row_id=row.pk, made=made, end_before=end_before)
            )

    def keep(self) -> None:
        """Store what was noted."""
        BatchStroke.objects.bulk_create(self._noted)


def take_back(batch: ChangeBatch) -> None:
    """Undo every stroke of a batch, last first.  Raises Conflict while something later stands on it."""
    strokes = list(batch.strokes.order_by("-id"))
    _check_nothing_later(batch, strokes)
    made: dict[str, list[int]] = {table: [] for table in _BACKWARDS}
    for stroke in strokes:
        if stroke.made:
            made[stroke.table].append(stroke.row_id)
        else:
            _reopen(stroke, batch.effective_on)
    try:
        for table, ids in made.items():
            _delete(table, ids)
    except ProtectedError:
        raise Conflict(
            _("この取込で登録したものが、既にほかの登録や案件で使われています。取り消せません。"), code="in_use"
        ) from None


def _delete(table: str, ids: list[int]) -> None:
    """Units one by one, those below first: they point to one another.  Everything else at once."""
    rows = TABLES[table]._default_manager
    for part in [[pk] for pk in ids] if table == "unit" else [ids]:
        rows.filter(pk__in=part).delete()


def _reopen(stroke: BatchStroke, day: dt.date) -> None:
    """Give a row back the end that it had, unless something else has ended it meanwhile.

    Whoever left meanwhile has another row of his history up to the day: that one goes on instead.
    """
    if stroke.table == "staff_profile":
        person = StaffProfile.objects.filter(pk=stroke.row_id).values("staff_id")
        StaffProfile.objects.filter(staff_id__in=person, valid_to=day).update(valid_to=stroke.end_before)
        return
    rows: Any = TABLES[stroke.table]._default_manager.filter(pk=stroke.row_id, valid_to=day)
    rows.update(valid_to=stroke.end_before)


def _check_nothing_later(batch: ChangeBatch, strokes: list[BatchStroke]) -> None:
    touched = {(stroke.table, stroke.row_id) for stroke in strokes}
    later = BatchStroke.objects.filter(batch_id__gt=batch.pk, batch__state=BatchState.APPLIED).order_by("-batch_id")
    for stroke in later:
        if (stroke.table, stroke.row_id) in touched:
            raise Conflict(
                _("あとの取込 第%(number)d号がこの取込の上に登録されています。先にそれを取り消してください。")
                % {"number": stroke.batch_id},
                code="built_upon",
            )
