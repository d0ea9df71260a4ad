"""What a hook is told, and what becomes of its answer: worked out when the job runs, from the model and the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from config import clock
from workflow import hooks
from workflow.bpmn.camunda.settings import properties
from workflow.bpmn.camunda.work import Hook, Parameter, Value, connector_parameters, task_work
from workflow.bpmn.camunda.work import Script as Written
from workflow.bpmn.model import Node, Process
from workflow.engine.listeners import listener_at
from workflow.engine.state import State, TokenState, visible
from workflow.expressions import ExpressionError, Facts, evaluate, text_of
from workflow.hooks import HookCall, HookFailed
from workflow.models import MachineWork
from workflow.runtime.definitions import process_of
from workflow.runtime.states import whole


@dataclass(frozen=True, slots=True)
class Asked:
    """A call, the waits before further tries, and where its answer goes."""

    call: HookCall
    waits: list[str]
    result_variable: str
    outputs: tuple[Parameter, ...]
    facts: Facts

    def result(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The variables that come of an answer.  Raises HookFailed for an output that cannot be worked out."""
        if self.outputs:
            seen = {**self.call.variables, **answer}
            return {found.name: _value(found.value, seen, self) for found in self.outputs if found.name}
        return {self.result_variable: dict(answer)} if self.result_variable else dict(answer)


def asked_for(work: MachineWork, attempt: int) -> Asked:
    """The call of open work, its instance loaded with it.  Raises HookFailed for a field that cannot be worked out."""
    instance = work.instance
    process = process_of(instance.definition)
    state = whole(instance)
    token = state.tokens[int(work.token_id)]
    facts = Facts(business_key=instance.business_key, instance_id=str(instance.pk), groups=(), beans=hooks.beans())
    hook, event, node = _hook(process, state, token)
    seen = visible(state, token.local or token.scope)
    connected = connector_parameters(node) if hook is not None and hook.kind == "connector" else None
    call = HookCall(
        name=work.name,
        key=f"work:{work.pk}",
        instance_id=work.instance_id,
        element_id=work.element_id,
        business_key=instance.business_key,
        variables=seen,
        attempt=attempt,
        properties=properties(process.elements[work.element_id].node),
        event=event,
    )
    found = Asked(
        call,
        list(work.retries),
        node.foreign("resultVariable") if not event and connected is None else "",
        connected.outputs if connected is not None else (),
        facts,
    )
    fields = {name: _value(text, seen, found) for name, text in (hook.fields.items() if hook is not None else ())}
    fields |= {one.name: _value(one.value, seen, found) for one in (connected.inputs if connected is not None else ())}
    return replace(found, call=replace(call, fields=fields))


def _hook(process: Process, state: State, token: TokenState) -> tuple[Hook | None, str, Node]:
    """What the model says of the work: the hook, the event where it listens, and the node that says it."""
    element = process.elements[token.element]
    wait = state.waits.get(token.id)
    if wait is not None and wait.kind == "listener":
        found = listener_at(process, token)
        if found is not None:
            return found[0].hook, found[0].event, found[1]
    for node in (element.node, *(event.node for event in element.events)):
        said = task_work(node)
        if isinstance(said, Hook):
            return said, "", node
    return None, "", element.node


def _value(value: Value, seen: Mapping[str, Any], asked: Asked) -> Any:
    """A text or expression, a script, a list or a map.  Raises HookFailed."""
    if isinstance(value, tuple):
        return [_value(each, seen, asked) for each in value]
    if isinstance(value, Mapping):
        return {key: _value(each, seen, asked) for key, each in value.items()}
    more: dict[str, Any] = {
        "now": clock.now().astimezone(clock.TOKYO), "facts": asked.facts, "element": asked.call.element_id
    }  # fmt: skip
    try:
        if isinstance(value, Written):
            return evaluate(value.text, seen, **more)
        return text_of(value, seen, **more)
    except ExpressionError as odd:
        raise HookFailed(odd.ja) from odd
