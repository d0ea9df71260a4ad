"""What must never change is refused by the database itself: decided cases, submitted versions, the 経過."""

from django.db import migrations

CASE = (
    "record_id drafter_id drafter_name drafter_post_id drafter_post_name unit_id unit_name inquiry grounds level "
    "is_urgent urgent_reason wanted_on number version instance_id created_at submitted_at decided_at"
).split()
DECIDED = "(SELECT decided_at FROM approvals_case WHERE id = {row}.case_id) IS NOT NULL"
# name, table, operation, condition, sentence
RULES = [
    ("case_fixed", "approvals_case", "UPDATE", "OLD.decided_at IS NOT NULL AND ({changed})", "a decided case is fixed"),
    ("case_kept", "approvals_case", "DELETE", "OLD.version > 0", "a submitted case is kept"),
    ("version_added", "approvals_caseversion", "INSERT", DECIDED.format(row="NEW"), "a decided case is fixed"),
    ("version_fixed", "approvals_caseversion", "UPDATE", "1 = 1", "a submitted version never changes"),
    ("version_kept", "approvals_caseversion", "DELETE", "1 = 1", "a submitted version is kept"),
    ("step_added", "approvals_routestep", "INSERT", DECIDED.format(row="NEW"), "a decided case is fixed"),
    ("step_fixed", "approvals_routestep", "UPDATE", DECIDED.format(row="OLD"), "a decided case is fixed"),
    ("step_kept", "approvals_routestep", "DELETE", "1 = 1", "a step is kept"),
    ("act_added", "approvals_act", "INSERT", "NEW.verb <> 'complete' AND " + DECIDED.format(row="NEW"), "a decided case is fixed"),
    ("act_fixed", "approvals_act", "UPDATE", "1 = 1", "an act never changes"),
    ("act_kept", "approvals_act", "DELETE", "1 = 1", "an act is kept"),
]


def condition(text, vendor):
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return text.replace("{changed}", " OR ".join(f"OLD.{c} {differs} NEW.{c}" for c in CASE))


def protect(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, table, operation, when, sentence in RULES:
        test = condition(when, vendor)
        if vendor == "postgresql":
            back = "OLD" if operation == "DELETE" else "NEW"
            schema_editor.execute(
                f"CREATE FUNCTION approvals_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {test} THEN "
                f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
                f"RETURN {back}; END $$; "
                f"CREATE TRIGGER approvals_{name} BEFORE {operation} ON {table} FOR EACH ROW "
                f"EXECUTE FUNCTION approvals_{name}();",
                params=None,
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER approvals_{name} BEFORE {operation} ON {table} WHEN {test} "
                f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
                params=None,
            )


def unprotect(apps, schema_editor):
    for name, table, *_ in RULES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION approvals_{name}() CASCADE", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER approvals_{name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
