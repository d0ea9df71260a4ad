"""Mending what stands still.  An administrator may set a process going again; he alters no record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from config.commands import Actor, command
from config.errors import NotFound
from documents.ledger.writer import record
from workflow import access, rules
from workflow.engine import intents
from workflow.ledger_actions import IncidentRetried, TokenMoved
from workflow.models import Incident, ProcessInstance
from workflow.runtime import store
from workflow.runtime.definitions import is_generic, process_of
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
    intent = intents.Retry(int(incident.token_id), variables)
    step = think(instance=instance, intent=intent, actor=actor)
    written = store.write(step, resolution=str(_("やり直し")))
    record(
        IncidentRetried,
        subject=instance,
        actor=actor,
        incident=incident.pk,
        element=incident.element_name,
        problem=incident.code,
        variables=sorted(variables),
        solved=not written.incidents,
    )
    return InstanceView.of(instance)


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
