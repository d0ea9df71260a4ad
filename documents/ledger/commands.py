"""The acts that the ledger notes of its own use."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.commands import Actor, Role, command
from config.errors import NotFound
from documents.ledger import queries
from documents.ledger.actions import LedgerAction
from documents.ledger.models import LedgerEntry
from documents.ledger.writer import record


class LedgerExported(LedgerAction):
    """An auditor took a copy of the ledger."""

    code = "ledger.exported"
    detail = ("first", "last", "who", "act", "document", "up_to")
    label = _("台帳をCSVに書き出しました(通番 {up_to} まで)")


@command
def note_export(*, wanted: queries.Wanted, actor: Actor) -> int:
    """Note that the ledger is exported, narrowed to `wanted`; returns the id up to which it goes.

    Raises NotFound for anybody but auditors: for others there is no such page.
    """
    if not actor.has(Role.AUDITOR):
        raise NotFound(_("見つかりません。"))
    up_to = queries.newest_id()
    record(
        LedgerExported,
        subject=LedgerEntry(pk=up_to),
        actor=actor,
        first=wanted.first,
        last=wanted.last,
        who=wanted.who,
        act=wanted.action,
        document=wanted.record_id,
        up_to=up_to,
    )
    return up_to
