"""Beginning, going back, calling off."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from config import prepared
from config.commands import Actor, command
from config.errors import NotFound
from documents.ledger.writer import record
from workflow import access, rules
from workflow.commands.loans import cancel_loan
from workflow.engine import intents
from workflow.enums import Family, Outcome
from workflow.ledger_actions import (
    InstanceCancelled,
    InstanceRetitled,
    InstanceReturned,
    InstanceStarted,
    InstanceSuspended,
)
from workflow.models import ElementHistory, ProcessDefinition, ProcessInstance
from workflow.runtime import store
from workflow.runtime.definitions import is_generic, process_of
from workflow.runtime.starters import may_begin
from workflow.runtime.step import name_of, think
from workflow.values import InstanceView

TITLE_LENGTH = 400
_newest = prepared.Select(
    lambda key: ProcessDefinition.objects.defer("xml").filter(key=key).order_by("-version")[:1], str
)


@command
def start_instance(*, key: str, title: str, business_key: str, variables: dict[str, Any], actor: Actor) -> InstanceView:
    """Begin the newest version of a process.  Raises NotFound when no process of that key is deployed, NotAllowed for
    whoever is none of the starters that the model names."""
    definition: ProcessDefinition | None = _newest.first(key)
    if definition is None:
        raise NotFound(_("流れ「%(key)s」は登録されていません。") % {"key": key}, code="no_definition", key=key)
    rules.check_may_begin(may_begin(process_of(definition), actor))
    instance = ProcessInstance(
        definition=definition,
        business_key=business_key,
        title=title[:TITLE_LENGTH],
        started_by_id=actor.user_id,
    )
    store.begin(instance)
    store.write(think(instance=instance, intent=intents.Start(variables), actor=actor))
    record(
        InstanceStarted,
        subject=instance,
        actor=actor,
        key=definition.key,
        version=definition.version,
        title=instance.title,
        business_key=business_key,
    )
    return InstanceView.of(instance)


@command
def return_to(
    *,
    instance_id: int,
    element_id: str,
    reason: str,
    variables: dict[str, Any] | None = None,
    seen_revision: int | None = None,
    actor: Actor,
) -> InstanceView:
    """Go back to an activity that was done before: open work is voided, what was done stays in the history.

    `variables` are set before the activity begins anew.

    Raises NotFound for what the actor may not see, NotAllowed when he has no part in it, Conflict when it is over or the
    page is stale, Invalid for an element that was not done yet, or without a reason in a process of plain work.
    """
    instance = access.instance_for(instance_id=instance_id, actor=actor, lock=True)
    rules.check_takes_part(access.takes_part(instance, actor))
    rules.check_running(instance.finished)
    rules.check_revision(revision=instance.revision, seen=seen_revision)
    if is_generic(process_of(instance.definition)):
        reason = rules.check_reason(reason)
    counted = ElementHistory.objects.filter(instance=instance, outcome=Outcome.COMPLETED, voided_at=None)
    passed = list(counted.order_by("sequence").values_list("pk", "element_id"))
    path = tuple(element for _pk, element in passed)
    step = think(instance=instance, intent=intents.Return(element_id, path, reason, variables or {}), actor=actor)
    step.passed = tuple(pk for pk, _element in passed)
    written = store.write(step, resolution=reason)
    record(
        InstanceReturned,
        subject=instance,
        actor=actor,
        element=element_id,
        name=name_of(step.element(element_id)),
        reason=reason,
        voided=[item.pk for item in written.voided],
    )
    return InstanceView.of(instance)


@command
def cancel_instance(
    *,
    instance_id: int,
    reason: str,
    seen_revision: int | None = None,
    family: Family = Family.BPMN,
    actor: Actor,
) -> InstanceView:
    """Call a process off, for a reason.  Raises as return_to does, Invalid without a reason."""
    if family == Family.FLOW:
        return cancel_loan(instance_id=instance_id, reason=reason, seen_revision=seen_revision, actor=actor)
    instance = access.instance_for(instance_id=instance_id, actor=actor, lock=True)
    rules.check_takes_part(access.takes_part(instance, actor))
    rules.check_running(instance.finished)
    rules.check_revision(revision=instance.revision, seen=seen_revision)
    why = rules.check_reason(reason)
    store.write(think(instance=instance, intent=intents.Cancel(why), actor=actor), resolution=why)
    record(
        InstanceCancelled,
        subject=instance,
        actor=actor,
        title=instance.title,
        business_key=instance.business_key,
        reason=why,
    )
    return InstanceView.of(instance)


@command
def call_off_called(*, caller_id: int, token: str, reason: str, actor: Actor) -> None:
    """End what a call activity had called, because the caller does not wait any longer.  Raises NotFound for people."""
    caller = access.instance_of_machine(instance_id=caller_id, actor=actor)
    called = ProcessInstance.objects.filter(caller_id=caller_id, caller_token=token, finished=None)
    for pk in called.order_by("pk").values_list("pk", flat=True):
        instance = access.instance_of_machine(instance_id=pk, actor=actor)
        store.write(think(instance=instance, intent=intents.Cancel(reason), actor=actor), resolution=reason)
    record(
        InstanceCancelled,
        subject=caller,
        actor=actor,
        title=caller.title,
        business_key=caller.business_key,
        reason=reason,
    )


@command
def suspend_instance(*, instance_id: int, rests: bool, reason: str, seen_revision: int, actor: Actor) -> InstanceView:
    """Let an instance rest, or go on again.  Raises NotFound, NotAllowed unless an administrator, Conflict, Invalid."""
    rules.check_operator(actor)
    instance = access.operated_instance(instance_id=instance_id, actor=actor, lock=True)
    rules.check_running(instance.finished)
    rules.check_revision(revision=instance.revision, seen=seen_revision)
    why = rules.check_reason(reason) if rests else reason
    intent = intents.Suspend(why) if rests else intents.Resume()
    store.write(think(instance=instance, intent=intent, actor=actor))
    record(
        InstanceSuspended,
        subject=instance,
        actor=actor,
        title=instance.title,
        business_key=instance.business_key,
        rests=rests,
        reason=why,
    )
    return InstanceView.of(instance)


@command
def retitle_instance(*, instance_id: int, title: str, actor: Actor) -> None:
    """Call an instance otherwise, for everybody who sees it: for whom it serves, not for people.  Raises NotFound."""
    found = ProcessInstance.objects.select_for_update().filter(pk=instance_id).first()
    if found is None:
        raise NotFound(_("見つかりません。"))
    found.title = title[:TITLE_LENGTH]
    found.save(update_fields=["title"])
    record(InstanceRetitled, subject=found, actor=actor, business_key=found.business_key)
