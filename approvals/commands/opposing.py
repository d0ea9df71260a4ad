"""不同意: it rejects nothing.  The drafter settles it, or whoever stands above both rules; every word stays in the 経過."""

from __future__ import annotations

from django.utils.translation import gettext as _

from approvals import access, rules
from approvals.commands.acting import back_to_draft, finish, note_act, taken_up
from approvals.commands.noting import note_step, router
from approvals.commands.onward import go_on, group_of
from approvals.consulting import common_superior, title_of
from approvals.models import Case, CaseState, Happening, Resume, RouteStep, StepKind, StepState, Verb
from approvals.route_actions import StepOpposed
from config.commands import Actor, command
from config.errors import Invalid
from documents.ledger.writer import record
from workflow.organization import queries as organization
from workflow.organization.chart import PostNode

TO_DRAFTER, TO_SUPERIOR = "drafter", "superior"


@command
def oppose(*, case_id: int, step_id: int, seen_revision: int, reason: str, to: str = TO_DRAFTER, actor: Actor) -> Case:
    """不同意 of whoever is asked for consent: back to the drafter (調整), or on to the common superior (裁定).

    After 調整 the case comes back to whoever did not consent; the others keep their word unless the route changed.  Raises
    Invalid without a reason, for an unknown way and when nobody stands above both; else as approve_step does.
    """
    case, step, acting = taken_up(case_id, step_id, seen_revision, actor)
    rules.check(
        rules.may_oppose(access.standing_of(case, actor, step)),
        _("不同意にできるのは、同意を求められている人だけです。"),
    )
    why = rules.check_opposition(reason)
    if to not in (TO_DRAFTER, TO_SUPERIOR):
        sentence = _("調整に戻すか、裁定を求めるかを選んでください。")
        raise Invalid(sentence, code="no_such_way", fields={"to": [sentence]})
    judge = _judge(case, step, acting) if to == TO_SUPERIOR else None

    finish(step, StepState.OPPOSED, acting)
    if judge is None:
        note_act(case, verb=Verb.OPPOSE, step=step, comment=why, resume=Resume.DIRECT, actor=acting)
        back_to_draft(case, CaseState.RETURNED, reason=why, actor=acting)
    else:
        ruling = _ruling(case, step, judge, acting)
        note_act(case, verb=Verb.OPPOSE, step=step, comment=why, to_step=ruling, actor=acting)
        go_on(case, step, acting)
    record(
        StepOpposed,
        subject=case,
        actor=acting,
        record_id=case.record_id,
        number=case.number,
        version=case.version,
        position=step.position,
        post=step.post_name,
        to=judge[1] if judge is not None else "",
        reason=why,
    )
    return case


def _judge(case: Case, step: RouteStep, acting: Actor) -> tuple[PostNode, str]:
    """共通上司 of the drafter and of whoever does not consent, with its title."""
    chart = organization.chart()
    barred = {person for person in (case.drafter_id, acting.user_id) if person is not None}
    found = common_superior(case.drafter_post_id, step.post_id, barred, chart)
    if found is None:
        sentence = _("起案者とあなたの両方の上に立つ職がないため、裁定を求められません。起案者へ戻してください。")
        raise Invalid(sentence, code="no_common_superior", fields={"to": [sentence]})
    return found, title_of(found, chart)


def _ruling(case: Case, step: RouteStep, judge: tuple[PostNode, str], actor: Actor) -> RouteStep:
    """The step in which the superior rules: right after the group; one for all who stand in it and call for him."""
    post, title = judge
    last = max(member.position for member in group_of(step))
    present = case.steps.filter(version=case.version)
    found = present.filter(position=last + 1, kind=StepKind.RULE, post_id=post.id, state=StepState.PLANNED).first()
    if found is not None:
        return found
    for later in present.filter(position__gt=last).order_by("-position"):
        later.position += 1
        later.save(update_fields=["position"])
    ruling = RouteStep(
        case=case,
        version=case.version,
        position=last + 1,
        kind=StepKind.RULE,
        post_id=post.id,
        post_name=title,
        rank=post.rank,
        person_name="・".join(holder.name for holder in post.holders if holder.staff_id != case.drafter_id),
        reason=f"{step.post_name}の不同意を、共通の上司として裁定します",
    )
    ruling.save(force_insert=True)
    note_step(case, ruling, Happening.ADDED, reason=f"{step.post_name}の不同意", actor=router(actor))
    return ruling
