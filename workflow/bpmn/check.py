"""The deploy-time check of a model.  Pure; the one check that every way into the system uses.

Levels: `error` (cannot run, or its meaning is unclear), `rule` (BPMN forbids it), `warning` (worth knowing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from workflow.bpmn.conditions import conditions, expressions, unknown_names
from workflow.bpmn.constraints import violations
from workflow.bpmn.constraints.tree import FLOW_NODES
from workflow.bpmn.model import BPMN, Definitions, Element, Finding, Flow, Node, Process
from workflow.bpmn.soundness.examine import soundness
from workflow.bpmn.support import lacking, unsupported
from workflow.engine.scopes import entries


def check(definitions: Definitions) -> list[Finding]:
    """Everything that is wrong with a model, in document order."""
    found: list[Finding] = [*_ids(definitions), *_drawings(definitions)]
    if not definitions.processes:
        found.append(_at(definitions.root, "no_process", "流れ(process)がありません。", "There is no process."))
    kinds = {node.id: node.name for node in definitions.root.walk() if node.id and node.namespace == BPMN}
    for process in definitions.processes:
        found += [*_references(process, kinds), *lacking(process, kinds)]
        for rule in RULES:
            found.extend(rule(process))
    found.extend(violations(definitions))
    return sorted(found, key=lambda finding: (finding.line, finding.column))


def _at(place: Node | Element | Flow | Process, code: str, ja: str, en: str, *, level: str = "error") -> Finding:
    return Finding(level, code, ja, en, place.id, place.line, place.column)


def _called(thing: Element | Flow) -> str:
    return thing.name or thing.id


def _ids(definitions: Definitions) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in definitions.root.walk():
        if node.id and node.namespace == BPMN and node.id in seen:
            yield _at(node, "double_id", f"id「{node.id}」が2つあります。", f"Two elements have the id “{node.id}”.")
        if node.namespace == BPMN:
            seen.add(node.id)


def _drawings(definitions: Definitions) -> Iterator[Finding]:
    known = {node.id for node in definitions.root.walk()}
    for diagram in definitions.diagrams:
        for node in diagram.walk():
            drawn = node.attributes.get("bpmnElement", "").rpartition(":")[2]
            if drawn and drawn not in known:
                yield _at(
                    node,
                    "drawn_nothing",
                    f"図にある「{drawn}」が流れの中にありません。",
                    f"The diagram draws “{drawn}”, which does not exist.",
                    level="warning",
                )


def _beginnings(process: Process) -> Iterator[Finding]:
    """One plain start event, or starts with triggers, or elements that begin because nothing leads to them."""
    inside = process.inside(process.id)
    starts = [element for element in inside if element.type == "startEvent"]
    plain = [element for element in starts if not element.events]
    if len(plain) > 1 or not (starts or entries(process, process.id)):
        yield _at(
            process,
            "one_start",
            f"きっかけのない開始は1つだけ置いてください(いま{len(plain)}個)。",
            f"A process needs exactly one plain start event, or starts with triggers; this has {len(plain)}.",
        )


def _references(process: Process, kinds: Mapping[str, str]) -> Iterator[Finding]:
    """References along the flow to nothing, or to what lies elsewhere; `kinds`: what the ids of the file are.

    A reference to an element that is no flow node, or no flow, means nothing: the rules of BPMN report it.
    """
    for flow in process.flows.values():
        for role, ja, target in (("sourceRef", "出元", flow.source), ("targetRef", "行き先", flow.target)):
            if target not in process.elements and kinds.get(target, "") in ("", *FLOW_NODES):
                yield _at(
                    flow,
                    "dangling",
                    f"流れ「{_called(flow)}」の{ja}「{target}」がありません。",
                    f"{role} “{target}” of flow “{_called(flow)}” does not exist.",
                )
    for element in process.elements.values():
        default = element.default.rpartition(":")[2]
        if default and default not in element.outgoing and kinds.get(default, "") in ("", "sequenceFlow"):
            yield _at(
                element,
                "dangling_default",
                f"「{_called(element)}」の既定の流れ「{default}」が、そこから出ていません。",
                f"The default flow “{default}” does not leave “{_called(element)}”.",
            )
        yield from _listed(process, element, kinds)


def _listed(process: Process, element: Element, kinds: Mapping[str, str]) -> Iterator[Finding]:
    """What an element says of its own flows agrees with what the flows say, which alone counts."""
    for child in element.node.children:
        if not (child.is_bpmn("incoming") or child.is_bpmn("outgoing")):
            continue
        named = child.text.strip().rpartition(":")[2]
        if named not in kinds:
            yield _at(
                element,
                "dangling_flow",
                f"「{_called(element)}」の{child.name}「{named}」という流れがありません。",
                f"{child.name} “{named}” of “{_called(element)}” is not a sequence flow.",
            )
        elif kinds[named] == "sequenceFlow" and named not in (
            element.incoming if child.name == "incoming" else element.outgoing
        ):
            yield _at(
                element,
                "flow_mismatch",
                f"「{_called(element)}」の{child.name}「{named}」は、そこにつながっていません。",
                f"Flow “{named}” is not {child.name} at “{_called(element)}”.",
                level="warning",
            )


RULES: tuple[Callable[[Process], Iterable[Finding]], ...] = (
    _beginnings,
    unsupported,
    conditions,
    expressions,
    unknown_names,
    soundness,
)
