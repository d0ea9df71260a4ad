"""What operators of processes see: where each stands and since when, by number and element; no titles, values or reasons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from config.commands import Actor
from workflow import access
from workflow.engine.state import Status
from workflow.models import ElementHistory, Incident, ProcessInstance, WorkItem
from workflow.runtime.definitions import is_generic, process_of
from workflow.runtime.migration import versions_beside
from workflow.sheets.awaited import Awaited, awaited
from workflow.sheets.outline import KINDS

LISTED, SHOWN = 50, 100


@dataclass(frozen=True, slots=True)
class Running:
    """One line of the list."""

    id: int
    number: str
    process: str
    version: int
    started_at: dt.datetime
    status: str
    tone: str


@dataclass(frozen=True, slots=True)
class Passed:
    """One thing that happened: what became of an element, when, and by whom."""

    sequence: int
    element: str
    kind: str
    opened_at: dt.datetime
    left_at: dt.datetime
    outcome: str
    is_void: bool
    who: str
    behalf_of: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One running process."""

    line: Running
    key: str
    revision: int
    rests: bool
    work: list[tuple[str, dt.datetime]]  # names of open work of people, since when
    awaited: list[Awaited]
    incidents: list[Incident]
    log: list[Passed]
    elements: list[tuple[str, str]]  # what the log can be narrowed to
    chosen: str
    next_after: int | None
    may_migrate: bool


def running(*, actor: Actor, number: str) -> list[Running]:
    """Those whose number begins so, newest first; two queries."""
    found = access.operated_instances(actor).filter(business_key__startswith=number) if number else None
    rows = access.operated_instances(actor) if found is None else found
    related = rows.select_related("definition").defer("definition__xml", "variables")
    listed = list(related.order_by("-pk")[:LISTED])
    waits = Incident.objects.filter(instance__in=[row.pk for row in listed], resolved_at=None)
    stuck = set(waits.values_list("instance_id", flat=True))
    return [_line(row, row.pk in stuck) for row in listed]


def operation(*, instance_id: int, actor: Actor, element: str, after: int) -> Operation:
    """One of them, with a page of its log, oldest first.  Raises NotFound."""
    instance = access.operated_instance(instance_id=instance_id, actor=actor)
    process = process_of(instance.definition)
    incidents = list(Incident.objects.filter(instance=instance, resolved_at=None).order_by("pk"))
    work = WorkItem.objects.filter(process=instance, finished=None).order_by("pk")
    names = {known.id: known.name or known.id for known in process.elements.values()}
    log = ElementHistory.objects.filter(instance=instance, sequence__gt=after)
    if element in names:
        log = log.filter(element_id=element)
    page = list(log.order_by("sequence")[: SHOWN + 1])
    return Operation(
        line=_line(instance, bool(incidents)),
        key=instance.definition.key,
        revision=instance.revision,
        rests=_rests(instance),
        work=[(names.get(e, e), since) for e, since in work.values_list("element_id", "created")],
        awaited=awaited(instance, process, with_texts=False) if instance.finished is None else [],
        incidents=incidents,
        log=[_passed(row) for row in page[:SHOWN]],
        elements=sorted(names.items(), key=lambda pair: pair[1]),
        chosen=element if element in names else "",
        next_after=page[SHOWN - 1].sequence if len(page) > SHOWN else None,
        may_migrate=instance.finished is None and is_generic(process) and versions_beside(instance).exists(),
    )


def _rests(instance: ProcessInstance) -> bool:
    return instance.finished is None and instance.state.get("status") == Status.SUSPENDED


def _line(instance: ProcessInstance, stuck: bool) -> Running:
    rests = _rests(instance)
    word = _("休止中") if rests else _("止まっています") if stuck else _("進行中")
    return Running(
        instance.pk,
        instance.business_key,
        instance.definition.name,
        instance.definition.version,
        instance.created,
        word,
        "back" if rests or stuck else "now",
    )


def _passed(row: ElementHistory) -> Passed:
    return Passed(
        row.sequence,
        row.element_name or row.element_id,
        str(KINDS.get(row.element_type, row.element_type)),
        row.opened_at,
        row.left_at,
        row.get_outcome_display(),
        row.voided_at is not None,
        row.actor_name,
        row.actor_behalf_of,
    )
