"""Who sees a case: its drafter; afterwards whoever may read its record (route people get that when a step arrives)."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Case as Case_
from django.db.models import Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from approvals import rules
from approvals.models import ONWARD, Act, Case, CaseState, RouteStep, StepKind, StepState, Verb
from config import clock
from config.commands import Actor, Right
from config.errors import NotFound
from documents.access import fileable_binders, visible_records
from workflow.organization import queries as organization
from workflow.organization.chart import Holder

SENT = (Verb.SUBMIT, Verb.RESUBMIT, *ONWARD, Verb.TAKE_BACK)


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Every case the actor may open.  Discarded drafts are nobody's."""
    if actor.user_id is None:
        return Case.objects.none()
    submitted = Q(version__gt=0, record__in=visible_records(actor))
    return Case.objects.filter(Q(drafter_id=actor.user_id) | submitted, discarded_at=None)


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The actor's own drafts and cases, newest first."""
    if actor.user_id is None:
        return Case.objects.none()
    return Case.objects.filter(drafter_id=actor.user_id, discarded_at=None)


def case_for(*, case_id: int, actor: Actor, lock: bool = False) -> Case:
    """The case, if the actor may see it.  `lock` takes the row's lock first: order case → instance → record."""
    found = visible_cases(actor).filter(pk=case_id)
    if lock:
        # The lock is taken on the row alone: a join would lock the record too, before its turn, and show it as it was
        # before the wait.
        if not found.exists():
            raise NotFound(_("案件が見つかりません。"))
        return Case.objects.select_for_update().get(pk=case_id, discarded_at=None)
    try:
        return found.select_related("record__binder").get()
    except Case.DoesNotExist:
        raise NotFound(_("案件が見つかりません。")) from None


def case_of_instance(*, instance_id: int, actor: Actor) -> Case:
    """The case that a process instance serves, if the actor may see it."""
    found = visible_cases(actor).filter(instance_id=instance_id).first()
    if found is None:
        raise NotFound(_("案件が見つかりません。"))
    return found


def draft_for(*, case_id: int, actor: Actor, lock: bool = False) -> Case:
    """The case, if the actor drafted it."""
    case = case_for(case_id=case_id, actor=actor, lock=lock)
    if case.drafter_id != actor.user_id:
        raise NotFound(_("案件が見つかりません。"))
    return case


def open_step(case: Case, actor: Actor | None = None) -> RouteStep | None:
    """The step whose turn it is; of several side by side the actor's own, if one is."""
    if case.state != CaseState.CIRCULATING:
        return None
    waiting = case.steps.filter(version=case.version, state=StepState.OPEN)
    if actor is None:
        return waiting.order_by("position").first()
    mine = When(item__candidates__staff_id=actor.user_id, item__candidates__is_open=True, then=0)
    return waiting.alias(whose=Case_(mine, default=1)).order_by("whose", "position").first()


def steps_to_return_to(case: Case, step: RouteStep) -> list[RouteStep]:
    """Who acted in this version before that step, the nearest first: to each of them it may be returned."""
    past = case.steps.filter(version=case.version, position__lt=step.position).exclude(kind=StepKind.DECIDE)
    if step.group:
        past = past.exclude(group=step.group)
    return list(past.filter(state__in=(StepState.DONE, StepState.CARRIED)).order_by("-position"))


def standing_of(case: Case, actor: Actor, step: RouteStep | None = None) -> rules.Standing:
    """What the actor is to the case now, or to one of its open steps, for the predicates of approvals/rules.py."""
    step = step or open_step(case, actor)
    acts = list(case.acts.order_by("-id")[:50])
    own = next((act for act in acts if act.staff_id == actor.user_id and act.version == case.version), None)
    return rules.Standing(
        case=case,
        actor=actor,
        step=step,
        holds_post=step is not None and seat_of(step, actor) is not None,
        is_candidate=step is not None and _is_candidate(step, actor),
        last_act=acts[0] if acts else None,
        own_act=own if own is not None and own.verb in SENT and own.verb != Verb.TAKE_BACK else None,
        may_file=_may_file(case, actor),
    )


def is_first_look(case: Case, actor: Actor) -> bool:
    """Whether the actor's turn has come and he has not looked at the case yet."""
    step = open_step(case, actor)
    if step is None or step.opened_at is not None or case.drafter_id == actor.user_id:
        return False
    return _is_candidate(step, actor) and seat_of(step, actor) is not None


def seat_of(step: RouteStep, actor: Actor) -> Holder | None:
    """The actor's seat in the step's post today, if he has one."""
    holders = organization.holders_of(post_id=step.post_id, on=clock.today())
    return next((holder for holder in holders if holder.staff_id == actor.user_id), None)


def acting_in(step: RouteStep, actor: Actor) -> Actor:
    """The same person acting in the step's post: every act names the post and the right by which it was done."""
    seat = seat_of(step, actor)
    if seat is None:
        return actor
    post = step.post
    return replace(
        actor, post_id=post.pk, post=post.name, unit_id=post.unit_id, unit=post.unit.name, right=Right(seat.kind)
    )


def _is_candidate(step: RouteStep, actor: Actor) -> bool:
    return step.item is not None and step.item.candidates.filter(staff_id=actor.user_id).exists()


def _may_file(case: Case, actor: Actor) -> bool:
    if case.state != CaseState.DECIDED or case.record.binder_id is None:
        return False
    return fileable_binders(actor).filter(pk=case.record.binder_id).exists()


def acts_of(case: Case) -> QuerySet[Act]:
    """The 経過, oldest first."""
    return case.acts.select_related("to_step").order_by("id")


def instance_of_record(record_id: int) -> int | None:
    """The process instance of a record's case, for the system's own use."""
    return Case.objects.filter(record_id=record_id).values_list("instance_id", flat=True).first()
