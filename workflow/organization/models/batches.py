"""Changes that were handed in together: what was sent, what it changed, and how it is taken back before its day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflow.organization.models.structure import Staff


class BatchSource(models.TextChoices):
    """Where a batch came from."""

    FILES = "files", _("CSVの取込")
    REORGANISATION = "reorganisation", _("組織改正の画面")


class BatchState(models.TextChoices):
    """How far a batch has come.  Whether an applied one is in effect is told by its day."""

    CHECKED = "checked", _("確認のみ")
    APPLIED = "applied", _("取込済")
    ROLLED_BACK = "rolled_back", _("取消済")


class Scope(models.TextChoices):
    """What a file says of what it does not name."""

    CHANGES = "changes", _("変わるところだけの一覧(書かれていないものはそのまま)")
    WHOLE = "whole", _("全件の一覧(書かれていないものは発効日に終わる)")


class ChangeBatch(models.Model):
    """One set of changes of the organisation: all of it or nothing.  In effect from 0:00 (Tokyo) of its day."""

    source = models.CharField(max_length=20, choices=BatchSource.choices)
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.CHECKED)
    scope = models.CharField(_("ファイルの範囲"), max_length=10, choices=Scope.choices, default=Scope.CHANGES)
    effective_on = models.DateField(_("発効日"))
    effective_at = models.DateTimeField(_("発効日時"))
    reason = models.CharField(_("理由"), max_length=200)
    checked_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField()
    applied_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    rolled_back_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    rolled_back_at = models.DateTimeField(null=True, blank=True)
    rolled_back_reason = models.CharField(max_length=200, blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)  # when the rest of the product was told that it holds

    class Meta:
        ordering = ["-id"]


class FileKind(models.TextChoices):
    """The files of an import, in the order in which they are read."""

    UNITS = "units", _("所属")
    POSTS = "posts", _("職")
    STAFF = "staff", _("職員")
    APPOINTMENTS = "appointments", _("任用")
    SUCCESSIONS = "successions", _("新旧対応")


class BatchFile(models.Model):
    """A file as it was sent, byte for byte."""

    batch = models.ForeignKey(ChangeBatch, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=20, choices=FileKind.choices)
    name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["batch", "kind"], name="batch_file_once")]


class ChangeVerb(models.TextChoices):
    """What became of a thing."""

    NEW = "new", _("新規")
    CHANGED = "changed", _("変更")
    ENDED = "ended", _("終了")


class BatchChange(models.Model):
    """One line of what an applied batch did, in words of that day."""

    batch = models.ForeignKey(ChangeBatch, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=FileKind.choices)
    verb = models.CharField(max_length=10, choices=ChangeVerb.choices)
    label = models.CharField(max_length=300)
    details = models.JSONField(default=list)  # [[column, before, after], …]

    class Meta:
        ordering = ["id"]


class BatchStroke(models.Model):
    """One row written for a batch, so that it can be taken back: made, or given an end that it did not have."""

    batch = models.ForeignKey(ChangeBatch, models.PROTECT, related_name="strokes")
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    made = models.BooleanField()
    end_before = models.DateField(null=True)  # of a row that was given an end: the one it had

    class Meta:
        ordering = ["id"]
