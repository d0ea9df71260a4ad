"""Deployed process definitions: the XML as drawn, versioned, immutable."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ProcessDefinition(models.Model):
    """One version of one process.  `xml` is stored byte for byte; a trigger refuses UPDATE and DELETE."""

    key = models.CharField(max_length=100)  # the BPMN process id
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    xml = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    deployed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    deployed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="definition_version_once")]
