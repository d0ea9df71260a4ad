"""What happened to a step on its way is kept as it was noted: the database itself refuses to change or remove it."""

from django.db import migrations

SENTENCES = {"UPDATE": "a note never changes", "DELETE": "a note is kept"}


def protect(apps, schema_editor):
    for operation, sentence in SENTENCES.items():
        name = f"approvals_note_{operation.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$; "
                f"CREATE TRIGGER {name} BEFORE {operation} ON approvals_stepnote FOR EACH ROW EXECUTE FUNCTION {name}();",
                params=None,
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON approvals_stepnote "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
                params=None,
            )


def unprotect(apps, schema_editor):
    for operation in SENTENCES:
        name = f"approvals_note_{operation.lower()}"
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {name}() CASCADE", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_wanted_posts")]
    operations = [migrations.RunPython(protect, unprotect)]
