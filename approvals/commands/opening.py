"""開封: whoever's turn it is looked at the case."""

from __future__ import annotations

from approvals import access
from approvals.actions import StepOpened
from approvals.models import RouteStep
from config import clock
from config.commands import Actor, command
from config.errors import Conflict
from documents.ledger.writer import record


@command
def note_opened(*, case_id: int, actor: Actor) -> RouteStep:
    """Note the first look at an open step.  Raises Conflict when there is none to note: another was faster."""
    case = access.case_for(case_id=case_id, actor=actor, lock=True)
    step = access.open_step(case, actor)
    if step is None or not access.is_first_look(case, actor):
        raise Conflict("nothing to note", code="already_opened")
    step.opened_at = clock.now()
    step.save(update_fields=["opened_at"])
    acting = access.acting_in(step, actor)
    record(
        StepOpened,
        subject=case,
        actor=acting,
        record_id=case.record_id,
        version=step.version,
        position=step.position,
        post=step.post_name,
    )
    return step
