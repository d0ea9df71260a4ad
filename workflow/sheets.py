"""What the pages of this app show: read models of instances, tasks and definitions, for those who may look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from config.commands import Actor
from workflow import access
from workflow.bpmn.model import Element, Process
from workflow.enums import Family, Outcome
from workflow.feel.errors import FeelError
from workflow.feel.expressions import compile_expression
from workflow.inbox import name_of_task
from workflow.item_kinds import kind_of
from workflow.models import (
    ElementHistory,
    EquipmentLoan,
    Incident,
    ItemCandidate,
    ProcessDefinition,
    ProcessInstance,
    WorkItem,
)
from workflow.runtime.definitions import is_generic, process_of

STATES = {PROCESS.NEW: "now", PROCESS.DONE: "done", PROCESS.CANCELED: "back"}
LISTED = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what happened."""

    name: str
    who: str
    post: str
    opened_at: dt.datetime
    left_at: dt.datetime
    outcome: str | Promise
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where it stands: an open piece of work and who has it, or what is stuck."""

    name: str
    people: str
    since: dt.datetime
    due_on: dt.date | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page of an instance shows."""

    id: int
    family: Family
    title: str
    process: str
    version: int | None
    business_key: str
    revision: int
    status: str
    tone: str
    started_by: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    waiting: list[Waiting]
    lines: list[Line]
    facts: list[tuple[str | Promise, Any]]
    marks: dict[str, str] = field(default_factory=dict)
    outline: list[Place] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    case_url: str = ""
    may_cancel: bool = False
    may_mend: bool = False
    targets: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it still runs."""
        return self.finished_at is None


def status_word(status: str) -> str:
    """進行中, 済 or 取消し."""
    return {PROCESS.DONE: _("済"), PROCESS.CANCELED: _("取消し")}.get(status, _("進行中"))


def instance_sheet(*, instance_id: int, actor: Actor) -> Sheet:
    """The page of a drawn process: for those who see it, and for operators while it stands still."""
    stuck = access.stuck_instances(actor).filter(pk=instance_id).exists()
    find = access.stuck_instance_for if stuck else access.instance_for
    instance = find(instance_id=instance_id, actor=actor)
    process = process_of(instance.definition)
    incidents = list(Incident.objects.filter(instance=instance).order_by("-pk"))
    history = list(ElementHistory.objects.filter(instance=instance).order_by("sequence"))
    items = _open_items(instance)
    generic = is_generic(process)
    part = access.takes_part(instance, actor)
    marks = _marks(process, history, items, incidents)
    return Sheet(
        id=instance.pk,
        family=Family.BPMN,
        title=instance.title,
        process=instance.definition.name,
        version=instance.definition.version,
        business_key=instance.business_key,
        revision=instance.revision,
        status=status_word(instance.status),
        tone="stop" if instance.finished is None and _unsolved(incidents) else STATES.get(instance.status, "now"),
        started_by=instance.started_by.name if instance.started_by else "",
        started_at=instance.created,
        finished_at=instance.finished,
        waiting=[_waiting(item, actor) for item in items],
        lines=[_line(row) for row in history if row.element_type == "userTask"],
        facts=[],
        marks=marks,
        outline=outline(process, marks),
        incidents=_unsolved(incidents),
        case_url=_case_url(items, instance) if not generic and part else "",
        may_cancel=generic and part and instance.finished is None,
        may_mend=stuck,
        targets=[(e.id, e.name or e.id) for e in process.of_type("userTask")] if stuck and generic else [],
    )


def _unsolved(incidents: list[Incident]) -> list[Incident]:
    return [incident for incident in incidents if incident.resolved_at is None]


def _open_items(instance: ProcessInstance) -> list[WorkItem]:
    found = WorkItem.objects.filter(process=instance, finished=None).order_by("pk")
    return list(found.prefetch_related("candidates__staff"))


def _waiting(item: WorkItem, actor: Actor) -> Waiting:
    people = [candidate for candidate in item.candidates.all() if candidate.is_open]
    mine = any(candidate.staff_id == actor.user_id for candidate in people)
    names = "、".join(f"{candidate.staff.name} {candidate.post_name}".strip() for candidate in people)
    url = reverse("workflow:item", args=[Family.BPMN, item.pk]) if mine and not kind_of(item.kind).own_pages else ""
    return Waiting(item.element_name, names, item.created, item.due_on, url)


def _line(row: ElementHistory) -> Line:
    void = row.voided_at is not None
    word = Outcome.VOIDED.label if void else Outcome(row.outcome).label
    tone = "done" if row.outcome == Outcome.COMPLETED and not void else "back"
    post = f"{row.actor_unit} {row.actor_post}".strip()
    return Line(row.element_name, row.actor_name, post, row.opened_at, row.left_at, word, tone, row.reason)


def _marks(
    process: Process, history: list[ElementHistory], items: list[WorkItem], incidents: list[Incident]
) -> dict[str, str]:
    """Element id → done, now or stuck; for the diagram and for its list in words."""
    marks = {row.element_id: "done" for row in history if row.outcome == Outcome.COMPLETED and row.voided_at is None}
    marks |= {item.element_id: "now" for item in items}
    marks |= {incident.element_id: "stuck" for incident in _unsolved(incidents)}
    return {element: mark for element, mark in marks.items() if element in process.elements}


def _case_url(items: list[WorkItem], instance: ProcessInstance) -> str:
    """The page of the app whose work this is; any of its items leads there."""
    known = items or list(WorkItem.objects.filter(process=instance).order_by("-pk")[:1])
    for item in known:
        kind = kind_of(item.kind)
        if kind.own_pages:
            return kind.url_of_instance(instance.pk)
    return ""


def loan_sheet(*, instance_id: int, actor: Actor) -> Sheet:
    """The page of a loan."""
    loan = access.loan_for(instance_id=instance_id, actor=actor)
    tasks = list(Task.objects.filter(process=loan.pk, flow_task_type="HUMAN").order_by("pk"))
    people = ItemCandidate.objects.filter(task__in=tasks, is_open=True).select_related("staff").order_by("pk")
    return Sheet(
        id=loan.pk,
        family=Family.FLOW,
        title=loan.title,
        process=str(loan.flow_class.process_title),
        version=None,
        business_key="",
        revision=loan.revision,
        status=status_word(loan.status),
        tone=STATES.get(loan.status, "now"),
        started_by=f"{loan.starter_name} {loan.starter_post}".strip(),
        started_at=loan.created,
        finished_at=loan.finished,
        waiting=[_task_waiting(task, list(people), actor) for task in tasks if task.finished is None],
        lines=[_task_line(task, loan) for task in tasks if task.finished is not None],
        facts=loan_facts(loan),
        may_cancel=loan.finished is None and access.takes_part_in_loan(loan, actor),
    )


def loan_facts(loan: EquipmentLoan) -> list[tuple[str | Promise, Any]]:
    """What was asked for."""
    return [
        (_("品名"), loan.item),
        (_("貸出日"), loan.lent_from),
        (_("返却予定日"), loan.lent_to),
        (_("目的"), loan.purpose),
        (_("申請者"), f"{loan.starter_name} {loan.starter_post}".strip()),
    ]


def _task_waiting(task: Task, people: list[ItemCandidate], actor: Actor) -> Waiting:
    own = [candidate for candidate in people if candidate.task_id == task.pk]
    names = "、".join(f"{candidate.staff.name} {candidate.post_name}".strip() for candidate in own)
    mine = any(candidate.staff_id == actor.user_id for candidate in own)
    url = reverse("workflow:item", args=[Family.FLOW, task.pk]) if mine else ""
    return Waiting(name_of_task(task), names, task.created, own[0].due_on if own else None, url)


def _task_line(task: Task, loan: EquipmentLoan) -> Line:
    done = task.status == STATUS.DONE
    who = (task.data or {}).get("actor", {}) if done else loan.data.get("cancelled", {})
    reason = (task.data or {}).get("note", "") if done else loan.data.get("cancelled", {}).get("reason", "")
    word = (Outcome.COMPLETED if done else Outcome.CANCELLED).label
    name, post = who.get("name", ""), who.get("post", "")
    return Line(name_of_task(task), name, post, task.created, task.finished, word, "done" if done else "back", reason)


@dataclass(frozen=True, slots=True)
class Begun:
    """One line of the processes a person has to do with."""

    family: Family
    id: int
    title: str
    process: str
    status: str
    tone: str
    started_by: str
    created: dt.datetime
    finished: dt.datetime | None


def begun(*, actor: Actor) -> list[Begun]:
    """The newest processes of both families that the actor began or has work in (an auditor: all), fifty of each."""
    drawn = access.visible_instances(actor).select_related("definition", "started_by").defer("definition__xml")
    rows = [
        Begun(
            Family.BPMN,
            row.pk,
            row.title,
            row.definition.name,
            status_word(row.status),
            STATES.get(row.status, "now"),
            row.started_by.name if row.started_by else "",
            row.created,
            row.finished,
        )
        for row in drawn.defer("state", "variables", "definition__xml").order_by("-created", "-pk")[:LISTED]
    ]
    rows += [
        Begun(
            Family.FLOW,
            loan.pk,
            loan.title,
            str(loan.flow_class.process_title),
            status_word(loan.status),
            STATES.get(loan.status, "now"),
            loan.starter_name,
            loan.created,
            loan.finished,
        )
        for loan in access.visible_loans(actor).order_by("-created", "-pk")[:LISTED]
    ]
    return sorted(rows, key=lambda row: row.created, reverse=True)[:LISTED]


def stuck(*, actor: Actor) -> list[Incident]:
    """The open incidents that the actor may mend, oldest first."""
    found = Incident.objects.filter(resolved_at=None, instance__in=access.stuck_instances(actor))
    related = found.select_related("instance__definition").defer("instance__definition__xml")
    return list(related.order_by("raised_at", "pk")[: LISTED * 4])


def definitions() -> QuerySet[ProcessDefinition]:
    """The newest version of every process, by name."""
    newest = ProcessDefinition.objects.filter(key=OuterRef("key")).order_by().values("key")
    last = newest.annotate(last=Max("version")).values("last")
    found = ProcessDefinition.objects.defer("xml").select_related("deployed_by")
    return found.filter(version=Subquery(last)).order_by("name", "key")


def versions(key: str) -> QuerySet[ProcessDefinition]:
    """Every version of a process, newest first."""
    return (
        ProcessDefinition.objects.defer("xml")
        .select_related("deployed_by")
        .filter(key=key)
        .order_by(F("version").desc())
    )


@dataclass(frozen=True, slots=True)
class Place:
    """An element in words: the diagram for those who do not see it."""

    name: str
    kind: str | Promise
    ways: list[str]
    mark: str


KINDS = {
    "startEvent": gettext_lazy("開始"),
    "endEvent": gettext_lazy("終了"),
    "userTask": gettext_lazy("作業"),
    "exclusiveGateway": gettext_lazy("分岐"),
}
MARKS = {"done": gettext_lazy("済"), "now": gettext_lazy("いまここ"), "stuck": gettext_lazy("止まっています")}


def outline(process: Process, marks: dict[str, str]) -> list[Place]:
    """Every element with the ways out of it, in the order drawn."""

    def called(element: Element) -> str:
        return element.name or str(KINDS.get(element.type, element.id))

    def way(flow_id: str) -> str:
        flow = process.flows[flow_id]
        target = process.elements.get(flow.target)
        label = flow.name or flow.condition or (_("そのほか") if flow.is_default else "")
        return f"{label} → {called(target) if target else flow.target}".strip()

    return [
        Place(
            called(element),
            KINDS.get(element.type, element.type),
            [way(flow) for flow in element.outgoing],
            str(MARKS.get(marks.get(element.id, ""), "")),
        )
        for element in process.elements.values()
    ]


def wanted_values(process: Process, element: Element) -> list[str]:
    """The names that conditions read between this task and the next waits: a branch without them would stand still."""
    names: list[str] = []
    seen, stack = set(), list(element.outgoing)
    while stack:
        flow = process.flows[stack.pop(0)]
        if flow.id in seen:
            continue
        seen.add(flow.id)
        if flow.condition and not flow.is_default:
            try:
                names += sorted(compile_expression(flow.condition, process.names).names)
            except FeelError:
                continue  # deployment refuses such a condition; an old one becomes an incident, told to the operator
        target = process.elements.get(flow.target)
        if target is not None and target.type == "exclusiveGateway":
            stack += target.outgoing
    return list(dict.fromkeys(names))
