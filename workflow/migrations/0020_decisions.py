"""Deployed decisions, which never change: triggers on both databases."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = "workflow_decisiondefinition"
EVENTS = ("UPDATE", "DELETE")


def protect(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for event in EVENTS:
        if postgresql:
            act = "FOR EACH ROW EXECUTE FUNCTION workflow_refuse()"
        else:
            act = f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'rows of {TABLE} are never changed'); END"
        name = f"workflow_decision_no_{event.lower()}"
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {TABLE} {act}", params=None)
    if postgresql:
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION workflow_refuse()",
            params=None,
        )


def unprotect(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for event in EVENTS:
        name = f"workflow_decision_no_{event.lower()}"
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {TABLE}" if postgresql else ""), params=None)
    if postgresql:
        schema_editor.execute(f"DROP TRIGGER {TABLE}_no_truncate ON {TABLE}", params=None)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0003_waiting"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="DecisionDefinition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=100)),
                ("version", models.PositiveIntegerField()),
                ("version_tag", models.CharField(blank=True, max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("xml", models.BinaryField()),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("deployment", models.UUIDField(db_index=True)),
                ("deployed_at", models.DateTimeField()),
                (
                    "deployed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "version"), name="decision_version_once")],
            },
        ),
        migrations.RunPython(protect, unprotect),
    ]
