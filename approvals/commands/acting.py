"""What every act on a case has in common: its row in the 経過."""

from __future__ import annotations

from approvals.models import Act, Case, RouteStep, Verb
from config import clock
from config.commands import Actor


def note_act(case: Case, *, verb: Verb, step: RouteStep | None, comment: str, actor: Actor) -> Act:
    """Add to the 経過 who did what, in which post and unit and by what right, as of today."""
    if actor.user_id is None:
        raise TypeError("only people act on cases")
    act = Act(
        case=case,
        version=case.version,
        step=step,
        verb=verb,
        at=clock.now(),
        staff_id=actor.user_id,
        staff_name=actor.name,
        post_name=actor.post,
        unit_name=actor.unit,
        right=actor.right.value,
        behalf_of=actor.behalf_of,
        comment=comment,
    )
    act.save(force_insert=True)
    return act


def instance_of(case: Case) -> int:
    """The process instance of a case that was submitted."""
    if case.instance_id is None:
        raise TypeError("a case that was never submitted has no process")
    return case.instance_id


def item_of(step: RouteStep) -> int:
    """The work item of a step whose turn has come."""
    if step.item_id is None:
        raise TypeError("a step whose turn has not come has no work item")
    return step.item_id
