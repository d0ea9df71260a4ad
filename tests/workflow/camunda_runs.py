"""Deploys and starts the models of tests/workflow/camunda_models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.jobs import worker
from tests.workflow.people import SYSTEM, People
from workflow import commands, hooks
from workflow.models import ElementHistory, Incident, ProcessInstance
from workflow.values import InstanceView

MODELS = Path(__file__).parent / "camunda_models"


def deploy(name: str, *pairs: tuple[str, str]) -> Any:
    """Deploy a model; each pair is a text of it and what stands there instead."""
    text = (MODELS / f"{name}.bpmn").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return commands.deploy_definition(xml=text.encode(), with_breaches=True, actor=SYSTEM)


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


def passed(instance: InstanceView) -> list[str]:
    """The elements that were done, in their order."""
    rows = ElementHistory.objects.filter(instance_id=instance.id, outcome="completed").order_by("sequence")
    return list(rows.values_list("element_id", flat=True))


def listener(event: str, does: str, kind: str = "execution") -> str:
    """A listener as a model writes it."""
    return f'<c:{kind}Listener event="{event}" {does} />'


def setting(name: str, value: str = "1") -> str:
    """An expression that sets a variable."""
    return f"expression=\"${{execution.setVariable('{name}', {value})}}\""


def noting(monkeypatch: pytest.MonkeyPatch) -> list[hooks.HookCall]:
    """Hooks that note how they were called, and answer."""
    told: list[hooks.HookCall] = []
    monkeypatch.setattr(hooks, "_hooks", {})
    monkeypatch.setattr(hooks, "_beans", {})

    @hooks.hook("com.example.Stamp", "stampBean", "connector:mail")
    def stamp(call: hooks.HookCall) -> dict[str, Any]:
        told.append(call)
        if call.variables.get("broken"):
            raise hooks.HookFailed("印影がありません")
        if call.variables.get("refused"):
            raise hooks.HookFailed("押せません", code="BROKE")
        return {"stamped": len(told), "seen": sorted(call.variables)}

    return told
