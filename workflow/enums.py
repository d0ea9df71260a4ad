"""Words of this app that others may use."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Family(models.TextChoices):
    """What drives an instance: a drawn BPMN model, or a hand-written viewflow Flow."""

    BPMN = "bpmn", _("流れの図")
    FLOW = "flow", _("組込みの流れ")


class Outcome(models.TextChoices):
    """How a token left an element."""

    COMPLETED = "completed", _("済")
    VOIDED = "voided", _("やり直し")
    CANCELLED = "cancelled", _("取消し")
