"""Expressions in processes that are executed (BPMN 2.0.2, 8.4.6).  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.constraints.tree import Tree, local
from workflow.bpmn.model import Finding, Node

PLACES = (
    "conditionExpression", "condition", "completionCondition", "activationCondition", "loopCondition", "loopCardinality",
    "timeDate", "timeDuration", "timeCycle", "from", "to", "transformation", "messagePath", "dataPath",
)  # fmt: skip
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def formal(tree: Tree) -> Iterator[Finding]:
    """8.4.6.2: what is evaluated is a formal expression; one without a text says nothing."""
    for node in tree.of(*PLACES):
        if not (tree.is_executable(node) or _is_correlated(tree, node)):
            continue
        if not node.text.strip():
            yield tree.broken(
                node, "expression_empty", f"「{{}}」の{node.name}が空です。", f"{node.name} of “{{}}” is empty."
            )
        elif local(node.attributes.get(TYPE, "")) != "tFormalExpression" and not _is_formal(tree, node):
            yield tree.broken(
                node,
                "expression_informal",
                f'「{{}}」の{node.name}に xsi:type="tFormalExpression" がありません。',
                f'{node.name} of “{{}}” is not a formal expression (xsi:type="tFormalExpression").',
            )


def _is_formal(tree: Tree, node: Node) -> bool:
    """Whether the schema itself says that an expression is a formal one."""
    around = tree.parent(node)
    return node.name in ("messagePath", "dataPath", "transformation") or (
        around is not None and around.name == "complexBehaviorDefinition"
    )


def _is_correlated(tree: Tree, node: Node) -> bool:
    """Whether an expression finds out, for a process that is executed, what a message belongs to (8.4.2)."""
    around = tree.around(node, "correlationProperty") if node.name == "messagePath" else None
    if around is None:
        return False
    bindings = (b for b in tree.of("correlationPropertyBinding") if tree.is_executable(b))
    return any(local(b.attributes.get("correlationPropertyRef", "")) == around.id for b in bindings)


RULES = (formal,)
