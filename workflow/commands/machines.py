"""Work of machines: done, failed, ended in a business error.  For the system and its workers, not for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Conflict, NotFound
from documents.ledger.writer import record
from workflow import access, rules
from workflow.engine import intents
from workflow.enums import WorkState
from workflow.ledger_actions import MachineWorkDone, MachineWorkFailed, MachineWorkRefused
from workflow.models import Incident, MachineWork, ProcessInstance
from workflow.runtime import store
from workflow.runtime.step import think
from workflow.values import InstanceView

FAILED = "machine_work_failed"
PROBLEM_LENGTH = 500


@command
def complete_work(*, work_id: int, variables: dict[str, Any], actor: Actor) -> InstanceView:
    """A machine did its work.  Raises NotFound for people and unknown work, Conflict when it is over already."""
    work, instance = _open(work_id, actor)
    intent = intents.Complete(int(work.token_id), variables)
    store.write(think(instance=instance, intent=intent, actor=actor))
    _mended(work)
    record(
        MachineWorkDone,
        subject=instance,
        actor=actor,
        element=work.element_name,
        kind=work.kind,
        name=work.name,
        business_key=instance.business_key,
        variables=sorted(variables),
    )
    return InstanceView.of(instance)


@command
def refuse_work(
    *, work_id: int, code: str, message: str = "", variables: dict[str, Any] | None = None, actor: Actor
) -> InstanceView:
    """The work ended in a business error, for the model to catch.  Raises as complete_work does."""
    work, instance = _open(work_id, actor)
    intent = intents.ThrowError(int(work.token_id), code, message, variables or {})
    store.write(think(instance=instance, intent=intent, actor=actor))
    _mended(work)
    record(
        MachineWorkRefused,
        subject=instance,
        actor=actor,
        element=work.element_name,
        kind=work.kind,
        name=work.name,
        business_key=instance.business_key,
        error=code,
    )
    return InstanceView.of(instance)


@command
def fail_work(*, work_id: int, problem: str, left: int, actor: Actor) -> None:
    """A try failed; without a further one (`left` is 0) somebody has to look at it.  Raises as complete_work does."""
    work, instance = _open(work_id, actor)
    work.problem = problem
    work.state = WorkState.OPEN if left else WorkState.FAILED
    work.save(update_fields=["problem", "state"])
    if not left:
        Incident.objects.create(
            instance=instance,
            element_id=work.element_id,
            element_name=work.element_name,
            token_id=work.token_id,
            code=FAILED,
            message=problem[:PROBLEM_LENGTH],
            raised_at=clock.now(),
        )
    record(
        MachineWorkFailed,
        subject=instance,
        actor=actor,
        element=work.element_name,
        kind=work.kind,
        name=work.name,
        business_key=instance.business_key,
        problem=problem[:PROBLEM_LENGTH],
        left=left,
    )


def _open(work_id: int, actor: Actor) -> tuple[MachineWork, ProcessInstance]:
    """The open work and its instance, locked in the order instance → work."""
    rules.check_system(actor)
    place = MachineWork.objects.filter(pk=work_id).values_list("instance_id", flat=True).first()
    if place is None:
        raise NotFound(access.NO_ITEM)
    instance = access.instance_of_machine(instance_id=place, actor=actor)
    work = MachineWork.objects.select_for_update().get(pk=work_id)
    if work.closed_at is not None:
        raise Conflict(_("この処理はもう待っていません。"), code="not_waiting")
    return work, instance


def _mended(work: MachineWork) -> None:
    """Work that had failed is done after all."""
    failed = Incident.objects.filter(instance=work.instance_id, token_id=work.token_id, code=FAILED, resolved_at=None)
    failed.update(resolved_at=clock.now(), resolution=str(_("処理が済みました")))
