"""差戻し: to the drafter or to anybody who has acted, and from whom the case goes on afterwards."""

from __future__ import annotations

from django.utils.translation import gettext as _

from approvals import access, rules
from approvals.actions import CaseReturned
from approvals.commands.acting import back_to_draft, back_to_review, call_off, finish, moved, note_act, taken_up
from approvals.commands.noting import router
from approvals.commands.onward import group_of
from approvals.models import Case, CaseState, Resume, RouteStep, StepState, Verb
from config import clock
from config.commands import Actor, command
from config.errors import Invalid
from documents.ledger.writer import record
from workflow.organization import queries as organization

# What is done again when everybody between does it again.
SPOKEN = (StepState.DONE, StepState.CARRIED, StepState.DEEMED, StepState.UNNEEDED, StepState.OPPOSED)


@command
def return_case(
    *,
    case_id: int,
    step_id: int,
    seen_revision: int,
    to_step_id: int | None = None,
    resume: str = Resume.RESTART,
    reason: str,
    actor: Actor,
) -> Case:
    """差戻し for a reason: to the step named, or without one to the drafter, who may then mend text and files.

    Earlier comments, files and versions stay.  Raises Invalid without a reason, for a step that was not done in this
    version or whose post nobody holds, or for an unknown way to go on; else as approve_step does.
    """
    case, step, acting = taken_up(case_id, step_id, seen_revision, actor)
    rules.check(
        rules.may_return(access.standing_of(case, actor, step)),
        _("この案件を差し戻せるのは、いまの段の職にある人だけです。"),
    )
    why, way = rules.check_return_reason(reason), rules.check_resume(resume)
    target = _target(case, step, to_step_id) if to_step_id is not None else None

    if target is None:
        finish(step, StepState.RETURNED, acting)
        note_act(case, verb=Verb.RETURN, step=step, comment=why, resume=way, actor=acting)
        back_to_draft(case, CaseState.RETURNED, reason=why, actor=acting)
    else:
        note_act(case, verb=Verb.RETURN, step=step, comment=why, to_step=target, resume=way, actor=acting)
        _back_to_step(case, step, target, way, why, acting)
        back_to_review(case, [target], reason=why, actor=acting)
    record(
        CaseReturned,
        subject=case,
        actor=acting,
        record_id=case.record_id,
        number=case.number,
        version=case.version,
        post=step.post_name,
        to=target.post_name if target is not None else "",
        resume=way.value,
        reason=why,
    )
    return case


def _target(case: Case, step: RouteStep, to_step_id: int) -> RouteStep:
    target = next((past for past in access.steps_to_return_to(case, step) if past.pk == to_step_id), None)
    if target is None:
        sentence = _("差し戻せるのは、起案者か、この版で処理した人だけです。")
        raise Invalid(sentence, code="no_such_target", fields={"to": [sentence]})
    holders = organization.holders_of(post_id=target.post_id, on=clock.today())
    if not any(holder.staff_id != case.drafter_id for holder in holders):
        sentence = _("%(post)sが欠員のため、この人へは差し戻せません。") % {"post": target.post_name}
        raise Invalid(sentence, code="target_vacant", fields={"to": [sentence]})
    return target


def _back_to_step(case: Case, step: RouteStep, target: RouteStep, way: Resume, why: str, actor: Actor) -> None:
    """The target waits again, and the one who returned after it; who is between them only when all do it again.

    Whoever stood beside the one who returned it and had not acted yet is called off, and asked again with him.
    """
    beside = [member for member in group_of(step) if member.pk != step.pk]
    call_off(case, [m for m in beside if m.state == StepState.OPEN], StepState.PLANNED, why, router(actor))
    again = [target, step, *(member for member in beside if member.state == StepState.PLANNED)]
    if way == Resume.RESTART:
        last = max(member.position for member in [step, *beside])
        between = case.steps.filter(version=case.version, position__gt=target.position, position__lte=last)
        between = between.exclude(pk=step.pk).filter(state__in=SPOKEN)
        again += between.exclude(group=target.group, group__gt=0)
    for waiting in again:
        waiting.state = StepState.PLANNED
        waiting.item = waiting.acted_by = waiting.carried_from = None
        waiting.arrived_at = waiting.opened_at = waiting.acted_at = waiting.due_on = None
        waiting.save(
            update_fields=[
                "state", "item", "acted_by", "carried_from", "arrived_at", "opened_at", "acted_at", "due_on",
            ]
        )  # fmt: skip
    moved(case)
