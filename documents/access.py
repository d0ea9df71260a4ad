"""Every fetch of a record for a person.  Absent and forbidden look the same; nothing is open by default.

A draft is its creator's alone.  Afterwards a record is read by its creator, by the readers of its binder (the keeping
unit, units named for the binder or for its class, single people named for the binder), by people named for the record
itself, and by auditors.  A confidential record is read by its creator and by the people named for it, and by nobody else.
The システム管理者 has no right to records by that role.  The rules themselves stand in reach.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models
from django.db.models import BooleanField, ExpressionWrapper, QuerySet
from django.utils.translation import gettext as _

from config.commands import Actor, ActorKind
from config.errors import NotFound
from documents import reach
from documents.models import Attachment, AttachmentVersion, Binder, Record

M = TypeVar("M", bound=models.Model)


def visible_records(actor: Actor) -> QuerySet[Record]:
    """The records the actor may read, as one query: permission is a join and never a set built in memory."""
    if actor.kind is not ActorKind.STAFF:
        return Record.objects.none()
    return Record.objects.filter(reach.either(reach.record_rules(actor)))


def listed_records(actor: Actor) -> QuerySet[Record]:
    """What a list of a binder shows: what the actor may read, and confidential records with `is_masked` set."""
    if actor.kind is not ActorKind.STAFF:
        return Record.objects.none()
    masked = reach.masked(actor)
    rows = Record.objects.filter(reach.either(reach.record_rules(actor)) | masked)
    return rows.annotate(is_masked=ExpressionWrapper(masked, output_field=BooleanField()))


def secret_ids(record_ids: Iterable[int], actor: Actor) -> set[int]:
    """Which of these records are confidential, and not for the actor."""
    rows = Record.objects.filter(pk__in=list(record_ids), secrecy__isnull=False)
    return set(rows.exclude(reach.either(reach.record_rules(actor))).values_list("pk", flat=True))


def _involving(actor: Actor) -> QuerySet[Record]:
    """The records that concern the actor by creation, binder or route, and not by a role of looking at everything."""
    return Record.objects.filter(reach.either(reach.without_audit(reach.record_rules(actor))))


def _one(rows: QuerySet[M], *, lock: bool, **which: Any) -> M:
    if lock:
        of = ("self",) if connection.features.has_select_for_update_of else ()
        rows = rows.select_for_update(of=of)
    try:
        return rows.get(**which)
    except ObjectDoesNotExist:
        raise NotFound(_("見つかりません。")) from None


def record_for(*, record_id: int, actor: Actor, lock: bool = False) -> Record:
    """A record the actor may read.  Raises NotFound."""
    return _one(visible_records(actor), lock=lock, pk=record_id)


def record_for_change(*, record_id: int, actor: Actor) -> Record:
    """A record that concerns the actor, or any record for a part of the system, locked.  Raises NotFound.

    The 監査者 reads what does not concern him, and changes none of it.
    """
    rows = Record.objects.all() if actor.kind is ActorKind.SYSTEM else _involving(actor)
    return _one(rows, lock=True, pk=record_id)


def attachment_for(*, attachment_id: int, actor: Actor, lock: bool = False) -> Attachment:
    """An attachment of a record the actor may read.  Raises NotFound."""
    rows = Attachment.objects.filter(record__in=visible_records(actor)).select_related("record")
    return _one(rows, lock=lock, pk=attachment_id)


def attachment_version_for(*, version_id: int, actor: Actor) -> AttachmentVersion:
    """A version of an attachment of a record the actor may read.  Raises NotFound."""
    rows = AttachmentVersion.objects.filter(attachment__record__in=visible_records(actor))
    return _one(rows.select_related("attachment__record", "blob"), lock=False, pk=version_id)


def visible_binders(actor: Actor) -> QuerySet[Binder]:
    """The binders whose list of records the actor may open."""
    if actor.kind is not ActorKind.STAFF:
        return Binder.objects.none()
    return Binder.objects.filter(reach.either(reach.binder_rules(actor)))


def fileable_binders(actor: Actor) -> QuerySet[Binder]:
    """The open binders of the actor's own units: those he may file into."""
    return Binder.objects.filter(group_id__in=actor.group_ids, is_closed=False).select_related("classification")


def binder_for(*, binder_id: int, actor: Actor) -> Binder:
    """A binder the actor may open.  Raises NotFound."""
    return _one(visible_binders(actor).select_related("classification"), lock=False, pk=binder_id)
