"""What happens to a case when its process moves: same transaction, errors propagate."""

from __future__ import annotations

import datetime as dt

from approvals.actions import StepArrived, StepHandedOn
from approvals.commands.deeming import DEEM
from approvals.models import Case, Happening, RouteStep, StepNote, StepState
from approvals.nodes import due_of, next_step
from approvals.routing import post_title
from config import clock
from config.commands import system_actor
from config.jobs import queue
from documents import commands as documents
from documents.ledger.writer import record
from workflow.announce import subscribe
from workflow.events import ItemHandedOn, ItemOpened
from workflow.organization import queries as organization

KIND = "decision"


@subscribe(ItemOpened)
def step_arrived(event: ItemOpened) -> None:
    """A step's turn has come: note when and to whom, and let those people read the record."""
    if event.kind != KIND:
        return
    case = Case.objects.filter(number=event.business_key).first()
    step = next_step(case, next(iter(event.post_ids), None)) if case is not None else None
    if case is None or step is None:
        return
    holders = organization.holders_of(post_id=step.post_id, on=clock.today())
    step.state = StepState.OPEN
    step.item_id = event.item_id
    step.arrived_at = clock.now()
    step.person_name = "・".join(holder.name for holder in holders if holder.staff_id in event.staff_ids)
    step.due_on = due_of(step)
    step.save(update_fields=["state", "item", "arrived_at", "person_name", "due_on"])
    if step.due_on is not None:
        _let_silence_count(step, step.due_on)
    router = system_actor("case-routing", channel=event.actor.channel, request_id=event.actor.request_id)
    for staff_id in event.staff_ids:
        documents.grant_reading(record_id=case.record_id, user_id=staff_id, actor=router)
    record(
        StepArrived,
        subject=case,
        actor=router,
        record_id=case.record_id,
        version=step.version,
        position=step.position,
        post=step.post_name,
        people=step.person_name,
    )


def _let_silence_count(step: RouteStep, due: dt.date) -> None:
    """Ask again when the day is over: whoever was to give an opinion and gave none has none."""
    queue.enqueue(
        kind=DEEM,
        key=f"{DEEM}:{step.item_id}",
        payload={"step": step.pk, "item": step.item_id},
        due=dt.datetime.combine(due + dt.timedelta(days=1), dt.time(), tzinfo=clock.TOKYO),
    )


@subscribe(ItemHandedOn)
def step_handed_on(event: ItemHandedOn) -> None:
    """Others sit in the step's post now, or another post took it over: note it, and let them read the record."""
    if event.kind != KIND:
        return
    case = Case.objects.filter(number=event.business_key).first()
    step = case.steps.filter(item_id=event.item_id).first() if case is not None else None
    if case is None or step is None:
        return
    post = organization.present_post(post_id=step.post_id)
    if post is not None and post.pk != step.post_id:
        step.post_id, step.post_name = post.pk, post_title(post.unit.name, post.name)
    step.person_name = event.after
    step.save(update_fields=["post", "post_name", "person_name"])
    what = {"before": event.before[:200], "after": event.after[:200], "reason": event.reason[:200]}
    StepNote(step=step, at=clock.now(), what=Happening.HANDED_ON, **what).save(force_insert=True)
    router = system_actor("case-routing", channel=event.actor.channel, request_id=event.actor.request_id)
    for staff_id in event.staff_ids:
        documents.grant_reading(record_id=case.record_id, user_id=staff_id, actor=router)
    record(
        StepHandedOn,
        subject=case,
        actor=router,
        record_id=case.record_id,
        version=step.version,
        position=step.position,
        post=step.post_name,
        before=event.before,
        after=event.after,
        reason=event.reason,
    )
