"""自分の起案: the drafts and cases of this person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals import access
from approvals.models import Case, CaseState, RouteStep, StepState
from approvals.sheets.seals import surname
from config.commands import Actor
from config.web.pages import Access, page
from documents.queries import file_counts

PAGE = 50
TONES = {
    CaseState.RETURNED: "back",
    CaseState.CIRCULATING: "now",
    CaseState.DECIDED: "done",
    CaseState.COMPLETED: "done",
}
TABS = ("all", CaseState.DRAFT, CaseState.CIRCULATING, CaseState.RETURNED, CaseState.DECIDED, CaseState.COMPLETED)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    case: Case
    url: str
    state: str
    tone: str
    where: str
    files: int


@dataclass(frozen=True, slots=True)
class Tab:
    """One state with the number of cases in it."""

    code: str
    label: str
    count: int


@page(Access.STAFF)
def own(request: HttpRequest) -> HttpResponse:
    """The list, newest first, by state, fifty at a time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by ActorMiddleware
    chosen = request.GET.get("state", "all")
    cases = access.own_cases(actor)
    tabs = _tabs(cases)
    if chosen in CaseState.values:
        cases = cases.filter(state=chosen)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        cases = cases.filter(pk__lt=int(after))
    found = list(cases.select_related("record").order_by("-pk")[: PAGE + 1])
    context = {
        "rows": _rows(found[:PAGE]),
        "tabs": tabs,
        "chosen": chosen,
        "next_after": found[PAGE - 1].pk if len(found) > PAGE else None,
        "may_draft": actor.post_id is not None,
        "empty": _empty(tabs, may_draft=actor.post_id is not None),
    }
    return render(request, "approvals/list.html", context)


def _tabs(cases: Any) -> list[Tab]:
    counts = cases.order_by().aggregate(
        all=Count("pk"), **{state: Count("pk", filter=Q(state=state)) for state in CaseState.values}
    )
    return [Tab(code, str(CaseState(code).label) if code != "all" else _("すべて"), counts[code]) for code in TABS]


def _rows(cases: list[Case]) -> list[Row]:
    files = file_counts([case.record_id for case in cases])
    steps = RouteStep.objects.filter(case__in=cases, state=StepState.OPEN)
    standing: dict[int, list[RouteStep]] = {}
    for step in steps.order_by("position"):
        standing.setdefault(step.case_id, []).append(step)
    return [
        Row(
            case=case,
            url=_url(case),
            state=str(case.get_state_display()),
            tone=TONES.get(CaseState(case.state), ""),
            where=_where(standing.get(case.pk, [])),
            files=files.get(case.record_id, 0),
        )
        for case in cases
    ]


def _where(steps: list[RouteStep]) -> str:
    """合議 久遠 財政課長 ほか1人."""
    if not steps:
        return ""
    first = f"{steps[0].get_kind_display()} {surname(steps[0].person_name)} {steps[0].post_name}"
    return first if len(steps) == 1 else _("%(first)s ほか%(more)d人") % {"first": first, "more": len(steps) - 1}


def _url(case: Case) -> str:
    name = "approvals:draft" if case.state in (CaseState.DRAFT, CaseState.RETURNED) else "approvals:case"
    return reverse(name, args=[case.pk])


def _empty(tabs: list[Tab], *, may_draft: bool) -> str:
    """Where to look instead."""
    other = next((tab for tab in tabs[1:] if tab.count), None)
    if other is None and not may_draft:
        return _("起案はありません。今日の職がないため起案できません。")
    if other is None:
        return _("起案はまだありません。「新しく起案する」から始めます。")
    return _("ここにはありません。%(state)sが%(count)d件あります。") % {"state": other.label, "count": other.count}
