"""Versions of the 決裁規程 of each 執行機関, their rows and their bench."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.regulation.enums import Body, Level, State


class Regulation(models.Model):
    """One version.  A draft is edited; what was published stays as it is, cases refer to it."""

    body = models.CharField(_("執行機関"), max_length=20, choices=Body.choices)
    number = models.PositiveIntegerField(_("版"))
    title = models.CharField(_("名称"), max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    effective_from = models.DateField(_("施行日"), null=True, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["body", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], name="regulation_number_once"),
            models.UniqueConstraint(
                fields=["body", "effective_from"],
                condition=models.Q(state=State.PUBLISHED),
                name="regulation_day_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.PUBLISHED) | models.Q(effective_from__isnull=False),
                name="regulation_published_has_day",
            ),
        ]

    def __str__(self) -> str:
        """For tests and the shell."""
        return f"{self.body} {self.number} {self.title}"


class RegulationMatter(models.Model):
    """事案区分 in a version."""

    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="matters")
    code = models.CharField(_("記号"), max_length=10)
    name = models.CharField(_("事案区分"), max_length=100)
    basis = models.CharField(_("金額基礎"), max_length=40, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["regulation", "code"], name="regulation_matter_once")]


class RegulationRow(models.Model):
    """One row: from `low` on and below `high`.  `offices` are [name, kind, circumstance]."""

    matter = models.ForeignKey(RegulationMatter, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    condition = models.CharField(_("条件"), max_length=60, blank=True)
    low = models.BigIntegerField(_("以上(円)"), null=True, blank=True)
    high = models.BigIntegerField(_("未満(円)"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("決裁者"), choices=Level.choices)
    post = models.CharField(_("職"), max_length=40, blank=True)
    offices = models.JSONField(default=list)
    deputy = models.BooleanField(_("代決"), default=True)
    council = models.BooleanField(_("議決"), default=False)
    source = models.CharField(_("根拠"), max_length=60, blank=True)
    raised_by = models.JSONField(default=list)

    class Meta:
        ordering = ["matter__code", "number"]
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="regulation_row_once")]


class RegulationBenchRow(models.Model):
    """A question and the answer that must come out."""

    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="bench")
    number = models.PositiveIntegerField()
    matter_code = models.CharField(max_length=10)
    amount = models.BigIntegerField(null=True, blank=True)
    condition = models.CharField(max_length=60, blank=True)
    circumstances = models.JSONField(default=list)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    offices = models.JSONField(default=list)
    deputy = models.BooleanField()
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["regulation", "number"], name="regulation_bench_once")]
