"""What must never change is refused by the database itself: decided records, their files, contents, numbers."""

from django.db import migrations

FIXED = "title number binder_id disclosure creator_id creator_name creator_unit created_at original_id decided_at".split()
VERSION = "attachment_id number blob_id name media_type uploader_id uploader_name uploaded_at".split()
BLOB = "sha256 size blocks media_type store store_version created_at".split()
NUMBER = "series_id value text issued_at".split()
DECIDED = "(SELECT decided_at FROM documents_record WHERE id = {row}.record_id) IS NOT NULL"
DECIDED_OF_VERSION = (
    "(SELECT r.decided_at FROM documents_record r JOIN documents_attachment a ON a.record_id = r.id "
    "WHERE a.id = {row}.attachment_id) IS NOT NULL"
)
# name, table, operation, condition, sentence
RULES = [
    ("record_fixed", "documents_record", "UPDATE", "OLD.decided_at IS NOT NULL AND ({changed:record})", "a decided record is fixed"),
    ("record_kept", "documents_record", "DELETE", "OLD.decided_at IS NOT NULL", "a decided record is kept"),
    ("attachment_added", "documents_attachment", "INSERT", DECIDED.format(row="NEW"), "a decided record is fixed"),
    ("attachment_fixed", "documents_attachment", "UPDATE", DECIDED.format(row="OLD"), "a decided record is fixed"),
    ("attachment_kept", "documents_attachment", "DELETE", DECIDED.format(row="OLD"), "a decided record is fixed"),
    ("version_added", "documents_attachmentversion", "INSERT", DECIDED_OF_VERSION.format(row="NEW"), "a decided record is fixed"),
    ("version_fixed", "documents_attachmentversion", "UPDATE", "{changed:version}", "a version never changes"),
    ("version_kept", "documents_attachmentversion", "DELETE", "1 = 1", "a version is kept"),
    ("blob_fixed", "documents_blob", "UPDATE", "{changed:blob}", "content never changes"),
    ("blob_kept", "documents_blob", "DELETE", "1 = 1", "content is kept"),
    ("number_fixed", "documents_issuednumber", "UPDATE", "{changed:number}", "a number is never reused"),
    ("number_kept", "documents_issuednumber", "DELETE", "1 = 1", "a number is never reused"),
]
COLUMNS = {"record": FIXED, "version": VERSION, "blob": BLOB, "number": NUMBER}


def condition(text, vendor):
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    for name, columns in COLUMNS.items():
        text = text.replace("{changed:%s}" % name, " OR ".join(f"OLD.{c} {differs} NEW.{c}" for c in columns))
    return text


def protect(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, operation, when, sentence in RULES:
        test = condition(when, vendor)
        if vendor == "postgresql":
            back = "OLD" if operation == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE FUNCTION documents_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {test} THEN "
                f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                f"RETURN {back}; END $$; "
                f"CREATE TRIGGER documents_{name} BEFORE {operation} ON {table} FOR EACH ROW "
                f"EXECUTE FUNCTION documents_{name}();",
                params=None,
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER documents_{name} BEFORE {operation} ON {table} WHEN {test} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
                params=None,
            )


def unprotect(apps, schema_editor):
    for name, table, *_ in RULES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION documents_{name}() CASCADE", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER documents_{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_search")]
    operations = [migrations.RunPython(protect, unprotect)]
