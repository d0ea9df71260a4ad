"""The page of a drawn process: for those who see it, and for operators while it stands still."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from config.commands import Actor, Role
from workflow import access
from workflow.bpmn.model import Process
from workflow.engine.state import Status
from workflow.enums import Family, Outcome
from workflow.item_kinds import kind_of
from workflow.models import ElementHistory, Incident, ProcessInstance, WorkItem
from workflow.runtime.definitions import is_generic, process_of
from workflow.sheets.answers import answers
from workflow.sheets.awaited import awaited
from workflow.sheets.outline import marks_of, outline
from workflow.sheets.sheet import STATES, Line, Sheet, Waiting, held_since, hold_of, names_of, shown_value, status_word


def instance_sheet(*, instance_id: int, actor: Actor) -> Sheet:
    """Everything the actor may know of it.  An operator who is not part of it learns neither its title nor reasons."""
    stuck = access.stuck_instances(actor).filter(pk=instance_id).exists()
    find = access.stuck_instance_for if stuck else access.instance_for
    instance = find(instance_id=instance_id, actor=actor)
    process = process_of(instance.definition)
    incidents = list(Incident.objects.filter(instance=instance).order_by("pk"))
    open_incidents = [incident for incident in incidents if incident.resolved_at is None]
    history = list(ElementHistory.objects.filter(instance=instance).order_by("sequence"))
    items = _open_items(instance)
    generic, part = is_generic(process), access.takes_part(instance, actor)
    reads = part or actor.has(Role.AUDITOR)
    running = instance.finished is None
    stopped = running and bool(open_incidents)
    rests = running and instance.state.get("status") == Status.SUSPENDED
    marks = marks_of(process, history, items, open_incidents)
    return Sheet(
        id=instance.pk,
        family=Family.BPMN,
        title=instance.title if reads else instance.business_key or instance.definition.name,
        process=instance.definition.name,
        key=instance.definition.key,
        version=instance.definition.version,
        business_key=instance.business_key,
        revision=instance.revision,
        status=_("休止中") if rests else _("止まっています") if stopped else status_word(instance.status),
        tone="back" if stopped or rests else STATES.get(instance.status, "now"),
        started_by=instance.started_by.name if instance.started_by else "",
        started_at=instance.created,
        finished_at=instance.finished,
        waiting=[_waiting(item, actor) for item in items],
        answers=answers(instance) if reads else [],
        awaited=awaited(instance, process, with_texts=reads) if running else [],
        lines=_lines(instance, history, incidents, with_reasons=reads),
        facts=[],
        values=_values(instance) if stuck or actor.has(Role.AUDITOR) or (generic and part) else [],
        marks=marks,
        outline=outline(process, marks),
        incidents=open_incidents if stuck or reads else [],
        case_url=_case_url(items, instance) if not generic and reads else "",
        may_cancel=generic and part and running,
        may_mend=stuck,
        returns=_returns(process, history) if generic and part and running else [],
        targets=[(e.id, e.name or e.id) for e in process.of_type("userTask")] if stuck and generic else [],
    )


def _open_items(instance: ProcessInstance) -> list[WorkItem]:
    found = WorkItem.objects.filter(process=instance, finished=None).select_related("owner").order_by("pk")
    return list(found.prefetch_related("candidates__staff"))


def _waiting(item: WorkItem, actor: Actor) -> Waiting:
    people = [candidate for candidate in item.candidates.all() if candidate.is_open]
    mine = any(candidate.staff_id == actor.user_id for candidate in people)
    url = reverse("workflow:item", args=[Family.BPMN, item.pk]) if mine and not kind_of(item.kind).own_pages else ""
    holder = held_since(item.owner.name, item.assigned) if item.owner is not None else ""
    hold = hold_of(item.owner_id, people, actor)
    return Waiting(item.element_name, names_of(people), item.created, item.due_on, holder, hold, url)


def _lines(
    instance: ProcessInstance, history: list[ElementHistory], incidents: list[Incident], *, with_reasons: bool
) -> list[Line]:
    """Work, beginning and end, and where it stood still, in the order in which it happened."""
    found = [_line(row, instance, with_reasons) for row in history if row.element_type != "exclusiveGateway"]
    for incident in incidents:
        found.append(_stop(incident.element_name, incident.raised_at, _("止まりました"), "back", incident.message))
        if incident.resolved_at is not None:
            reason = incident.resolution if with_reasons else ""
            found.append(_stop(incident.element_name, incident.resolved_at, _("再開しました"), "done", reason))
    return sorted(found, key=lambda line: line.at)


def _line(row: ElementHistory, instance: ProcessInstance, with_reasons: bool) -> Line:
    void = row.voided_at is not None
    word = Outcome.VOIDED.label if void else Outcome(row.outcome).label
    tone = "done" if row.outcome == Outcome.COMPLETED and not void else "back"
    post = f"{row.actor_unit} {row.actor_post}".strip()
    who = row.actor_name
    if row.element_type == "startEvent" and instance.started_by is not None:
        who = instance.started_by.name
    return Line(row.element_name, who, post, row.left_at, word, tone, row.reason if with_reasons else "")


def _stop(name: str, at: dt.datetime, word: str, tone: str, reason: str) -> Line:
    return Line(name, "", "", at, word, tone, reason)


def _values(instance: ProcessInstance) -> list[tuple[str, str]]:
    """The variables of the whole process by name."""
    root = [item for values in instance.variables.values() for item in values.items()]
    return [(name, shown_value(value)) for name, value in sorted(root)]


def _returns(process: Process, history: list[ElementHistory]) -> list[tuple[str, str]]:
    """The work that was done and still counts: a return may go to any of it."""
    done = [
        row.element_id
        for row in history
        if row.element_type == "userTask" and row.outcome == Outcome.COMPLETED and row.voided_at is None
    ]
    known = [process.elements[element] for element in dict.fromkeys(done) if element in process.elements]
    return [(element.id, element.name or element.id) for element in known]


def _case_url(items: list[WorkItem], instance: ProcessInstance) -> str:
    """The page of the app whose work this is; any of its items leads there."""
    known = items or list(WorkItem.objects.filter(process=instance).order_by("-pk")[:1])
    for item in known:
        kind = kind_of(item.kind)
        if kind.own_pages:
            return kind.url_of_instance(instance.pk)
    return ""
