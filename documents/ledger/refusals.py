"""Attempts that were refused for want of rights: kept although everything else of them was rolled back."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from config.commands import Actor, ActorKind, command
from config.errors import NotAllowed, NotFound, Refusal
from documents.ledger.actions import LedgerAction
from documents.ledger.writer import record

logger = logging.getLogger(__name__)


class AttemptRefused(LedgerAction):
    """Somebody tried what he may not do, or asked for what he may not know of."""

    code = "ledger.refused"
    detail = ("command", "refusal", "asked")
    label = _("権限のない操作を断りました({command})")


@command
def record_refusal(
    *, command_name: str, refusal: str, asked: dict[str, int], record_id: int | None, actor: Actor
) -> None:
    """Note a refused attempt, in a transaction of its own.  `asked` holds the ids that were named."""
    record(
        AttemptRefused,
        subject=None,
        actor=actor,
        record_id=record_id,
        command=command_name,
        refusal=refusal,
        asked=asked,
    )


def listen(name: str, refused: Refusal, arguments: dict[str, Any]) -> None:
    """Note what people and robots were refused for want of rights; mistakes in forms and late comers are no attempts.

    A ledger that cannot be written must not hide the refusal itself: that is logged.
    """
    actor = arguments["actor"]
    if not isinstance(refused, NotAllowed | NotFound) or actor.kind is ActorKind.SYSTEM:
        return
    asked = {key: value for key, value in arguments.items() if key.endswith("_id") and isinstance(value, int)}
    try:
        record_refusal(
            command_name=name, refusal=refused.code, asked=asked, record_id=asked.get("record_id"), actor=actor
        )
    except DatabaseError:
        logger.exception("a refused attempt could not be noted: %s by %s", name, actor.code)
