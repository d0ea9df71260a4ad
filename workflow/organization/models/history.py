"""What was so on a day: names and places of units, names and standing of staff, and which unit became which."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflow.organization.models.structure import Dated, Employment, Post, Staff, Standing, Unit, UnitKind


class UnitVersion(Dated):
    """How a unit was called and where it stood between two days.  Old names stay."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="versions")
    name = models.CharField(_("名称"), max_length=100)
    short_name = models.CharField(_("略称(起案番号に使う)"), max_length=20, blank=True)
    symbol = models.CharField(_("文書記号"), max_length=20, blank=True)
    kind = models.CharField(_("種別"), max_length=20, choices=UnitKind.choices, blank=True)
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Dated.Meta):
        ordering = ["unit_id", "valid_from"]


class StaffProfile(Dated):
    """What was known of a person between two days: his name of that time, his 任用区分, whether he was at work."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="profiles")
    name = models.CharField(_("氏名"), max_length=100)
    kana = models.CharField(_("ふりがな"), max_length=100, blank=True)
    former_name = models.CharField(_("旧姓"), max_length=100, blank=True)
    occupation = models.CharField(_("職種"), max_length=40, blank=True)
    employment = models.CharField(_("任用区分"), max_length=20, choices=Employment.choices, blank=True)
    email = models.EmailField(_("メールアドレス"), blank=True)
    standing = models.CharField(_("在職の状態"), max_length=10, choices=Standing.choices, default=Standing.WORKING)

    class Meta(Dated.Meta):
        ordering = ["staff_id", "valid_from"]


class UnitSuccession(models.Model):
    """新旧対応表: from a day on, the new unit goes on with the work of the old one and reads what that one kept."""

    old = models.ForeignKey(Unit, models.PROTECT, related_name="successors")
    new = models.ForeignKey(Unit, models.PROTECT, related_name="predecessors")
    effective_on = models.DateField(_("発効日"))

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["old", "new", "effective_on"], name="succession_once"),
            models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="succession_other"),
        ]


class PostSuccession(models.Model):
    """The new post takes over what waits for the old one."""

    old = models.ForeignKey(Post, models.PROTECT, related_name="successors")
    new = models.ForeignKey(Post, models.PROTECT, related_name="predecessors")
    effective_on = models.DateField(_("発効日"))

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["old"], name="post_succession_once"),
            models.CheckConstraint(condition=~models.Q(old=models.F("new")), name="post_succession_other"),
        ]
