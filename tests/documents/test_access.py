"""Every fetch for a person, each with its refusal twin: by unit, by grant on a binder, by grant on a record, by role."""

from __future__ import annotations

import dataclasses

import pytest
from django.contrib.auth.models import Permission

from config.commands import Actor, system_actor
from config.errors import NotAllowed, NotFound
from documents import access, commands
from documents.models import Attachment, Binder, BinderGrant, Record
from documents.models.record import RecordState
from tests.documents import town as place
from tests.documents.town import SYSTEM, Town
from workflow.organization.models import Unit

PEOPLE = ("drafter", "officer", "colleague", "outsider", "auditor", "administrator")


@pytest.fixture
def town(db: None):
    yield from place.standing()


@pytest.fixture
def shared(town: Town) -> Record:
    return place.circulating(town, "回議中の件", ("仕様書.txt", "本文".encode()))


@pytest.fixture
def draft(town: Town) -> Record:
    return place.draft(town, "下書き", ("仕様書.txt", "本文".encode()))


def sees(row: Record, actor: Actor) -> bool:
    """Every way of fetching agrees on whether the actor may see it."""
    version, attachment = place.files_of(row)[0], Attachment.objects.get(record=row)
    answers = []
    for fetch, name, pk in (
        (access.record_for, "record_id", row.pk),
        (access.attachment_for, "attachment_id", attachment.pk),
        (access.attachment_version_for, "version_id", version.pk),
    ):
        try:
            answers.append(fetch(**{name: pk}, actor=actor).pk == pk)
        except NotFound:
            answers.append(False)
    answers.append(access.visible_records(actor).filter(pk=row.pk).exists())
    assert len(set(answers)) == 1, answers
    return answers[0]


def test_a_draft_is_its_creators_alone(town: Town, draft: Record) -> None:
    assert {part for part in PEOPLE if sees(draft, town.actor(part))} == {"drafter"}


def test_then_the_unit_and_the_auditor_read(town: Town, shared: Record) -> None:
    assert {part for part in PEOPLE if sees(shared, town.actor(part))} == {"drafter", "officer", "colleague", "auditor"}


def test_a_part_of_the_system_sees_nothing_by_itself(shared: Record) -> None:
    assert not sees(shared, SYSTEM) and not sees(shared, system_actor("text-extraction"))


def test_one_person_may_be_let_in(town: Town, shared: Record) -> None:
    assert not sees(shared, town.actor("outsider"))
    commands.grant_reading(record_id=shared.pk, user_id=town.staff["outsider"].pk, actor=SYSTEM)
    assert sees(shared, town.actor("outsider")) and not sees(shared, town.actor("administrator"))


def test_a_grant_does_not_open_a_draft(town: Town, draft: Record) -> None:
    commands.grant_reading(record_id=draft.pk, user_id=town.staff["outsider"].pk, actor=SYSTEM)
    assert not sees(draft, town.actor("outsider"))


def test_a_unit_may_be_let_into_a_binder(town: Town, shared: Record) -> None:
    group = Unit.objects.get(code="2010").group
    right = Permission.objects.get(codename="read_binder")
    assert not access.visible_binders(town.actor("outsider")).filter(pk=town.binder_id).exists()
    BinderGrant.objects.create(permission=right, group=group, content_object=Binder.objects.get(pk=town.binder_id))
    assert sees(shared, town.actor("outsider"))
    assert access.binder_for(binder_id=town.binder_id, actor=town.actor("outsider")).pk == town.binder_id
    assert not access.fileable_binders(town.actor("outsider")).filter(pk=town.binder_id).exists()


@pytest.mark.parametrize(("part", "opens"), [("colleague", 1), ("outsider", 1), ("auditor", 2), ("administrator", 0)])
def test_binders(town: Town, part: str, opens: int) -> None:
    assert access.visible_binders(town.actor(part)).count() == opens


def test_a_binder_of_others_looks_absent(town: Town) -> None:
    for pk in (town.other_binder_id, 999_999):
        with pytest.raises(NotFound):
            access.binder_for(binder_id=pk, actor=town.actor("colleague"))


def test_the_auditor_changes_nothing_of_what_he_sees(town: Town, shared: Record) -> None:
    auditor, number = town.actor("auditor"), shared.number
    for change in (
        lambda: commands.set_record_state(record_id=shared.pk, state=RecordState.RETURNED, actor=auditor),
        lambda: commands.freeze_original(record_id=shared.pk, content={}, actor=auditor),
        lambda: commands.set_record_number(record_id=shared.pk, number="x", actor=auditor),
        lambda: commands.grant_reading(record_id=shared.pk, user_id=auditor.user_id, actor=auditor),
    ):
        with pytest.raises((NotFound, NotAllowed)):
            change()
    shared.refresh_from_db()
    assert (shared.state, shared.number, shared.decided_at) == (RecordState.CIRCULATING, number, None)


def test_a_former_colleague_sees_no_longer(town: Town, shared: Record) -> None:
    actor = town.actor("colleague")
    assert sees(shared, actor) and not sees(shared, dataclasses.replace(actor, group_ids=frozenset()))
