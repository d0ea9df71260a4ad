"""Deployed decisions: the DMN file each came in, versioned, immutable; and the answers that processes got."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class DecisionDefinition(models.Model):
    """One version of one decision.  `xml` is the whole file, byte for byte; a trigger refuses UPDATE and DELETE."""

    key = models.CharField(max_length=100)  # the DMN decision id
    version = models.PositiveIntegerField()
    version_tag = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=200)
    xml = models.BinaryField()
    sha256 = models.CharField(max_length=64, db_index=True)
    deployment = models.UUIDField(db_index=True)  # the decisions of one upload share it
    deployed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    deployed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="decision_version_once")]


class DecisionAnswer(models.Model):
    """What a decision answered a process, and why, as it was said then; triggers refuse UPDATE and DELETE.

    `trace` is a JSON of `runtime/decision_traces.py`: the tables gone through, their inputs, the rules that counted.
    """

    instance = models.ForeignKey("workflow.ProcessInstance", models.PROTECT, related_name="decision_answers")
    element_id = models.CharField(max_length=100)
    element_name = models.CharField(max_length=200, blank=True)
    token_id = models.CharField(max_length=40)
    decision = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    trace = models.JSONField(default=dict)
    answered_at = models.DateTimeField()
