"""Words of the 決裁規程 that are stored."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Body(models.TextChoices):
    """執行機関: each has deciders, and so a table, of its own."""

    MAYOR = "mayor", _("市長部局")
    EDUCATION = "education", _("教育委員会")
    ELECTION = "election", _("選挙管理委員会")
    AUDIT = "audit", _("監査委員")
    AGRICULTURE = "agriculture", _("農業委員会")
    ASSEMBLY = "assembly", _("議会事務局")
    UTILITY = "utility", _("公営企業")


class State(models.TextChoices):
    """How far a version has come; whether a published one holds is told by its day."""

    DRAFT = "draft", _("作成中")
    PUBLISHED = "published", _("公布済")
    WITHDRAWN = "withdrawn", _("取りやめ")


class Level(models.IntegerChoices):
    """決裁区分, as the ranks of the organisation."""

    MANAGER = 40, _("課長")
    DIRECTOR = 50, _("部長")
    VICE_MAYOR = 60, _("副市長")
    MAYOR = 70, _("市長")
