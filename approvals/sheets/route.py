"""What the page of a draft's route shows: every step with its kind and why, what may be added, and the kept routes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from approvals.commands.submission import plan_route
from approvals.consulting import title_of
from approvals.models import Case, ConsentKind, GroupRule, SavedRoute, StepKind
from approvals.stops import CHIEF
from config import clock
from config.errors import Invalid
from workflow.organization import queries as organization
from workflow.organization.chart import Chart

Choices = list[tuple[str, list[tuple[int, str]]]]


def page(case: Case) -> dict[str, Any]:
    """The context of the page."""
    chart = organization.chart(on=clock.today())
    route, problem = None, ""
    try:
        route = plan_route(case, chart)
    except Invalid as refusal:
        problem = str(refusal.message)
    return {
        "case": case,
        "route": route,
        "route_problem": problem,
        "added": [_row(row, chart) for row in case.consultations.select_related("post__unit")],
        "kept": [
            {"id": saved.pk, "name": saved.name, "count": len(saved.entries)}
            for saved in SavedRoute.objects.filter(owner_id=case.drafter_id)
        ],
    }


def _row(row: Any, chart: Chart) -> dict[str, Any]:
    post = chart.posts.get(row.post_id)
    kind = str(row.get_kind_display())
    rule = str(row.get_completion_display())
    return {
        "id": row.pk,
        "kind": f"{kind}({row.get_consent_display()})" if row.kind == StepKind.CONSULT else kind,
        "post": title_of(post, chart) if post is not None else _("%s(廃止)") % row.post.name,
        "reason": row.reason,
        "group": row.group,
        "rule": _("%d人") % row.needed if row.completion == GroupRule.COUNT else rule,
        "days": row.days if row.kind == StepKind.CONSULT and row.consent == ConsentKind.OPINION else 0,
    }


def posts(chart: Chart) -> Choices:
    """The posts that may be asked, with who holds them, by 部."""
    found: dict[str, list[tuple[int, str]]] = {}
    units = {unit.id: unit for unit in chart.units.values()}
    for unit in sorted(units.values(), key=lambda unit: unit.code):
        path = [above.name for above in chart.units_upward(unit.id)]
        head = path[-2] if len(path) > 1 else path[-1]
        there = [post for post in chart.posts.values() if post.unit_id == unit.id and post.rank >= CHIEF]
        for post in sorted(there, key=lambda post: -post.rank):
            names = "・".join(holder.name for holder in post.holders) or _("欠員")
            found.setdefault(head, []).append((post.id, f"{title_of(post, chart)} {names}"))
    return list(found.items())
