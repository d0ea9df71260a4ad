"""Lists of processes, of what stands still, and of definitions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from config.commands import Actor
from workflow import access
from workflow.enums import Family
from workflow.models import EquipmentLoan, Incident, ProcessDefinition, ProcessInstance
from workflow.sheets.sheet import STATES, status_word

LISTED = 50
NO_PLACE = 2**63 - 1  # before the newest


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


@dataclass(frozen=True, slots=True)
class BegunPage:
    """One page of them.  `next_after` is where the next page goes on; empty on the last."""

    rows: list[Begun]
    next_after: str


def begun(*, actor: Actor, after: str = "", size: int = LISTED) -> BegunPage:
    """The processes of both families that the actor began or has work in (an auditor: all), newest first.

    A place is the last number of each family, joined by a hyphen; what is no place is the beginning.
    """
    seen = _place(after)
    drawn, loans = access.own_instances(actor), access.own_loans(actor)
    if seen:
        drawn, loans = drawn.filter(pk__lt=seen[Family.BPMN]), loans.filter(pk__lt=seen[Family.FLOW])
    related = drawn.select_related("definition", "started_by").defer("state", "variables", "definition__xml")
    found = [_begun_instance(row) for row in related.order_by("-pk")[: size + 1]]
    found += [_begun_loan(row) for row in loans.order_by("-pk")[: size + 1]]
    found.sort(key=lambda row: row.created, reverse=True)
    rows = found[:size]
    if len(found) <= size:
        return BegunPage(rows, "")
    for family in Family:
        shown = [row.id for row in rows if row.family is family]
        seen[family] = min(shown, default=seen.get(family, NO_PLACE))
    return BegunPage(rows, f"{seen[Family.BPMN]}-{seen[Family.FLOW]}")


def _place(after: str) -> dict[Family, int]:
    numbers = after.split("-")
    if len(numbers) != len(Family) or not all(number.isdecimal() and len(number) < 20 for number in numbers):
        return {}
    return dict(zip(Family, (min(int(number), NO_PLACE) for number in numbers), strict=True))


def _begun_instance(row: ProcessInstance) -> Begun:
    return Begun(
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


def _begun_loan(loan: EquipmentLoan) -> Begun:
    return Begun(
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
    """Every version of a process, newest first, each with the number of its instances that run (`running`)."""
    return (
        ProcessDefinition.objects.defer("xml")
        .select_related("deployed_by")
        .annotate(running=Count("instances", filter=Q(instances__finished=None)))
        .filter(key=key)
        .order_by(F("version").desc())
    )
