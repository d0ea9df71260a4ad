"""Deploys and starts the models of tests/workflow/camunda_models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.jobs import worker
from tests.workflow.people import SYSTEM, People
from workflow import commands
from workflow.models import Incident, ProcessInstance
from workflow.values import InstanceView

MODELS = Path(__file__).parent / "camunda_models"


def deploy(name: str, *pairs: tuple[str, str]) -> Any:
    """Deploy a model; each pair is a text of it and what stands there instead."""
    text = (MODELS / f"{name}.bpmn").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return commands.deploy_definition(xml=text.encode(), actor=SYSTEM)


def run(office: People, name: str, /, *pairs: tuple[str, str], who: str = "佐久間", **variables: Any) -> InstanceView:
    """Deploy a model and start it."""
    deploy(name, *pairs)
    return commands.start_instance(
        key=name, title="封筒の購入", business_key="申-00001", variables=variables, actor=office.actor(who)
    )


def variables_of(instance: InstanceView) -> dict[str, Any]:
    """The variables of the instance itself."""
    return dict(ProcessInstance.objects.get(pk=instance.id).variables["root"])


def is_over(instance: InstanceView) -> bool:
    """Whether it ended."""
    return ProcessInstance.objects.get(pk=instance.id).finished is not None


def incidents() -> list[tuple[str, str]]:
    """The element and code of what stands still."""
    return list(Incident.objects.filter(resolved_at=None).order_by("id").values_list("element_id", "code"))


def drain() -> int:
    """Let the worker do all that is due."""
    done = 0
    while begun := worker.run_once(worker="w"):
        done += begun
    return done
