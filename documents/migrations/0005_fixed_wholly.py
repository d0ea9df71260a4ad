"""Ways around the triggers are closed: REPLACE on SQLite, TRUNCATE on PostgreSQL, going back in life, shorter keeping.

SQLite's REPLACE deletes the row in the way without asking its DELETE trigger, so that a new row which meets a kept one is
refused before it is written, and an id never changes.
"""

from django.db import migrations

KEPT = {
    "documents_record": ["id"],
    "documents_attachment": ["id"],
    "documents_attachmentversion": ["id", "attachment_id number"],
    "documents_blob": ["sha256"],
    "documents_issuednumber": ["id", "series_id value", "text"],
}
LEDGER = {"ledger_ledgerentry": ["id"]}
PLACE = "completed_on binder_order retention_from".split()
# Both databases: name, condition of an UPDATE of documents_record, sentence.
RULES = [
    (
        "record_forward",
        "OLD.decided_at IS NOT NULL AND OLD.state {differs} NEW.state AND NOT (OLD.state = 'decided' AND NEW.state = 'completed')",
        "a decided record does not go back",
    ),
    (
        "record_place",
        "OLD.completed_on IS NOT NULL AND ({place})",
        "a completed record keeps its place",
    ),
    (
        "record_longer",
        "OLD.expires_on IS NOT NULL AND (NEW.expires_on IS NULL OR NEW.expires_on < OLD.expires_on)",
        "keeping is never shortened",
    ),
]


def _sqlite(schema_editor, rules):
    for table, keys in (KEPT | LEDGER).items():
        same = " OR ".join(
            "EXISTS (SELECT 1 FROM {0} WHERE {1})".format(
                table, " AND ".join(f"{column} = NEW.{column}" for column in key.split())
            )
            for key in keys
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {same} "
            "BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: what is kept is not replaced'); END",
            params=None,
        )
        first = keys[0]
        schema_editor.execute(
            f"CREATE TRIGGER {table}_same_key BEFORE UPDATE ON {table} WHEN OLD.{first} IS NOT NEW.{first} "
            "BEGIN SELECT RAISE(ABORT, 'a key never changes'); END",
            params=None,
        )
    for name, test, sentence in rules:
        schema_editor.execute(
            f"CREATE TRIGGER documents_{name} BEFORE UPDATE ON documents_record WHEN {test} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
            params=None,
        )


def _postgresql(schema_editor, rules):
    schema_editor.execute(
        "CREATE FUNCTION documents_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '% is not open to %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$;",
        params=None,
    )
    for table, keys in KEPT.items():
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION documents_refuse(); "
            f"CREATE TRIGGER {table}_same_key BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (OLD.{keys[0]} IS DISTINCT FROM NEW.{keys[0]}) EXECUTE FUNCTION documents_refuse();",
            params=None,
        )
    for name, test, sentence in rules:
        schema_editor.execute(
            f"CREATE FUNCTION documents_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {test} THEN "
            f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN NEW; END $$; CREATE TRIGGER documents_{name} BEFORE UPDATE ON documents_record FOR EACH ROW "
            f"EXECUTE FUNCTION documents_{name}();",
            params=None,
        )


def _rules(vendor):
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    place = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in PLACE)
    return [(name, test.format(differs=differs, place=place), sentence) for name, test, sentence in RULES]


def protect(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    (_postgresql if vendor == "postgresql" else _sqlite)(schema_editor, _rules(vendor))


def unprotect(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("refuse", *(name for name, *_ in RULES)):
            schema_editor.execute(f"DROP FUNCTION documents_{name}() CASCADE", params=None)
        return
    for table in KEPT | LEDGER:
        for kind in ("no_replace", "same_key"):
            schema_editor.execute(f"DROP TRIGGER {table}_{kind}", params=None)
    for name, *_ in RULES:
        schema_editor.execute(f"DROP TRIGGER documents_{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_fixed"), ("ledger", "0002_append_only")]
    operations = [migrations.RunPython(protect, unprotect)]
