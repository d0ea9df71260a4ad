"""From one group of steps to the next: when a group is over, whom the next one asks, and what the process is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approvals.actions import StepSkipped
from approvals.commands.acting import item_of, moved
from approvals.commands.noting import note_step, router
from approvals.consulting import Member, Word, is_over, superior
from approvals.models import Case, Happening, RouteStep, StepKind, StepState
from approvals.routing import Completion, post_title
from config import clock
from config.commands import Actor
from documents.ledger.writer import record
from workflow import commands as workflow
from workflow.organization import queries as organization

WORDS = {
    StepState.PLANNED: Word.PENDING,
    StepState.OPEN: Word.PENDING,
    StepState.OPPOSED: Word.AGAINST,
    StepState.RETURNED: Word.AGAINST,
}
SILENT = (StepState.PLANNED, StepState.OPEN)


def group_of(step: RouteStep) -> list[RouteStep]:
    """The steps that stand side by side with a step, itself among them; those passed over are none."""
    if not step.group:
        return [step]
    beside = RouteStep.objects.filter(case_id=step.case_id, version=step.version, group=step.group)
    return list(beside.exclude(state=StepState.SKIPPED).order_by("position"))


def go_on(case: Case, step: RouteStep, actor: Actor) -> None:
    """A step is done: the case stays with the others of its group, or goes to the next one."""
    workflow.complete_item(item_id=item_of(step), seen_revision=None, variables=way_on(case, step, actor), actor=actor)


def way_on(case: Case, step: RouteStep, actor: Actor) -> dict[str, Any]:
    """What the process is told after a step; closes the group when it needs nobody any more."""
    members = group_of(step)
    if not _is_over(members):
        return {"group_done": False, "more_reviews": True}
    for silent in members:
        if silent.state in SILENT:
            silent.state = StepState.UNNEEDED
            silent.save(update_fields=["state"])
            note_step(case, silent, Happening.UNNEEDED, actor=router(actor))
    moved(case)
    return told_of(prepare_next(case, actor))


def told_of(asked: Sequence[RouteStep]) -> dict[str, Any]:
    """The variables with which the process asks these steps side by side."""
    return {
        "group_done": True,
        "more_reviews": bool(asked) and asked[0].kind != StepKind.DECIDE,
        "members": [step.pk for step in asked],
    }


def prepare_next(case: Case, actor: Actor) -> list[RouteStep]:
    """The steps of the next group, each in a post that somebody holds today, as far as there is one above.

    A 回議 that nobody can do is passed over, since the next post sees the case anyway; all else goes up.  What finds
    nobody at all is left as it is: it waits among the exceptions until somebody is appointed.
    """
    while True:
        planned = list(
            case.steps.filter(version=case.version, state=StepState.PLANNED)
            .select_related("post__unit")
            .order_by("position")
        )
        members = [step for step in planned if step.pk == planned[0].pk or 0 < step.group == planned[0].group]
        asked = [step for step in members if _is_seated(case, step, actor)]
        if asked or not planned:
            return asked


def _is_over(members: Sequence[RouteStep]) -> bool:
    # The drafter chooses a rule for those whom he added; beside them, whoever is mandatory is heard in any case.
    rule = next((member for member in members if not member.is_mandatory), members[0])
    return is_over(
        Completion(rule.completion),
        rule.needed,
        [Member(_must(member), WORDS.get(StepState(member.state), Word.FOR)) for member in members],
    )


def _must(step: RouteStep) -> bool:
    """Whether no rule of its group makes a step unneeded."""
    return step.is_mandatory or step.kind == StepKind.EXAMINE


def _is_seated(case: Case, step: RouteStep, actor: Actor) -> bool:
    """Whether the step is asked; it may have gone up meanwhile."""
    holders = organization.holders_of(post_id=step.post_id, on=clock.today())
    if any(holder.staff_id != case.drafter_id for holder in holders):
        return True
    if step.kind == StepKind.REVIEW:
        _pass_over(case, step, actor)
        return False
    _raise(case, step, is_own=bool(holders), actor=actor)
    return True


def _pass_over(case: Case, step: RouteStep, actor: Actor) -> None:
    step.state = StepState.SKIPPED
    step.reason = "欠員のため、次の職が見ます"
    step.save(update_fields=["state", "reason"])
    record(
        StepSkipped,
        subject=case,
        actor=actor,
        record_id=case.record_id,
        version=step.version,
        position=step.position,
        post=step.post_name,
        reason=step.reason,
    )


def _raise(case: Case, step: RouteStep, *, is_own: bool, actor: Actor) -> None:
    """The next post above gets the step, for all to see; where there is none, nothing changes."""
    chart = organization.chart()
    higher = superior(step.post_id, {case.drafter_id}, chart)
    if higher is None:
        return
    before = step.post_name
    unit = chart.units.get(higher.unit_id)
    step.post_id, step.rank = higher.id, higher.rank
    step.post_name = post_title(unit.name if unit is not None else "", higher.name)
    step.person_name = "・".join(holder.name for holder in higher.holders if holder.staff_id != case.drafter_id)
    why = f"{before}が起案者のため" if is_own else f"{before}が欠員のため"
    step.reason = f"{step.reason}({why}、上の職が見ます)"[:200]
    step.save(update_fields=["post", "rank", "post_name", "person_name", "reason"])
    note_step(case, step, Happening.RAISED, before=before, after=step.post_name, reason=why, actor=router(actor))
