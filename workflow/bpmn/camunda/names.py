"""Names that `${…}` reads although nothing in the drawing sets them: whoever begins the process has to give them.  Pure.

Where any element may bring variables that are not drawn (a worker, a hook, a message, a form of its own), nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from workflow.bpmn.camunda.people import form
from workflow.bpmn.camunda.settings import event_settings, initiator
from workflow.bpmn.camunda.work import Decision as Decided
from workflow.bpmn.camunda.work import Expression, call_settings, input_output, listeners, task_work
from workflow.bpmn.model import FOREIGN, Element, Finding, Node, Process
from workflow.juel.errors import JuelError
from workflow.juel.templates import compile_template

SETTING = re.compile(r"""setVariable(?:Local)?\(\s*['"]([^'"]+)['"]""")
COUNTED = frozenset({"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})
COMING = frozenset({"message", "signal", "error", "escalation"})  # events that bring variables with them
Texts = Callable[[Node], Iterator[str]]


def unset(process: Process, texts: Texts, hooks: Collection[str]) -> Iterator[Finding]:
    """One warning for each name and element; `texts` gives the texts of a node that may hold expressions."""
    if any(_brings(element) for element in process.elements.values()):
        return
    if any(found.hook is not None for node in process.node.walk() for found in listeners(node)):
        return
    given = process.names | COUNTED
    for element in process.elements.values():
        given |= _given(element)
    for node in process.node.walk():
        for text in texts(node):
            given |= set(SETTING.findall(text))
    asked = bool(process.of_type("userTask"))  # a person is asked for what the next branch reads
    for owner, node in _owned(process):
        if asked and node.is_bpmn("conditionExpression"):
            continue
        names = {name for text in texts(node) for name in _read(text, hooks)}
        for name in sorted(names - given):
            given |= {name}
            ja = f"「{owner}」の式が読む「{name}」を決めるものが図にありません。始めるときに渡してください。"
            en = f"Nothing in the drawing sets “{name}”, which an expression of “{owner}” reads; give it at the start."
            yield Finding("warning", "unset_name", ja, en, owner, node.line, node.column)


def _owned(process: Process) -> Iterator[tuple[str, Node]]:
    """Every node of the process, with the id of the element or flow that it belongs to."""
    stack = [(process.id, process.node)]
    while stack:
        owner, node = stack.pop()
        owner = node.id if node.id in process.elements or node.id in process.flows else owner
        yield owner, node
        stack.extend((owner, child) for child in reversed(node.children))


def _read(text: str, hooks: Collection[str]) -> set[str]:
    """The variables that a text reads; beans that it calls are none."""
    if "${" not in text and "#{" not in text:
        return set()
    try:
        read = compile_template(text)
    except JuelError:
        return set()  # told by the check of expressions
    called = {call.name.partition(".")[0] for call in read.beans}
    return {name for name in read.names - called if name not in hooks}


def _brings(element: Element) -> bool:
    """Whether variables may come that nothing names."""
    node = element.node
    if any(event.kind in COMING for event in element.events) or element.type == "receiveTask":
        return True
    if element.type in ("userTask", "startEvent"):
        asked = form(node)
        return bool(element.extension("itemKind") or ((asked.key or asked.ref) and not asked.fields))
    if element.type == "scriptTask":
        return not (node.foreign("resultVariable") or node.own("resultVariable"))
    if element.type == "callActivity":
        return any(one.everything for one in call_settings(node).outputs)
    work = task_work(node)
    return element.type in ("serviceTask", "sendTask", "businessRuleTask") and not isinstance(
        work, Expression | Decided
    )


def _given(element: Element) -> set[str]:
    """What an element sets, by name."""
    node, loop = element.node, element.loop
    parameters = input_output(node)
    found = {one.name for one in (*parameters.inputs, *parameters.outputs)}
    found |= {field.id for field in form(node).fields}
    found |= {node.foreign("resultVariable"), node.own("resultVariable"), initiator(node)}
    found |= {one.target for one in call_settings(node).outputs}
    if loop is not None:
        found |= {loop.foreign("elementVariable"), loop.own("elementVariable"), loop.own("outputCollection")}
        found |= {child.attributes.get("name", "") for child in loop.children if child.namespace not in FOREIGN}
    for event in element.events:
        said = event_settings(event.node)
        found |= {said.error_code_variable, said.error_message_variable, said.escalation_code_variable}
    return found - {""}
