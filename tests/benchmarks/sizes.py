"""Whether size costs: one completion in a long or a broad instance, as a multiple of one in a small instance like it.

Runs as a process of its own (`python -m tests.benchmarks.sizes STEPS CHILDREN`) on the database of its environment and
prints one line of JSON.  Large and small take turns, so that what else the machine does meets both.

  long    an instance that went round a loop until its history has that many rows
  broad   a user task for each of that many elements of a list, all open at once
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any

from tests.benchmarks.product import CAMUNDA, MANAGER

TURNS = 40
SMALL = 3
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {CAMUNDA} id="d" targetNamespace="urn:bench">'
)
LOOP = f"""<bpmn:process id="long" name="long" isExecutable="true"><bpmn:startEvent id="s"/>
<bpmn:userTask id="t" name="t" camunda:assignee="{MANAGER}"/><bpmn:exclusiveGateway id="g" default="out"/>
<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="a" sourceRef="s" targetRef="t"/>
<bpmn:sequenceFlow id="b" sourceRef="t" targetRef="g"/><bpmn:sequenceFlow id="out" sourceRef="g" targetRef="e"/>
<bpmn:sequenceFlow id="back" sourceRef="g" targetRef="t"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">again
</bpmn:conditionExpression></bpmn:sequenceFlow></bpmn:process>"""
MANY = f"""<bpmn:process id="broad" name="broad" isExecutable="true"><bpmn:startEvent id="s"/>
<bpmn:userTask id="t" name="t" camunda:assignee="{MANAGER}"><bpmn:multiInstanceLoopCharacteristics>
<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">count</bpmn:loopCardinality>
</bpmn:multiInstanceLoopCharacteristics></bpmn:userTask><bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="t"/><bpmn:sequenceFlow id="b" sourceRef="t" targetRef="e"/>
</bpmn:process>"""


def prepare() -> Any:
    """Migrate, load the demo city, deploy; the actor."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from config.commands import system_actor
    from config.demo import city
    from workflow import commands
    from workflow.organization.actors import actor_for
    from workflow.organization.models import Staff

    city.load()
    for body in (LOOP, MANY):
        xml = f"{HEAD}{body}</bpmn:definitions>".encode()
        commands.deploy_definition(xml=xml, with_breaches=True, actor=system_actor("benchmark", channel="cli"))
    return actor_for(staff=Staff.objects.get(code=MANAGER), channel="cli")


def begin(key: str, number: int, actor: Any) -> int:
    """Start an instance; its number."""
    from workflow import commands

    begun = commands.start_instance(
        key=key, title=key, business_key=f"{key}-{number}", variables={"count": number, "again": True}, actor=actor
    )
    return begun.id


def complete(instance: int, actor: Any) -> float:
    """Complete the first open item; the seconds that it took."""
    from workflow import commands
    from workflow.models import WorkItem

    item = WorkItem.objects.filter(process_id=instance, finished=None).order_by("pk").values_list("pk", flat=True)[0]
    began = time.perf_counter()
    commands.complete_item(item_id=item, seen_revision=None, variables={}, actor=actor)
    return time.perf_counter() - began


def long(steps: int, actor: Any) -> float:
    """The multiple for an instance of many past steps."""
    from workflow.models import ElementHistory

    large, small = begin("long", 0, actor), begin("long", 1, actor)
    for _ in range(steps // 2):  # each round leaves two rows: the task and the gateway
        complete(large, actor)
    if ElementHistory.objects.filter(instance_id=large).count() < steps:
        raise SystemExit("the long instance is too short")
    return _multiple([(complete(large, actor), complete(small, actor)) for _ in range(TURNS)])


def broad(children: int, actor: Any) -> float:
    """The multiple for an instance of many open children."""
    from workflow.models import WorkItem

    large = begin("broad", children, actor)
    if WorkItem.objects.filter(process_id=large, finished=None).count() != children:
        raise SystemExit("the broad instance is too narrow")
    pairs = []
    for _ in range(TURNS):
        # A small one loses a child with each completion: a new one every time, of which the first is measured.
        pairs.append((complete(large, actor), complete(begin("broad", SMALL, actor), actor)))
    return _multiple(pairs)


def _multiple(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(large for large, _small in pairs) / statistics.median(small for _large, small in pairs)


def main(steps: int, children: int) -> None:
    """Measure both, print JSON."""
    import django

    django.setup()
    actor = prepare()
    sys.stdout.write(json.dumps({"long": long(steps, actor), "broad": broad(children, actor)}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
