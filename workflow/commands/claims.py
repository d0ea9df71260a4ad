"""Work that several people may do: one of them takes it, so that the others leave it alone, or gives it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from viewflow.workflow.activation import Activation
from viewflow.workflow.status import STATUS

from config import clock
from config.commands import Actor, command
from documents.ledger.writer import record
from workflow import access, rules
from workflow.enums import Family
from workflow.ledger_actions import ItemGivenBack, ItemTaken
from workflow.runtime import store
from workflow.runtime.step import taken_by, think
from workflow.values import ItemView


@command
def take_item(*, item_id: int, family: Family = Family.BPMN, actor: Actor) -> ItemView:
    """Take a piece of work for oneself.  It stays in the others' inboxes, with the name of who has it.

    Raises NotFound for what the actor may not see, Conflict when it is over or a colleague has it (`held`), NotAllowed for
    whoever is no candidate, Invalid when what listens to it in the model goes wrong.
    """
    with _open(item_id, family, actor) as activation:
        task = activation.task
        rules.check_not_mine(task.owner_id is not None and task.owner_id == actor.user_id)
        rules.check_free(holder=task.owner.name if task.owner is not None else "", since=task.assigned)
        person = get_user_model().objects.filter(pk=actor.user_id or 0).first()
        rules.check_candidate(activation.assign.has_perm(person))
        activation.assign(person)
        _save(activation, assigned=clock.now())
        for intent in taken_by(task, actor) if family == Family.BPMN else ():
            store.write(think(instance=task.process, intent=intent, actor=actor))
        view = _view(activation, family)
    record(ItemTaken, subject=task, actor=actor, **_told(activation, view))
    return view


@command
def give_back_item(*, item_id: int, reason: str = "", family: Family = Family.BPMN, actor: Actor) -> ItemView:
    """Give a piece of work back to all who may do it; a colleague may do so for whoever is away, with a reason.

    Raises as take_item does, Conflict when nobody has it (`not_held`), Invalid when a colleague gives no reason.
    """
    with _open(item_id, family, actor) as activation:
        task = activation.task
        rules.check_held(task.owner is not None)
        holder = task.owner.name
        if task.owner_id != actor.user_id:
            rules.check_candidate(access.is_candidate(task, family, actor))
            reason = rules.check_reason(reason)
        activation.unassign()
        _save(activation, assigned=None)
        view = _view(activation, family)
    record(ItemGivenBack, subject=task, actor=actor, holder=holder, reason=reason, **_told(activation, view))
    return view


@contextmanager
def _open(item_id: int, family: Family, actor: Actor) -> Iterator[Activation]:
    """The activation of open work under the lock of its instance.  Raises NotFound or Conflict."""
    if family == Family.FLOW:
        found = access.task_for(task_id=item_id, actor=actor).activation()
    else:
        found = access.activation_for(item_id=item_id, actor=actor)
    with found as activation:
        task = activation.task
        name = getattr(task, "finished_by_name", "") or (task.owner.name if task.owner is not None else "")
        rules.check_open(finished=task.finished, done=task.status == STATUS.DONE, name=name)
        yield activation


def _save(activation: Activation, *, assigned: dt.datetime | None) -> None:
    activation.task.assigned = assigned
    activation.task.save(update_fields=["status", "owner", "assigned"])


def _view(activation: Activation, family: Family) -> ItemView:
    return ItemView.of_task(activation.task) if family == Family.FLOW else ItemView.of(activation.task)


def _told(activation: Activation, view: ItemView) -> dict[str, Any]:
    return {
        "instance": view.instance_id,
        "element": view.element_id,
        "name": view.element_name,
        "business_key": getattr(activation.process, "business_key", ""),
    }
