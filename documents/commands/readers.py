"""閲覧の権限: who may read a class, a binder or a record beside the unit that keeps it; confidential records."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext as _

from config.commands import Actor, ActorKind, command
from config.errors import Invalid, NotFound
from documents import access, links, rules
from documents import ledger_actions_readers as acts
from documents.ledger.writer import record
from documents.models import Binder, BinderGrant, BinderReader, ClassGrant, Classification, Record, RecordGrant
from documents.models.record import Secrecy


def _reason(text: str) -> str:
    if not text.strip():
        raise Invalid(_("入力を確認してください。"), fields={"reason": [_("理由を書いてください。")]})
    return text.strip()


def _permission(codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label="documents", codename=codename)


def _group(group_id: int) -> Group:
    found = Group.objects.filter(pk=group_id).first()
    if found is None:
        raise Invalid(_("入力を確認してください。"), fields={"group": [_("その所属はありません。")]})
    return found


def _called(group: Group) -> str:
    return links.unit_names().get(group.pk, group.name)


def _person(code: str) -> Any:
    found = get_user_model().objects.filter(code=code.strip(), is_active=True).first()
    if found is None:
        raise Invalid(_("入力を確認してください。"), fields={"person": [_("その職員番号の人はいません。")]})
    return found


def _known(created: bool, place: str) -> None:
    if not created:
        raise Invalid(_("入力を確認してください。"), fields={place: [_("すでに閲覧者です。")]}, code="already_reader")


def _gone(deleted: int) -> None:
    if not deleted:
        raise NotFound(_("その閲覧者はもういません。"))


def _binder(binder_id: int, actor: Actor) -> Binder:
    found = access.binder_for(binder_id=binder_id, actor=actor)
    rules.check_keeps_binder(found, actor=actor)
    return Binder.objects.select_for_update().get(pk=found.pk)


@command
def share_class(*, code: str, group_id: int, reason: str, actor: Actor) -> Classification:
    """Let a unit read every binder of a class and below.  Raises NotAllowed, NotFound, Invalid (also: already a reader)."""
    rules.check_keeps_classes(actor=actor)
    why = _reason(reason)
    found = Classification.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise NotFound(_("その分類はありません。"))
    group = _group(group_id)
    created = ClassGrant.objects.get_or_create(permission=_permission("read_class"), group=group, content_object=found)[
        1
    ]
    _known(created, "group")
    record(acts.ClassShared, subject=found, actor=actor, classification_code=code, group=_called(group), reason=why)
    return found


@command
def unshare_class(*, code: str, group_id: int, reason: str, actor: Actor) -> Classification:
    """Take that right from a unit.  Raises NotAllowed, NotFound, Invalid."""
    rules.check_keeps_classes(actor=actor)
    why = _reason(reason)
    found = Classification.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise NotFound(_("その分類はありません。"))
    group = _group(group_id)
    _gone(ClassGrant.objects.filter(group=group, content_object=found).delete()[0])
    record(acts.ClassUnshared, subject=found, actor=actor, classification_code=code, group=_called(group), reason=why)
    return found


@command
def share_binder(*, binder_id: int, group_id: int | None = None, person: str = "", reason: str, actor: Actor) -> Binder:
    """Let a unit, or one person by his 職員番号, read a binder.  Raises NotFound, NotAllowed, Invalid."""
    found = _binder(binder_id, actor)
    why = _reason(reason)
    if (group_id is None) == (not person.strip()):
        raise Invalid(
            _("入力を確認してください。"), fields={"group": [_("所属か職員番号のどちらか一方を選んでください。")]}
        )
    if group_id is not None:
        group = _group(group_id)
        created = BinderGrant.objects.get_or_create(
            permission=_permission("read_binder"), group=group, content_object=found
        )[1]
        _known(created, "group")
        name = _called(group)
    else:
        who = _person(person)
        created = BinderReader.objects.get_or_create(
            permission=_permission("read_binder"), user=who, content_object=found
        )[1]
        _known(created, "person")
        name = who.name
    record(acts.BinderShared, subject=found, actor=actor, binder=found.name, reader=name, reason=why)
    return found


@command
def unshare_binder(
    *, binder_id: int, group_id: int | None = None, user_id: int | None = None, reason: str, actor: Actor
) -> Binder:
    """Take that right from a unit or a person.  Raises NotFound, NotAllowed, Invalid."""
    found = _binder(binder_id, actor)
    why = _reason(reason)
    rows: Any = (
        BinderGrant.objects.filter(content_object=found, group_id=group_id).select_related("group")
        if group_id is not None
        else BinderReader.objects.filter(content_object=found, user_id=user_id).select_related("user")
    )
    names = [_called(row.group) if group_id is not None else row.user.name for row in rows]
    _gone(rows.delete()[0])
    record(acts.BinderUnshared, subject=found, actor=actor, binder=found.name, reader="、".join(names), reason=why)
    return found


@command
def set_apart(*, binder_id: int, apart: bool, reason: str, actor: Actor) -> Binder:
    """Let a binder have the readers of its class, or not.  Raises NotFound, NotAllowed, Invalid."""
    found = _binder(binder_id, actor)
    why = _reason(reason)
    found.is_apart = apart
    found.save(update_fields=["is_apart"])
    record(acts.BinderSetApart, subject=found, actor=actor, binder=found.name, apart=apart, reason=why)
    return found


def _record(record_id: int, actor: Actor) -> Record:
    found = access.record_for_change(record_id=record_id, actor=actor)
    rules.check_keeps_readers(found, actor=actor)
    return found


@command
def name_reader(*, record_id: int, person: str, reason: str, actor: Actor) -> Record:
    """Put somebody on the list of a record's readers, by his 職員番号.  Raises NotFound, NotAllowed, Invalid."""
    found = _record(record_id, actor)
    why = _reason(reason)
    who = _person(person)
    created = RecordGrant.objects.get_or_create(permission=_permission("read_record"), user=who, content_object=found)[
        1
    ]
    _known(created, "person")
    record(acts.ReaderNamed, subject=found, actor=actor, record_id=found.pk, reader=who.name, reason=why)
    return found


@command
def strike_reader(*, record_id: int, user_id: int, reason: str, actor: Actor) -> Record:
    """Take somebody off that list.  Raises NotFound, NotAllowed, Invalid."""
    found = _record(record_id, actor)
    why = _reason(reason)
    rows = RecordGrant.objects.filter(content_object=found, user_id=user_id).select_related("user")
    names = [row.user.name for row in rows]
    _gone(rows.delete()[0])
    record(acts.ReaderStruck, subject=found, actor=actor, record_id=found.pk, reader="、".join(names), reason=why)
    return found


@command
def set_secrecy(*, record_id: int, secrecy: str, reason: str, actor: Actor) -> Record:
    """Make a record confidential, or not (empty).  Whoever does it is put on its list, so that he does not lock himself out.

    Raises NotFound, NotAllowed, Invalid.
    """
    found = _record(record_id, actor)
    why = _reason(reason)
    if secrecy and secrecy not in Secrecy.values:
        raise Invalid(_("入力を確認してください。"), fields={"secrecy": [_("選び直してください。")]})
    before, found.secrecy = found.secrecy or "", secrecy or None
    found.save(update_fields=["secrecy"])
    if secrecy and actor.kind is ActorKind.STAFF and found.creator_id != actor.user_id:
        RecordGrant.objects.get_or_create(
            permission=_permission("read_record"), user_id=actor.user_id, content_object=found
        )
    record(acts.SecrecySet, subject=found, actor=actor, record_id=found.pk, before=before, after=secrecy, reason=why)
    links.tell_secrecy(record_id=found.pk, title=shown_title(found), actor=actor)
    return found


def shown_title(found: Record) -> str:
    """What others may call a record: its title, or that it is confidential."""
    return str(_("(秘密文書)")) if found.secrecy else found.title
