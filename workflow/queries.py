"""What pages and upper floors ask about processes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.commands import Actor
from config.errors import Invalid, NotFound
from workflow.access import NO_ITEM
from workflow.bpmn.check import check
from workflow.bpmn.model import Finding, Process
from workflow.bpmn.parser import parse
from workflow.inbox import COUNTED, candidates_of
from workflow.models import WorkItem
from workflow.values import ItemView


def open_item(*, instance_id: int, element_id: str) -> ItemView:
    """The one open item of an instance at an element; for upper floors that have checked access themselves.

    Raises NotFound when nothing is open there.
    """
    item = WorkItem.objects.filter(process_id=instance_id, element_id=element_id, finished=None).order_by("id").first()
    if item is None:
        raise NotFound(NO_ITEM)
    return ItemView.of(item)


def open_count(actor: Actor) -> int:
    """How much work waits for the actor; counting stops at COUNTED."""
    return candidates_of(actor)[:COUNTED].count()


def read_model(xml: bytes) -> tuple[Process, tuple[Finding, ...]]:
    """The one process of a file and the warnings about it.  Raises Invalid with everything that is wrong."""
    result = parse(xml)
    found = list(result.findings)
    if result.definitions is not None:
        found += check(result.definitions)
        if len(result.definitions.processes) > 1:
            second = result.definitions.processes[1]
            found.append(
                Finding(
                    "error",
                    "many_processes",
                    "1つのファイルに流れ(process)は1つだけ書けます。",
                    "A file may hold only one process.",
                    second.id,
                    second.line,
                )
            )
    errors = [finding for finding in found if finding.level == "error"]
    if errors or result.definitions is None:
        sentence = _("流れの図に誤りが%(count)d件あります。") % {"count": len(errors)}
        raise Invalid(sentence, code="bad_model", fields={"file": [sentence]}, findings=found)
    process = result.definitions.processes[0]
    if not process.id or len(process.id) > 100:
        sentence = _("流れの id は1字以上100字までにしてください。")
        raise Invalid(sentence, code="bad_key", fields={"file": [sentence]}, findings=found)
    return process, tuple(found)
