"""A small office, and small models to run in it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from config.commands import Actor, Role, system_actor
from documents.ledger.models import LedgerEntry
from workflow import commands
from workflow.models import ElementHistory, WorkItem
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff
from workflow.values import InstanceView

SINCE = dt.date(2024, 4, 1)
SYSTEM = system_actor("test-office", channel="cli")
UNITS = [
    ("00", "水瀬市", "", "", ""),
    ("1010", "デジタル推進課", "00", "水デ", "デジ"),
    ("101010", "推進係", "1010", "", ""),
    ("2010", "地域協働課", "00", "水地協", "地協"),
]
PEOPLE: list[tuple[str, str, str, str, int, list[str]]] = [
    ("200201", "三田村 涼", "1010", "課長", 40, []),
    ("200301", "白井 千尋", "101010", "係長", 20, []),
    ("200401", "佐久間 陽向", "101010", "主事", 10, []),
    ("200402", "桐生 朔", "101010", "主任", 10, []),
    ("230401", "森脇 ひなた", "2010", "主事", 10, []),
    ("290301", "仁科 茂", "00", "書記", 10, [Role.AUDITOR]),
]

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:kessai="urn:kessai:bpmn:1"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:test">
"""


@dataclass
class People:
    """Staff by family name."""

    staff: dict[str, Staff] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The person as he acts today."""
        return actor_for(staff=Staff.objects.get(pk=self.staff[name].pk), channel="web")


def build() -> People:
    """Load the office through commands."""
    people = People()
    for code, name, parent, symbol, short in UNITS:
        organization.create_unit(
            code=code, name=name, parent_code=parent, symbol=symbol, short_name=short, valid_from=SINCE, actor=SYSTEM
        )
    for code, name, unit, post_name, rank, roles in PEOPLE:
        family = name.split()[0]
        people.staff[family] = organization.hire_staff(
            code=code, name=name, roles=[str(r) for r in roles], actor=SYSTEM
        )
        post = organization.create_post(unit_code=unit, name=post_name, rank=rank, valid_from=SINCE, actor=SYSTEM)
        people.posts[family] = post.pk
        organization.appoint(staff_code=code, post_id=post.pk, valid_from=SINCE, actor=SYSTEM)
    people.staff["管理者"] = organization.hire_staff(
        code="900001", name="システム管理者", roles=[str(Role.ADMINISTRATOR)], actor=SYSTEM
    )
    return people


def model(*tasks: tuple[str, str], key: str = "request", gateway: str = "", drawn: bool = True) -> bytes:
    """A line of user tasks, (id, attributes) each.  With `gateway`, an exclusive gateway before the last: when the
    expression is true the token goes back to the first task."""
    steps = ["start", *[task[0] for task in tasks[:-1]], *(["again"] if gateway else []), tasks[-1][0], "end"]
    parts = ['<bpmn:startEvent id="start" name="開始"/>', '<bpmn:endEvent id="end" name="終了"/>']
    parts += [f'<bpmn:userTask id="{name}" {attributes}/>' for name, attributes in tasks]
    edges = [(f"f{number}", a, b) for number, (a, b) in enumerate(zip(steps, steps[1:], strict=False))]
    if gateway:
        default = next(edge for edge, source, _target in edges if source == "again")
        parts.append(f'<bpmn:exclusiveGateway id="again" default="{default}"/>')
        parts.append(
            f'<bpmn:sequenceFlow id="back" sourceRef="again" targetRef="{tasks[0][0]}">'
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{gateway}</bpmn:conditionExpression>'
            "</bpmn:sequenceFlow>"
        )
    parts += [f'<bpmn:sequenceFlow id="{edge}" sourceRef="{a}" targetRef="{b}"/>' for edge, a, b in edges]
    body = f'<bpmn:process id="{key}" name="申請" isExecutable="true">' + "\n".join(parts) + "</bpmn:process>"
    return (HEAD + body + (_drawing(key, steps, edges) if drawn else "") + "</bpmn:definitions>").encode()


def _drawing(key: str, steps: list[str], edges: list[tuple[str, str, str]]) -> str:
    """Shapes in a row, so that the viewer has something to show."""
    place = {name: 100 + 160 * number for number, name in enumerate(steps)}
    shapes = [
        f'<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}"><dc:Bounds x="{x}" y="100" '
        + ('width="36" height="36"' if name in ("start", "end") else 'width="100" height="80"')
        + "/></bpmndi:BPMNShape>"
        for name, x in place.items()
    ]
    lines = [
        f'<bpmndi:BPMNEdge id="{edge}_di" bpmnElement="{edge}"><di:waypoint x="{place[a] + 36}" y="118"/>'
        f'<di:waypoint x="{place[b]}" y="118"/></bpmndi:BPMNEdge>'
        for edge, a, b in edges
    ]
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="{key}">' + "".join(shapes + lines) + "</bpmndi:BPMNPlane>"
    return f'<bpmndi:BPMNDiagram id="diagram">{plane}</bpmndi:BPMNDiagram>'


STARTER = 'name="申請する" kessai:assignment="workflow.starter"'
MANAGER = 'name="課長が見る" kessai:assignment="workflow.manager"'
TWO_CLERKS = 'name="係で受ける" camunda:candidateUsers="200401, 200402"'


def deploy(*tasks: tuple[str, str], **options: Any) -> Any:
    """Deploy a line of tasks."""
    return commands.deploy_definition(xml=model(*tasks, **options), actor=SYSTEM)


def start(people: People, name: str = "佐久間", *, key: str = "request", **variables: Any) -> InstanceView:
    """Begin it."""
    return commands.start_instance(
        key=key, title="封筒の購入", business_key="申-00001", variables=variables, actor=people.actor(name)
    )


def item_at(instance: InstanceView, element: str) -> WorkItem:
    """The open item there."""
    return WorkItem.objects.get(process_id=instance.id, element_id=element, finished=None)


def complete(people: People, instance: InstanceView, element: str, name: str, **variables: Any) -> InstanceView:
    """The person does it."""
    return commands.complete_item(
        item_id=item_at(instance, element).pk, seen_revision=None, variables=variables, actor=people.actor(name)
    )


def ledger() -> list[str]:
    """The actions of processes in the ledger, oldest first."""
    rows = LedgerEntry.objects.filter(action__startswith="workflow.").order_by("id")
    return [code for code in rows.values_list("action", flat=True) if not code.startswith("workflow.organization")]


def last_entry(action: str) -> tuple[str, dict[str, Any]]:
    """Who did the newest act of that kind, and its details as the ledger keeps them."""
    row = LedgerEntry.objects.filter(action=action).latest("id")
    return row.actor_name, json.loads(bytes(row.body))["details"]


def told(instance: InstanceView) -> list[tuple[str, str, str, str]]:
    """The history of an instance: element, how it was left, by whom, and why."""
    rows = ElementHistory.objects.filter(instance_id=instance.id).order_by("sequence")
    return [(row.element_id, row.outcome, row.actor_name, row.reason) for row in rows]
