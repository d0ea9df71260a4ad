"""だれが何を見られるか: for auditors, what a person reads on a day, and by which rule."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from config.commands import Actor
from config.web.pages import Access, page
from documents import access as documents_access
from documents import queries as documents
from workflow.organization import queries
from workflow.organization.actors import actor_for
from workflow.organization.sheets import sight as sheets
from workflow.organization.sheets import staff as people
from workflow.organization.views.days import asked_day

PAGE = 50


@page(Access.AUDITOR)
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a person by his 職員番号."""
    code = request.GET.get("code", "").strip()[:20]
    missing = False
    if code:
        found = queries.staff_by_code(code)
        if found is not None:
            return redirect("organization:sight", code=found.code)
        missing = True
    context = {"code": code, "problem": _("その職員番号の人はいません。") if missing else ""}
    return render(request, "organization/sight_find.html", context, status=422 if missing else 200)


@page(Access.AUDITOR)
def sight(request: HttpRequest, code: str) -> HttpResponse:
    """What one person reads on a day: his posts and units, the binders, the records, each with the reason."""
    auditor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    staff = people.person_for(code)
    day = asked_day(request)
    person = actor_for(staff=staff, channel="web", on=day)
    start = _start(request.GET.get("from", ""))
    rows = list(documents.records_read_by(person)[start : start + PAGE + 1])
    secret = documents_access.secret_ids([row.pk for row in rows], auditor)
    drafts = {row.pk for row in rows if row.state == "draft"}
    context = {
        "staff": staff,
        "day": day,
        "posts": queries.appointments_of(staff_id=staff.pk, on=day),
        "groups": sheets.group_names(person.group_ids),
        "roles": sheets.role_names(person.roles),
        "binders": [(row, documents.reasons(row)) for row in documents.binders_read_by(person)[:PAGE]],
        "binder_count": documents.binders_read_by(person).count(),
        "records": [(row, documents.reasons(row), row.pk in secret or row.pk in drafts) for row in rows[:PAGE]],
        "record_count": documents.records_read_by(person).count(),
        "next_from": start + PAGE if len(rows) > PAGE else None,
        "is_first": start == 0,
    }
    return render(request, "organization/sight.html", context)


def _start(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0
