"""What every act on a case has in common: its row in the 経過."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from approvals import access, rules
from approvals.commands.noting import note_step, router
from approvals.models import Act, Case, CaseState, Happening, Resume, RouteStep, StepState, Verb
from config import clock
from config.commands import Actor
from documents import commands as documents
from workflow import commands as workflow


def note_act(
    case: Case,
    *,
    verb: Verb,
    step: RouteStep | None,
    comment: str,
    to_step: RouteStep | None = None,
    resume: Resume | None = None,
    actor: Actor,
) -> Act:
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
        to_step=to_step,
        resume=resume or "",
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


def taken_up(case_id: int, step_id: int, seen_revision: int, actor: Actor) -> tuple[Case, RouteStep, Actor]:
    """The locked case, the step that the page showed, and the actor in that step's post."""
    case = access.case_for(case_id=case_id, actor=actor, lock=True)
    shown = case.steps.select_related("post__unit", "item").filter(pk=step_id).first()
    last_act = access.acts_of(case).last()
    step = rules.check_step_open(case, shown, last_act=last_act)
    rules.check_revision(case, seen_revision, last_act=last_act)
    return case, step, access.acting_in(step, actor)


def finish(step: RouteStep, state: StepState, actor: Actor) -> None:
    """The step is over: when and by whom."""
    step.state = state
    step.acted_at = clock.now()
    step.acted_by_id = actor.user_id
    step.person_name = actor.name
    step.save(update_fields=["state", "acted_at", "acted_by", "person_name"])


def moved(case: Case) -> None:
    """Pages made before this are stale."""
    case.revision += 1
    case.save(update_fields=["revision"])


def back_to_draft(case: Case, state: CaseState, *, reason: str, actor: Actor) -> None:
    """The whole version is over, also for those who still had it; the drafter's own task is open again."""
    present = case.steps.filter(version=case.version)
    if state == CaseState.RETURNED:
        call_off(case, present.filter(state=StepState.OPEN), StepState.VOID, reason, actor)
    present.filter(state__in=(StepState.PLANNED, StepState.OPEN)).update(state=StepState.VOID)
    case.state = state
    case.revision += 1
    case.save(update_fields=["state", "revision"])
    workflow.return_to(instance_id=instance_of(case), element_id="draft", reason=reason, actor=actor)
    case.record = documents.set_record_state(record_id=case.record_id, state="returned", actor=actor)


def back_to_review(case: Case, asked: Sequence[RouteStep], *, reason: str, actor: Actor) -> None:
    """The process asks these steps again, side by side."""
    workflow.return_to(
        instance_id=instance_of(case),
        element_id="review",
        reason=reason,
        variables={"members": [step.pk for step in sorted(asked, key=lambda step: step.position)]},
        actor=actor,
    )


def call_off(case: Case, waiting: Iterable[RouteStep], state: StepState, reason: str, actor: Actor) -> None:
    """Whoever still had the case in his inbox has it no longer, because another sent it back."""
    for step in waiting:
        step.state = state
        step.item = None if state == StepState.PLANNED else step.item
        step.save(update_fields=["state", "item"])
        note_step(case, step, Happening.CALLED_OFF, reason=reason, actor=router(actor))
