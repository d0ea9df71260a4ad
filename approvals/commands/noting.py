"""What happens to a step without anybody's act: its row in the 経過, and the ledger's."""

from __future__ import annotations

from approvals.models import Case, Happening, RouteStep, StepNote
from approvals.route_actions import StepChanged
from config import clock
from config.commands import Actor, system_actor
from documents.ledger.writer import record


def router(actor: Actor) -> Actor:
    """The system, on the way that somebody's act began."""
    return system_actor("case-routing", channel=actor.channel, request_id=actor.request_id)


def note_step(
    case: Case,
    step: RouteStep,
    what: Happening,
    *,
    before: str = "",
    after: str = "",
    reason: str = "",
    told: bool = True,
    actor: Actor,
) -> None:
    """Add to the 経過 what happened to a step; `told` where the ledger has no sentence of its own for it."""
    StepNote(step=step, at=clock.now(), what=what, before=before[:200], after=after[:200], reason=reason[:200]).save(
        force_insert=True
    )
    if told:
        record(
            StepChanged,
            subject=case,
            actor=actor,
            record_id=case.record_id,
            version=step.version,
            position=step.position,
            post=step.post_name,
            what=what.value,
            before=before,
            after=after,
            reason=reason,
        )
