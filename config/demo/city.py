"""Loads the demo city through the same commands that people use; a second time changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from config import clock
from config.calendar import fiscal_year
from config.commands import Actor, system_actor
from config.demo import codes, data
from config.demo import regulation_load as regulation
from documents import commands as documents
from documents.models import Binder, Classification
from workflow import commands as workflow
from workflow.models import DecisionDefinition, ProcessDefinition
from workflow.organization import commands as organization
from workflow.organization.models import Appointment, AppointmentKind, Post, Staff, Unit

PASSWORD = "minase-2025-demo"  # noqa: S105 - of people who do not exist, shown on the log-in page
PROCESSES = Path(__file__).resolve().parent.parent.parent / "approvals" / "processes"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Somebody to try, and what for."""

    code: str
    name: str
    part: str | Promise


PARTS = {
    "200401": gettext_lazy("起案者(推進係 主事)"),
    "200301": gettext_lazy("係長・文書主任"),
    "200201": gettext_lazy("課長"),
    "200101": gettext_lazy("部長"),
    "230401": gettext_lazy("別の課の起案者"),
    "290301": gettext_lazy("監査者(閲覧のみ)"),
    "900001": gettext_lazy("システム管理者"),
}


def demo_logins() -> list[DemoLogin]:
    """Who may be tried, in the order of the story."""
    names = {code: name for code, name, *_ in data.PEOPLE}
    return [DemoLogin(code, names[code], part) for code, part in PARTS.items()]


def load() -> None:
    """Load what is missing of the city.  Safe to call at every start."""
    actor = system_actor("demo-city", channel="cli")
    _units(actor)
    _posts(actor)
    _people(actor)
    _factors(actor)
    _filing(actor)
    _processes(actor)
    _decisions(actor)
    regulation.load(actor)


def _units(actor: Actor) -> None:
    known = set(Unit.objects.values_list("code", flat=True))
    for code, name, parent, symbol, short_name in data.UNITS:
        if code not in known:
            organization.create_unit(
                code=code,
                name=name,
                parent_code=parent,
                symbol=symbol,
                short_name=short_name,
                valid_from=data.SINCE,
                actor=actor,
            )


def _posts(actor: Actor) -> None:
    known = set(Post.objects.values_list("unit__code", "name"))
    for _, unit, name, rank in data.POSTS:
        if (unit, name) not in known:
            organization.create_post(unit_code=unit, name=name, rank=rank, valid_from=data.SINCE, actor=actor)


def _people(actor: Actor) -> None:
    known = set(Staff.objects.values_list("code", flat=True))
    where = {key: (unit, name) for key, unit, name, _ in data.POSTS}
    posts = {(post.unit.code, post.name): post.pk for post in Post.objects.select_related("unit")}
    for code, name, kana, held, roles in data.PEOPLE:
        if code not in known:
            organization.hire_staff(code=code, name=name, kana=kana, roles=list(roles), actor=actor)
            organization.set_password(code=code, password=PASSWORD, temporary=False, actor=actor)
        sits = set(Appointment.objects.filter(staff__code=code).values_list("post_id", flat=True))
        for number, key in enumerate(held):
            if posts[where[key]] not in sits:
                organization.appoint(
                    staff_code=code,
                    post_id=posts[where[key]],
                    valid_from=data.SINCE,
                    kind=AppointmentKind.MAIN if number == 0 else AppointmentKind.ACTING,
                    actor=actor,
                )


def _factors(actor: Actor) -> None:
    for code in codes.ENROLLED:
        if not Authenticator.objects.filter(user__code=code).exists():
            organization.add_app(code=code, secret=codes.secret_of(code), actor=actor)


def _filing(actor: Actor) -> None:
    known = set(Classification.objects.values_list("code", flat=True))
    for code, name, parent, years in data.CLASSES:
        if code not in known:
            documents.create_classification(
                code=code, name=name, parent_code=parent, retention_years=years, actor=actor
            )
    opened = set(Binder.objects.values_list("fiscal_year", "classification__code", "name", "group_id"))
    units = {unit.code: unit for unit in Unit.objects.all()}
    for year in sorted({2025, fiscal_year(clock.today())}):
        for code, unit, name, years in data.BINDERS:
            if (year, code, name, units[unit].group_id) not in opened:
                documents.create_binder(
                    fiscal_year=year,
                    classification_code=code,
                    name=name,
                    group_id=units[unit].group_id,
                    unit_name=units[unit].name,
                    retention_years=years,
                    actor=actor,
                )


def _processes(actor: Actor) -> None:
    known = set(ProcessDefinition.objects.values_list("sha256", flat=True))
    for path in sorted(PROCESSES.glob("*.bpmn")):
        xml = path.read_bytes()
        if hashlib.sha256(xml).hexdigest() not in known:
            workflow.deploy_definition(xml=xml, actor=actor)


def _decisions(actor: Actor) -> None:
    known = set(DecisionDefinition.objects.values_list("sha256", flat=True))
    for path in sorted(PROCESSES.glob("*.dmn")):
        xml = path.read_bytes()
        if hashlib.sha256(xml).hexdigest() not in known:
            workflow.deploy_decisions(xml=xml, actor=actor)
