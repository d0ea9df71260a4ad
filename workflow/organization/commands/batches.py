"""Sets of changes: handed in and looked at, registered as a whole, taken back before their day, in effect at 0:00."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Conflict, Invalid, NotFound
from documents.ledger.writer import record
from workflow.organization import ledger_actions as acts
from workflow.organization import rules
from workflow.organization.announce import OrganizationChanged, announce
from workflow.organization.commands.days import expect, forget, midnight
from workflow.organization.commands.standing import end_sessions, refresh_staff, refresh_units
from workflow.organization.commands.strokes import Strokes, take_back
from workflow.organization.commands.writing import Writer
from workflow.organization.imports import names
from workflow.organization.imports.columns import FILE_NAMES
from workflow.organization.imports.picture import Plan
from workflow.organization.imports.planning import plan
from workflow.organization.imports.reading import LARGEST, parse
from workflow.organization.imports.snapshot import picture
from workflow.organization.models import (
    BatchChange,
    BatchFile,
    BatchSource,
    BatchState,
    ChangeBatch,
    ChangeVerb,
    FileKind,
    Scope,
    Staff,
    StaffProfile,
    Unit,
    UnitVersion,
)


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came in."""

    kind: FileKind
    name: str
    content: bytes


def plan_of(batch: ChangeBatch) -> Plan:
    """What the batch's files come to now."""
    files = [parse(FileKind(file.kind), bytes(file.content)) for file in batch.files.order_by("id")]
    return plan(picture(batch.effective_on), files, Scope(batch.scope))


@command
def check_import(
    *, files: list[SentFile], effective_on: dt.date, scope: str = Scope.CHANGES, reason: str, actor: Actor
) -> ChangeBatch:
    """Keep files and say on their page what they would change.  Nothing of the organisation changes.

    Raises NotAllowed, Invalid without a file or a reason, for a day in the past, an unknown scope, a file too large.
    """
    rules.check_keeps_masters(actor)
    rules.check_effective_day(effective_on)
    why = rules.check_reason(reason)
    if scope not in Scope.values:
        raise Invalid(_("入力を確認してください。"), fields={"scope": [_("ファイルの範囲を選んでください。")]})
    if not files:
        raise Invalid(_("取り込むファイルを1つ以上選んでください。"), code="no_file")
    for file in files:
        if len(file.content) > LARGEST:
            told = _("ファイルが大きすぎます(%(most)d MBまで)。") % {"most": LARGEST // 1024 // 1024}
            raise Invalid(_("入力を確認してください。"), fields={str(file.kind): [told]})

    batch = ChangeBatch.objects.create(
        source=BatchSource.FILES,
        scope=scope,
        effective_on=effective_on,
        effective_at=midnight(effective_on),
        reason=why,
        checked_by_id=actor.user_id,
        checked_at=clock.now(),
    )
    kept = [_kept(batch, file) for file in files]

    record(
        acts.ImportChecked,
        subject=batch,
        actor=actor,
        batch=batch.pk,
        files=" ".join(FILE_NAMES[FileKind(file.kind)] for file in kept),
        sha256=[file.sha256 for file in kept],
        effective_on=effective_on,
        reason=why,
    )
    return batch


def _kept(batch: ChangeBatch, file: SentFile) -> BatchFile:
    return BatchFile.objects.create(
        batch=batch,
        kind=file.kind,
        name=file.name[:200],
        encoding=parse(file.kind, file.content).encoding,
        sha256=hashlib.sha256(file.content).hexdigest(),
        size=len(file.content),
        content=file.content,
    )


@command
def apply_import(*, batch_id: int, seen: str, actor: Actor) -> ChangeBatch:
    """Register everything that the batch's files change, if nothing is wrong with them.

    Raises NotAllowed, NotFound, Conflict when that was done already or the plan is no longer the one seen, Invalid when a
    line is bad, nothing changes or the day is past.
    """
    rules.check_keeps_masters(actor)
    batch = _batch(batch_id)
    if batch.state != BatchState.CHECKED:
        raise Conflict(_("この取込は既に登録されたか、取り消されています。"), code="not_checked")
    rules.check_effective_day(batch.effective_on)
    _hold_still()
    made = plan_of(batch)
    if made.problems:
        raise Invalid(_("誤りのある行があります。何も登録していません。"), code="bad_lines")
    if not made.changes:
        raise Invalid(_("変わるところがありません。"), code="no_change")
    if made.mark != seen:
        raise Conflict(_("確認したあとに組織が変わりました。もう一度、変わるところを確かめてください。"), code="stale")
    _register(batch, made, actor)
    return batch


def _hold_still() -> None:
    """Let nobody else change units or people between the plan and its writing."""
    for model in (Unit, Staff):
        list(model.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _register(batch: ChangeBatch, made: Plan, actor: Actor) -> None:
    """Write a plan without problems, and see to it that its day is announced."""
    strokes = Strokes(batch)
    writer = Writer(on=batch.effective_on, strokes=strokes, actor=actor, reason=batch.reason)
    writer.make(made.changes)
    strokes.keep()
    refresh_staff(writer.touched_staff)
    BatchChange.objects.bulk_create(
        BatchChange(
            batch=batch,
            kind=change.kind,
            verb=change.verb,
            label=names.change_name(made, change)[:300],
            details=[list(row) for row in names.details(change)],
        )
        for change in made.changes
    )
    batch.state = BatchState.APPLIED
    batch.applied_by_id, batch.applied_at = actor.user_id, clock.now()
    batch.save(update_fields=["state", "applied_by", "applied_at"])
    verbs = [change.verb for change in made.changes]
    record(
        acts.BatchApplied,
        subject=batch,
        actor=actor,
        batch=batch.pk,
        effective_on=batch.effective_on,
        new=verbs.count(ChangeVerb.NEW),
        changed=verbs.count(ChangeVerb.CHANGED),
        ended=verbs.count(ChangeVerb.ENDED),
        reason=batch.reason,
    )
    if batch.effective_on <= clock.today():
        begin_day(day=clock.today(), actor=actor)
    else:
        expect(batch.effective_on, key=str(batch.pk))


@command
def roll_back_batch(*, batch_id: int, reason: str, actor: Actor) -> ChangeBatch:
    """Take a registered batch back, wholly, before its day.

    Raises NotAllowed, NotFound, Invalid without a reason, Conflict once it is in effect or something stands on it.
    """
    rules.check_keeps_masters(actor)
    batch = _batch(batch_id)
    why = rules.check_reason(reason)
    if batch.state != BatchState.APPLIED:
        raise Conflict(_("登録されている取込ではありません。"), code="not_applied")
    if batch.effective_at <= clock.now():
        raise Conflict(_("発効した取込は取り消せません。新しい取込で直してください。"), code="in_effect")

    written = batch.strokes.filter(table="staff_profile").values("row_id")
    people = set(StaffProfile.objects.filter(pk__in=written).values_list("staff_id", flat=True))
    take_back(batch)
    refresh_staff(people)
    forget(key=str(batch.pk))
    batch.state = BatchState.ROLLED_BACK
    batch.rolled_back_by_id, batch.rolled_back_at, batch.rolled_back_reason = actor.user_id, clock.now(), why
    batch.save(update_fields=["state", "rolled_back_by", "rolled_back_at", "rolled_back_reason"])

    record(
        acts.BatchRolledBack,
        subject=batch,
        actor=actor,
        batch=batch.pk,
        effective_on=batch.effective_on,
        reason=why,
    )
    return batch


@command
def begin_day(*, day: dt.date, actor: Actor) -> list[int]:
    """What was registered for up to today holds: names of today, log-ins of whoever left end, open work is told.

    Rows hold by themselves from 0:00; this tells the rest of the product.  Doing it twice does it once.
    Raises NotAllowed, Invalid before the day.
    """
    rules.check_keeps_masters(actor)
    today = clock.today()
    if day > today:
        raise Invalid(_("まだその日ではありません。"), code="too_early")
    batches = list(
        ChangeBatch.objects.select_for_update()
        .filter(state=BatchState.APPLIED, effective_on__lte=today, announced_at=None)
        .order_by("effective_on", "id")
    )

    refresh_staff(StaffProfile.objects.values_list("staff_id", flat=True).distinct())
    refresh_units(UnitVersion.objects.on(today).values_list("unit_id", flat=True))
    for staff in Staff.objects.filter(is_active=False, browser_sessions__isnull=False).distinct():
        end_sessions(staff, actor)
    for batch in batches:
        batch.announced_at = clock.now()
        batch.save(update_fields=["announced_at"])

    numbers = [batch.pk for batch in batches]
    record(acts.DayBegun, subject=None, actor=actor, day=today, batches=numbers)
    announce(OrganizationChanged(today, actor))
    return numbers


def _batch(batch_id: int) -> ChangeBatch:
    try:
        return ChangeBatch.objects.select_for_update().get(pk=batch_id)
    except ChangeBatch.DoesNotExist:
        raise NotFound(_("取込がありません。")) from None
