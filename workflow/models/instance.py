"""Running and finished instances, their open work, and what happened to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from viewflow.workflow.models import AbstractProcess, AbstractTask

from workflow.models.definition import ProcessDefinition


class ProcessInstance(AbstractProcess):
    """One run of a definition.  `state` is the engine's (format number inside), `variables` one JSON per scope."""

    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="instances")
    business_key = models.CharField(max_length=100, blank=True, db_index=True)
    title = models.CharField(max_length=200, blank=True)
    state = models.JSONField(default=dict)
    variables = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


class WorkItem(AbstractTask):
    """Open work of one instance: what stands in an inbox."""

    process = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="items")
    previous = None  # type: ignore[assignment]  # a many-to-many per item costs an INSERT; the history has it
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    element_id = models.CharField(max_length=100)
    element_name = models.CharField(max_length=200, blank=True)
    token_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)  # code of the item kind that shows it (workflow/item_kinds.py)
    title = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)  # ここにある理由
    due_on = models.DateField(null=True, blank=True)
    priority = models.SmallIntegerField(default=0)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    finished_by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index("process", name="item_open", condition=Q(finished=None))]


class ItemCandidate(models.Model):
    """A person who may do an open item, in which post, by what right, and why."""

    item = models.ForeignKey(WorkItem, models.CASCADE, related_name="candidates")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post_id_then = models.BigIntegerField(null=True)
    post_name = models.CharField(max_length=100, blank=True)
    right = models.CharField(max_length=20)
    is_open = models.BooleanField(default=True)  # copied from the item, so that an inbox is one index scan
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "staff"], name="candidate_once")]
        indexes = [models.Index("staff", "due_on", "id", name="candidate_inbox", condition=Q(is_open=True))]


class ElementHistory(models.Model):
    """What happened to an element: opened, left, voided (by a return), cancelled; with person and post of that day."""

    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="history")
    sequence = models.PositiveIntegerField()
    element_id = models.CharField(max_length=100)
    element_type = models.CharField(max_length=40)
    token_id = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)  # completed, voided, cancelled
    actor_code = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=100, blank=True)
    actor_post = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["instance_id", "sequence"]
        constraints = [models.UniqueConstraint(fields=["instance", "sequence"], name="history_sequence_once")]


class Incident(models.Model):
    """A modelling mistake met at run time: the instance waits here until somebody mends it."""

    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="incidents")
    element_id = models.CharField(max_length=100)
    token_id = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    message = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=200, blank=True)
