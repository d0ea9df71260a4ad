"""What a command is: keyword-only with an actor, one transaction, recorded; inner ones join it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from config.commands import REGISTRY, Actor, ActorKind, CommandDefect, command, in_command, system_actor
from config.errors import Invalid, NotAllowed
from documents.ledger.actions import LedgerAction
from documents.ledger.models import LedgerEntry
from documents.ledger.writer import record

SYSTEM = system_actor("test-commands")


class GroupNamed(LedgerAction):
    """A group was made, for these tests."""

    code = "tests.group.named"
    detail = ("name",)
    label = "班「{name}」を作りました"


@command
def name_group(*, name: str, fail: str = "", actor: Actor) -> Group:
    """Makes a group; fails afterwards when asked to."""
    group = Group.objects.create(name=name)
    record(GroupNamed, subject=group, actor=actor, name=name)
    if fail:
        raise Invalid(fail)
    return group


@command
def name_two(*, names: list[str], swallow: bool = False, fail: str = "", actor: Actor) -> None:
    """Two inner commands."""
    name_group(name=names[0], actor=actor)
    try:
        name_group(name=names[1], fail=fail, actor=actor)
    except Invalid:
        if not swallow:
            raise


@command
def name_silently(*, name: str, actor: Actor) -> None:
    """Forgets to record."""
    Group.objects.create(name=name)


@command
def refuse(*, actor: Actor) -> None:
    """Not for anybody."""
    raise NotAllowed("文書主任だけができます。", code="not_officer")


@pytest.fixture(autouse=True)
def _unregistered() -> Any:
    """The commands of these tests are none of the product's."""
    yield
    for name in [name for name in REGISTRY if name.startswith("tests.")]:
        REGISTRY.pop(name)


def state() -> tuple[set[str], int]:
    names = set(Group.objects.filter(name__startswith="班").values_list("name", flat=True))
    return names, LedgerEntry.objects.filter(action="tests.group.named").count()


def test_a_command_changes_and_records(db: None) -> None:
    made = name_group(name="班一", actor=SYSTEM)
    assert state() == ({"班一"}, 1)
    entry = LedgerEntry.objects.get(action="tests.group.named")
    assert (entry.actor_code, entry.subject_type, entry.subject_id) == ("test-commands", "auth.group", str(made.pk))


def test_inner_commands_join_the_outer_one(db: None) -> None:
    name_two(names=["班一", "班二"], actor=SYSTEM)
    assert state() == ({"班一", "班二"}, 2)


def test_a_refused_command_leaves_nothing(fresh_database: str) -> None:
    with pytest.raises(Invalid, match="だめ"):
        name_group(name="班一", fail="だめ", actor=SYSTEM)
    with pytest.raises(Invalid, match="だめ"):
        name_two(names=["班一", "班二"], fail="だめ", actor=SYSTEM)
    assert state() == (set(), 0)
    assert not in_command() and not connection.in_atomic_block


def test_a_swallowed_failure_of_an_inner_command_is_a_defect(fresh_database: str) -> None:
    with pytest.raises((CommandDefect, transaction.TransactionManagementError)):
        name_two(names=["班一", "班二"], fail="だめ", swallow=True, actor=SYSTEM)
    assert state() == (set(), 0)


def test_a_command_that_records_nothing_is_a_defect(fresh_database: str) -> None:
    with pytest.raises(CommandDefect, match="recorded nothing"):
        name_silently(name="班一", actor=SYSTEM)
    assert state() == (set(), 0)


def test_a_command_is_not_called_inside_a_foreign_transaction(fresh_database: str) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        name_group(name="班一", actor=SYSTEM)
    assert state() == (set(), 0)


def test_the_ledger_is_written_inside_commands_only(db: None) -> None:
    with pytest.raises(CommandDefect, match="inside commands only"):
        record(GroupNamed, subject=Group(pk=1), actor=SYSTEM, name="班一")


def test_a_refusal_for_want_of_rights_is_kept_although_the_rest_is_rolled_back(fresh_database: str) -> None:
    person = Actor(kind=ActorKind.STAFF, code="110001", name="試験 一郎", user_id=1, channel="web")
    with pytest.raises(NotAllowed):
        refuse(actor=person)
    entry = LedgerEntry.objects.get(action="ledger.refused")
    assert entry.actor_code == "110001"
    assert "not_officer" in bytes(entry.body).decode()


@pytest.mark.pure
def test_odd_signatures_are_refused_when_they_are_read() -> None:
    with pytest.raises(TypeError, match="keyword-only"):
        command(lambda name, *, actor: None)
    with pytest.raises(TypeError, match="takes `actor`"):
        command(lambda *, name: None)
    with pytest.raises(TypeError, match="takes `actor`"):
        command(lambda *, actor=None: None)


@pytest.mark.pure
def test_odd_calls_are_refused() -> None:
    with pytest.raises(TypeError, match="keyword arguments only"):
        name_group("班一", actor=SYSTEM)  # type: ignore[misc]  # that is what is tried
    with pytest.raises(TypeError, match="needs actor"):
        name_group(name="班一", actor=None)  # type: ignore[arg-type]  # that is what is tried
