"""A record from its beginning to its place in the binder."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Max
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Conflict, Invalid, NotAllowed
from documents import access, blobs, retention, rules
from documents import ledger_actions as acts
from documents.ledger.format import canonical
from documents.ledger.writer import record
from documents.models import Attachment, Binder, Blob, Record, RecordGrant
from documents.models.filing import Disclosure
from documents.models.record import RecordState
from documents.search.index import index_record
from documents.search.tokens import fold

ORIGINAL_TYPE = "application/json"


@command
def create_record(*, actor: Actor) -> Record:
    """Begin a record; the actor is its creator and, while it is a draft, its only reader.  Raises NotAllowed for machines."""
    if actor.user_id is None:
        raise NotAllowed(_("文書を作れるのは職員だけです。"), code="not_staff")
    row = Record.objects.create(
        creator_id=actor.user_id, creator_name=actor.name, creator_unit=actor.unit, created_at=clock.now()
    )

    record(acts.RecordCreated, subject=row, actor=actor, record_id=row.pk)
    return row


@command
def describe_record(*, record_id: int, title: str, binder_id: int | None, disclosure: str, actor: Actor) -> Record:
    """Set title, binder and 公開区分 of a draft.  Raises NotFound, NotAllowed, Conflict, Invalid."""
    row = access.record_for_change(record_id=record_id, actor=actor)
    rules.check_may_edit(row, actor=actor)
    if disclosure not in Disclosure.values:
        raise Invalid(_("入力を確認してください。"), fields={"disclosure": [_("公開区分を選んでください。")]})
    binder = access.fileable_binders(actor).filter(pk=binder_id).first() if binder_id else None
    if binder_id and binder is None:
        raise Invalid(_("入力を確認してください。"), fields={"binder": [_("綴れる簿冊を選んでください。")]})

    row.title, row.title_folded = title, fold(title)[:400]
    row.binder, row.disclosure, row.revision = binder, disclosure, row.revision + 1
    row.save(update_fields=["title", "title_folded", "binder", "disclosure", "revision"])
    index_record(row)

    record(
        acts.RecordDescribed,
        subject=row,
        actor=actor,
        record_id=row.pk,
        title=title,
        binder_id=binder_id,
        binder=binder.name if binder else "",
        disclosure=disclosure,
    )
    return row


@command
def set_record_number(*, record_id: int, number: str, actor: Actor) -> Record:
    """Give a record its number, once.  Raises NotFound, Conflict when it has another."""
    row = access.record_for_change(record_id=record_id, actor=actor)
    rules.check_open(row)
    if row.number and row.number != number:
        raise Conflict(_("番号 %(number)s が付いています。") % {"number": row.number}, code="numbered")

    row.number, row.number_folded = number, fold(number)[:120]
    row.save(update_fields=["number", "number_folded"])

    record(acts.RecordNumbered, subject=row, actor=actor, record_id=row.pk, number=number)
    return row


@command
def set_record_state(*, record_id: int, state: str, actor: Actor) -> Record:
    """Take a record one step along its life.  Raises NotFound, Conflict where the lifecycle has no such step.

    決裁 and 完結 are not reached this way: freeze_original and complete_record do more than change a word.
    """
    row = access.record_for_change(record_id=record_id, actor=actor)
    if state in (RecordState.DECIDED, RecordState.COMPLETED):
        raise Conflict(_("決裁と完結はこの処理では行えません。"), code="no_such_step")
    before = row.state
    rules.move(row, state)

    row.save(update_fields=["state"])

    record(acts.RecordMoved, subject=row, actor=actor, record_id=row.pk, before=before, after=row.state)
    return row


@command
def freeze_original(*, record_id: int, content: dict[str, Any], actor: Actor) -> Blob:
    """決裁: keep the decided version as the 原議 for good; from now on no field and no file of the record changes.

    `content` is a JSON object; its canonical bytes are what is kept.  Raises NotFound, Conflict.
    """
    row = access.record_for_change(record_id=record_id, actor=actor)
    rules.check_open(row)
    rules.move(row, RecordState.DECIDED)

    blob = blobs.store(io.BytesIO(canonical(content)), media_type=ORIGINAL_TYPE)
    row.original, row.decided_at = blob, clock.now()
    row.save(update_fields=["state", "original", "decided_at"])

    count = Attachment.objects.filter(record=row, removed_at=None).count()
    record(acts.OriginalFixed, subject=row, actor=actor, record_id=row.pk, sha256=blob.sha256, attachments=count)
    return blob


@command
def complete_record(
    *, record_id: int, on: dt.date, event_on: dt.date | None = None, account_year: int | None = None, actor: Actor
) -> Record:
    """完結: file the record in its binder under the next 綴り番号 and settle 起算日 and 満了日 (domain.md 1.4).

    `event_on` is the 特定日 and `account_year` the 会計年度, for binders that count from them.  Raises NotFound, Conflict,
    Invalid when it has no binder or `on` lies before the day of 決裁.
    """
    row = access.record_for_change(record_id=record_id, actor=actor)
    if row.binder_id is None:
        raise Invalid(_("入力を確認してください。"), fields={"binder": [_("簿冊を選んでください。")]})
    if row.decided_at is not None and on < row.decided_at.astimezone(clock.TOKYO).date():
        raise Invalid(_("入力を確認してください。"), fields={"on": [_("決裁日より前の日は選べません。")]})
    rules.move(row, RecordState.COMPLETED)

    binder = Binder.objects.select_for_update().get(pk=row.binder_id)
    last = Record.objects.filter(binder=binder).aggregate(last=Max("binder_order"))["last"] or 0
    row.binder_order, row.completed_on = last + 1, on
    row.retention_from = retention.start_date(
        binder.basis, completed_on=on, event_on=event_on, account_year=account_year
    )
    row.expires_on = retention.expiry(row.retention_from, binder.retention_years)
    row.save(update_fields=["state", "binder_order", "completed_on", "retention_from", "expires_on"])

    record(
        acts.RecordCompleted,
        subject=row,
        actor=actor,
        record_id=row.pk,
        on=on,
        binder_id=binder.pk,
        binder=binder.name,
        order=row.binder_order,
        retention_from=row.retention_from,
        expires_on=row.expires_on,
    )
    return row


@command
def grant_reading(*, record_id: int, user_id: int, actor: Actor) -> Record:
    """Let one person read one record: the exception, for somebody on its route.  Raises NotFound."""
    row = access.record_for_change(record_id=record_id, actor=actor)

    permission = Permission.objects.get(content_type__app_label="documents", codename="read_record")
    RecordGrant.objects.get_or_create(permission=permission, user_id=user_id, content_object=row)

    name = get_user_model().objects.values_list("name", flat=True).get(pk=user_id)
    record(acts.ReadingGranted, subject=row, actor=actor, record_id=row.pk, user_id=user_id, name=name)
    return row
