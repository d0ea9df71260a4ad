"""What pages and upper floors ask about processes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.commands import Actor
from config.errors import Invalid, NotFound
from workflow.access import NO_ITEM
from workflow.bpmn.model import Definitions, Finding, Process
from workflow.inbox import COUNTED, candidates_of
from workflow.model_check import examine
from workflow.models import MachineWork, WorkItem
from workflow.runtime.hook_calls import Asked, asked_for
from workflow.turns import Turn, turn_of
from workflow.values import ItemView


def open_item(*, instance_id: int, element_id: str) -> ItemView:
    """The one open item of an instance at an element; for upper floors that have checked access themselves.

    Raises NotFound when nothing is open there.
    """
    item = WorkItem.objects.filter(process_id=instance_id, element_id=element_id, finished=None).order_by("id").first()
    if item is None:
        raise NotFound(NO_ITEM)
    return ItemView.of(item)


def turn(*, instance_id: int, actor: Actor, tab: str = "", order: str = "") -> Turn:
    """Where the work of an instance stands among what waits for the actor, with the pages before and behind it."""
    return turn_of(instance_id=instance_id, actor=actor, tab=tab, order=order)


def open_count(actor: Actor) -> int:
    """How much work waits for the actor; counting stops at COUNTED."""
    return candidates_of(actor)[:COUNTED].count()


def hook_call(*, work_id: int, attempt: int) -> Asked | None:
    """What a hook gets for open work; None when the work is over.  Raises HookFailed."""
    work = MachineWork.objects.filter(pk=work_id, closed_at=None).select_related("instance__definition").first()
    return asked_for(work, attempt) if work is not None else None


def read_model(xml: bytes, *, with_breaches: bool = False) -> tuple[tuple[Process, ...], tuple[Finding, ...]]:
    """The processes of a file that are to run, and the findings that do not keep it out.  Raises Invalid with everything
    that is wrong.  Of several, those run that say so (isExecutable); the others are drawn for people.

    `with_breaches`: breaches of BPMN's rules do not keep it out either (a foreign model that its owner takes as it is).
    """
    definitions, found = examine(xml)
    meant = _meant(definitions)
    if definitions is not None and definitions.processes and not meant:
        found.append(_nothing_runs(definitions))
    errors = [finding for finding in found if finding.level == "error"]
    if errors or definitions is None:
        sentence = _("流れの図に誤りが%(count)d件あります。") % {"count": len(errors)}
        raise Invalid(sentence, code="bad_model", fields={"file": [sentence]}, findings=tuple(found))
    breaches = [finding for finding in found if finding.level == "rule"]
    if breaches and not with_breaches:
        sentence = _("流れの図にBPMNの決まりに反する所が%(count)d件あります。") % {"count": len(breaches)}
        raise Invalid(sentence, code="breaks_rules", fields={"file": [sentence]}, findings=tuple(found))
    if any(not process.id or len(process.id) > 100 for process in meant):
        sentence = _("流れの id は1字以上100字までにしてください。")
        raise Invalid(sentence, code="bad_key", fields={"file": [sentence]}, findings=tuple(found))
    return meant, tuple(found)


def _meant(definitions: Definitions | None) -> tuple[Process, ...]:
    processes = tuple(definitions.processes) if definitions is not None else ()
    if len(processes) == 1:
        return processes
    return tuple(process for process in processes if process.node.attributes.get("isExecutable") == "true")


def _nothing_runs(definitions: Definitions) -> Finding:
    first = definitions.processes[0]
    return Finding(
        "error",
        "none_executable",
        "流れ(process)が2つ以上あり、実行するもの(isExecutable)がどれか書かれていません。",
        "There are several processes, and none says that it is to run (isExecutable).",
        first.id,
        first.line,
    )
