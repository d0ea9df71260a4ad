"""A model in words: the diagram for those who do not see it; where it stands, and what a task has to be told."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.bpmn.model import Element, Process
from workflow.enums import Outcome
from workflow.expressions import ExpressionError, names_of
from workflow.models import ElementHistory, Incident, WorkItem


@dataclass(frozen=True, slots=True)
class Place:
    """An element in words: the diagram for those who do not see it."""

    name: str
    kind: str | Promise
    ways: list[str]
    mark: str


KINDS = {
    "startEvent": gettext_lazy("開始"),
    "endEvent": gettext_lazy("終了"),
    "userTask": gettext_lazy("作業"),
    "task": gettext_lazy("作業"),
    "manualTask": gettext_lazy("手作業"),
    "serviceTask": gettext_lazy("機械の作業"),
    "scriptTask": gettext_lazy("計算"),
    "businessRuleTask": gettext_lazy("判断表"),
    "sendTask": gettext_lazy("送信"),
    "receiveTask": gettext_lazy("受信"),
    "subProcess": gettext_lazy("サブプロセス"),
    "callActivity": gettext_lazy("呼び出す流れ"),
    "exclusiveGateway": gettext_lazy("分岐"),
    "parallelGateway": gettext_lazy("並行"),
    "inclusiveGateway": gettext_lazy("条件に合うすべてへの分岐"),
    "eventBasedGateway": gettext_lazy("先に起きたことによる分岐"),
    "boundaryEvent": gettext_lazy("境界イベント"),
    "intermediateCatchEvent": gettext_lazy("待つイベント"),
    "intermediateThrowEvent": gettext_lazy("知らせるイベント"),
}
MARKS = {"done": gettext_lazy("済"), "now": gettext_lazy("いまここ"), "stuck": gettext_lazy("止まっています")}


def outline(process: Process, marks: dict[str, str]) -> list[Place]:
    """Every element with the ways out of it, in the order drawn."""

    def called(element: Element) -> str:
        return element.name or str(KINDS.get(element.type, element.id))

    def way(flow_id: str) -> str:
        flow = process.flows[flow_id]
        target = process.elements.get(flow.target)
        label = flow.name or flow.condition or (_("そのほか") if flow.is_default else "")
        return f"{label} → {called(target) if target else flow.target}".strip()

    return [
        Place(
            called(element),
            KINDS.get(element.type, element.type),
            [way(flow) for flow in element.outgoing],
            str(MARKS.get(marks.get(element.id, ""), "")),
        )
        for element in process.elements.values()
    ]


def wanted_values(process: Process, element: Element) -> list[str]:
    """The names that conditions read between this task and the next waits: a branch without them would stand still."""
    names: list[str] = []
    seen, stack = set(), list(element.outgoing)
    while stack:
        flow = process.flows[stack.pop(0)]
        if flow.id in seen:
            continue
        seen.add(flow.id)
        if flow.condition and not flow.is_default:
            try:
                names += sorted(names_of(flow.condition, process.names))
            except ExpressionError:
                continue  # deployment refuses such a condition; an old one becomes an incident, told to the operator
        target = process.elements.get(flow.target)
        if target is not None and target.type == "exclusiveGateway":
            stack += target.outgoing
    return list(dict.fromkeys(names))


def marks_of(
    process: Process, history: list[ElementHistory], items: list[WorkItem], incidents: list[Incident]
) -> dict[str, str]:
    """Id of an element or a flow → done, now or stuck; for the diagram and for its list in words."""
    passed = [row.element_id for row in history if row.outcome == Outcome.COMPLETED and row.voided_at is None]
    here = [item.element_id for item in items] + [incident.element_id for incident in incidents]
    marks = dict.fromkeys([*passed, *_flows_between(process, passed, here)], "done")
    marks |= {item.element_id: "now" for item in items}
    marks |= {incident.element_id: "stuck" for incident in incidents}
    return {element: mark for element, mark in marks.items() if element in process.elements or element in process.flows}


def _flows_between(process: Process, passed: list[str], here: list[str]) -> list[str]:
    """The flows along the path: from each element to the one that came after it, and from the last to where it waits."""
    steps = list(itertools.pairwise(passed)) + [(passed[-1], waiting) for waiting in here if passed]
    return [
        flow
        for source, target in steps
        if source in process.elements
        for flow in process.elements[source].outgoing
        if process.flows[flow].target == target
    ]
