"""What the ledger says of records."""

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction, name_part
from documents.models.filing import Disclosure
from documents.models.record import RecordState, ScanOutcome, ScanReason, TextState
from documents.models.rendition import RenditionState

name_part("text-extraction", _("文字の読取り"))
name_part("rendition", _("表示用PDFの作成"))


class RecordCreated(LedgerAction):
    """A record was begun."""

    code = "documents.record.created"
    label = _("文書の作成を始めました")


class RecordDescribed(LedgerAction):
    """Title, binder or 公開区分 were set."""

    code = "documents.record.described"
    detail = ("title", "binder_id", "binder", "disclosure")
    choices = {"disclosure": dict(Disclosure.choices)}
    label = _("件名「{title}」、簿冊「{binder}」、公開区分 {disclosure} としました")


class RecordNumbered(LedgerAction):
    """A record got its number."""

    code = "documents.record.numbered"
    detail = ("number",)
    label = _("番号 {number} を付けました")


class RecordMoved(LedgerAction):
    """A record changed its state."""

    code = "documents.record.state"
    detail = ("before", "after")
    choices = {"before": dict(RecordState.choices), "after": dict(RecordState.choices)}
    label = _("文書の状態を {before} から {after} にしました")


class OriginalFixed(LedgerAction):
    """The 原議 was fixed."""

    code = "documents.record.fixed"
    detail = ("sha256", "attachments")
    label = _("原議を確定しました(ハッシュ {sha256})")


class RecordCompleted(LedgerAction):
    """A record was filed as completed."""

    code = "documents.record.completed"
    detail = ("on", "binder_id", "binder", "order", "retention_from", "expires_on")
    label = _("{on} に完結し、簿冊「{binder}」の {order} 番に綴りました(満了日 {expires_on})")


class ReadingGranted(LedgerAction):
    """One person may read one record."""

    code = "documents.record.granted"
    detail = ("user_id", "name")
    label = _("この文書を読む許可を{name}さんに与えました")


class FileAttached(LedgerAction):
    """A file was attached."""

    code = "documents.file.attached"
    detail = ("attachment_id", "version", "name", "sha256", "size")
    label = _("「{name}」を添付しました(第{version}版)")


class FileScanned(LedgerAction):
    """A file was checked for viruses before it was attached."""

    code = "documents.file.scanned"
    detail = ("version", "name", "outcome", "reason", "engine")
    choices = {"outcome": dict(ScanOutcome.choices), "reason": dict(ScanReason.choices)}
    label = _("「{name}」(第{version}版)のウイルス検査: {outcome} {reason}")


class FileRefused(LedgerAction):
    """A file was refused; nothing of it was kept."""

    code = "documents.file.refused"
    detail = ("name", "size", "refusal", "sentence")
    label = _("ファイルを受け付けませんでした。{sentence}")


class FileDownloaded(LedgerAction):
    """Somebody saved a file to a place of his own."""

    code = "documents.file.downloaded"
    detail = ("version", "name", "sha256")
    label = _("「{name}」(第{version}版)を取り出しました")


class FilePrinted(LedgerAction):
    """Somebody printed pages of a file from the viewer."""

    code = "documents.file.printed"
    detail = ("version", "name", "sha256")
    label = _("「{name}」(第{version}版)を印刷しました")


class RecordOpened(LedgerAction):
    """Somebody read a record."""

    code = "documents.record.opened"
    detail = ("number", "title")
    reading = True
    label = _("記録「{title}」を閲覧しました")


class FileOpened(LedgerAction):
    """Somebody read a file on the screen."""

    code = "documents.file.opened"
    detail = ("version", "name", "sha256")
    reading = True
    label = _("「{name}」(第{version}版)を閲覧しました")


class Searched(LedgerAction):
    """Somebody searched."""

    code = "documents.searched"
    detail = ("text", "found")
    personal = ("text",)
    reading = True
    label = _("「{text}」をさがしました")


class FileRemoved(LedgerAction):
    """A file was taken out of a draft."""

    code = "documents.file.removed"
    detail = ("attachment_id", "name")
    label = _("添付「{name}」を外しました")


class FilesReordered(LedgerAction):
    """The order of the attachments was changed."""

    code = "documents.file.reordered"
    detail = ("order",)
    label = _("添付の順を変えました")


class TextExtracted(LedgerAction):
    """The text of a file was read for the search."""

    code = "documents.text.extracted"
    detail = ("version_id", "state", "pages", "error")
    choices = {"state": dict(TextState.choices)}
    label = _("添付の文字の読取りを終えました({state}、頁数 {pages})")


class RenditionRequested(LedgerAction):
    """Somebody asked for the PDF by which a file is shown."""

    code = "documents.rendition.requested"
    detail = ("version", "name")
    label = _("「{name}」(第{version}版)の表示用PDFの作成を求めました")


class RenditionEnded(LedgerAction):
    """The making of a PDF to be shown ended, well or not; the original is as it was."""

    code = "documents.rendition.ended"
    detail = ("version_id", "state", "sha256", "pages", "maker", "error")
    choices = {"state": dict(RenditionState.choices)}
    label = _("添付の表示用PDFの作成を終えました({state}、頁数 {pages})")


class NumberTaken(LedgerAction):
    """A number was issued."""

    code = "documents.number.taken"
    detail = ("kind", "scope", "year", "value", "text")
    label = _("番号 {text} を採りました")


class NumberCancelled(LedgerAction):
    """A number became a 欠番."""

    code = "documents.number.cancelled"
    detail = ("text", "reason")
    label = _("番号 {text} を欠番にしました。理由: {reason}")


class ClassificationCreated(LedgerAction):
    """A class was entered."""

    code = "documents.classification.created"
    detail = ("classification_code", "name")
    label = _("分類 {classification_code} {name} を設けました")


class BinderCreated(LedgerAction):
    """A binder was opened."""

    code = "documents.binder.created"
    detail = ("name", "fiscal_year", "classification_code", "retention_years", "unit")
    label = _("簿冊「{name}」({fiscal_year}年度)を {unit} に設けました")
