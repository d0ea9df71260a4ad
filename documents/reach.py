"""By which rule a person reads a record or a binder.  One list of rules: access.py joins them, pages tell them.

A rule is a condition of the database, so that what is shown as the reason is what let the person in.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.commands import Actor, ActorKind, Role
from documents.models import Binder, BinderGrant, BinderReader, ClassGrant, Record, RecordGrant
from documents.models.record import RecordState


class Reason(StrEnum):
    """Why somebody may read something."""

    CREATOR = "creator"
    UNIT = "unit"
    CLASS = "class"
    BINDER_GROUP = "binder_group"
    BINDER_PERSON = "binder_person"
    NAMED = "named"
    AUDITOR = "auditor"


LABELS: dict[Reason, str | Promise] = {
    Reason.CREATOR: _("起案した"),
    Reason.UNIT: _("簿冊を保管する所属にいる"),
    Reason.CLASS: _("所属が分類の閲覧者である"),
    Reason.BINDER_GROUP: _("所属が簿冊の閲覧者である"),
    Reason.BINDER_PERSON: _("簿冊の閲覧者に名前がある"),
    Reason.NAMED: _("この文書の閲覧者に名前がある"),
    Reason.AUDITOR: _("監査者である"),
}
# What the rules of a binder give; a confidential record is not reached by them.
BY_BINDER = (Reason.UNIT, Reason.CLASS, Reason.BINDER_GROUP, Reason.BINDER_PERSON, Reason.AUDITOR)


def _granted(model: Any, codename: str, actor: Actor, to: str, **place: Any) -> Exists:
    whom = {"group_id__in": actor.group_ids} if to == "group" else {"user_id": actor.user_id}
    return Exists(model.objects.filter(permission__codename=codename, **whom, **place))


def _of_class(actor: Actor, path: str) -> Exists:
    """A grant on the class of a binder or on one of the two above it."""
    levels = [OuterRef(f"{path}classification{above}") for above in ("_id", "__parent_id", "__parent__parent_id")]
    return Exists(
        ClassGrant.objects.filter(
            Q(content_object_id=levels[0]) | Q(content_object_id=levels[1]) | Q(content_object_id=levels[2]),
            permission__codename="read_class",
            group_id__in=actor.group_ids,
        )
    )


def binder_rules(actor: Actor, path: str = "") -> dict[Reason, Q]:
    """The rules of binders; `path` leads from the rows asked for to their binder ("binder__" from records)."""
    here = OuterRef(f"{path.removesuffix('__')}_id" if path else "pk")
    rules = {
        Reason.UNIT: Q(**{f"{path}group_id__in": actor.group_ids}),
        Reason.CLASS: Q(**{f"{path}is_apart": False}) & Q(_of_class(actor, path)),
        Reason.BINDER_GROUP: Q(_granted(BinderGrant, "read_binder", actor, "group", content_object_id=here)),
        Reason.BINDER_PERSON: Q(_granted(BinderReader, "read_binder", actor, "user", content_object_id=here)),
    }
    if actor.has(Role.AUDITOR):
        rules[Reason.AUDITOR] = Q(pk__isnull=False)
    return rules


def record_rules(actor: Actor) -> dict[Reason, Q]:
    """The rules of records, each whole: a draft is its creator's alone, a confidential record its named people's."""
    shared = ~Q(state=RecordState.DRAFT)
    named = Q(_granted(RecordGrant, "read_record", actor, "user", content_object_id=OuterRef("pk")))
    rules = {Reason.CREATOR: Q(creator_id=actor.user_id), Reason.NAMED: shared & named}
    for reason, rule in binder_rules(actor, "binder__").items():
        rules[reason] = shared & Q(secrecy__isnull=True) & rule
    return rules


def either(rules: dict[Reason, Q]) -> Q:
    """That one of the rules holds."""
    joined = Q()
    for rule in rules.values():
        joined |= rule
    return joined


def without_audit(rules: dict[Reason, Q]) -> dict[Reason, Q]:
    """The rules that concern a person himself, and not his role of looking at everything."""
    return {reason: rule for reason, rule in rules.items() if reason is not Reason.AUDITOR}


def masked(actor: Actor) -> Q:
    """Confidential records of which a reader of their binder may know that they are there, and nothing else."""
    around = either(binder_rules(actor, "binder__"))
    return ~Q(state=RecordState.DRAFT) & Q(secrecy="named") & around & ~either(record_rules(actor))


def told(rows: QuerySet[Any], rules: dict[Reason, Q]) -> QuerySet[Any]:
    """The rows with a truth value `by_…` for each rule."""
    wrapped = {f"by_{reason}": ExpressionWrapper(rule, output_field=BooleanField()) for reason, rule in rules.items()}
    return rows.annotate(**wrapped)


def reasons_of(row: Any) -> list[str | Promise]:
    """In words, which of the rules hold for a row of `told`."""
    return [LABELS[reason] for reason in Reason if getattr(row, f"by_{reason}", False)]


def records(actor: Actor) -> QuerySet[Record]:
    """The records a person reads, each with the rules that let him."""
    if actor.kind is not ActorKind.STAFF:
        return Record.objects.none()
    rules = record_rules(actor)
    return told(Record.objects.filter(either(rules)), rules)


def binders(actor: Actor) -> QuerySet[Binder]:
    """The binders a person opens, each with the rules that let him."""
    if actor.kind is not ActorKind.STAFF:
        return Binder.objects.none()
    rules = binder_rules(actor)
    return told(Binder.objects.filter(either(rules)), rules)


def newest_first(rows: QuerySet[Record]) -> QuerySet[Record]:
    """Records as lists show them."""
    return rows.select_related("binder").order_by(F("decided_at").desc(nulls_last=True), "-pk")
