"""A case (事案): its draft, its route, what people did, and the versions that were submitted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.models.route import ConsentKind, GroupRule, StepKind


class CaseState(models.TextChoices):
    """決裁の状態 (domain.md 1.2); the record's own state is the other clock."""

    DRAFT = "draft", _("作成中")
    CIRCULATING = "circulating", _("回議中")
    RETURNED = "returned", _("差戻し中")
    DECIDED = "decided", _("決裁済")
    COMPLETED = "completed", _("完結")


class Level(models.IntegerChoices):
    """決裁区分: who decides; the values are the ranks of organization.Rank."""

    MANAGER = 40, _("課長専決")
    DIRECTOR = 50, _("部長専決")
    VICE_MAYOR = 60, _("副市長専決")
    MAYOR = 70, _("市長決裁")


class Case(models.Model):
    """One 起案 from the first word to 完結.  The text below is the draft; submitted versions are in CaseVersion."""

    record = models.OneToOneField("documents.Record", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.DRAFT)
    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafter_name = models.CharField(max_length=100)
    drafter_post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    drafter_post_name = models.CharField(max_length=100)
    unit = models.ForeignKey("organization.Unit", models.PROTECT, related_name="+")
    unit_name = models.CharField(max_length=100)
    inquiry = models.TextField(_("伺い文"), blank=True)
    grounds = models.TextField(_("理由・経過"), blank=True)
    level = models.IntegerField(_("決裁区分"), choices=Level.choices, default=Level.MANAGER)
    is_urgent = models.BooleanField(_("至急"), default=False)
    urgent_reason = models.CharField(_("至急の理由"), max_length=200, blank=True)
    wanted_on = models.DateField(_("決裁希望日"), null=True, blank=True)
    number = models.CharField(_("起案番号"), max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)  # 0: never submitted
    revision = models.PositiveIntegerField(default=1)  # for stale pages
    instance = models.OneToOneField("workflow.ProcessInstance", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index("drafter", models.F("id").desc(), name="case_mine", condition=models.Q(discarded_at=None))
        ]


class CaseVersion(models.Model):
    """What was submitted, as it was: canonical JSON (鑑 and the attachments' hashes)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="case_version_once")]


class StepState(models.TextChoices):
    """Where one step of the route stands."""

    PLANNED = "planned", _("予定")
    OPEN = "open", _("承認待ち")
    DONE = "done", _("承認済")
    RETURNED = "returned", _("差戻し")
    VOID = "void", _("やり直し")
    SKIPPED = "skipped", _("省略")
    CARRIED = "carried", _("前の版で承認済")
    OPPOSED = "opposed", _("不同意")
    DEEMED = "deemed", _("みなし同意")
    UNNEEDED = "unneeded", _("不要")


class Resume(models.TextChoices):
    """再開方式: where a case goes on after a 差戻し."""

    RESTART = "restart", _("最初から")
    DIRECT = "direct", _("差し戻した人から")


class RouteStep(models.Model):
    """One step of one version's route: names a post, resolves to people on arrival, keeps the names of that day."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    version = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    post = models.ForeignKey("organization.Post", models.PROTECT, related_name="+")
    post_name = models.CharField(max_length=100)
    rank = models.IntegerField()  # 職位, for the 押印欄
    person_name = models.CharField(max_length=200, blank=True)  # planned, then as arrived, then as acted
    reason = models.CharField(max_length=200)  # だから この人
    group = models.PositiveIntegerField(default=0)  # steps of the same group wait side by side; 0: alone
    consent = models.CharField(max_length=10, choices=ConsentKind.choices, blank=True)  # of 合議
    completion = models.CharField(max_length=10, choices=GroupRule.choices, default=GroupRule.ALL)
    needed = models.PositiveIntegerField(default=0)
    is_mandatory = models.BooleanField(default=False)  # the 決裁規程 wants it
    # Of 合議 and 審査: the post that was wanted, and why; another may be asked, where nobody holds it.
    wanted_post = models.ForeignKey("organization.Post", models.PROTECT, null=True, related_name="+")
    wanted_reason = models.CharField(max_length=200, blank=True)
    days = models.PositiveIntegerField(default=0)  # business days that 意見型 is given from its arrival
    due_on = models.DateField(null=True, blank=True)  # after that day, silence is みなし同意
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.PLANNED)
    item = models.ForeignKey("workflow.WorkItem", models.PROTECT, null=True, related_name="+")
    arrived_at = models.DateTimeField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)  # first looked at
    acted_at = models.DateTimeField(null=True, blank=True)
    acted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Of an earlier version, where the approval was given that counts here too.
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["case", "version", "position"], name="step_once")]


class Verb(models.TextChoices):
    """What can be done to a case."""

    SUBMIT = "submit", _("提出")
    RESUBMIT = "resubmit", _("再提出")
    APPROVE = "approve", _("承認")
    AGREE = "agree", _("同意")
    OPINE = "opine", _("意見")
    READ = "read", _("閲覧")
    EXAMINE = "examine", _("審査")
    OPPOSE = "oppose", _("不同意")
    RULE = "rule", _("裁定")
    DECIDE = "decide", _("決裁")
    RETURN = "return", _("差戻し")
    TAKE_BACK = "take_back", _("引戻し")
    COMPLETE = "complete", _("完結")


# Each lets the case go on to the next step.
ONWARD = (Verb.APPROVE, Verb.AGREE, Verb.OPINE, Verb.READ, Verb.EXAMINE, Verb.RULE)


class Act(models.Model):
    """What one person did to a case: the 経過.  Never changed, never lost."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts")
    version = models.PositiveIntegerField()
    step = models.ForeignKey(RouteStep, models.PROTECT, null=True, related_name="acts")
    verb = models.CharField(max_length=20, choices=Verb.choices)
    at = models.DateTimeField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    staff_name = models.CharField(max_length=100)
    post_name = models.CharField(max_length=100)
    unit_name = models.CharField(max_length=100)
    right = models.CharField(max_length=20)
    behalf_of = models.CharField(max_length=100, blank=True)
    comment = models.TextField(blank=True)
    # Of a 差戻し: the step it goes back to (none: 起案者), and where it goes on afterwards.
    to_step = models.ForeignKey(RouteStep, models.PROTECT, null=True, related_name="+")
    resume = models.CharField(max_length=10, choices=Resume.choices, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            # Exactly one 決裁 per case, whatever else goes wrong (domain.md 2.4).
            models.UniqueConstraint(fields=["case"], condition=models.Q(verb="decide"), name="decided_once"),
        ]
