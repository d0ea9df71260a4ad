"""Bytes and their text.  One row per content, many holders; originals never change."""

from __future__ import annotations

from django.db import models


class Blob(models.Model):
    """Content-addressed bytes.  `blocks` holds the SHA-256 of each 1 MiB block, 32 bytes each, in order."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    blocks = models.BinaryField()
    media_type = models.CharField(max_length=120)
    store = models.CharField(max_length=10)  # file or s3
    store_version = models.CharField(max_length=100, blank=True)  # S3 version id, always read by it
    created_at = models.DateTimeField()


class PageText(models.Model):
    """The text of one page (at most ~4,000 characters, 50 overlapping), which the search index is built from."""

    version = models.ForeignKey("documents.AttachmentVersion", models.PROTECT, related_name="pages")
    record = models.ForeignKey("documents.Record", models.PROTECT, related_name="pages")
    page_no = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    text = models.TextField()
    folded_sha = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "page_no", "part"], name="page_once")]
