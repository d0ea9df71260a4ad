"""Work that nobody did in time, where silence counts."""

from __future__ import annotations

from typing import Any

from viewflow.workflow.status import STATUS

from config.commands import Actor, ActorKind, command
from config.errors import NotAllowed, NotFound
from documents.ledger.writer import record
from workflow import access, rules
from workflow.engine import intents
from workflow.ledger_actions import ItemCompleted
from workflow.models import WorkItem
from workflow.runtime import store
from workflow.runtime.step import think
from workflow.values import InstanceView


@command
def expire_item(*, item_id: int, variables: dict[str, Any], actor: Actor) -> InstanceView:
    """Let an instance go on past open work of a drawn model that nobody did: for the app that it serves, never for people.

    Raises NotAllowed for people, NotFound, Conflict when the work is over.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed(access.NO_ITEM, code="not_system")
    found = WorkItem.objects.filter(pk=item_id).first()
    if found is None:
        raise NotFound(access.NO_ITEM)
    with found.activation() as activation:
        item = activation.task
        rules.check_open(finished=item.finished, done=item.status == STATUS.DONE, name=item.finished_by_name)
        if item.owner_id is not None:
            activation.unassign()
        activation.assign(None)
        activation.start(None)
        intent = intents.Complete(int(item.token_id), variables)
        step = think(instance=item.process, intent=intent, actor=actor, done=item)
        activation.complete()
        store.write(step)
    record(
        ItemCompleted,
        subject=item,
        actor=actor,
        instance=item.process_id,
        element=item.element_id,
        name=item.element_name,
        business_key=item.process.business_key,
        variables=sorted(variables),
    )
    return InstanceView.of(item.process)
