"""The cast of the demo city, as tests of every app meet it."""

from __future__ import annotations

import threading

from config.commands import Role, system_actor
from config.demo import city as demo
from documents import commands
from documents.ledger.models import LedgerEntry
from documents.models import Binder, Record
from workflow.organization.models import Staff


def test_everybody_acts_in_his_post(
    drafter, chief, manager, director, auditor, administrator, outsider, actor_of
) -> None:
    units = [actor_of(person).unit for person in (drafter, chief, manager, director)]
    assert units == ["推進係", "推進係", "デジタル推進課", "企画戦略部"]
    assert actor_of(chief).has(Role.RECORDS_OFFICER) and actor_of(auditor).has(Role.AUDITOR)
    assert actor_of(administrator).roles == {Role.ADMINISTRATOR} and not actor_of(administrator).group_ids
    assert not actor_of(outsider).group_ids & actor_of(manager).group_ids


def test_a_browser_is_logged_in(drafter, client_of) -> None:
    assert client_of(drafter).get("/").status_code == 200


def test_what_a_test_changes_is_gone(drafter, actor_of) -> None:
    assert not Record.objects.exists()
    commands.create_record(actor=actor_of(drafter))
    assert Record.objects.count() == 1


def test_what_another_test_changed_is_gone(drafter, actor_of) -> None:
    test_what_a_test_changes_is_gone(drafter, actor_of)


def test_the_city_is_not_doubled(city) -> None:
    before = Staff.objects.count(), Binder.objects.count(), LedgerEntry.objects.count()
    assert min(before) > 0
    demo.load()
    assert (Staff.objects.count(), Binder.objects.count(), LedgerEntry.objects.count()) == before


def test_a_copy_is_seen_by_threads(fresh_city, drafter, actor_of) -> None:
    from django.db import connection

    actor, seen = actor_of(drafter), []

    def other() -> None:
        commands.create_record(actor=actor)
        seen.append(Staff.objects.filter(pk=drafter.pk).exists())
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert seen == [True] and Record.objects.get().creator_id == drafter.pk


def test_the_plain_database_has_nobody(db) -> None:
    assert not Staff.objects.filter(code="200401").exists()
    assert system_actor("x").group_ids == frozenset()
