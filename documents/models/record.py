"""A record (文書), its attachments and their versions, and the exceptions of who may see it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.models.filing import Disclosure


class RecordState(models.TextChoices):
    """文書の状態 (appendix A), as far as it is reached."""

    DRAFT = "draft", _("作成中")
    CIRCULATING = "circulating", _("回議中")
    RETURNED = "returned", _("差戻し中")
    DECIDED = "decided", _("決裁済")
    COMPLETED = "completed", _("完結")
    WITHDRAWN = "withdrawn", _("取下げ")


class Secrecy(models.TextChoices):
    """秘密文書: read by named people only.  What the readers of its binder see of it instead."""

    NAMED = "named", _("名簿の人だけ(ほかの人には件名を伏せる)")
    HIDDEN = "hidden", _("名簿の人だけ(ほかの人にはあることも見せない)")


class Record(models.Model):
    """One 文書.  While it is a draft only its creator sees it; afterwards it inherits the binder's readers."""

    title = models.CharField(_("件名"), max_length=200, blank=True)
    title_folded = models.CharField(max_length=400, blank=True, db_index=True)
    number = models.CharField(_("文書番号"), max_length=60, blank=True)
    number_folded = models.CharField(max_length=120, blank=True, db_index=True)
    state = models.CharField(max_length=12, choices=RecordState.choices, default=RecordState.DRAFT)
    binder = models.ForeignKey("documents.Binder", models.PROTECT, null=True, blank=True, related_name="records")
    binder_order = models.PositiveIntegerField(_("綴り番号"), null=True, blank=True)
    disclosure = models.CharField(
        _("公開区分"), max_length=10, choices=Disclosure.choices, default=Disclosure.UNDECIDED
    )
    # Empty: read as its binder is.
    secrecy = models.CharField(_("秘密の扱い"), max_length=10, choices=Secrecy.choices, null=True, blank=True)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    creator_name = models.CharField(max_length=100)  # as it was that day
    creator_unit = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    # 原議: the canonical JSON of the decided version, kept as a blob.
    original = models.ForeignKey("documents.Blob", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("決裁日時"), null=True, blank=True)
    completed_on = models.DateField(_("完結日"), null=True, blank=True)
    retention_from = models.DateField(_("起算日"), null=True, blank=True)
    expires_on = models.DateField(_("満了日"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        permissions = [("read_record", "May read this record")]


class TextState(models.TextChoices):
    """Whether a file's text has been read."""

    WAITING = "waiting", _("読取り待ち")
    READING = "reading", _("読取り中")
    DONE = "done", _("読取り済")
    EMPTY = "empty", _("文字なし(画像のみ)")
    FAILED = "failed", _("読み取れません")
    NONE = "none", _("対象外")


class ScanOutcome(models.TextChoices):
    """What the virus check said of a file.  An infected one is never kept."""

    CLEAN = "clean", _("検査済")
    INFECTED = "infected", _("ウイルスあり")
    NOT_SCANNED = "not_scanned", _("未検査")


class ScanReason(models.TextChoices):
    """Why a file was not checked for viruses."""

    UNSET = "unset", _("検査ソフトの設定なし")
    UNREACHABLE = "unreachable", _("検査ソフトに届かない")
    TIMEOUT = "timeout", _("時間内に終わらない")
    TOO_LARGE = "too_large", _("検査できる大きさを超える")
    FAILED = "failed", _("検査ソフトの失敗")


class Attachment(models.Model):
    """One attached document of a record; its bytes are its versions'."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="attachments")
    position = models.PositiveIntegerField()
    removed_at = models.DateTimeField(null=True, blank=True)  # taken out of a draft; the bytes stay

    class Meta:
        ordering = ["position", "id"]


class AttachmentVersion(models.Model):
    """One version of an attachment; `number` counts from 1."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey("documents.Blob", models.PROTECT, related_name="holders")
    name = models.CharField(_("ファイル名"), max_length=255)
    media_type = models.CharField(max_length=120)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploader_name = models.CharField(max_length=100)
    uploaded_at = models.DateTimeField()
    text_state = models.CharField(max_length=10, choices=TextState.choices, default=TextState.WAITING)
    text_error = models.CharField(max_length=60, blank=True)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    # Empty for what came in before there was a check.
    scan = models.CharField(_("ウイルス検査"), max_length=12, choices=ScanOutcome.choices, null=True, blank=True)
    scan_reason = models.CharField(max_length=12, choices=ScanReason.choices, null=True, blank=True)
    scan_engine = models.CharField(max_length=100, null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["attachment", "number"], name="attachment_version_once")]
