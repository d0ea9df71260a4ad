"""Small models whose instances wait for times, messages, signals, machines and each other."""

from __future__ import annotations

from tests.workflow.people import HEAD, SYSTEM
from workflow import commands
from workflow.values import DefinitionView

NOBODY = 'camunda:assignee="200401"'


def flows(*pairs: str) -> str:
    """Sequence flows written `a>b`; their ids are what is written."""
    return "".join(
        '<bpmn:sequenceFlow id="{0}_{1}" sourceRef="{0}" targetRef="{1}"/>'.format(*pair.split(">")) for pair in pairs
    )


def deploy(body: str, *, key: str = "waits", shared: str = "") -> DefinitionView:
    """Deploy a process of this body; a start, a user task `done` and an end are there."""
    xml = (
        f'{HEAD}{shared}<bpmn:process id="{key}" name="待つ流れ" isExecutable="true">'
        f'<bpmn:endEvent id="end"/><bpmn:userTask id="done" name="確かめる" {NOBODY}/>{flows("done>end")}{body}'
        "</bpmn:process></bpmn:definitions>"
    )
    return commands.deploy_definition(xml=xml.encode(), with_breaches=True, actor=SYSTEM)


START = '<bpmn:startEvent id="start"/>'
TIMER = (
    '<bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{0}</bpmn:timeDuration>'
    "</bpmn:timerEventDefinition>"
)
MESSAGE = '<bpmn:message id="m" name="届いた" {0}/>'
