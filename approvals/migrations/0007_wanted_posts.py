"""Whom a 合議 or 審査 was wanted from, and why.  SQLite builds tables anew: the triggers come after."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

triggers = import_module("approvals.migrations.0004_triggers")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0006_groups"),
        ("organization", "0003_history"),
    ]

    operations = [
        migrations.RunPython(triggers.unprotect, triggers.protect),
        migrations.AddField(
            model_name="routestep",
            name="wanted_post",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.post"
            ),
        ),
        migrations.AddField(
            model_name="routestep",
            name="wanted_reason",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunPython(triggers.protect, triggers.unprotect),
    ]
