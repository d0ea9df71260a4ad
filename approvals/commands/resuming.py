"""再開: which approvals of the version before count for the next one, after a 差戻し to the drafter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from approvals.models import Case, Resume, RouteStep, StepKind, StepState, Verb
from approvals.routing import Kind, Route, Step

COUNT = (StepState.DONE, StepState.CARRIED, StepState.DEEMED, StepState.UNNEEDED)


@dataclass(frozen=True, slots=True)
class Resumption:
    """How the next version goes on.  `forced` says why it begins anew although the returner wanted it back himself."""

    way: Resume = Resume.RESTART
    forced: str = ""
    carried: dict[int, RouteStep] = field(default_factory=dict)  # position of the new route → step that was approved


def resumption(case: Case, route: Route) -> Resumption:
    """What the last act on the version says, unless a field changed on which the route depends."""
    last = case.acts.filter(version=case.version).select_related("step").order_by("id").last()
    if last is None or last.verb not in (Verb.RETURN, Verb.OPPOSE) or last.resume != Resume.DIRECT or last.step is None:
        return Resumption()
    sent = [step for step in _up_to(case, last.step) if step.kind != StepKind.RULE]
    forced = _changed(case) or _rerouted(sent, route, last.step)
    if forced:
        return Resumption(forced=forced)
    counts = {_place(step): step for step in sent if step.state in COUNT}
    new = list(enumerate(route.steps[: len(sent)], start=1))
    carried = {at: counts[place] for at, step in new if (place := _new_place(step)) in counts}
    return Resumption(way=Resume.DIRECT, carried=carried)


def _up_to(case: Case, step: RouteStep) -> list[RouteStep]:
    """The steps of the version until whoever returned it, with all who stood beside him."""
    there = case.steps.filter(version=case.version).select_related("carried_from")
    here = Q(position__lte=step.position) | Q(group=step.group, group__gt=0)
    return list(there.filter(here).order_by("position"))


def _place(step: RouteStep) -> tuple[str, int, str]:
    """Which post a step asks for what: as it was sent."""
    return step.kind, step.post_id, step.consent


def _new_place(step: Step) -> tuple[str, int, str]:
    """The same of a step as it is planned today."""
    asked = step.wanted.consent.value if step.wanted is not None and step.kind is Kind.CONSULT else ""
    return step.kind.value, step.post_id, asked


def _changed(case: Case) -> str:
    """Which of the fields changed that choose the route (決裁区分, 起案者の職)."""
    sent = case.versions.get(number=case.version).content
    if sent["level"] != case.level:
        return _("決裁区分が変わったため、最初から回ります。")
    drafter = {"post": case.drafter_post_name, "unit": case.unit_name}
    if {name: sent["drafter"][name] for name in drafter} != drafter:
        return _("起案者の職が変わったため、最初から回ります。")
    return ""


def _rerouted(sent: Sequence[RouteStep], route: Route, last: RouteStep) -> str:
    """Whether the posts up to the one who returned it are others today, though nothing was changed in the case."""
    if last.kind == StepKind.RULE:
        return _("裁定した人は新しい経路にいないため、最初から回ります。")
    new = [_new_place(step) for step in route.steps[: len(sent)]]
    return "" if [_place(step) for step in sent] == new else _("経路の職が変わったため、最初から回ります。")
