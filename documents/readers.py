"""Lists of readers for pages: of a class, a binder, a record."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from documents import links
from documents.models import Binder, BinderGrant, BinderReader, ClassGrant, Classification, Record, RecordGrant
from documents.reach import LABELS, Reason


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody, or a unit, who may read; `kind` and `id` are set for what can be taken away here."""

    name: str
    why: str | Promise
    kind: str = ""
    id: int = 0
    code: str = ""


def _class_readers(found: Classification | None, *, removable: bool) -> list[Reader]:
    levels: list[Classification] = []
    while found is not None:
        levels.append(found)
        found = found.parent
    names = links.unit_names()
    rows = ClassGrant.objects.filter(content_object__in=levels).select_related("group", "content_object")
    own = levels[0].pk if levels else 0
    return [
        Reader(
            names.get(row.group_id, row.group.name),
            _("分類「%(name)s」の閲覧者") % {"name": row.content_object},
            "group" if removable and row.content_object_id == own else "",
            row.group_id,
        )
        for row in rows.order_by("content_object__code", "group__name")
    ]


def readers_of_class(found: Classification) -> list[Reader]:
    """The units that read a class; those of the classes above it too."""
    return _class_readers(found, removable=True)


def readers_of_binder(found: Binder) -> list[Reader]:
    """The units and people that read a binder, by rule."""
    names = links.unit_names()
    made = [Reader(names.get(found.group_id, found.unit_name), LABELS[Reason.UNIT])]
    made += [] if found.is_apart else _class_readers(found.classification, removable=False)
    groups = BinderGrant.objects.filter(content_object=found).select_related("group").order_by("group__name")
    made += [
        Reader(names.get(row.group_id, row.group.name), LABELS[Reason.BINDER_GROUP], "group", row.group_id)
        for row in groups
    ]
    people = BinderReader.objects.filter(content_object=found).select_related("user").order_by("user__code")
    made += [
        Reader(row.user.name, LABELS[Reason.BINDER_PERSON], "person", row.user_id, row.user.code) for row in people
    ]
    return made


def readers_of_record(found: Record) -> list[Reader]:
    """The units and people that read a record, by rule; of a confidential one only its named people."""
    made = [Reader(found.creator_name, LABELS[Reason.CREATOR])]
    named = RecordGrant.objects.filter(content_object=found).select_related("user").order_by("user__code")
    made += [Reader(row.user.name, LABELS[Reason.NAMED], "person", row.user_id, row.user.code) for row in named]
    if found.secrecy or found.binder is None or found.state == "draft":
        return made
    return made + [Reader(each.name, each.why) for each in readers_of_binder(found.binder)]
