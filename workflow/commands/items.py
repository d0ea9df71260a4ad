"""Doing the work."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from viewflow.workflow.status import STATUS

from config.commands import Actor, command
from documents.ledger.writer import record
from workflow import access, rules
from workflow.commands.loans import complete_task
from workflow.engine import intents
from workflow.enums import Family
from workflow.ledger_actions import ItemCompleted
from workflow.runtime import store
from workflow.runtime.step import think
from workflow.values import InstanceView


@command
def complete_item(
    *,
    item_id: int,
    seen_revision: int | None,
    variables: dict[str, Any],
    family: Family = Family.BPMN,
    actor: Actor,
) -> InstanceView:
    """Do a piece of work and let its instance go on.

    Raises NotFound for what the actor may not see, Conflict when somebody was faster (`already_done`: by whom and when),
    when the work was called off (`voided`), taken by a colleague (`held`) or the page is stale (`stale`), NotAllowed for
    whoever is no candidate.
    """
    if family == Family.FLOW:
        return complete_task(task_id=item_id, seen_revision=seen_revision, variables=variables, actor=actor)
    with access.activation_for(item_id=item_id, actor=actor) as activation:
        item = activation.task
        rules.check_open(finished=item.finished, done=item.status == STATUS.DONE, name=item.finished_by_name)
        rules.check_revision(revision=item.process.revision, seen=seen_revision)
        held = item.owner_id is not None and item.owner_id != actor.user_id
        rules.check_free(holder=item.owner.name if held else "", since=item.assigned)
        person = get_user_model()(pk=actor.user_id)
        if item.owner_id is None:
            rules.check_candidate(activation.assign.has_perm(person))
            activation.assign(person)
        rules.check_candidate(activation.start.has_perm(person))
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
