"""Offices beside the own line, for routes with 合議 and 審査."""

from __future__ import annotations

from typing import Any

from approvals import commands
from approvals.models import Act, Case, RouteStep, StepState
from tests.approvals.cast import SINCE, SYSTEM, Cast, draft
from workflow.organization import commands as organization

UNITS = [
    ("30", "財政経営部", "00", "", ""),
    ("3010", "財政課", "30", "水財", "財政"),
    ("3020", "契約検査課", "30", "水契", "契検"),
    ("40", "会計課", "00", "水会", "会計"),
]
PEOPLE = [
    ("220101", "八神 俊", "30", "部長", 50),
    ("220201", "久遠 聡", "3010", "課長", 40),
    ("220202", "真鍋 修二", "3020", "課長", 40),
    ("240101", "遠山 文枝", "40", "課長", 40),
]


def add(cast: Cast) -> Cast:
    """Put them beside the line of the small city."""
    for code, name, parent, symbol, short in UNITS:
        organization.create_unit(
            code=code, name=name, parent_code=parent, symbol=symbol, short_name=short, valid_from=SINCE, actor=SYSTEM
        )
    for code, name, unit, post_name, rank in PEOPLE:
        family = name.split()[0]
        cast.staff[family] = organization.hire_staff(code=code, name=name, roles=[], actor=SYSTEM)
        post = organization.create_post(unit_code=unit, name=post_name, rank=rank, valid_from=SINCE, actor=SYSTEM)
        cast.posts[family] = post.pk
        organization.appoint(staff_code=code, post_id=post.pk, valid_from=SINCE, actor=SYSTEM)
    return cast


def ask(cast: Cast, case: Case, name: str, **how: Any) -> Any:
    """The drafter adds the person's post to his route."""
    said = {"kind": "consult", "reason": f"{name}の所管に関わるため"} | how
    return commands.add_consultation(case_id=case.pk, post_id=cast.posts[name], actor=cast.actor("佐久間"), **said)


def sent(cast: Cast, *names: str, changes: dict[str, Any] | None = None, **how: Any) -> Case:
    """A case on its way that asks these people side by side."""
    case = draft(cast, **(changes or {}))
    for name in names:
        ask(cast, case, name, **how)
    return commands.submit_draft(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("佐久間"))


def fresh(case: Case) -> Case:
    """The case as it is now."""
    return Case.objects.get(pk=case.pk)


def step_of(case: Case, name: str) -> RouteStep:
    """The newest step of that person which is open."""
    found = RouteStep.objects.filter(case=case, state=StepState.OPEN, person_name__contains=name)
    return found.get()


def do(cast: Cast, case: Case, name: str, verb: str = "approve", **how: Any) -> Case:
    """The person does it in his own open step, on a fresh page."""
    which: dict[str, Any] = {
        "case_id": case.pk,
        "step_id": step_of(case, name).pk,
        "seen_revision": fresh(case).revision,
        "actor": cast.actor(name),
    }
    if verb == "return":
        return commands.return_case(**which, **how)
    if verb == "oppose":
        return commands.oppose(**which, **how)
    if verb == "decide":
        return commands.decide(**which, **how)
    return commands.approve_step(**which, **how)


def past_own_section(cast: Cast, case: Case) -> Case:
    """The own 係長 and 課長 have approved: the others are asked now."""
    do(cast, case, "白井")
    return do(cast, case, "三田村")


def states(case: Case) -> dict[str, str]:
    """Where the steps of the present version stand, by surname."""
    steps = RouteStep.objects.filter(case=case, version=fresh(case).version).order_by("position")
    return {step.person_name.split(" ")[0]: step.state for step in steps}


def verbs(case: Case) -> list[tuple[str, str]]:
    """The 経過: verb and surname."""
    return [(act.verb, act.staff_name.split(" ")[0]) for act in Act.objects.filter(case=case).order_by("id")]
