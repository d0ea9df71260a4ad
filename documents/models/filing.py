"""分類, 簿冊 and numbers (domain.md 1.4–1.6)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """起算区分 (domain.md 1.4)."""

    FISCAL_YEAR = "FY", _("完結年度の翌年度4月1日")
    CALENDAR_YEAR = "CY", _("完結年の翌年1月1日")
    EVENT_YEAR = "EVENT_FY", _("特定日の属する年度の翌年度4月1日")
    ACCOUNT_YEAR = "ACCOUNT_FY", _("会計年度の翌年度4月1日")
    NONE = "NONE", _("常用中は起算しない")


class Disposition(models.TextChoices):
    """満了時の措置."""

    DESTROY = "destroy", _("廃棄")
    TRANSFER = "transfer", _("移管")
    CONSULT = "consult", _("協議")


class Disclosure(models.TextChoices):
    """公開区分."""

    OPEN = "open", _("公開")
    PARTIAL = "partial", _("部分公開")
    CLOSED = "closed", _("非公開")
    UNDECIDED = "undecided", _("未判定")


class Classification(models.Model):
    """分類表: three levels (03 / 03-02 / 03-02-05)."""

    code = models.CharField(_("分類記号"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.PositiveSmallIntegerField(_("段"))
    retention_years = models.PositiveSmallIntegerField(_("保存期間(年)"), null=True, blank=True)
    basis = models.CharField(_("起算区分"), max_length=12, choices=Basis.choices, default=Basis.FISCAL_YEAR)
    disposition = models.CharField(max_length=10, choices=Disposition.choices, default=Disposition.DESTROY)
    disclosure = models.CharField(max_length=10, choices=Disclosure.choices, default=Disclosure.UNDECIDED)

    class Meta:
        ordering = ["code"]
        permissions = [("read_class", "May read every binder of this class")]
        constraints = [models.CheckConstraint(condition=models.Q(level__in=(1, 2, 3)), name="classification_level")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Binder(models.Model):
    """簿冊: holds the period; a record inherits it.  `group` is the unit that keeps it (a principal)."""

    fiscal_year = models.PositiveSmallIntegerField(_("年度"))  # 2025 = 令和7年度
    classification = models.ForeignKey(Classification, models.PROTECT, related_name="binders")
    name = models.CharField(_("簿冊名"), max_length=200)
    volume = models.PositiveSmallIntegerField(_("分冊番号"), default=1)
    group = models.ForeignKey("auth.Group", models.PROTECT, related_name="binders", verbose_name=_("主務課"))
    unit_name = models.CharField(_("作成時の主務課"), max_length=100)
    # None = 常用: kept as long as it is in use.
    retention_years = models.PositiveSmallIntegerField(_("保存期間(年)"), null=True, blank=True)
    basis = models.CharField(_("起算区分"), max_length=12, choices=Basis.choices, default=Basis.FISCAL_YEAR)
    disposition = models.CharField(max_length=10, choices=Disposition.choices, default=Disposition.DESTROY)
    is_closed = models.BooleanField(_("締切り"), default=False)
    # Apart: readers of its class are not readers of this binder.
    is_apart = models.BooleanField(_("分類の閲覧者を引き継がない"), default=False)

    class Meta:
        ordering = ["-fiscal_year", "classification__code", "name", "volume"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "classification", "group", "name", "volume"], name="binder_once"
            )
        ]
        permissions = [("read_binder", "May read every record in this binder")]

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """A gap-free counter.  `last` is advanced under the row's lock, in the transaction that uses the number."""

    kind = models.CharField(max_length=20)  # draft (起案番号), receipt (収受番号), dispatch (施行番号) …
    scope = models.CharField(max_length=40)  # the unit's symbol or the kind of ordinance
    year = models.PositiveSmallIntegerField()  # fiscal year, or calendar year for 例規
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "scope", "year"], name="series_once")]


class IssuedNumber(models.Model):
    """A number that was given out.  Never reused; a cancelled one is a 欠番 with its reason."""

    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="issued")
    value = models.PositiveIntegerField()
    text = models.CharField(max_length=60)
    issued_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "value"], name="number_once"),
            models.UniqueConstraint(fields=["text"], name="number_text_once"),
        ]
