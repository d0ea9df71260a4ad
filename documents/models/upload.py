"""Files on their way in: what has been sent of each so far.  Books of the work, gone when the file is in or refused."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class UploadState(models.TextChoices):
    """How far an upload has come."""

    OPEN = "open", _("送信中")
    CHECKING = "checking", _("検査中")
    DONE = "done", _("添付済")


class PartialUpload(models.Model):
    """One file being sent in pieces by one person to one record; `offset` bytes of it are on disk.

    The row of a file that came in stays until it expires, without bytes, so that a lost answer can be asked for again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    record = models.ForeignKey("documents.Record", models.PROTECT, related_name="uploads")
    name = models.CharField(_("ファイル名"), max_length=255)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    mark = models.CharField(max_length=64, blank=True)  # by which the page knows the same file again
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.OPEN)
    checking_since = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey("documents.AttachmentVersion", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset__gte=0) & models.Q(offset__lte=models.F("size")), name="upload_offset_within"
            )
        ]
