"""Who works where, in which post, from when to when.  Rows are dated and never overwritten; staff are never deleted.

Validity is half-open: a row is valid on a day when `valid_from <= day` and (`valid_to` is empty or `day < valid_to`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config import clock


class DatedQuerySet(models.QuerySet):  # type: ignore[type-arg]  # the same methods serve every dated model
    """Rows with `valid_from` and `valid_to`."""

    def on(self, day: dt.date) -> DatedQuerySet:
        """The rows valid on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Dated(models.Model):
    """A row that holds from a day on, up to but not including another."""

    valid_from = models.DateField(_("有効開始日"))
    valid_to = models.DateField(_("有効終了日(この日の前日まで)"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="%(app_label)s_%(class)s_dates"
            )
        ]


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff for the log-in."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        """The staff member with that 職員番号."""
        return self.get(code=username)


class Employment(models.TextChoices):
    """任用区分 (appendix A)."""

    PERMANENT = "permanent", _("常勤")
    REEMPLOYED = "reemployed", _("再任用")
    FIXED_TERM = "fixed_term", _("任期付")
    FISCAL_YEAR = "fiscal_year", _("会計年度任用")
    SECONDED = "seconded", _("派遣")
    SPECIAL = "special", _("特別職")


class Standing(models.TextChoices):
    """在職の状態 (O15)."""

    WORKING = "working", _("在職")
    LEAVE = "leave", _("休職")
    LEFT = "left", _("退職")


class Staff(AbstractBaseUser):
    """A person who works for the city, and the user who logs in.  Kept for ever: past records name him."""

    code = models.CharField(_("職員番号"), max_length=20, unique=True)
    name = models.CharField(_("氏名"), max_length=100)
    kana = models.CharField(_("ふりがな"), max_length=100, blank=True)
    former_name = models.CharField(_("旧姓"), max_length=100, blank=True)
    occupation = models.CharField(_("職種"), max_length=40, blank=True)
    employment = models.CharField(_("任用区分"), max_length=20, choices=Employment.choices, blank=True)
    email = models.EmailField(_("メールアドレス"), blank=True)
    is_active = models.BooleanField(_("在職"), default=True)
    roles = models.JSONField(_("役割"), default=list, blank=True)  # codes of config.commands.Role
    # The next registered change of standing, so that it holds from its day on whether or not anything ran at midnight.
    turns_on = models.DateField(null=True, blank=True)
    turns_active = models.BooleanField(default=True)

    USERNAME_FIELD = "code"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = StaffManager()

    class Meta:
        verbose_name = _("職員")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """Whoever left or was suspended from a day on is inactive from 0:00 of that day, in every part of the product."""
        row = super().from_db(db, field_names, values)
        if {"turns_on", "turns_active", "is_active"} <= set(field_names):
            row.is_active = row.is_active_on(clock.today())
        return row

    def is_active_on(self, day: dt.date) -> bool:
        """Whether he may work on that day, today or later."""
        return self.turns_active if self.turns_on is not None and self.turns_on <= day else self.is_active


class UnitKind(models.TextChoices):
    """What kind of unit (domain.md 4.9)."""

    BODY = "body", _("執行機関")
    DEPARTMENT = "department", _("部")
    SECTION = "section", _("課")
    OFFICE = "office", _("課内室")
    TEAM = "team", _("係")
    BRANCH = "branch", _("出先機関")


class Unit(Dated):
    """部・課・係.  `group` is the principal that permissions name.

    A unit stays the same when its name or its place changes: those stand dated in UnitVersion, and here as they are today.
    `symbol` is its 文書記号 (水デ).
    """

    code = models.CharField(_("所属コード"), max_length=20)
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("略称(起案番号に使う)"), max_length=20, blank=True)
    symbol = models.CharField(_("文書記号"), max_length=20, blank=True)
    kind = models.CharField(_("種別"), max_length=20, choices=UnitKind.choices, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    group = models.OneToOneField(Group, models.PROTECT, related_name="unit")

    class Meta(Dated.Meta):
        verbose_name = _("所属")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Rank(models.IntegerChoices):
    """職位, in the order in which a case goes up (domain.md 1.3 回議)."""

    MEMBER = 10, _("係員")
    CHIEF = 20, _("係長")
    DEPUTY_MANAGER = 30, _("課長補佐")
    MANAGER = 40, _("課長")
    DIRECTOR = 50, _("部長")
    VICE_MAYOR = 60, _("副市長")
    MAYOR = 70, _("市長")


class Post(Dated):
    """A chair in a unit: デジタル推進課長.  Route steps name posts; people sit in them for a time."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    name = models.CharField(_("職名"), max_length=50)
    rank = models.IntegerField(_("職位"), choices=Rank.choices)

    class Meta(Dated.Meta):
        verbose_name = _("職")
        ordering = ["-rank", "id"]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.name}"


class AppointmentKind(models.TextChoices):
    """任用 (appendix A); values equal config.commands.Right where both exist."""

    MAIN = "main", _("本務")
    CONCURRENT = "concurrent", _("兼務")
    JOINT = "joint", _("併任")
    ACTING = "acting", _("事務取扱")
    PROVISIONAL = "provisional", _("心得")
    SUBSTITUTE = "substitute", _("職務代理")


class Appointment(Dated):
    """A person sits in a post."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    kind = models.CharField(_("任用"), max_length=20, choices=AppointmentKind.choices, default=AppointmentKind.MAIN)

    class Meta(Dated.Meta):
        verbose_name = _("任用")
        ordering = ["id"]


class AbsenceReason(models.TextChoices):
    """不在事由 (appendix A)."""

    TRAVEL = "travel", _("出張")
    LEAVE = "leave", _("年休")
    SPECIAL = "special", _("特休")
    SICK = "sick", _("病休")
    TRAINING = "training", _("研修")
    PARENTAL = "parental", _("育休")


class Absence(models.Model):
    """A person is away between two moments."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    reason = models.CharField(_("事由"), max_length=20, choices=AbsenceReason.choices)
    note = models.CharField(_("備考"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("取消日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("不在")
        ordering = ["-starts_at"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="absence_times")]


class Delegation(models.Model):
    """代理: another person acts for this one between two moments.  A delegate cannot delegate on (domain.md 2.3)."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(Staff, models.PROTECT, related_name="delegations_held")
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    note = models.CharField(_("備考"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("取消日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("代理")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="delegation_times"),
            models.CheckConstraint(condition=~Q(staff=F("delegate")), name="delegation_other"),
        ]
