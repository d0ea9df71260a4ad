"""The deploy-time check of a model.  Pure; the one check that every way into the system uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workflow.bpmn.model import Definitions, Element, Finding, Process
from workflow.engine.nodes import node_type, supported
from workflow.feel.expressions import FeelError, compile_expression


def check(definitions: Definitions) -> list[Finding]:
    """Everything that is wrong with a model, in document order."""
    found: list[Finding] = list(_ids(definitions))
    if not definitions.processes:
        found.append(
            Finding("error", "no_process", "流れ(process)がありません。", "There is no process.", line=definitions.root.line)
        )
    for process in definitions.processes:
        for rule in RULES:
            found.extend(rule(process))
    return sorted(found, key=lambda finding: finding.line)


def _ids(definitions: Definitions) -> Iterator[Finding]:
    seen: set[str] = set()
    for node in definitions.root.walk():
        if node.id and node.id in seen:
            yield Finding(
                "error", "double_id", f"id「{node.id}」が2つあります。", f"Two elements have the id “{node.id}”.", node.id, node.line
            )
        seen.add(node.id)


def _ends(process: Process) -> Iterator[Finding]:
    starts = process.of_type("startEvent")
    if len(starts) != 1:
        yield Finding(
            "error",
            "one_start",
            f"開始は1つだけ置いてください(いま{len(starts)}個)。",
            f"A process needs exactly one start event; this has {len(starts)}.",
            process.id,
            process.line,
        )
    if not process.of_type("endEvent"):
        yield Finding("error", "no_end", "終了がありません。", "There is no end event.", process.id, process.line)


def _references(process: Process) -> Iterator[Finding]:
    for flow in process.flows.values():
        for role, ja, target in (("sourceRef", "出元", flow.source), ("targetRef", "行き先", flow.target)):
            if target not in process.elements:
                yield Finding(
                    "error",
                    "dangling",
                    f"流れ「{flow.name or flow.id}」の{ja}「{target}」がありません。",
                    f"{role} “{target}” of a flow does not exist.",
                    flow.id,
                    flow.line,
                )
    for element in process.elements.values():
        if element.default and element.default not in element.outgoing:
            yield Finding(
                "error",
                "dangling_default",
                f"「{element.name or element.id}」の既定の流れ「{element.default}」が、そこから出ていません。",
                f"The default flow “{element.default}” does not leave this element.",
                element.id,
                element.line,
            )


_EVENT_DEFINITION = "EventDefinition"
_LOOPS = ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def _supported(process: Process) -> Iterator[Finding]:
    for element in process.elements.values():
        beyond = [
            child.name
            for child in element.node.children
            if child.name.endswith(_EVENT_DEFINITION) or child.name in _LOOPS
        ]
        for name in beyond if node_type(element.type) else [element.type]:
            yield Finding(
                "error",
                "unsupported",
                f"「{name}」は使えません({element.name or element.id})。使えるのは {', '.join(supported())} です。",
                f"“{name}” is not supported. Supported: {', '.join(supported())}.",
                element.id,
                element.line,
            )


def _types(process: Process) -> Iterator[Finding]:
    for element in process.elements.values():
        kind = node_type(element.type)
        if kind is not None:
            yield from kind.check(process, element)


def _conditions(process: Process) -> Iterator[Finding]:
    for flow in process.flows.values():
        if not flow.condition:
            continue
        try:
            compile_expression(flow.condition)
        except FeelError as odd:
            yield Finding(
                "error",
                "condition",
                f"流れ「{flow.name or flow.id}」の条件: {odd.ja}",
                f"The condition of a flow: {odd.en}",
                flow.id,
                flow.line,
                odd.position + 1,
            )


def _reachable(process: Process) -> Iterator[Finding]:
    seen: set[str] = set()
    stack = [element.id for element in process.of_type("startEvent")]
    while stack:
        at = stack.pop()
        if at in seen or at not in process.elements:
            continue
        seen.add(at)
        stack.extend(process.flows[flow].target for flow in process.elements[at].outgoing)
    for element in process.elements.values():
        if element.id not in seen and not _apart(element):
            yield Finding(
                "error",
                "unreachable",
                f"「{element.name or element.id}」へ開始から届きません。",
                "This element cannot be reached from the start.",
                element.id,
                element.line,
            )


def _apart(element: Element) -> bool:
    """Elements that no flow leads to by their nature; they are refused as unsupported anyway."""
    return node_type(element.type) is None


RULES: tuple[Callable[[Process], Iterator[Finding]], ...] = (
    _ends,
    _references,
    _supported,
    _types,
    _conditions,
    _reachable,
)
