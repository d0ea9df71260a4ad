"""Open work comes to other people: when posts change hands, when somebody leaves, when an administrator gives it away."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.activation import Activation
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from config import clock
from config.commands import Actor, command
from config.errors import NotFound
from documents.ledger.writer import record
from workflow import access, flows, rules
from workflow import events as told
from workflow.announce import announce
from workflow.enums import Family
from workflow.ledger_actions import ItemHandedOn
from workflow.models import ItemCandidate, WorkItem
from workflow.nodes import Candidate, in_main_post
from workflow.organization import queries as organization
from workflow.runtime.step import people_for
from workflow.values import ItemView


@command
def hand_on_item(
    *,
    item_id: int,
    family: Family = Family.BPMN,
    leaver_id: int | None = None,
    heir_id: int | None = None,
    find_again: bool = False,
    reason: str,
    actor: Actor,
) -> ItemView:
    """Take open work from one person (`leaver_id`), give it to another (`heir_id`), or find anew who gets it.

    Nobody may be left: then it stands in the list of exceptions.  Work that somebody who is still there has taken stays
    his.  Raises NotAllowed for others than administrators and the system, NotFound, Conflict when the work is over.
    """
    rules.check_keeps_order(actor)
    with _activation(item_id, family) as activation:
        task = activation.task
        rules.check_open(finished=task.finished, done=task.status == STATUS.DONE, name="")
        candidates = ItemCandidate.objects.filter(**{_column(family): task.pk}).select_related("staff")
        before = [row for row in candidates.order_by("id") if row.is_open]
        wanted = _wanted(task, family, before, leaver_id, heir_id, find_again)
        _release(activation, {person.staff_id for person in wanted})
        _replace(task, family, list(candidates), wanted)
        view = ItemView.of_task(task) if family == Family.FLOW else ItemView.of(task)
        number = getattr(activation.process, "business_key", "")
    names = organization.names_of(staff_ids=[person.staff_id for person in wanted])
    details: dict[str, Any] = {
        "before": ", ".join(row.staff.name for row in before),
        "after": ", ".join(names[person.staff_id] for person in wanted),
        "reason": reason,
    }
    record(
        ItemHandedOn,
        subject=task,
        actor=actor,
        instance=view.instance_id,
        element=view.element_id,
        name=view.element_name,
        business_key=number,
        **details,
    )
    announce(
        told.ItemHandedOn(
            instance_id=view.instance_id,
            business_key=number,
            actor=actor,
            item_id=view.id,
            element_id=view.element_id,
            kind=view.kind,
            staff_ids=tuple(names),
            **details,
        )
    )
    return view


def is_settled(*, item_id: int, family: Family) -> bool:
    """Whether finding people anew would change nothing, or the work is over; looks without a lock."""
    model = Task if family == Family.FLOW else WorkItem
    task = model._default_manager.filter(pk=item_id, finished=None).select_related("process").first()
    if task is None:
        return True
    rows = ItemCandidate.objects.filter(**{_column(family): item_id}, is_open=True).order_by("id")
    wanted = _wanted(task, family, list(rows), None, None, True)
    return {row.staff_id for row in rows} == {person.staff_id for person in wanted}


def _column(family: Family) -> str:
    return "task_id" if family == Family.FLOW else "item_id"


def _activation(item_id: int, family: Family) -> AbstractContextManager[Activation]:
    model = Task if family == Family.FLOW else WorkItem
    found = model._default_manager.filter(pk=item_id).first()
    if found is None:
        raise NotFound(access.NO_ITEM)
    return found.activation()


def _wanted(
    task: Any, family: Family, before: list[ItemCandidate], leaver_id: int | None, heir_id: int | None, find_again: bool
) -> list[Candidate]:
    """Who should have it afterwards, each at work today."""
    if find_again:
        found = flows.people_for(task) if family == Family.FLOW else people_for(task)
    else:
        found = [
            Candidate(row.staff_id, row.post_id_then, row.post_name, row.right, row.reason, row.due_on)
            for row in before
            if row.staff_id != leaver_id
        ]
    if heir_id is not None:
        today = timezone.localtime(clock.now()).strftime("%-m/%-d")
        found = [*found, in_main_post(heir_id, _("%(day)s システム管理者が引き継ぎました") % {"day": today})]
    people = {person.staff_id: person for person in reversed(found)}
    there = organization.those_at_work(staff_ids=list(people))
    return [person for person in reversed(people.values()) if person.staff_id in there]


def _release(activation: Activation, staying: set[int]) -> None:
    """Whoever had taken the work and gets it no longer lets go of it."""
    task = activation.task
    if task.owner_id is None or task.owner_id in staying:
        return
    activation.unassign()
    task.assigned = None
    task.save(update_fields=["status", "owner", "assigned"])


def _replace(task: Any, family: Family, known: list[ItemCandidate], wanted: list[Candidate]) -> None:
    """The open candidates are exactly those; whoever had it stays in the rows, closed, and so may go on reading."""
    rows = {row.staff_id: row for row in known}
    kind = known[0].kind if known else getattr(task, "kind", "")
    due = known[0].due_on if known else getattr(task, "due_on", None)
    column = _column(family)
    staying = {person.staff_id for person in wanted}
    ItemCandidate.objects.filter(**{column: task.pk}, is_open=True).exclude(staff_id__in=staying).update(is_open=False)
    for person in wanted:
        values = {
            "post_id_then": person.post_id,
            "post_name": person.post_name,
            "right": person.right,
            "reason": str(person.reason)[:200],
            "is_open": True,
        }
        if person.staff_id in rows:
            ItemCandidate.objects.filter(pk=rows[person.staff_id].pk).update(**values)
        else:
            ItemCandidate.objects.create(
                **{column: task.pk}, staff_id=person.staff_id, kind=kind, due_on=person.due_on or due, **values
            )
