"""The same diagrams on SpiffWorkflow, an engine of others, for comparison."""

from __future__ import annotations

import re

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent, EventBasedGateway
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task, TaskState

from tests.engine.blocks import Diagram


class Spiff:
    """An instance on SpiffWorkflow."""

    def __init__(self, xml: str) -> None:
        parser = BpmnParser()
        # Conditions are Python there: FEEL's equality is written twice.
        parser.add_bpmn_xml(etree.fromstring(re.sub(r"(<conditionExpression[^>]*>[^<]*) = ", r"\1 == ", xml).encode()))
        spec = parser.get_spec("process")
        self.workflow = BpmnWorkflow(spec, parser.get_subprocess_specs("process"))
        self._go_on()

    def _go_on(self) -> None:
        self.workflow.do_engine_steps()

    def events(self) -> list[tuple[str, object]]:
        found: list[tuple[str, object]] = []
        for task in self.workflow.event_manager.tasks.values():
            if isinstance(task.task_spec, EventBasedGateway):
                found += [(child.name, (task.id, child.name)) for child in task.task_spec.outputs]
            elif isinstance(task.task_spec, BoundaryEvent) and not task.task_spec.name.startswith("c"):
                found.append((task.task_spec.name, task.id))  # those with a c catch errors, which nobody sends
        return found

    def happen(self, element: str, key: object) -> None:
        for task in list(self.workflow.event_manager.tasks.values()):
            if task.id == key:
                self.workflow.catch(BpmnEvent(task.task_spec.event_definition, {}))
            elif isinstance(key, tuple) and task.id == key[0]:
                names = [child.name for child in task.task_spec.outputs]
                event = task.task_spec.event_definition.event_definitions[names.index(element)]
                self.workflow.catch(BpmnEvent(event, {}))
        self._go_on()

    def work(self) -> list[tuple[str, object]]:
        return [(called(task), task.id) for task in self.workflow.get_tasks(state=TaskState.READY, manual=True)]

    def complete(self, element: str, key: object, values: dict[str, int]) -> None:
        task = self.workflow.get_task_from_id(key)
        task.data.update(values)
        task.run()
        self._go_on()

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return bool(self.workflow.completed)


def called(task: Task) -> str:
    """The element of a task: runs of repeated work have names of their own."""
    return str(task.task_spec.name).removesuffix(" [child]")


def beyond(diagram: Diagram) -> str:
    """Why a diagram is not understood there (version 3.2), empty when it is; asked before it is run."""
    blocks = list(diagram.walk())
    kinds = {block.kind for block in blocks}
    if diagram.has_timers:
        return "timers pass with real time only"
    if "fork" in kinds:
        return "an activity has one way out only"
    if "many" in kinds and kinds & {"edge", "beside", "fail"}:
        return "repeated work ahead of an event on an edge is begun before it is reached, and raises"
    if any(inner.kind == "or" for block in blocks if block.kind == "loop" for inner in block.walk()):
        return "an inclusive join in a loop counts who came in an earlier round, or raises"
    return ""
