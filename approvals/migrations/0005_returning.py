"""差戻し to any step, and from whom the case goes on.  SQLite builds a table anew for a column: its triggers come after."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

triggers = import_module("approvals.migrations.0004_triggers")


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_triggers")]

    operations = [
        migrations.RunPython(triggers.unprotect, triggers.protect),
        migrations.AddField(
            model_name="act",
            name="to_step",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.routestep"
            ),
        ),
        migrations.AddField(
            model_name="act",
            name="resume",
            field=models.CharField(
                blank=True, choices=[("restart", "最初から"), ("direct", "差し戻した人から")], default="", max_length=10
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="routestep",
            name="carried_from",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.routestep"
            ),
        ),
        migrations.AlterField(
            model_name="routestep",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "予定"),
                    ("open", "承認待ち"),
                    ("done", "承認済"),
                    ("returned", "差戻し"),
                    ("void", "やり直し"),
                    ("skipped", "省略"),
                    ("carried", "前の版で承認済"),
                ],
                default="planned",
                max_length=10,
            ),
        ),
        migrations.RunPython(triggers.protect, triggers.unprotect),
    ]
