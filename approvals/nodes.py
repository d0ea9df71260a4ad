"""Who does the tasks of a 起案 process: kessai:assignment names in the model."""

from __future__ import annotations

import datetime as dt

from approvals.models import Case, ConsentKind, RouteStep, StepKind, StepState
from approvals.stops import USUAL_DAYS
from config import clock
from config.calendar import add_business_days
from workflow.nodes import URGENT, USUAL, AssignmentContext, Candidate, assignment
from workflow.organization import queries as organization


@assignment("approvals.drafter", bound=True)
def drafter(context: AssignmentContext) -> list[Candidate]:
    """The drafter, in the post in which he drafted."""
    case = Case.objects.get(number=context.business_key)
    post = f"{case.unit_name} {case.drafter_post_name}"
    reason = "起案者" if case.version <= 1 else "差戻しまたは引戻し"
    return [Candidate(case.drafter_id, case.drafter_post_id, post, "main", reason, case.wanted_on, _priority(case))]


@assignment("approvals.route_step")
def route_step(context: AssignmentContext) -> list[Candidate]:
    """Whoever sits today in the post of the step: routes name posts, people are found on arrival.

    Of work that waits already, in the post of its own step.
    """
    case = Case.objects.get(number=context.business_key)
    step = _asked(case, context)
    if step is None:
        return []
    until = [day for day in (case.wanted_on, due_of(step)) if day is not None]
    return [
        Candidate(
            holder.staff_id,
            step.post_id,
            step.post_name,
            holder.kind,
            step.reason,
            min(until, default=None),
            _priority(case),
        )
        for holder in organization.holders_of(post_id=step.post_id, on=clock.today())
        if holder.staff_id != case.drafter_id
    ]


def _asked(case: Case, context: AssignmentContext) -> RouteStep | None:
    """The step that the work stands for: of those side by side, the one that the process named."""
    if context.item_id is not None:
        return case.steps.filter(item_id=context.item_id).first()
    member = context.variables.get("member")
    if isinstance(member, int):
        return case.steps.filter(version=case.version, state=StepState.PLANNED, pk=member).first()
    return next_step(case)


def due_of(step: RouteStep) -> dt.date | None:
    """Until when 意見型 that arrives now, or has arrived, may speak; all else has no such day."""
    if step.kind != StepKind.CONSULT or step.consent != ConsentKind.OPINION:
        return None
    return step.due_on or add_business_days(clock.today(), step.days or USUAL_DAYS)


def _priority(case: Case) -> int:
    """至急 stands at the top of the inbox of whoever decides."""
    return URGENT if case.is_urgent else USUAL


def next_step(case: Case, post_id: int | None = None) -> RouteStep | None:
    """The first step of the present version that nobody has been asked yet; of several side by side that of a post."""
    planned = list(case.steps.filter(version=case.version, state=StepState.PLANNED).order_by("position"))
    beside = [step for step in planned if step.group and step.group == planned[0].group and step.post_id == post_id]
    return next(iter(beside or planned), None)
