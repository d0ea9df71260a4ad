"""Rows are only ever added: triggers refuse the rest on both databases.  The cluster gets its first identity."""

import datetime as dt
import uuid

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON ledger_ledgerentry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER ledger_append_only ON ledger_ledgerentry;
DROP TRIGGER ledger_no_truncate ON ledger_ledgerentry;
DROP FUNCTION ledger_refuse();
"""
SQLITE = [
    "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_ledgerentry "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE'); END",
    "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_ledgerentry "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: DELETE'); END",
]
SQLITE_BACK = ["DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete"]


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement, params=None)


def unprotect(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK, params=None)
    else:
        for statement in SQLITE_BACK:
            schema_editor.execute(statement, params=None)


def name_cluster(apps, schema_editor):
    # A migration runs outside the application, so this moment is not one that a test would set.
    apps.get_model("ledger", "Cluster").objects.create(
        identifier=uuid.uuid4().hex, began_at=dt.datetime.now(dt.timezone.utc)
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunPython(protect, unprotect),
        migrations.RunPython(name_cluster, migrations.RunPython.noop),
    ]
