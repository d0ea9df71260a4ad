"""What the ledger says about papers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from documents.ledger.actions import LedgerAction

PAPERS = {"kagami": _("起案用紙"), "course": _("経過票")}


class PaperPrinted(LedgerAction):
    """Somebody took a paper of a case; `sha256` is of the PDF he got."""

    code = "case.paper_printed"
    detail = ("number", "version", "paper", "sha256")
    choices = {"paper": PAPERS}
    label = _("{number} の{paper}を印刷しました")


class HistoryCertified(LedgerAction):
    """A 決裁履歴証明 was made; `up_to` is the last entry of the record that it tells of, `sha256` is of the PDF."""

    code = "case.history_certified"
    detail = ("number", "certificate", "original", "entries", "up_to", "intact", "sha256")
    choices = {"intact": {True: _("一致"), False: _("不一致")}}
    label = _("{number} の決裁履歴証明 {certificate} を作成しました(検証の結果 {intact})")
