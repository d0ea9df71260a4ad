"""再開: which approvals of the version before count for the next one, after a 差戻し to the drafter."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from approvals.models import Act, Case, Resume, RouteStep, StepState, Verb
from approvals.routing import Route


@dataclass(frozen=True, slots=True)
class Resumption:
    """How the next version goes on.  `forced` says why it begins anew although the returner wanted it back himself."""

    way: Resume = Resume.RESTART
    forced: str = ""
    carried: dict[int, RouteStep] = field(default_factory=dict)  # position of the new route → step that was approved


def resumption(case: Case, route: Route) -> Resumption:
    """What the last act on the version says, unless a field changed on which the route depends."""
    last = case.acts.filter(version=case.version).select_related("step").order_by("id").last()
    if last is None or last.verb != Verb.RETURN or last.resume != Resume.DIRECT or last.step is None:
        return Resumption()
    forced = _changed(case) or _rerouted(case, route, last)
    if forced:
        return Resumption(forced=forced)
    before = case.steps.filter(version=case.version, position__lt=last.step.position)
    approved = before.filter(state__in=(StepState.DONE, StepState.CARRIED)).select_related("carried_from")
    return Resumption(way=Resume.DIRECT, carried={step.position: step for step in approved})


def _changed(case: Case) -> str:
    """Which of the fields changed that choose the route (決裁区分, 起案者の職)."""
    sent = case.versions.get(number=case.version).content
    if sent["level"] != case.level:
        return _("決裁区分が変わったため、最初から回ります。")
    drafter = {"post": case.drafter_post_name, "unit": case.unit_name}
    if {name: sent["drafter"][name] for name in drafter} != drafter:
        return _("起案者の職が変わったため、最初から回ります。")
    return ""


def _rerouted(case: Case, route: Route, last: Act) -> str:
    """Whether the posts up to the one who returned it are others today, though nothing was changed in the case."""
    if last.step is None:
        return ""
    sent = case.steps.filter(version=case.version, position__lte=last.step.position).order_by("position")
    old = [(step.kind, step.post_id) for step in sent]
    new = [(step.kind.value, step.post_id) for step in route.steps[: len(old)]]
    return "" if old == new else _("経路の職が変わったため、最初から回ります。")
