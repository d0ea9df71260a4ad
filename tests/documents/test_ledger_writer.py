"""The one writer: typed acts, declared details, commands only; refused attempts survive the rollback."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest

from config.commands import CommandDefect, command, system_actor
from config.errors import Invalid, NotAllowed, NotFound
from documents import commands
from documents.ledger.actions import LedgerAction, action_of
from documents.ledger.models import LedgerEntry
from documents.ledger.writer import record
from documents.models import Classification, Record
from tests.documents import town as place
from tests.documents.town import Town

SYSTEM = system_actor("test-ledger", channel="cli")


class Tried(LedgerAction):
    """An act of these tests."""

    code = "tests.documents.tried"
    detail = ("what", "who")
    personal = ("who",)
    label = "{what} を試しました"


@pytest.fixture
def town(db: None):
    yield from place.standing()


@command
def note(*, details: dict, actor, record_id: int | None = None) -> LedgerEntry:
    return record(Tried, subject=None, actor=actor, record_id=record_id, **details)


@pytest.mark.parametrize("details", [{}, {"what": 1}, {"who": "x"}, {"what": 1, "who": "x", "more": 2}])
def test_details_are_those_declared(db, details: dict) -> None:
    before = LedgerEntry.objects.count()
    with pytest.raises(TypeError, match=r"tests\.documents\.tried"):
        note(details=details, actor=SYSTEM)
    assert LedgerEntry.objects.count() == before


def test_values_become_json(db) -> None:
    what = {"day": dt.date(2025, 11, 11), "sum": Decimal("1.50"), "list": (1, None, True), "deep": {"a": ["b"]}}
    entry = note(details={"what": what, "who": "山田"}, actor=SYSTEM)
    body = json.loads(bytes(LedgerEntry.objects.get(pk=entry.pk).body))
    assert body["details"]["what"] == {
        "day": "2025-11-11",
        "sum": "1.50",
        "list": [1, None, True],
        "deep": {"a": ["b"]},
    }


def test_what_is_private_stands_apart(db) -> None:
    entry = LedgerEntry.objects.get(pk=note(details={"what": "x", "who": "山田"}, actor=SYSTEM).pk)
    assert "山田" not in bytes(entry.body).decode() and json.loads(bytes(entry.personal)) == {"who": "山田"}
    again = LedgerEntry.objects.get(pk=note(details={"what": "x", "who": "山田"}, actor=SYSTEM).pk)
    assert bytes(entry.personal_hash) != bytes(again.personal_hash)


def test_not_a_number_is_refused(db) -> None:
    with pytest.raises(ValueError):
        note(details={"what": float("nan"), "who": ""}, actor=SYSTEM)


def test_only_commands_write(db) -> None:
    with pytest.raises(CommandDefect):
        record(Tried, subject=None, actor=SYSTEM, what=1, who="")


def test_actions_are_well_made() -> None:
    assert action_of("tests.documents.tried") is Tried
    with pytest.raises(TypeError, match="two ledger actions"):
        type("Twin", (LedgerAction,), {"code": Tried.code, "label": "x"})
    with pytest.raises(TypeError, match="code and a label"):
        type("Nameless", (LedgerAction,), {})
    with pytest.raises(TypeError, match="personal"):
        type("Odd", (LedgerAction,), {"code": "tests.odd", "label": "x", "personal": ("a",)})


def test_the_actor_is_kept_as_of_that_day(town: Town) -> None:
    row = commands.create_record(actor=town.actor("drafter"))
    entry = LedgerEntry.objects.get(action="documents.record.created", record_id=row.pk)
    actor = json.loads(bytes(entry.body))["actor"]
    assert (entry.actor_code, actor["name"], actor["unit"][1]) == ("110001", "試験 drafter", "デジタル推進課")
    assert (actor["post"][1], actor["right"], actor["channel"]) == ("主事110001", "main", "web")


def refusals() -> list[tuple]:
    rows = LedgerEntry.objects.filter(action="ledger.refused").order_by("pk")
    return [(row.actor_code, row.record_id, json.loads(bytes(row.body))["details"]["refusal"]) for row in rows]


def test_an_attempt_without_right_is_kept_and_nothing_else(town: Town) -> None:
    actor, classes = town.actor("drafter"), Classification.objects.count()
    with pytest.raises(NotAllowed):
        commands.create_classification(code="09", name="x", actor=actor)
    assert Classification.objects.count() == classes
    assert refusals() == [("110001", None, "records_officer_only")]
    entry = LedgerEntry.objects.get(action="ledger.refused")
    assert json.loads(bytes(entry.body))["details"]["command"] == "documents.commands.filing.create_classification"


def test_asking_for_what_one_may_not_know_is_kept(town: Town) -> None:
    row = place.circulating(town, "よそには見えない件")
    with pytest.raises(NotFound):
        commands.note_record_opened(record_id=row.pk, actor=town.actor("outsider"))
    assert refusals() == [("110004", row.pk, "not_found")]


def test_the_trace_of_an_inner_refusal_is_one(town: Town) -> None:
    @command
    def outer(*, actor) -> None:
        commands.create_record(actor=actor)
        commands.create_classification(code="09", name="x", actor=actor)

    with pytest.raises(NotAllowed):
        outer(actor=town.actor("drafter"))
    assert not Record.objects.exists() and len(refusals()) == 1


def test_slips_and_machines_leave_no_such_trace(town: Town) -> None:
    with pytest.raises(Invalid):
        commands.create_classification(code="03", name="x", actor=town.actor("officer"))
    with pytest.raises(NotAllowed):
        commands.create_record(actor=SYSTEM)
    assert refusals() == []


def test_the_refusal_survives_the_rollback(fresh_city, drafter, actor_of) -> None:
    before = LedgerEntry.objects.count()
    with pytest.raises(NotAllowed):
        commands.create_classification(code="09", name="x", actor=actor_of(drafter))
    assert LedgerEntry.objects.count() == before + 1
    assert LedgerEntry.objects.order_by("pk").last().action == "ledger.refused"
