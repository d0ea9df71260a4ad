"""What an instance waits for besides people: times, messages, signals, conditions, and work of machines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from workflow.bpmn.model import Process
from workflow.enums import Listening, WorkState
from workflow.models import EventSubscription, MachineWork, ProcessInstance


@dataclass(frozen=True, slots=True)
class Awaited:
    """One thing that has to happen; `problem` says why a machine has not managed yet."""

    name: str
    icon: str
    what: str
    since: dt.datetime
    problem: str = ""


def awaited(instance: ProcessInstance, process: Process, *, with_texts: bool) -> list[Awaited]:
    """In the order in which the waiting began.  Two queries.

    `with_texts`: with the keys of messages and the words of failed machines, which may tell of the contents.
    """
    listening = EventSubscription.objects.filter(instance=instance).order_by("opened_at", "number")
    found = [_of_event(row, process, with_texts) for row in listening]
    machines = MachineWork.objects.filter(instance=instance, closed_at=None).order_by("opened_at", "pk")
    found += [_of_machine(row, with_texts) for row in machines]
    return sorted(found, key=lambda row: row.since)


def _of_event(row: EventSubscription, process: Process, with_texts: bool) -> Awaited:
    element = process.elements.get(row.element_id)
    name = (element.name if element is not None else "") or row.element_id
    known = {"name": row.name, "key": row.key}
    if row.kind == Listening.TIMER:
        when = timezone.localtime(row.due).strftime("%Y/%-m/%-d %H:%M") if row.due is not None else "—"
        return Awaited(name, "clock", _("%(when)s を待っています") % {"when": when}, row.opened_at)
    if row.kind == Listening.MESSAGE:
        said = _("メッセージ「%(name)s」(%(key)s)を待っています") if row.key and with_texts else ""
        return Awaited(name, "bell", (said or _("メッセージ「%(name)s」を待っています")) % known, row.opened_at)
    if row.kind == Listening.SIGNAL:
        return Awaited(name, "bell", _("シグナル「%(name)s」を待っています") % known, row.opened_at)
    return Awaited(name, "eye", _("条件が成り立つのを待っています"), row.opened_at)


def _of_machine(row: MachineWork, with_texts: bool) -> Awaited:
    if row.state == WorkState.FAILED:
        what = _("機械の作業「%(name)s」が失敗しました") % {"name": row.name}
    else:
        what = _("機械の作業「%(name)s」を待っています") % {"name": row.name}
    if row.problem and row.state != WorkState.FAILED:
        what += _("(あと%(left)d回試します)") % {"left": len(row.retries)}
    return Awaited(row.element_name or row.element_id, "bolt", what, row.opened_at, row.problem if with_texts else "")
