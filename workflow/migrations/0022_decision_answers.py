"""What decisions answered processes, which never changes: triggers on both databases."""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "workflow_decisionanswer"
EVENTS = ("UPDATE", "DELETE")


def protect(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for event in EVENTS:
        if postgresql:
            act = "FOR EACH ROW EXECUTE FUNCTION workflow_refuse()"
        else:
            act = f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'rows of {TABLE} are never changed'); END"
        name = f"workflow_answer_no_{event.lower()}"
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
        name = f"workflow_answer_no_{event.lower()}"
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {TABLE}" if postgresql else ""), params=None)
    if postgresql:
        schema_editor.execute(f"DROP TRIGGER {TABLE}_no_truncate ON {TABLE}", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('workflow', '0021_candidate_priority'),
    ]

    operations = [
        migrations.CreateModel(
            name='DecisionAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('element_id', models.CharField(max_length=100)),
                ('element_name', models.CharField(blank=True, max_length=200)),
                ('token_id', models.CharField(max_length=40)),
                ('decision', models.CharField(max_length=100)),
                ('version', models.PositiveIntegerField()),
                ('trace', models.JSONField(default=dict)),
                ('answered_at', models.DateTimeField()),
                ('instance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decision_answers', to='workflow.processinstance')),
            ],
        ),
        migrations.RunPython(protect, unprotect),
    ]
