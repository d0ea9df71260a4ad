"""承認 and what stands for it beside the own line, 決裁, 引戻し."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from approvals import access, rules
from approvals.actions import CaseDecided, CaseTakenBack, StepApproved
from approvals.commands.acting import (
    back_to_draft,
    back_to_review,
    finish,
    item_of,
    moved,
    note_act,
    taken_up,
)
from approvals.commands.onward import go_on, group_of
from approvals.models import Case, CaseState, CaseVersion, ConsentKind, RouteStep, StepKind, StepState, Verb
from approvals.route_actions import StepAnswered
from config import clock
from config.commands import Actor, command
from documents import commands as documents
from documents.ledger.writer import record
from workflow import commands as workflow

# What a step's word is called, where it is not 承認.
ANSWERS = {ConsentKind.AGREE: Verb.AGREE, ConsentKind.OPINION: Verb.OPINE, ConsentKind.READ: Verb.READ}
OF_KIND = {StepKind.EXAMINE: Verb.EXAMINE, StepKind.RULE: Verb.RULE}


def answer_of(step: RouteStep) -> Verb:
    """承認 of the own line, 同意, 意見 or 閲覧 of a 合議, 審査, 裁定."""
    if step.kind == StepKind.CONSULT:
        return ANSWERS[ConsentKind(step.consent or ConsentKind.AGREE)]
    return OF_KIND.get(StepKind(step.kind), Verb.APPROVE)


@command
def approve_step(*, case_id: int, step_id: int, seen_revision: int, comment: str = "", actor: Actor) -> Case:
    """承認, or 同意, 意見, 閲覧, 審査 and 裁定: one step is done; when its group is over the case goes to the next.

    Raises Conflict when another was faster or the page is stale, NotAllowed for whoever's turn it is not, Invalid for a
    裁定 without its reason.
    """
    case, step, acting = taken_up(case_id, step_id, seen_revision, actor)
    rules.check(
        rules.may_approve(access.standing_of(case, actor, step)),
        _("この案件を承認できるのは、いまの段の職にある人だけです。"),
    )
    said = rules.check_ruling_reason(comment) if step.kind == StepKind.RULE else comment.strip()

    finish(step, StepState.DONE, acting)
    verb = answer_of(step)
    note_act(case, verb=verb, step=step, comment=said, actor=acting)
    go_on(case, step, acting)
    told: dict[str, Any] = {} if verb == Verb.APPROVE else {"verb": verb.value}
    record(
        StepAnswered if told else StepApproved,
        subject=case,
        actor=acting,
        record_id=case.record_id,
        number=case.number,
        version=case.version,
        position=step.position,
        post=step.post_name,
        comment=said,
        **told,
    )
    return case


@command
def decide(*, case_id: int, step_id: int, seen_revision: int, comment: str = "", actor: Actor) -> Case:
    """決裁: one person, the decider, ends the route; the 原議 is fixed and nothing of it changes any more.

    Raises as approve_step does.
    """
    case, step, acting = taken_up(case_id, step_id, seen_revision, actor)
    rules.check(
        rules.may_decide(access.standing_of(case, actor, step)), _("この案件を決裁できるのは、決裁権者だけです。")
    )

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


def _reopen(case: Case, step: RouteStep, *, reason: str, actor: Actor) -> None:
    """One step back: it waits for its person again, with those of its group whom it had made unneeded or who still wait."""
    beside = [member.pk for member in group_of(step)]
    present = case.steps.filter(version=case.version)
    anew = Q(state=StepState.OPEN) | Q(state=StepState.UNNEEDED, pk__in=beside)
    waiting = [*present.filter(anew), step]
    for again in waiting:
        again.state = StepState.PLANNED
        again.arrived_at = again.opened_at = again.acted_at = again.due_on = None
        again.acted_by = again.item = None
        again.save(update_fields=["state", "arrived_at", "opened_at", "acted_at", "due_on", "acted_by", "item"])
    moved(case)
    back_to_review(case, [again for again in waiting if again.pk in beside], reason=reason, actor=actor)


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
