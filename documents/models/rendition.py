"""A form of a file that a browser can show.  It stands beside the original and never in its place."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RenditionState(models.TextChoices):
    """Where the making of a form to be shown stands."""

    WAITING = "waiting", _("変換待ち")
    READY = "ready", _("表示できる")
    FAILED = "failed", _("変換できない")
    UNAVAILABLE = "unavailable", _("変換ソフトがない")


class Rendition(models.Model):
    """The PDF of one version of an attachment, made by a job from bytes that were verified.

    Its bytes are content-addressed like the original's; who may see them is asked of the version, each time.
    """

    version = models.OneToOneField("documents.AttachmentVersion", models.PROTECT, related_name="rendition")
    state = models.CharField(max_length=12, choices=RenditionState.choices, default=RenditionState.WAITING)
    blob = models.ForeignKey("documents.Blob", models.PROTECT, null=True, blank=True, related_name="+")
    page_count = models.PositiveIntegerField(null=True, blank=True)
    maker = models.CharField(max_length=100, blank=True)  # program and version
    error = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    requested_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="ready", blob__isnull=False)
                | (~models.Q(state="ready") & models.Q(blob=None)),
                name="rendition_has_bytes_when_ready",
            )
        ]
