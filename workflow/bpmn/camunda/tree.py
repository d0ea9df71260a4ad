"""How extensions of Camunda 7 are found in a node, in whichever of its three namespaces.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.model import FOREIGN, Node


def named(node: Node | None, name: str) -> Iterator[Node]:
    """The children of that name in a namespace of Camunda 7."""
    for child in node.children if node is not None else ():
        if child.name == name and child.namespace in FOREIGN:
            yield child


def extensions(node: Node, name: str) -> list[Node]:
    """The extension elements of that name of a node."""
    return list(named(node.child("extensionElements"), name))


def extension(node: Node, name: str) -> Node | None:
    """The first of them."""
    return next(iter(extensions(node, name)), None)


def flag(node: Node, name: str, *, otherwise: bool = False) -> bool:
    """A truth among the attributes."""
    text = node.foreign(name).lower()
    return text in ("true", "1") if text else otherwise


def listed(text: str) -> tuple[str, ...]:
    """The parts of a list with commas; those inside `${…}` do not count."""
    parts, part, depth = [], "", 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth <= 0:
            parts.append(part)
            part = ""
        else:
            part += sign
    return tuple(found.strip() for found in (*parts, part) if found.strip())
