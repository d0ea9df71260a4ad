"""What the ledger says of the 決裁規程."""

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction


class RegulationDrafted(LedgerAction):
    """A version was begun, from nothing or as a copy."""

    code = "regulation.drafted"
    detail = ("body", "number", "title", "copied_from")
    label = _("決裁規程 {title} の第{number}版を作り始めました")


class MatterWritten(LedgerAction):
    """The rows of a matter were written."""

    code = "regulation.matter.written"
    detail = ("number", "matter", "rows", "before", "after")
    label = _("決裁規程 第{number}版の {matter} を書きました({rows}行)")


class MatterRemoved(LedgerAction):
    """A matter was taken out."""

    code = "regulation.matter.removed"
    detail = ("number", "matter", "before")
    label = _("決裁規程 第{number}版から {matter} を除きました")


class BenchWritten(LedgerAction):
    """Rows were added to the bench."""

    code = "regulation.bench.written"
    detail = ("number", "rows")
    label = _("決裁規程 第{number}版の試験に {rows} 行を足しました")


class BenchRowRemoved(LedgerAction):
    """A row was taken off the bench."""

    code = "regulation.bench.removed"
    detail = ("number", "row", "question")
    label = _("決裁規程 第{number}版の試験から {row} 行目を除きました")


class RegulationPublished(LedgerAction):
    """A version was published."""

    code = "regulation.published"
    detail = ("body", "number", "effective_from", "tested", "sha256")
    label = _("決裁規程 第{number}版を公布しました(施行日 {effective_from}、試験 {tested} 行合格)")


class RegulationWithdrawn(LedgerAction):
    """A version that does not hold yet was given up."""

    code = "regulation.withdrawn"
    detail = ("number", "reason")
    label = _("決裁規程 第{number}版を取りやめました({reason})")
