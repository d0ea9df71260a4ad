"""The deploy-time check of a model.  Pure; the one check that every way into the system uses.

Levels: `error` (cannot run, or its meaning is unclear), `rule` (BPMN forbids it), `warning` (worth knowing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workflow.bpmn.model import BPMN, Definitions, Element, Finding, Flow, Node, Process
from workflow.bpmn.parser import BESIDE
from workflow.engine.joins import links
from workflow.engine.nodes import node_type, supported
from workflow.engine.scopes import entries
from workflow.feel.expressions import FeelError, compile_expression


def check(definitions: Definitions) -> list[Finding]:
    """Everything that is wrong with a model, in document order."""
    found: list[Finding] = [*_ids(definitions), *_drawings(definitions)]
    if not definitions.processes:
        found.append(_at(definitions.root, "no_process", "流れ(process)がありません。", "There is no process."))
    for process in definitions.processes:
        for rule in RULES:
            found.extend(rule(process))
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


def _ends(process: Process) -> Iterator[Finding]:
    inside = process.inside(process.id)
    plain = [element for element in inside if element.type == "startEvent" and not element.events]
    if not any(element.type == "startEvent" for element in inside) or len(plain) > 1:
        yield _at(
            process,
            "one_start",
            f"きっかけのない開始は1つだけ置いてください(いま{len(plain)}個)。",
            f"A process needs exactly one plain start event, or starts with triggers; this has {len(plain)}.",
        )
    if not any(element.type == "endEvent" for element in inside):
        yield _at(process, "no_end", "終了がありません。", "There is no end event.", level="warning")


def _references(process: Process) -> Iterator[Finding]:
    for flow in process.flows.values():
        for role, ja, target in (("sourceRef", "出元", flow.source), ("targetRef", "行き先", flow.target)):
            if target not in process.elements:
                yield _at(
                    flow,
                    "dangling",
                    f"流れ「{_called(flow)}」の{ja}「{target}」がありません。",
                    f"{role} “{target}” of flow “{_called(flow)}” does not exist.",
                )
    for element in process.elements.values():
        if element.default and element.default not in element.outgoing:
            yield _at(
                element,
                "dangling_default",
                f"「{_called(element)}」の既定の流れ「{element.default}」が、そこから出ていません。",
                f"The default flow “{element.default}” does not leave “{_called(element)}”.",
            )
        yield from _flow_references(process, element)


def _flow_references(process: Process, element: Element) -> Iterator[Finding]:
    """What an element says of its own flows agrees with what the flows say."""
    for child in element.node.children:
        if not (child.is_bpmn("incoming") or child.is_bpmn("outgoing")):
            continue
        named = child.text.strip().rpartition(":")[2]
        if named not in process.flows:
            yield _at(
                element,
                "dangling_flow",
                f"「{_called(element)}」の{child.name}「{named}」という流れがありません。",
                f"{child.name} “{named}” of “{_called(element)}” is not a sequence flow.",
            )
        elif named not in (element.incoming if child.name == "incoming" else element.outgoing):
            yield _at(
                element,
                "flow_mismatch",
                f"「{_called(element)}」の{child.name}「{named}」は、そこにつながっていません。",
                f"Flow “{named}” is not {child.name} at “{_called(element)}”.",
                level="rule",
            )


def _supported(process: Process) -> Iterator[Finding]:
    """Whatever the engine cannot execute is refused, one finding for each, at every depth."""
    for element in process.elements.values():
        kind = node_type(element.type)
        if kind is None:
            yield _unsupported(element.node, element.type, _called(element))
            continue
        for node, what in kind.refused(process, element):
            yield _unsupported(node, what, _called(element), element.id)


def _unsupported(node: Node, what: str, where: str, element_id: str = "") -> Finding:
    able = ", ".join(supported())
    return Finding(
        "error",
        "unsupported",
        f"「{where}」の「{what}」は使えません。使えるのは {able} です。",
        f"“{what}” of “{where}” is not supported. Supported: {able}.",
        element_id or node.id,
        node.line,
        node.column,
    )


def _types(process: Process) -> Iterator[Finding]:
    for element in process.elements.values():
        kind = node_type(element.type)
        if kind is not None:
            yield from kind.check(process, element)


def _conditions(process: Process) -> Iterator[Finding]:
    for flow in process.flows.values():
        node = flow.node.child("conditionExpression")
        if node is None:
            continue
        language = node.attributes.get("language", "")
        if language and not any(known in language.lower() for known in ("feel", "juel")):
            yield Finding(
                "error",
                "condition_language",
                f"流れ「{_called(flow)}」の条件の言語「{language}」は使えません。FEELで書いてください。",
                f"The condition of flow “{_called(flow)}” is written in “{language}”; only FEEL is executed.",
                flow.id,
                node.line,
                node.column,
            )
        else:
            yield from _condition(process, flow, node)


def _condition(process: Process, flow: Flow, node: Node) -> Iterator[Finding]:
    name = _called(flow)
    if flow.is_default:
        yield _at(
            flow,
            "default_condition",
            f"既定の流れ「{name}」の条件は使われません。",
            f"The condition of the default flow “{name}” is not used.",
            level="warning",
        )
    if not flow.condition:
        yield _at(
            flow, "condition_empty", f"流れ「{name}」の条件が空です。", f"The condition of flow “{name}” is empty."
        )
        return
    try:
        compile_expression(flow.condition, process.names)
    except FeelError as odd:
        yield Finding(
            "error",
            "condition",
            f"流れ「{name}」の条件: {odd.ja}",
            f"The condition of flow “{name}”: {odd.en}",
            flow.id,
            node.line,
            node.column,
        )


def _reachable(process: Process) -> Iterator[Finding]:
    seen: set[str] = set()
    stack = [element.id for element in process.elements.values() if _begins(process, element)]
    while stack:
        at = stack.pop()
        if at in seen or at not in process.elements:
            continue
        seen.add(at)
        element = process.elements[at]
        stack.extend(process.flows[flow].target for flow in element.outgoing)
        stack.extend(boundary.id for boundary in process.attached(at))
        if element.event is not None and element.event.kind == "link":
            stack.extend(target.id for target in links(process, element, "intermediateCatchEvent"))
    for element in process.elements.values():
        if element.id not in seen and node_type(element.type) is not None:
            yield _at(
                element,
                "unreachable",
                f"「{_called(element)}」へ開始から届きません。",
                f"“{_called(element)}” cannot be reached from the start.",
            )


def _begins(process: Process, element: Element) -> bool:
    """Whether tokens begin there: start events, event sub-processes, and the entries of scopes without start events."""
    return element.type == "startEvent" or element.is_event_scope or element in entries(process, element.parent)


def _nothing_else(process: Process) -> Iterator[Finding]:
    """BPMN children of a process that are neither flow nodes nor known to be beside them have no id to be run by."""
    for child in process.node.children:
        if child.namespace == BPMN and child.name not in BESIDE and not child.id and node_type(child.name) is None:
            yield _unsupported(child, child.name, process.name or process.id, process.id)


RULES: tuple[Callable[[Process], Iterator[Finding]], ...] = (
    _ends,
    _references,
    _supported,
    _types,
    _conditions,
    _reachable,
    _nothing_else,
)
