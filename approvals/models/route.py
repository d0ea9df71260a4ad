"""What a route is made of beside the own line, what happened to its steps, and the routes that people keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class StepKind(models.TextChoices):
    """処理区分 (appendix A), as far as it is reached; the values are those of stops.Kind."""

    REVIEW = "review", _("回議")
    CONSULT = "consult", _("合議")
    EXAMINE = "examine", _("審査")
    RULE = "rule", _("裁定")
    DECIDE = "decide", _("決裁")


class ConsentKind(models.TextChoices):
    """合議の型; the values are those of stops.Consent."""

    AGREE = "agree", _("同意型")
    OPINION = "opinion", _("意見型")
    READ = "read", _("閲覧型")


class GroupRule(models.TextChoices):
    """When a group of steps that stand side by side is over; the values are those of stops.Completion."""

    ALL = "all", _("全員")
    COUNT = "count", _("決めた人数")
    FIRST = "first", _("先着の1人")
    MAJORITY = "majority", _("過半数")


class Consultation(models.Model):
    """合議 or 審査 that the drafter added, with his reason.  What the 決裁規程 wants is no row here."""

    case = models.ForeignKey("approvals.Case", models.PROTECT, related_name="consultations")
    kind = models.CharField(_("処理区分"), max_length=10, choices=StepKind.choices)
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    consent = models.CharField(_("合議の型"), max_length=10, choices=ConsentKind.choices, default=ConsentKind.AGREE)
    group = models.PositiveIntegerField(_("順"), default=1)  # those of the same number are asked side by side
    completion = models.CharField(_("完了の条件"), max_length=10, choices=GroupRule.choices, default=GroupRule.ALL)
    needed = models.PositiveIntegerField(_("人数"), default=0)
    days = models.PositiveIntegerField(_("期限(営業日)"), default=0)
    reason = models.CharField(_("理由"), max_length=100)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "group", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "kind", "post"], name="consultation_once")]


class SavedRoute(models.Model):
    """合議 and 審査 that a person keeps under a name, to use them again: a list of values by post."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("名前"), max_length=60)
    entries = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_route_once")]


class Happening(models.TextChoices):
    """What can happen to a step without anybody acting in it."""

    HANDED_ON = "handed_on", _("処理者を再決定")
    RAISED = "raised", _("上の職へ")
    SKIPPED = "skipped", _("省略")
    CALLED_OFF = "called_off", _("差戻しにより取消し")
    UNNEEDED = "unneeded", _("ほかの人で足りたため終了")
    DEEMED = "deemed", _("みなし同意")
    ADDED = "added", _("経路に追加")


class StepNote(models.Model):
    """One thing that happened to a step although nobody acted in it: part of the 経過, never changed."""

    step = models.ForeignKey("approvals.RouteStep", models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    what = models.CharField(max_length=12, choices=Happening.choices)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
