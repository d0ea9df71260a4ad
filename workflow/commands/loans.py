"""備品貸出: the hand-written flow, through the same doors as drawn ones."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from config import clock
from config.commands import Actor, command
from config.errors import Invalid, Message, NotAllowed
from documents.ledger.writer import record
from workflow import access, flows, rules
from workflow.ledger_actions import InstanceCancelled, ItemCompleted, LoanStarted
from workflow.models import ItemCandidate
from workflow.values import InstanceView

MAX_DAYS = 92


@command
def start_loan(*, item: str, lent_from: dt.date, lent_to: dt.date, purpose: str, actor: Actor) -> InstanceView:
    """Ask to borrow something.  Raises Invalid for odd input or when nobody may approve, NotAllowed without a post."""
    if actor.user_id is None or actor.post_id is None:
        raise NotAllowed(_("今日の職がないため申請できません。"), code="no_post")
    _check(item.strip(), lent_from, lent_to, purpose.strip())
    if not flows.approvers(actor.user_id) or not flows.receivers(actor.user_id):
        raise Invalid(_("承認する上司が見つかりません。職の任用を確かめてください。"), code="no_candidate")
    loan = flows.EquipmentLoanFlow.start.run(
        title=_("%(item)sの貸出") % {"item": item.strip()},
        item=item.strip(),
        lent_from=lent_from,
        lent_to=lent_to,
        purpose=purpose.strip(),
        starter_id=actor.user_id,
        starter_code=actor.code,
        starter_name=actor.name,
        starter_post=f"{actor.unit} {actor.post}".strip(),
        revision=1,
    )
    record(
        LoanStarted,
        subject=loan,
        actor=actor,
        title=loan.title,
        item=loan.item,
        lent_from=lent_from,
        lent_to=lent_to,
        purpose=loan.purpose,
    )
    return InstanceView.of_loan(loan)


def _check(item: str, lent_from: dt.date, lent_to: dt.date, purpose: str) -> None:
    wrong: dict[str, list[Message]] = {}
    if not item or len(item) > 100:
        wrong["item"] = [_("品名を100字までで入力してください。")]
    if not purpose or len(purpose) > 200:
        wrong["purpose"] = [_("目的を200字までで入力してください。")]
    if lent_from < clock.today():
        wrong["lent_from"] = [_("貸出日は今日か、それよりあとにしてください。")]
    if lent_to < lent_from:
        wrong["lent_to"] = [_("返却予定日は貸出日か、それよりあとにしてください。")]
    elif (lent_to - lent_from).days > MAX_DAYS:
        wrong["lent_to"] = [_("貸出は%(most)d日までです。") % {"most": MAX_DAYS}]
    if wrong:
        raise Invalid(_("入力を確かめてください。"), fields=wrong)


@command
def complete_task(*, task_id: int, seen_revision: int | None, variables: dict[str, Any], actor: Actor) -> InstanceView:
    """Do a task of a hand-written flow; raises as complete_item does.  `variables` are kept with the task."""
    found = access.task_for(task_id=task_id, actor=actor)
    with found.activation() as activation:
        task = activation.task
        done_by = task.owner.name if task.owner is not None else ""
        rules.check_open(finished=task.finished, done=task.status == STATUS.DONE, name=done_by)
        loan = activation.process
        rules.check_revision(revision=loan.revision, seen=seen_revision)
        held = task.owner is not None and task.owner_id != actor.user_id
        rules.check_free(holder=task.owner.name if held else "", since=task.assigned)
        person = get_user_model()(pk=actor.user_id)
        if task.owner_id is None:
            rules.check_candidate(activation.assign.has_perm(person))
            activation.assign(person)
        rules.check_candidate(activation.start.has_perm(person))
        task.data = {**task.data, **variables, "actor": _person(actor)}
        loan.revision += 1
        loan.save(update_fields=["data"])
        activation.start(None)
        ItemCandidate.objects.filter(task=task).update(is_open=False)
        activation.execute()
    record(
        ItemCompleted,
        subject=task,
        actor=actor,
        instance=loan.pk,
        element=task.flow_task.name,
        name=task.flow_task.task_title,
        business_key="",
        variables=sorted(variables),
    )
    return InstanceView.of_loan(loan)


@command
def cancel_loan(*, instance_id: int, reason: str, seen_revision: int | None, actor: Actor) -> InstanceView:
    """Call a loan off; raises as cancel_instance does."""
    loan = access.loan_for(instance_id=instance_id, actor=actor, lock=True)
    rules.check_takes_part(access.takes_part_in_loan(loan, actor))
    rules.check_running(loan.finished)
    rules.check_revision(revision=loan.revision, seen=seen_revision)
    why = rules.check_reason(reason)
    open_tasks = list(Task.objects.filter(process=loan.pk, finished=None).values_list("pk", flat=True))
    flows.EquipmentLoanFlow.instance.cancel(loan)
    ItemCandidate.objects.filter(task_id__in=open_tasks).update(is_open=False)
    loan.revision += 1
    loan.data = {**loan.data, "cancelled": {"reason": why, **_person(actor)}}
    loan.save(update_fields=["data"])
    record(InstanceCancelled, subject=loan, actor=actor, title=loan.title, business_key="", reason=why)
    return InstanceView.of_loan(loan)


def _person(actor: Actor) -> dict[str, str]:
    """Who acted, in the post of that day: viewflow's rows have no columns for it."""
    return {"name": actor.name, "code": actor.code, "post": f"{actor.unit} {actor.post}".strip()}
