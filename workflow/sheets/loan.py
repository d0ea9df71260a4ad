"""The page of a loan: the hand-written flow, on the same page as drawn ones."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from config.commands import Actor
from workflow import access
from workflow.enums import Family, Outcome
from workflow.inbox import name_of_task
from workflow.models import EquipmentLoan, ItemCandidate
from workflow.sheets.sheet import STATES, Line, Sheet, Waiting, held_since, hold_of, names_of, status_word


def loan_sheet(*, instance_id: int, actor: Actor) -> Sheet:
    """The page of a loan."""
    loan = access.loan_for(instance_id=instance_id, actor=actor)
    tasks = list(Task.objects.filter(process=loan.pk, flow_task_type="HUMAN").select_related("owner").order_by("pk"))
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
        waiting=[_waiting(task, list(people), actor) for task in tasks if task.finished is None],
        lines=_lines(loan, tasks),
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
    ]


def _waiting(task: Task, people: list[ItemCandidate], actor: Actor) -> Waiting:
    own = [candidate for candidate in people if candidate.task_id == task.pk]
    mine = any(candidate.staff_id == actor.user_id for candidate in own)
    url = reverse("workflow:item", args=[Family.FLOW, task.pk]) if mine else ""
    holder = held_since(task.owner.name, task.assigned) if task.owner is not None else ""
    hold = hold_of(task.owner_id, own, actor)
    due = own[0].due_on if own else None
    return Waiting(name_of_task(task), names_of(own), task.created, due, holder, hold, url)


def _lines(loan: EquipmentLoan, tasks: list[Task]) -> list[Line]:
    start = Line(_("申請"), loan.starter_name, loan.starter_post, loan.created, Outcome.COMPLETED.label, "done")
    lines = [start, *(_line(task, loan) for task in tasks if task.finished is not None)]
    if loan.status == PROCESS.DONE:
        lines.append(Line(_("終了"), "", "", loan.finished, Outcome.COMPLETED.label, "done"))
    return lines


def _line(task: Task, loan: EquipmentLoan) -> Line:
    done = task.status == STATUS.DONE
    kept = task.data or {}
    who = kept.get("actor", {}) if done else loan.data.get("cancelled", {})
    reason = kept.get("note", "") if done else loan.data.get("cancelled", {}).get("reason", "")
    word = (Outcome.COMPLETED if done else Outcome.CANCELLED).label
    tone = "done" if done else "back"
    return Line(name_of_task(task), who.get("name", ""), who.get("post", ""), task.finished, word, tone, reason)
