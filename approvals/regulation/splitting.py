"""Pure: 分割発注, a purchase that together with others to the same partner would have had a higher decider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from approvals.regulation.table import Answer, Question, Rulebook, Unanswered

WINDOW = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought from whom and when."""

    question: Question
    partner: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The purchases that belong together, their sum, and who would decide the sum."""

    others: tuple[Purchase, ...]
    total: int
    together: Answer

    @property
    def sentence(self) -> str:
        """分割発注の疑い(合計 990,000円 → 部長専決)."""
        return f"分割発注の疑い(合計 {self.total:,}円 → {self.together.decider})"


def suspicion(book: Rulebook, purchase: Purchase, others: Iterable[Purchase]) -> Suspicion | None:
    """Whether a purchase looks like a part of a larger one: same matter, condition and partner within thirty days, and
    the sum needs a higher decider than each part.  A warning, never a refusal."""
    near = tuple(
        other
        for other in others
        if other.partner == purchase.partner
        and (other.question.matter, other.question.condition) == (purchase.question.matter, purchase.question.condition)
        and abs(other.on - purchase.on) <= WINDOW
    )
    parts = (purchase, *near)
    total = sum(part.question.amount or 0 for part in parts)
    try:
        alone = max(book.decide(part.question).level for part in parts)
        together = book.decide(replace(purchase.question, amount=total))
    except Unanswered:
        return None
    return Suspicion(near, total, together) if near and together.level > alone else None
