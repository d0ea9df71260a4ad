"""Who sees a process and its work: who has or had work in it, who started it, and auditors.

An administrator sees nothing by that role, except instances that stand still in an incident (to mend them), and of the
others where they stand (to look after them), without title, values and reasons.  What one may not see does not exist:
NotFound.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.activation import Activation
from viewflow.workflow.models import Task

from config import prepared
from config.commands import Actor, ActorKind, Role
from config.errors import NotFound
from workflow import rules
from workflow.enums import Family
from workflow.models import (
    DecisionDefinition,
    EquipmentLoan,
    Incident,
    ItemCandidate,
    ProcessDefinition,
    ProcessInstance,
    WorkItem,
)
from workflow.runtime.definitions import is_generic, process_of

NO_ITEM = _("作業が見つかりません。")
NO_INSTANCE = _("案件が見つかりません。")
NO_DEFINITION = _("流れが見つかりません。")
NO_DECISION = _("判断表が見つかりません。")


def visible_instances(actor: Actor) -> QuerySet[ProcessInstance]:
    """Every instance of a drawn model that the actor may look at."""
    if actor.has(Role.AUDITOR):
        return ProcessInstance.objects.all()
    if actor.user_id is None:
        return ProcessInstance.objects.none()
    part = ItemCandidate.objects.filter(item__process=OuterRef("pk"), staff_id=actor.user_id)
    return ProcessInstance.objects.filter(Q(started_by_id=actor.user_id) | Exists(part))


def own_instances(actor: Actor) -> QuerySet[ProcessInstance]:
    """The same for lists: found from the person's own rows, so that it costs nothing that others have many."""
    if actor.has(Role.AUDITOR) or actor.user_id is None:
        return visible_instances(actor)
    began = ProcessInstance.objects.filter(started_by_id=actor.user_id).order_by().values("pk")
    part = ItemCandidate.objects.filter(staff_id=actor.user_id, item__isnull=False).values("item__process_id")
    return ProcessInstance.objects.filter(pk__in=began.union(part))


def own_loans(actor: Actor) -> QuerySet[EquipmentLoan]:
    """As `own_instances`, for the hand-written flow, whose starting task belongs to who began it."""
    if actor.has(Role.AUDITOR) or actor.user_id is None:
        return visible_loans(actor)
    began = Task.objects.filter(owner_id=actor.user_id, flow_task_type="START").order_by().values("process_id")
    part = ItemCandidate.objects.filter(staff_id=actor.user_id, task__isnull=False).values("task__process_id")
    return EquipmentLoan.objects.filter(pk__in=began.union(part))


def visible_loans(actor: Actor) -> QuerySet[EquipmentLoan]:
    """Every instance of the hand-written flow that the actor may look at."""
    if actor.has(Role.AUDITOR):
        return EquipmentLoan.objects.all()
    if actor.user_id is None:
        return EquipmentLoan.objects.none()
    part = ItemCandidate.objects.filter(task__process=OuterRef("pk"), staff_id=actor.user_id)
    return EquipmentLoan.objects.filter(Q(data__starter_id=actor.user_id) | Exists(part))


def instance_for(*, instance_id: int, actor: Actor, lock: bool = False) -> ProcessInstance:
    """The instance, if the actor may look at it; locked on its own row alone when asked."""
    found = visible_instances(actor).filter(pk=instance_id)
    if lock:
        if not found.exists():
            raise NotFound(NO_INSTANCE)
        return ProcessInstance.objects.select_for_update().get(pk=instance_id)
    instance = found.select_related("definition", "started_by").defer("definition__xml").first()
    if instance is None:
        raise NotFound(NO_INSTANCE)
    return instance


def loan_for(*, instance_id: int, actor: Actor, lock: bool = False) -> EquipmentLoan:
    """The loan, if the actor may look at it."""
    found = visible_loans(actor).filter(pk=instance_id)
    if lock:
        if not found.exists():
            raise NotFound(NO_INSTANCE)
        return EquipmentLoan.objects.select_for_update().get(pk=instance_id)
    loan = found.first()
    if loan is None:
        raise NotFound(NO_INSTANCE)
    return loan


def stuck_instances(actor: Actor) -> QuerySet[ProcessInstance]:
    """The instances that stand still in an incident, for those who mend them."""
    if not actor.has(Role.ADMINISTRATOR):
        return ProcessInstance.objects.none()
    open_incident = Incident.objects.filter(instance=OuterRef("pk"), resolved_at=None)
    return ProcessInstance.objects.filter(Exists(open_incident))


def stuck_instance_for(*, instance_id: int, actor: Actor, lock: bool = False) -> ProcessInstance:
    """The instance, if it stands still and the actor mends such."""
    found = stuck_instances(actor).filter(pk=instance_id)
    if lock:
        if not found.exists():
            raise NotFound(NO_INSTANCE)
        return ProcessInstance.objects.select_for_update().get(pk=instance_id)
    instance = found.select_related("definition", "started_by").defer("definition__xml").first()
    if instance is None:
        raise NotFound(NO_INSTANCE)
    return instance


def _item_of(item_id: int, staff_id: int) -> QuerySet[WorkItem]:
    mine = ItemCandidate.objects.filter(item=OuterRef("pk"), staff_id=staff_id, is_open=True)
    found = WorkItem.objects.filter(pk=item_id).annotate(is_mine=Exists(mine))
    return found.select_related("process__definition", "part").defer("process__definition__xml")


def _item_of_taker_part(item_id: int, staff_id: int) -> QuerySet[WorkItem]:
    part = ItemCandidate.objects.filter(item__process=OuterRef("process_id"), staff_id=staff_id)
    return _item_of(item_id, staff_id).filter(Q(process__started_by_id=staff_id) | Exists(part))


_any_item = prepared.Select(_item_of, int, int)
_own_item = prepared.Select(_item_of_taker_part, int, int)
_lock_instance_of = prepared.Select(
    lambda item: (
        ProcessInstance.objects.select_for_update()
        .filter(pk__in=WorkItem.objects.filter(pk=item).values("process_id"))
        .values_list("pk")
    ),
    int,
)


def item_for(*, item_id: int, actor: Actor, lock: bool = False) -> WorkItem:
    """The item, if the actor may look at its instance; read under the lock of the instance when asked."""
    if lock and connection.features.has_select_for_update:
        _lock_instance_of(item_id)  # SQLite has no locks of rows: a command holds the only right to write there
    found = None
    if actor.user_id is not None:
        found = (_any_item if actor.has(Role.AUDITOR) else _own_item).first(item_id, actor.user_id)
    if found is None:
        raise NotFound(NO_ITEM)
    found.asked_by = actor.user_id
    return cast(WorkItem, found)


@contextmanager
def activation_for(*, item_id: int, actor: Actor) -> Iterator[Activation]:
    """The activation of an item that the actor may look at, under the lock of its instance."""
    with transaction.atomic(savepoint=False):
        item = item_for(item_id=item_id, actor=actor, lock=True)
        yield item.flow_task.activation_class(item)


def task_for(*, task_id: int, actor: Actor) -> Task:
    """The task of a hand-written flow, if the actor may look at its instance."""
    task = Task.objects.filter(pk=task_id, flow_task_type="HUMAN").select_related("process").first()
    if task is None or not visible_loans(actor).filter(pk=task.process_id).exists():
        raise NotFound(NO_ITEM)
    return task


def is_candidate(task: WorkItem | Task, family: Family, actor: Actor) -> bool:
    """Whether the work stands in the actor's inbox."""
    field = "task_id" if family == Family.FLOW else "item_id"
    return ItemCandidate.objects.filter(**{field: task.pk}, staff_id=actor.user_id, is_open=True).exists()


def takes_part(instance: ProcessInstance, actor: Actor) -> bool:
    """Whether the actor started the instance or has or had work in it; an auditor who only reads does not."""
    if actor.user_id is None:
        return False
    return (
        instance.started_by_id == actor.user_id
        or ItemCandidate.objects.filter(item__process=instance, staff_id=actor.user_id).exists()
    )


def check_plain(*, instance_id: int, actor: Actor) -> None:
    """Raises NotFound for what the actor may not see, NotAllowed for a process that another app drives on its own pages."""
    rules.check_generic(is_generic(process_of(instance_for(instance_id=instance_id, actor=actor).definition)))


def takes_part_in_loan(loan: EquipmentLoan, actor: Actor) -> bool:
    """As `takes_part`, for a hand-written flow."""
    if actor.user_id is None:
        return False
    return (
        loan.starter_id == actor.user_id
        or ItemCandidate.objects.filter(task__process=loan.pk, staff_id=actor.user_id).exists()
    )


def definition_for(*, key: str, version: int) -> ProcessDefinition:
    """One version of a process, with its model.  How the city hall works is no secret from its staff."""
    found = ProcessDefinition.objects.filter(key=key, version=version).first()
    if found is None:
        raise NotFound(NO_DEFINITION)
    return found


def instance_of_machine(*, instance_id: int, actor: Actor) -> ProcessInstance:
    """The instance, locked, for a part of the system that acts by itself.  Raises NotFound for people: this is no way in."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotFound(NO_INSTANCE)
    found = ProcessInstance.objects.select_for_update().filter(pk=instance_id).first()
    if found is None:
        raise NotFound(NO_INSTANCE)
    return found


def operated_instances(actor: Actor) -> QuerySet[ProcessInstance]:
    """All that run, for an administrator who looks after processes; he sees none of their contents by that."""
    return (
        ProcessInstance.objects.filter(finished=None)
        if actor.has(Role.ADMINISTRATOR)
        else ProcessInstance.objects.none()
    )


def operated_instance(*, instance_id: int, actor: Actor, lock: bool = False) -> ProcessInstance:
    """One that an administrator looks after, over or not; locked when asked."""
    if not actor.has(Role.ADMINISTRATOR):
        raise NotFound(NO_INSTANCE)
    found = ProcessInstance.objects.filter(pk=instance_id)
    found = found.select_for_update() if lock else found.select_related("definition").defer("definition__xml")
    instance = found.first()
    if instance is None:
        raise NotFound(NO_INSTANCE)
    return instance


def decision_for(*, key: str, version: int) -> DecisionDefinition:
    """One version of a decision, with its file.  By what rules the city hall decides is no secret from its staff."""
    found = DecisionDefinition.objects.filter(key=key, version=version).first()
    if found is None:
        raise NotFound(NO_DECISION)
    return found
