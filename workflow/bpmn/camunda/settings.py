"""How activities run, and what processes, events and repetitions say of themselves.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.bpmn.camunda.tree import extension, extensions, flag, listed, named
from workflow.bpmn.model import Node


@dataclass(frozen=True, slots=True)
class ActivitySettings:
    """Where a step is cut in two, and what the job between is like; texts may be expressions."""

    async_before: bool
    async_after: bool
    exclusive: bool
    job_priority: str
    retry_cycle: str


def activity_settings(node: Node) -> ActivitySettings:
    """The settings of an activity, event or gateway."""
    cycle = extension(node, "failedJobRetryTimeCycle")
    return ActivitySettings(
        async_before=flag(node, "asyncBefore") or flag(node, "async"),
        async_after=flag(node, "asyncAfter"),
        exclusive=flag(node, "exclusive", otherwise=True),
        job_priority=node.foreign("jobPriority"),
        retry_cycle=cycle.text.strip() if cycle is not None else node.foreign("failedJobRetryTimeCycle"),
    )


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """What a process says of itself."""

    version_tag: str
    history_ttl: str  # days, or a duration as ISO 8601
    starter_groups: tuple[str, ...]
    starter_users: tuple[str, ...]
    startable: bool  # whether people may start it by hand
    job_priority: str
    task_priority: str
    retry_cycle: str


def process_settings(node: Node) -> ProcessSettings:
    """The settings of a process; potential starters in the older writing count as well."""
    groups, users = listed(node.foreign("candidateStarterGroups")), listed(node.foreign("candidateStarterUsers"))
    for starter in extensions(node, "potentialStarter"):
        for text in (n.text.strip() for n in starter.walk() if n.name == "formalExpression"):
            for part in listed(text):
                kind, _, inner = part.rstrip(")").partition("(")
                if kind.strip() == "user" and inner:
                    users = (*users, inner.strip())
                else:
                    groups = (*groups, inner.strip() if kind.strip() == "group" and inner else part)
    return ProcessSettings(
        version_tag=node.foreign("versionTag"),
        history_ttl=node.foreign("historyTimeToLive"),
        starter_groups=tuple(dict.fromkeys(groups)),
        starter_users=tuple(dict.fromkeys(users)),
        startable=flag(node, "isStartableInTasklist", otherwise=True),
        job_priority=node.foreign("jobPriority"),
        task_priority=node.foreign("taskPriority"),
        retry_cycle=activity_settings(node).retry_cycle,
    )


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """What is gone through: a variable or expression, and the variable each item gets."""

    collection: str
    element_variable: str
    settings: ActivitySettings


def multi_instance(loop: Node) -> MultiInstance:
    """The settings of the multi-instance characteristics of an activity."""
    return MultiInstance(loop.foreign("collection"), loop.foreign("elementVariable"), activity_settings(loop))


@dataclass(frozen=True, slots=True)
class EventSettings:
    """What an event definition says beyond BPMN."""

    error_code_variable: str
    error_message_variable: str
    escalation_code_variable: str
    variable_name: str  # of a conditional event: the only variable whose change is looked at
    variable_events: tuple[str, ...]  # create, update, delete; empty: all
    expression: str  # of an error of an external task: when it is thrown


def event_settings(definition: Node) -> EventSettings:
    """The settings of an event definition."""
    return EventSettings(
        error_code_variable=definition.foreign("errorCodeVariable"),
        error_message_variable=definition.foreign("errorMessageVariable"),
        escalation_code_variable=definition.foreign("escalationCodeVariable"),
        variable_name=definition.foreign("variableName"),
        variable_events=listed(definition.foreign("variableEvents")),
        expression=definition.foreign("expression"),
    )


def external_errors(node: Node) -> tuple[tuple[str, str], ...]:
    """The errors that an external task turns its result into: reference and condition, in the order written."""
    found = extensions(node, "errorEventDefinition")
    return tuple(
        (
            n.attributes.get("errorRef", "").rpartition(":")[2],
            n.attributes.get("expression", "") or n.foreign("expression"),
        )
        for n in found
    )


def error_message(error: Node) -> str:
    """What an `error` of the file says to people."""
    return error.foreign("errorMessage")


def initiator(start: Node) -> str:
    """The variable that takes whoever started the instance."""
    return start.foreign("initiator")


def properties(node: Node) -> Mapping[str, str]:
    """The free properties of an element."""
    return {
        p.attributes.get("name", ""): p.attributes.get("value", "")
        for outer in extensions(node, "properties")
        for p in named(outer, "property")
    }


@dataclass(frozen=True, slots=True)
class Template:
    """The element template that an element was made from."""

    name: str
    version: str
    icon: str


def template(node: Node) -> Template | None:
    """Its element template, if it has one."""
    name = node.foreign("modelerTemplate")
    if not name:
        return None
    return Template(name, node.foreign("modelerTemplateVersion"), node.foreign("modelerTemplateIcon"))
