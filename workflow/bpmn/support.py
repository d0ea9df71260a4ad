"""What of a drawing the engine cannot execute, and what its elements say of themselves.  Pure.

The engine is asked (`workflow.engine.nodes`); nothing is listed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow.bpmn.model import BPMN, Finding, Node, Process
from workflow.bpmn.parser import BESIDE
from workflow.engine.nodes import node_type, supported


def unsupported(process: Process) -> Iterator[Finding]:
    """Whatever the engine cannot execute is refused, one finding for each, at every depth."""
    for element in process.elements.values():
        called = element.name or element.id
        kind = node_type(element.type)
        if kind is None:
            yield _refused(element.node, element.type, called)
            continue
        for node, what in kind.refused(process, element):
            yield _refused(node, what, called, element.id)
    for child in process.node.children:
        if child.namespace == BPMN and child.name not in BESIDE and not child.id and node_type(child.name) is None:
            yield _refused(child, child.name, process.name or process.id, process.id)


def _refused(node: Node, what: str, where: str, element_id: str = "") -> Finding:
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


def lacking(process: Process, known: Collection[str]) -> Iterator[Finding]:
    """What an element needs before the engine can execute it.

    A boundary event at an element of the file (`known`: all ids) that is no activity is reported as a reference.
    """
    for element in process.elements.values():
        kind = node_type(element.type)
        if kind is None:
            continue
        for finding in kind.check(process, element):
            if finding.code != "attached_nowhere" or element.attached_to not in known:
                yield finding
