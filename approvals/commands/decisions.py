"""承認, 決裁, 引戻し."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from approvals import access, rules
from approvals.actions import CaseDecided, CaseTakenBack, StepApproved, StepSkipped
from approvals.commands.acting import back_to_draft, finish, instance_of, item_of, moved, note_act, taken_up
from approvals.models import Case, CaseState, CaseVersion, RouteStep, StepKind, StepState, Verb
from config import clock
from config.commands import Actor, command
from config.errors import Invalid
from documents import commands as documents
from documents.ledger.writer import record
from workflow import commands as workflow
from workflow.organization import queries as organization


@command
def approve_step(*, case_id: int, step_id: int, seen_revision: int, comment: str = "", actor: Actor) -> Case:
    """承認: one 回議 step is done, the case goes to the next.

    Raises Conflict when another was faster or the page is stale, NotAllowed for whoever's turn it is not.
    """
    case, step, acting = taken_up(case_id, step_id, seen_revision, actor)
    rules.check(
        rules.may_approve(access.standing_of(case, actor)),
        _("この案件を承認できるのは、いまの段の職にある人だけです。"),
    )

    finish(step, StepState.DONE, acting)
    note_act(case, verb=Verb.APPROVE, step=step, comment=comment.strip(), actor=acting)
    moved(case)
    more = _skip_vacant(case, acting)
    workflow.complete_item(item_id=item_of(step), seen_revision=None, variables={"more_reviews": more}, actor=acting)
    record(
        StepApproved,
        subject=case,
        actor=acting,
        record_id=case.record_id,
        number=case.number,
        version=case.version,
        position=step.position,
        post=step.post_name,
        comment=comment.strip(),
    )
    return case


@command
def decide(*, case_id: int, step_id: int, seen_revision: int, comment: str = "", actor: Actor) -> Case:
    """決裁: one person, the decider, ends the route; the 原議 is fixed and nothing of it changes any more.

    Raises as approve_step does.
    """
    case, step, acting = taken_up(case_id, step_id, seen_revision, actor)
    rules.check(rules.may_decide(access.standing_of(case, actor)), _("この案件を決裁できるのは、決裁権者だけです。"))

    finish(step, StepState.DONE, acting)
    note_act(case, verb=Verb.DECIDE, step=step, comment=comment.strip(), actor=acting)
    workflow.complete_item(item_id=item_of(step), seen_revision=None, variables={}, actor=acting)
    version = case.versions.get(number=case.version)
    original = documents.freeze_original(record_id=case.record_id, content=_original(case, version), actor=acting)
    case.state = CaseState.DECIDED
    case.decided_at = clock.now()
    case.revision += 1
    case.save(update_fields=["state", "decided_at", "revision"])
    record(
        CaseDecided,
        subject=case,
        actor=acting,
        record_id=case.record_id,
        number=case.number,
        version=case.version,
        post=step.post_name,
        level=case.level,
        sha256=version.sha256,
        original=original.sha256,
        comment=comment.strip(),
    )
    return case


@command
def take_back(*, case_id: int, seen_revision: int, reason: str = "", actor: Actor) -> Case:
    """引戻し: undo one's own last act while the next person has not acted.

    The drafter gets his draft back; an approver's step is open again.  Raises Conflict when the next one was faster.
    """
    case = access.case_for(case_id=case_id, actor=actor, lock=True)
    standing = access.standing_of(case, actor)
    undone = rules.check_take_back(standing)
    rules.check_revision(case, seen_revision, last_act=standing.last_act)
    step = undone.step
    acting = access.acting_in(step, actor) if step is not None else actor

    note_act(case, verb=Verb.TAKE_BACK, step=step, comment=reason.strip(), actor=acting)
    if step is None:
        back_to_draft(case, CaseState.DRAFT, reason=reason.strip(), actor=acting)
    else:
        _reopen(case, step, reason=reason.strip(), actor=acting)
    record(
        CaseTakenBack,
        subject=case,
        actor=acting,
        record_id=case.record_id,
        number=case.number,
        version=case.version,
        undone=str(undone.verb),
        reason=reason.strip(),
    )
    return case


def _skip_vacant(case: Case, actor: Actor) -> bool:
    """Pass over 回議 posts that nobody holds any more; whether a 回議 is still to come.

    Raises Invalid when the deciding post has become vacant: the case waits where it is, visibly.
    """
    for step in case.steps.filter(version=case.version, state=StepState.PLANNED).order_by("position"):
        holders = organization.holders_of(post_id=step.post_id, on=clock.today())
        if any(holder.staff_id != case.drafter_id for holder in holders):
            return step.kind == StepKind.REVIEW
        if step.kind == StepKind.DECIDE:
            raise Invalid(
                _("次に決裁する%(post)sが欠員のため進められません。文書主任に知らせてください。")
                % {"post": step.post_name},
                code="decider_vacant",
            )
        step.state = StepState.SKIPPED
        step.reason = "欠員のため、次の職が見ます"
        step.save(update_fields=["state", "reason"])
        record(
            StepSkipped,
            subject=case,
            actor=actor,
            record_id=case.record_id,
            version=case.version,
            position=step.position,
            post=step.post_name,
            reason=step.reason,
        )
    return False


def _reopen(case: Case, step: RouteStep, *, reason: str, actor: Actor) -> None:
    """One step back: the next step is planned again, this one waits for its person again."""
    case.steps.filter(version=case.version, state=StepState.OPEN).update(
        state=StepState.PLANNED, item=None, arrived_at=None, opened_at=None
    )
    step.state = StepState.PLANNED
    step.acted_at = None
    step.acted_by = None
    step.item = None
    step.save(update_fields=["state", "acted_at", "acted_by", "item"])
    moved(case)
    workflow.return_to(instance_id=instance_of(case), element_id="review", reason=reason, actor=actor)


def _original(case: Case, version: CaseVersion) -> dict[str, Any]:
    """原議: the decided version with everything that was done to the case up to and including the 決裁."""
    return {
        "case": version.content,
        "sha256": version.sha256,
        "acts": [
            {
                "version": act.version,
                "verb": act.verb,
                "at": act.at.isoformat(),
                "name": act.staff_name,
                "post": act.post_name,
                "unit": act.unit_name,
                "right": act.right,
                "behalf_of": act.behalf_of,
                "comment": act.comment,
            }
            for act in access.acts_of(case)
        ],
    }
