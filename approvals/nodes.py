"""Who does the tasks of a 起案 process: kessai:assignment names in the model."""

from __future__ import annotations

from approvals.models import Case, RouteStep, StepState
from config import clock
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
    """Whoever sits today in the post of the next step: routes name posts, people are found on arrival.

    Of work that waits already, in the post of its own step.
    """
    case = Case.objects.get(number=context.business_key)
    step = next_step(case) if context.item_id is None else case.steps.filter(item_id=context.item_id).first()
    if step is None:
        return []
    return [
        Candidate(
            holder.staff_id, step.post_id, step.post_name, holder.kind, step.reason, case.wanted_on, _priority(case)
        )
        for holder in organization.holders_of(post_id=step.post_id, on=clock.today())
        if holder.staff_id != case.drafter_id
    ]


def _priority(case: Case) -> int:
    """至急 stands at the top of the inbox of whoever decides."""
    return URGENT if case.is_urgent else USUAL


def next_step(case: Case) -> RouteStep | None:
    """The first step of the present version that nobody has been asked yet."""
    return case.steps.filter(version=case.version, state=StepState.PLANNED).order_by("position").first()
