"""`execution` and `task` of expressions: what they tell, and the variables they reach.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workflow.juel.methods import getter
from workflow.juel.values import fail, text

if TYPE_CHECKING:
    from workflow.juel.templates import Run

OBJECTS = frozenset({"execution", "task"})
OF_TASK = frozenset(
    {
        "id", "name", "assignee", "owner", "priority", "dueDate", "followUpDate", "createTime", "description",
        "taskDefinitionKey", "formKey",
    }
)  # fmt: skip

SETTERS = {
    "setAssignee": "assignee",
    "setOwner": "owner",
    "setPriority": "priority",
    "setDueDate": "dueDate",
    "setFollowUpDate": "followUpDate",
    "addCandidateUser": "candidateUser",
    "addCandidateGroup": "candidateGroup",
}


def fact(state: Run, of: str, name: str) -> Any:
    """What `execution.name` or `task.name` tells.  Raises JuelError."""
    context = state.context
    known: Mapping[str, Any] = {
        "processBusinessKey": context.business_key,
        "businessKey": context.business_key,
        "processInstanceId": context.instance_id,
        "processDefinitionId": context.definition_id,
        "currentActivityId": context.activity_id,
        "currentActivityName": context.activity_name,
        "eventName": context.event_name,
        "variables": {**state.variables, **state.changed},
    }
    if of == "execution" and name == "id":
        return context.instance_id
    if of == "execution" and name in known:
        return known[name]
    if of == "task" and context.task is None:
        raise fail("no_task", "ここには作業(task)がありません。", "There is no task here.")
    if of == "task" and name in OF_TASK and context.task is not None:
        return context.task.get(name)
    if of == "task" and name in ("processInstanceId", "processDefinitionId", "eventName", "variables"):
        return known[name]
    raise fail("unknown_property", f"「{of}.{name}」は使えません。", f"“{of}.{name}” cannot be read.")


def fact_call(state: Run, of: str, name: str, given: list[Any]) -> Any:
    """The answer of a method of `execution` or `task`.  Raises JuelError."""
    if not given and getter(name):
        return fact(state, of, getter(name))
    local = name.endswith("Local")
    there: Mapping[str, Any] = {**state.variables, **state.changed}
    if local and state.context.local is not None:
        there = {**state.context.local, **state.changed}
    if name in ("getVariable", "getVariableLocal") and len(given) == 1:
        return there.get(text(given[0]))
    if name in ("hasVariable", "hasVariableLocal") and len(given) == 1:
        return text(given[0]) in there
    if name in ("setVariable", "setVariableLocal") and len(given) == 2:
        if state.context.set_variable is None:
            raise fail("no_setting", "ここでは変数を変えられません。", "Variables cannot be set here.")
        key = text(given[0])
        state.changed[key] = given[1]
        (state.context.set_local if local and state.context.set_local else state.context.set_variable)(key, given[1])
        return None
    if of == "task" and name in SETTERS and len(given) == 1:
        if state.context.set_task is None:
            raise fail("no_setting", "ここでは作業を変えられません。", "The task cannot be changed here.")
        state.context.set_task(SETTERS[name], given[0])
        return None
    raise fail("unknown_method", f"「{of}.{name}」は呼び出せません。", f"“{of}.{name}” cannot be called.")
