"""The expressions of a drawing: whether they can be read, and whether anything gives the values they ask for.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.model import BPMN, FOREIGN, Element, Finding, Flow, Node, Process
from workflow.expressions import is_template
from workflow.feel.expressions import FeelError, compile_expression

READABLE = ("feel", "juel")
# Children of activities and events whose text is an expression; a time is one when it begins with “=”.
SPOKEN = frozenset({"loopCondition", "completionCondition", "loopCardinality", "condition"})
TIMES = frozenset({"timeDate", "timeDuration", "timeCycle"})
# Elements that may bring any variables with them; a person is asked for what the next branch reads.
BRINGING = frozenset(
    {"serviceTask", "sendTask", "receiveTask", "businessRuleTask", "scriptTask", "callActivity", "complexGateway"}
)
GIVING = frozenset({"inputParameter", "outputParameter", "in", "out", "formField", "formProperty"})


def conditions(process: Process) -> Iterator[Finding]:
    """Conditions of flows: in a language that is executed, with a text, readable."""
    for flow in process.flows.values():
        node = flow.node.child("conditionExpression")
        if node is None:
            continue
        language = node.attributes.get("language", "")
        if language and not any(known in language.lower() for known in READABLE):
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


def _called(thing: Flow | Element) -> str:
    return thing.name or thing.id


def _condition(process: Process, flow: Flow, node: Node) -> Iterator[Finding]:
    name = _called(flow)
    if flow.is_default:
        yield Finding(
            "warning",
            "default_condition",
            f"既定の流れ「{name}」の条件は使われません。",
            f"The condition of the default flow “{name}” is not used.",
            flow.id,
            flow.line,
            flow.column,
        )
    if not flow.condition:
        yield Finding(
            "error",
            "condition_empty",
            f"流れ「{name}」の条件が空です。",
            f"The condition of flow “{name}” is empty.",
            flow.id,
            flow.line,
            flow.column,
        )
        return
    odd = _unreadable(process, flow.condition)
    if odd is not None:
        yield Finding(
            "error",
            "condition",
            f"流れ「{name}」の条件: {odd.ja}",
            f"The condition of flow “{name}”: {odd.en}",
            flow.id,
            node.line,
            node.column,
        )


def _unreadable(process: Process, text: str) -> FeelError | None:
    """What is wrong with an expression in FEEL; one of Camunda 7 is read where it is executed."""
    if is_template(text):
        return None
    try:
        compile_expression(text.strip().removeprefix("="), process.names)
    except FeelError as odd:
        return odd
    return None


def expressions(process: Process) -> Iterator[Finding]:
    """Expressions of loops, of conditional events and of times."""
    for element in process.elements.values():
        for node in _spoken(element):
            text = node.text.strip()
            if node.name in TIMES and not text.startswith("="):
                continue
            odd = _unreadable(process, text) if text else None
            if odd is not None:
                name = _called(element)
                yield Finding(
                    "error",
                    "expression",
                    f"「{name}」の{node.name}: {odd.ja}",
                    f"{node.name} of “{name}”: {odd.en}",
                    element.id,
                    node.line,
                    node.column,
                )


def _spoken(element: Element) -> Iterator[Node]:
    """The expressions right under an element, its repetition and its event definitions."""
    behaviors = [c for c in element.loop.children if c.is_bpmn("complexBehaviorDefinition")] if element.loop else []
    for part in (element.loop, *behaviors, *(event.node for event in element.events)):
        if part is not None:
            yield from (c for c in part.children if c.namespace == BPMN and c.name in SPOKEN | TIMES)


def unknown_names(process: Process) -> Iterator[Finding]:
    """Conditions that read a name which nothing in the drawing gives, so that it must be given at the start.

    Where any element may bring variables that are not drawn, nothing is said.
    """
    if any(_brings(element) for element in process.elements.values()):
        return
    known = process.names | _given(process)
    for flow in process.flows.values():
        if flow.is_default or not flow.condition or is_template(flow.condition):
            continue
        try:
            read = compile_expression(flow.condition, process.names).names
        except FeelError:
            continue  # reported as such
        node = flow.node.child("conditionExpression") or flow.node
        for name in sorted(read - known):
            yield Finding(
                "warning",
                "unknown_name",
                f"流れ「{_called(flow)}」の条件の「{name}」を決めるものが図にありません。始めるときに渡してください。",
                f"Nothing in the drawing gives “{name}”, which the condition of flow “{_called(flow)}” reads; "
                "it must be given at the start.",
                flow.id,
                node.line,
                node.column,
            )


def _brings(element: Element) -> bool:
    if element.type == "userTask":
        return bool(element.extension("itemKind") or element.node.foreign("formKey") or element.node.foreign("formRef"))
    if element.type in BRINGING:
        return True
    return any(event.kind in ("message", "signal", "error", "escalation") for event in element.events)


def _given(process: Process) -> set[str]:
    """The names that parts of the drawing give."""
    found: set[str] = set()
    for element in process.elements.values():
        if element.type == "userTask":
            found |= _asked(process, element)
        loop = element.loop
        if loop is not None:
            found |= {
                c.attributes.get("name", "") for c in loop.children if c.name in ("inputDataItem", "outputDataItem")
            }
            found |= {loop.foreign("elementVariable"), "loopCounter"}
            found |= {"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"}
        for node in element.node.walk():
            if node.namespace in FOREIGN and node.name in GIVING:
                found |= {node.attributes.get(name, "") for name in ("name", "target", "id")}
            elif node.namespace == BPMN and node.name in ("dataInput", "dataOutput", "property"):
                found.add(node.attributes.get("name", ""))
    return found


def _asked(process: Process, element: Element) -> set[str]:
    """What a person is asked for when completing a task: all that conditions read between it and the next wait."""
    names: set[str] = set()
    seen: set[str] = set()
    stack = list(element.outgoing)
    while stack:
        flow = process.flows[stack.pop()]
        if flow.id in seen:
            continue
        seen.add(flow.id)
        if flow.condition and not is_template(flow.condition):
            try:
                names |= compile_expression(flow.condition, process.names).names
            except FeelError:
                continue
        target = process.elements.get(flow.target)
        if target is not None and target.type in ("exclusiveGateway", "inclusiveGateway", "parallelGateway"):
            stack += target.outgoing
    return names
