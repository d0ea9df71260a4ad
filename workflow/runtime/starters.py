"""Who may begin a process by hand: candidate starters of Camunda 7, and processes that only others begin."""

from __future__ import annotations

from config.commands import Actor, ActorKind
from workflow.bpmn.camunda.settings import process_settings
from workflow.bpmn.model import Process
from workflow.nodes import by_groups


def is_offered(process: Process, actor: Actor) -> bool:
    """Whether the page of the process lets the person begin it."""
    return process_settings(process.node).startable and may_begin(process, actor)


def may_begin(process: Process, actor: Actor) -> bool:
    """Whether the model admits this person; without any names it admits everybody, and the system always."""
    said = process_settings(process.node)
    if actor.kind is ActorKind.SYSTEM or not (said.starter_users or said.starter_groups):
        return True
    if actor.code in said.starter_users:
        return True
    return any(member.staff_id == actor.user_id for member in by_groups(list(said.starter_groups)))
