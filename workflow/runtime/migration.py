"""A running instance on another version of its process: tried out, and carried out."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from config import prepared
from config.commands import Actor
from workflow.engine.draft import replay
from workflow.engine.migrating import Plan, plan
from workflow.models import EventSubscription, Incident, MachineWork, ProcessDefinition, ProcessInstance, WorkItem
from workflow.runtime import states, store
from workflow.runtime.definitions import process_of
from workflow.runtime.step import Step, name_of, world_of
from workflow.runtime.user_tasks import assigned_to


def versions_beside(instance: ProcessInstance) -> QuerySet[ProcessDefinition]:
    """The other versions of its process, newest first."""
    found = ProcessDefinition.objects.defer("xml").filter(key=instance.definition.key)
    return found.exclude(pk=instance.definition_id).order_by("-version")


def rehearse(instance: ProcessInstance, target: ProcessDefinition, mapping: Mapping[str, str], actor: Actor) -> Plan:
    """What would become of it; nothing is changed."""
    new = process_of(target)
    state = states.whole(instance)
    return plan(process_of(instance.definition), new, state, mapping, world_of(instance, new, actor))


def carry_out(instance: ProcessInstance, target: ProcessDefinition, worked_out: Plan, actor: Actor) -> None:
    """Let it go on by the target, as the plan says: one without problems, of an instance that has been locked since."""
    kept = states.read(instance)
    after = replay(kept.state, worked_out.events)
    instance.definition = target
    step = Step(instance, process_of(target), kept, after, worked_out.events, actor)
    _rename(step, {place.element: place.target for place in worked_out.places}, before=kept.state.subscriptions)
    store.write(step)
    prepared.update(instance, ["definition"])


def assigned_otherwise(instance: ProcessInstance, target: ProcessDefinition, worked_out: Plan) -> list[int]:
    """The open work that the target gives to others than the version by which it reached whoever has it."""
    old, new = process_of(instance.definition), process_of(target)
    moved = {place.element: place.target for place in worked_out.places}
    open_work = WorkItem.objects.filter(process=instance, finished=None).order_by("pk").values_list("pk", "element_id")
    return [
        pk for pk, at in open_work if assigned_to(old, old.elements[at]) != assigned_to(new, new.elements[moved[at]])
    ]


def _rename(step: Step, moved: Mapping[str, str], *, before: Mapping[int, object]) -> None:
    """What rows say of elements: found first, so that two elements may change places."""
    instance = step.instance
    items = dict(WorkItem.objects.filter(process=instance, finished=None).values_list("pk", "element_id"))
    incidents = dict(Incident.objects.filter(instance=instance, resolved_at=None).values_list("pk", "element_id"))
    machines = dict(MachineWork.objects.filter(instance=instance, closed_at=None).values_list("pk", "element_id"))
    for old, new in moved.items():
        element = step.element(new)
        named = {"element_id": new, "element_name": name_of(element)[:200]}
        mine = [pk for pk, at in items.items() if at == old]
        if mine:
            WorkItem.objects.filter(pk__in=mine).update(**named)
        Incident.objects.filter(pk__in=[pk for pk, at in incidents.items() if at == old]).update(**named)
        MachineWork.objects.filter(pk__in=[pk for pk, at in machines.items() if at == old]).update(**named)
    for number, found in step.state.subscriptions.items():
        if number in before:
            EventSubscription.objects.filter(instance=instance, number=number).update(element_id=found.element)
