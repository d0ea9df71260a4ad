"""Variables of an activity's own: input and output parameters.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.bpmn.model import FOREIGN, Node
from workflow.engine import inner_events as inner

if TYPE_CHECKING:
    from workflow.engine.run import Run


def parameters(node: Node, tag: str) -> list[Node]:
    """The parameters `inputParameter` or `outputParameter` of an activity, in the order written."""
    extensions = node.child("extensionElements")
    if extensions is None:
        return []
    outer = [c for c in extensions.children if c.namespace in FOREIGN and c.name == "inputOutput"]
    return [p for found in outer for p in found.children if p.namespace in FOREIGN and p.name == tag]


def open_local(run: Run, number: int) -> None:
    """Give the token variables of its own where the model names input or output parameters.  Raises Trouble first."""
    token = run.token(number)
    node = run.element(token).node
    inputs = parameters(node, "inputParameter")
    if not inputs and not parameters(node, "outputParameter"):
        return
    values: dict[str, Any] = {}
    for parameter in inputs:
        values[parameter.attributes.get("name", "")] = value_of(run, parameter, run.home(token), token.element)
    scope = run.open_scope(token, "local", parent=token.scope)
    run.set_local({name: value for name, value in values.items() if name}, scope)


def close_local(run: Run, number: int) -> None:
    """Hand the output parameters to the scope around, then drop what was the token's own.  Raises Trouble first."""
    token = run.token(number)
    if not token.local:
        return
    outputs = parameters(run.element(token).node, "outputParameter")
    values = {p.attributes.get("name", ""): value_of(run, p, token.local, token.element) for p in outputs}
    run.emit(inner.ScopeClosed(token.local))
    run.set_variables({name: value for name, value in values.items() if name}, token.scope)


def value_of(run: Run, parameter: Node, scope: str, element: str) -> Any:
    """The value of a parameter: a text or expression, a list, a map, or a script.  Raises Trouble."""
    for child in parameter.children:
        if child.namespace not in FOREIGN:
            continue
        if child.name == "list":
            return [_item(run, item, scope, element) for item in child.children]
        if child.name == "map":
            return {e.attributes.get("key", ""): _item(run, e, scope, element) for e in child.children}
        if child.name == "script":
            return run.value(child.text, scope, element=element)
    return run.text(parameter.text.strip(), scope, element=element)


def _item(run: Run, node: Node, scope: str, element: str) -> Any:
    """An entry of a list or map; it may be a list, map or script itself."""
    if node.name == "script":
        return run.value(node.text, scope, element=element)
    return value_of(run, node, scope, element)
