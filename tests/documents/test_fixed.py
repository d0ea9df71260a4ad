"""What the database itself refuses, to anybody: raw SQL against the ledger, decided records, contents and numbers."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import DatabaseError, connection, transaction

from documents import commands
from documents.ledger.format import leaf_hash, personal_hash
from documents.ledger.models import LedgerEntry
from documents.models import Attachment, Record
from tests.documents import town as place
from tests.documents.town import SYSTEM, Town


@pytest.fixture
def town(db: None):
    yield from place.standing()


def refused(statement: str, *values: object) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def decided(town: Town) -> Record:
    row = place.circulating(town, "決裁する件", ("仕様書.txt", "本文".encode()))
    commands.freeze_original(record_id=row.pk, content={"件名": "決裁する件"}, actor=SYSTEM)
    return Record.objects.get(pk=row.pk)


@pytest.mark.parametrize(
    "column", ["action", "actor_name", "body", "salt", "personal", "leaf", "at", "record_id", "id"]
)
def test_the_ledger_is_only_added_to(town: Town, column: str) -> None:
    before = list(LedgerEntry.objects.values_list("pk", "leaf"))
    refused(f"UPDATE ledger_ledgerentry SET {column} = {column}")
    refused("DELETE FROM ledger_ledgerentry")
    assert list(LedgerEntry.objects.values_list("pk", "leaf")) == before


def test_the_ledger_is_not_emptied_or_replaced(town: Town) -> None:
    if connection.vendor == "postgresql":
        refused("TRUNCATE ledger_ledgerentry")
        refused("TRUNCATE documents_record CASCADE")
        refused("TRUNCATE documents_blob CASCADE")
    else:
        columns = [field.column for field in LedgerEntry._meta.fields]
        values = ", ".join("'forged'" if column == "actor_name" else column for column in columns)
        refused(
            f"INSERT OR REPLACE INTO ledger_ledgerentry ({', '.join(columns)}) SELECT {values} FROM ledger_ledgerentry"
        )
    assert not LedgerEntry.objects.filter(actor_name="forged").exists()


@pytest.mark.parametrize(
    "change",
    [
        "title = 'forged'",
        "number = 'forged'",
        "disclosure = 'open'",
        "binder_id = NULL",
        "creator_name = 'forged'",
        "original_id = NULL",
        "decided_at = NULL",
        "state = 'draft'",
        "state = 'withdrawn'",
        "id = id + 1000",
    ],
)
def test_a_decided_record_is_fixed(town: Town, change: str) -> None:
    row = decided(town)
    before = Record.objects.filter(pk=row.pk).values().get()
    refused(f"UPDATE documents_record SET {change} WHERE id = %s", row.pk)
    assert Record.objects.filter(pk=row.pk).values().get() == before


def test_neither_it_nor_its_files_can_be_taken_away_or_added_to(town: Town) -> None:
    row = decided(town)
    [version] = place.files_of(row)
    refused("DELETE FROM documents_record WHERE id = %s", row.pk)
    refused("DELETE FROM documents_attachment WHERE record_id = %s", row.pk)
    refused("UPDATE documents_attachment SET removed_at = %s WHERE record_id = %s", dt.datetime.now(dt.UTC), row.pk)
    refused("INSERT INTO documents_attachment (record_id, position) VALUES (%s, 9)", row.pk)
    refused("UPDATE documents_attachmentversion SET name = 'forged' WHERE id = %s", version.pk)
    refused("UPDATE documents_attachmentversion SET blob_id = %s WHERE id = %s", row.original_id, version.pk)
    refused("DELETE FROM documents_attachmentversion WHERE id = %s", version.pk)
    refused("UPDATE documents_blob SET blocks = blocks || blocks WHERE sha256 = %s", row.original_id)
    refused("UPDATE documents_blob SET size = 1 WHERE sha256 = %s", row.original_id)
    refused("DELETE FROM documents_blob WHERE sha256 = %s", row.original_id)
    assert Attachment.objects.get(record=row).removed_at is None and place.files_of(row)[0].name == "仕様書.txt"


def test_replacing_is_no_way_around(town: Town) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    row = decided(town)
    other = place.draft(town, "別の件")
    columns = [field.column for field in Record._meta.fields]
    values = ", ".join("'forged'" if column == "title" else column for column in columns)
    refused(f"REPLACE INTO documents_record ({', '.join(columns)}) SELECT {values} FROM documents_record")
    refused("UPDATE OR REPLACE documents_record SET id = %s WHERE id = %s", row.pk, other.pk)
    refused(
        "REPLACE INTO documents_blob SELECT sha256, 1, blocks, media_type, store, store_version, created_at "
        "FROM documents_blob"
    )
    assert Record.objects.get(pk=row.pk).title == "決裁する件"


def test_a_completed_record_keeps_its_place_and_is_kept_no_shorter(town: Town) -> None:
    row = decided(town)
    row = commands.complete_record(record_id=row.pk, on=place.DAY, actor=SYSTEM)
    for change in ("binder_order = 99", "completed_on = NULL", "retention_from = '2020-01-01'", "state = 'decided'"):
        refused(f"UPDATE documents_record SET {change} WHERE id = %s", row.pk)
    refused("UPDATE documents_record SET expires_on = '2027-01-01' WHERE id = %s", row.pk)
    refused("UPDATE documents_record SET expires_on = NULL WHERE id = %s", row.pk)
    assert Record.objects.filter(pk=row.pk).update(expires_on=dt.date(2040, 3, 31)) == 1


def test_numbers_are_never_taken_back(town: Town) -> None:
    commands.take_number(kind="draft", scope="デジ", year=2025, pattern="起-{value}", actor=SYSTEM)
    refused("DELETE FROM documents_issuednumber")
    refused("UPDATE documents_issuednumber SET text = 'forged'")
    refused("UPDATE documents_issuednumber SET value = 7")


def test_a_row_of_the_ledger_proves_itself(town: Town) -> None:
    row = decided(town)
    for entry in LedgerEntry.objects.all():
        body = json.loads(bytes(entry.body))
        personal = bytes(entry.personal) if entry.personal else b""
        assert bytes(entry.leaf) == leaf_hash(bytes(entry.body))
        assert body["personal"] == personal_hash(bytes(entry.salt), personal).hex() == bytes(entry.personal_hash).hex()
        assert (body["action"], body["record"], body["cluster"]) == (entry.action, entry.record_id, entry.cluster)
        assert bool(entry.transaction) == (connection.vendor == "postgresql")
    fixed = LedgerEntry.objects.get(action="documents.record.fixed")
    assert json.loads(bytes(fixed.body))["details"] == {"attachments": 1, "sha256": row.original_id}
