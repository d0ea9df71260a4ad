"""Lists of processes, of what stands still, and of definitions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from config.commands import Actor
from workflow import access
from workflow.enums import Family
from workflow.models import Incident, ProcessDefinition
from workflow.sheets.sheet import STATES, status_word

LISTED = 50


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
