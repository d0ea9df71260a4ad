"""Deployed definitions never change, and of the history of elements only the mark of a return: triggers on both databases."""

from django.db import migrations

HISTORY = (
    "id, instance_id, sequence, element_id, element_type, element_name, token_id, item_id, opened_at, left_at, outcome, "
    "reason, actor_code, actor_name, actor_post, actor_unit, actor_right, actor_behalf_of"
)
# (name, when, table, condition)
TRIGGERS = [
    ("workflow_definition_no_update", "UPDATE", "workflow_processdefinition", ""),
    ("workflow_definition_no_delete", "DELETE", "workflow_processdefinition", ""),
    ("workflow_history_no_update", f"UPDATE OF {HISTORY}", "workflow_elementhistory", ""),
    ("workflow_history_no_delete", "DELETE", "workflow_elementhistory", ""),
    ("workflow_history_mark_once", "UPDATE OF voided_at", "workflow_elementhistory", "OLD.voided_at IS NOT NULL"),
]
TABLES = ("workflow_processdefinition", "workflow_elementhistory")

FUNCTION = """
CREATE FUNCTION workflow_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed: %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def protect(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        schema_editor.execute(FUNCTION, params=None)
    for name, event, table, condition in TRIGGERS:
        when = f"WHEN ({condition})" if condition else ""
        if postgresql:
            act = f"FOR EACH ROW {when} EXECUTE FUNCTION workflow_refuse()"
        else:
            act = f"FOR EACH ROW {when} BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} {act}", params=None)
    if postgresql:
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION workflow_refuse()",
                params=None,
            )


def unprotect(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name, _event, table, _condition in TRIGGERS:
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""), params=None)
    if postgresql:
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER {table}_no_truncate ON {table}", params=None)
        schema_editor.execute("DROP FUNCTION workflow_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
