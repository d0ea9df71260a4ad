"""A small city to act in: one line from the mayor to a clerk, an office beside it, an auditor and an administrator."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import approvals
from approvals import commands
from approvals.models import Case
from config.commands import Actor, Role, system_actor
from documents import commands as documents
from tests.documents.makers import checked
from workflow import commands as workflow
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff, Unit

SINCE = dt.date(2024, 4, 1)
SYSTEM = system_actor("test-city", channel="cli")
UNITS = [
    ("00", "水瀬市", "", "", ""),
    ("10", "企画戦略部", "00", "", ""),
    ("1010", "デジタル推進課", "10", "水デ", "デジ"),
    ("101010", "推進係", "1010", "", ""),
    ("20", "環境市民部", "00", "", ""),
    ("2010", "地域協働課", "20", "水地協", "地協"),
]
PEOPLE: list[tuple[str, str, str, str, int, list[str]]] = [
    ("100001", "葛西 恒一朗", "00", "市長", 70, []),
    ("100002", "南雲 佐知子", "00", "副市長", 60, []),
    ("200101", "羽鳥 修平", "10", "部長", 50, []),
    ("200201", "三田村 涼", "1010", "課長", 40, []),
    ("200301", "白井 千尋", "101010", "係長", 20, [Role.RECORDS_OFFICER]),
    ("200401", "佐久間 陽向", "101010", "主事", 10, []),
    ("200402", "桐生 朔", "101010", "主事", 10, []),
    ("230201", "浅海 由紀", "2010", "課長", 40, []),
    ("230401", "森脇 ひなた", "2010", "主事", 10, []),
    ("290301", "仁科 茂", "20", "書記", 10, [Role.AUDITOR]),
]


@dataclass
class Cast:
    """The people by their family name, and the binders of the two offices."""

    staff: dict[str, Staff] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    binder_id: int = 0
    other_binder_id: int = 0

    def actor(self, name: str) -> Actor:
        """The person as he acts today."""
        return actor_for(staff=Staff.objects.get(pk=self.staff[name].pk), channel="web")


def build() -> Cast:
    """Load the city through commands."""
    cast = Cast()
    for code, name, parent, symbol, short in UNITS:
        organization.create_unit(
            code=code, name=name, parent_code=parent, symbol=symbol, short_name=short, valid_from=SINCE, actor=SYSTEM
        )
    for code, name, unit, post_name, rank, roles in PEOPLE:
        family = name.split()[0]
        cast.staff[family] = organization.hire_staff(code=code, name=name, roles=[str(r) for r in roles], actor=SYSTEM)
        post = organization.create_post(unit_code=unit, name=post_name, rank=rank, valid_from=SINCE, actor=SYSTEM)
        cast.posts[family] = post.pk
        organization.appoint(staff_code=code, post_id=post.pk, valid_from=SINCE, actor=SYSTEM)
    cast.staff["管理者"] = organization.hire_staff(
        code="900001", name="システム管理者", roles=[str(Role.ADMINISTRATOR)], actor=SYSTEM
    )
    documents.create_classification(code="03", name="情報", actor=SYSTEM)
    documents.create_classification(code="03-02", name="情報システム", parent_code="03", actor=SYSTEM)
    documents.create_classification(code="03-02-05", name="契約", parent_code="03-02", retention_years=5, actor=SYSTEM)
    cast.binder_id = binder("1010", "情報システム委託契約")
    cast.other_binder_id = binder("2010", "自治会補助金")
    drawing = Path(approvals.__file__).parent / "processes" / "standard.bpmn"
    workflow.deploy_definition(xml=drawing.read_bytes(), actor=SYSTEM)
    return cast


def binder(unit_code: str, name: str) -> int:
    """A binder of five years kept by the unit."""
    unit = Unit.objects.get(code=unit_code)
    return documents.create_binder(
        fiscal_year=2025,
        classification_code="03-02-05",
        name=name,
        group_id=unit.group_id,
        unit_name=unit.name,
        retention_years=5,
        actor=SYSTEM,
    ).pk


TEXT: dict[str, Any] = {
    "title": "申請書AI-OCR運用支援業務委託契約の締結",
    "inquiry": "次のとおり委託契約を締結してよろしいか伺います。",
    "grounds": "申請書の取込みを支援するため。",
    "level": 50,
    "disclosure": "partial",
    "is_urgent": False,
    "urgent_reason": "",
    "wanted_on": None,
}


def draft(cast: Cast, name: str = "佐久間", *, files: int = 1, **changes: Any) -> Case:
    """A complete draft of that person, ready to be submitted."""
    actor = cast.actor(name)
    case = commands.create_draft(actor=actor)
    text = TEXT | {"binder_id": cast.binder_id} | changes
    case = commands.save_draft(case_id=case.pk, seen_revision=1, actor=actor, **text)
    for number in range(1, files + 1):
        attach(cast, case, f"仕様書{number}.txt", name=name)
    return case


def attach(cast: Cast, case: Case, file_name: str, *, name: str = "佐久間") -> Any:
    """Attach a small text file."""
    upload = checked(file_name, f"{file_name}の本文".encode())
    return commands.attach_to_draft(case_id=case.pk, upload=upload, actor=cast.actor(name))


def submitted(cast: Cast, name: str = "佐久間", **changes: Any) -> Case:
    """A case on its way."""
    case = draft(cast, name, **changes)
    return commands.submit_draft(case_id=case.pk, seen_revision=case.revision, actor=cast.actor(name))


def act(cast: Cast, case: Case, name: str, verb: str, comment: str = "") -> Case:
    """The person does it on a fresh page."""
    case = Case.objects.get(pk=case.pk)
    step = case.steps.get(version=case.version, state="open")
    which: dict[str, Any] = {"case_id": case.pk, "step_id": step.pk, "seen_revision": case.revision}
    if verb == "approve":
        return commands.approve_step(**which, comment=comment, actor=cast.actor(name))
    if verb == "decide":
        return commands.decide(**which, comment=comment, actor=cast.actor(name))
    return commands.return_case(**which, reason=comment, actor=cast.actor(name))


def decided(cast: Cast, **changes: Any) -> Case:
    """A case that went all the way to the director."""
    case = submitted(cast, **changes)
    act(cast, case, "白井", "approve")
    act(cast, case, "三田村", "approve")
    return act(cast, case, "羽鳥", "decide")
