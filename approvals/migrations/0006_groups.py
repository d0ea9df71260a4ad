"""Steps side by side, 合議 and 審査, routes that people keep.  SQLite builds tables anew: the triggers come after."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

triggers = import_module("approvals.migrations.0004_triggers")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_returning"),
        ("organization", "0003_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(triggers.unprotect, triggers.protect),
        migrations.AddField(
            model_name="routestep",
            name="completion",
            field=models.CharField(
                choices=[("all", "全員"), ("count", "決めた人数"), ("first", "先着の1人"), ("majority", "過半数")],
                default="all",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="routestep",
            name="consent",
            field=models.CharField(
                blank=True, choices=[("agree", "同意型"), ("opinion", "意見型"), ("read", "閲覧型")], max_length=10
            ),
        ),
        migrations.AddField(
            model_name="routestep",
            name="days",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="routestep",
            name="due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="routestep",
            name="group",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="routestep",
            name="is_mandatory",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="routestep",
            name="needed",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="act",
            name="verb",
            field=models.CharField(
                choices=[
                    ("submit", "提出"),
                    ("resubmit", "再提出"),
                    ("approve", "承認"),
                    ("agree", "同意"),
                    ("opine", "意見"),
                    ("read", "閲覧"),
                    ("examine", "審査"),
                    ("oppose", "不同意"),
                    ("rule", "裁定"),
                    ("decide", "決裁"),
                    ("return", "差戻し"),
                    ("take_back", "引戻し"),
                    ("complete", "完結"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="routestep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("review", "回議"),
                    ("consult", "合議"),
                    ("examine", "審査"),
                    ("rule", "裁定"),
                    ("decide", "決裁"),
                ],
                max_length=10,
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
                    ("opposed", "不同意"),
                    ("deemed", "みなし同意"),
                    ("unneeded", "不要"),
                ],
                default="planned",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="StepNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("handed_on", "処理者を再決定"),
                            ("raised", "上の職へ"),
                            ("skipped", "省略"),
                            ("called_off", "差戻しにより取消し"),
                            ("unneeded", "ほかの人で足りたため終了"),
                            ("deemed", "みなし同意"),
                            ("added", "経路に追加"),
                        ],
                        max_length=12,
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=200)),
                ("after", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="approvals.routestep"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("review", "回議"),
                            ("consult", "合議"),
                            ("examine", "審査"),
                            ("rule", "裁定"),
                            ("decide", "決裁"),
                        ],
                        max_length=10,
                        verbose_name="処理区分",
                    ),
                ),
                (
                    "consent",
                    models.CharField(
                        choices=[("agree", "同意型"), ("opinion", "意見型"), ("read", "閲覧型")],
                        default="agree",
                        max_length=10,
                        verbose_name="合議の型",
                    ),
                ),
                ("group", models.PositiveIntegerField(default=1, verbose_name="順")),
                (
                    "completion",
                    models.CharField(
                        choices=[
                            ("all", "全員"),
                            ("count", "決めた人数"),
                            ("first", "先着の1人"),
                            ("majority", "過半数"),
                        ],
                        default="all",
                        max_length=10,
                        verbose_name="完了の条件",
                    ),
                ),
                ("needed", models.PositiveIntegerField(default=0, verbose_name="人数")),
                ("days", models.PositiveIntegerField(default=0, verbose_name="期限(営業日)")),
                ("reason", models.CharField(max_length=100, verbose_name="理由")),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consultations", to="approvals.case"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organization.post"
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "group", "id"],
                "constraints": [models.UniqueConstraint(fields=("case", "kind", "post"), name="consultation_once")],
            },
        ),
        migrations.CreateModel(
            name="SavedRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="名前")),
                ("entries", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [models.UniqueConstraint(fields=("owner", "name"), name="saved_route_once")],
            },
        ),
        migrations.RunPython(triggers.protect, triggers.unprotect),
    ]
