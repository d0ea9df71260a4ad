"""Mending what stands still.  An administrator may set a process going again; he alters no record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import NotFound
from config.jobs.queue import enqueue
from documents.ledger.writer import record
from workflow import access, rules
from workflow.commands.machines import FAILED
from workflow.engine import intents
from workflow.enums import WorkState
from workflow.ledger_actions import IncidentRetried, TokenMoved
from workflow.models import Incident, MachineWork, ProcessInstance
from workflow.runtime import store
from workflow.runtime.definitions import is_generic, process_of
from workflow.runtime.outside import HOOK
from workflow.runtime.step import name_of, think
from workflow.values import InstanceView


@command
def retry_incident(*, incident_id: int, variables: dict[str, Any], seen_revision: int, actor: Actor) -> InstanceView:
    """Try the element again, with variables mended.  It may come to nothing again: then a new incident stands there.

    Raises NotFound for what does not stand still, NotAllowed for others than administrators and for variables of a process
    that another app drives, Conflict for a stale page.
    """
    incident, instance = _stuck(incident_id, seen_revision, actor)
    if variables:
        rules.check_generic(is_generic(process_of(instance.definition)))
    if incident.code == FAILED:
        solved = _work_again(incident, instance, variables, actor)
    else:
        intent = intents.Retry(int(incident.token_id), variables)
        step = think(instance=instance, intent=intent, actor=actor)
        solved = not store.write(step, resolution=str(_("やり直し"))).incidents
    record(
        IncidentRetried,
        subject=instance,
        actor=actor,
        incident=incident.pk,
        element=incident.element_name,
        problem=incident.code,
        variables=sorted(variables),
        solved=solved,
    )
    return InstanceView.of(instance)


def _work_again(incident: Incident, instance: ProcessInstance, variables: dict[str, Any], actor: Actor) -> bool:
    """Let a machine try once more, with all its tries."""
    if variables:
        store.write(think(instance=instance, intent=intents.SetVariables(variables), actor=actor))
    work = MachineWork.objects.select_for_update().get(
        instance=instance, token_id=incident.token_id, closed_at=None, state=WorkState.FAILED
    )
    work.state = WorkState.OPEN
    work.save(update_fields=["state"])
    Incident.objects.filter(pk=incident.pk).update(resolved_at=clock.now(), resolution=str(_("やり直し")))
    if work.kind == "hook":
        enqueue(kind=HOOK, key=f"hook:{instance.pk}:{work.token_id}:again:{incident.pk}", payload={"work": work.pk})
    return True


@command
def move_token(*, incident_id: int, element_id: str, reason: str, seen_revision: int, actor: Actor) -> InstanceView:
    """Put what stands still before another element.  Raises as retry_incident does, Invalid without reason or element."""
    incident, instance = _stuck(incident_id, seen_revision, actor)
    rules.check_generic(is_generic(process_of(instance.definition)))
    why = rules.check_reason(reason)
    step = think(instance=instance, intent=intents.Move(int(incident.token_id), element_id), actor=actor)
    store.write(step, resolution=why)
    record(
        TokenMoved,
        subject=instance,
        actor=actor,
        incident=incident.pk,
        element=incident.element_name,
        target=name_of(step.element(element_id)),
        problem=incident.code,
        reason=why,
    )
    return InstanceView.of(instance)


def _stuck(incident_id: int, seen_revision: int, actor: Actor) -> tuple[Incident, ProcessInstance]:
    rules.check_operator(actor)
    incident = Incident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise NotFound(access.NO_INSTANCE)
    instance = access.stuck_instance_for(instance_id=incident.instance_id, actor=actor, lock=True)
    incident.refresh_from_db()
    rules.check_revision(revision=instance.revision, seen=seen_revision)
    rules.check_open(finished=incident.resolved_at, done=False, name="")
    return incident, instance
