"""Words of this app that others may use."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Family(models.TextChoices):
    """What drives an instance: a drawn BPMN model, or a hand-written viewflow Flow."""

    BPMN = "bpmn", _("流れの図")
    FLOW = "flow", _("組込みの流れ")


class Listening(models.TextChoices):
    """What an instance, or the start of a process, listens for."""

    MESSAGE = "message", _("メッセージ")
    SIGNAL = "signal", _("シグナル")
    TIMER = "timer", _("時刻")
    CONDITIONAL = "conditional", _("条件")


class WorkState(models.TextChoices):
    """How work of a machine stands."""

    OPEN = "open", _("待機中")
    FAILED = "failed", _("失敗")
    DONE = "done", _("済")
    VOIDED = "voided", _("取消し")


class Outcome(models.TextChoices):
    """How a token left an element."""

    COMPLETED = "completed", _("済")
    VOIDED = "voided", _("やり直し")
    CANCELLED = "cancelled", _("取消し")
