"""Hooks: functions under names, and the administrator's table of foreign names."""

from __future__ import annotations

import pytest

from workflow import hooks
from workflow.bpmn.camunda.check import problems
from workflow.bpmn.parser import parse

MODEL = (
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn" id="d">'
    b'<process id="p"><serviceTask id="t" c:class="org.x.Foo" /></process></definitions>'
)


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(hooks, "_hooks", {})
    monkeypatch.setattr(hooks, "_beans", {})


def call(name: str) -> hooks.HookCall:
    return hooks.HookCall(name, "k", 1, "t", "", {"a": 1})


def test_a_function_is_found_under_each_of_its_names(registry):
    @hooks.hook("com.x.Archive", "archive")
    def archive(call):
        return {"done": call.variables["a"] + 1}

    assert hooks.known() == {"com.x.Archive", "archive"}
    for name in ("com.x.Archive", "archive"):
        found = hooks.hook_of(name)
        assert found is not None and found(call(name)) == {"done": 2}
    assert hooks.hook_of("other") is None


def test_a_name_is_taken_once(registry):
    hooks.hook("a")(lambda call: {})
    with pytest.raises(ValueError, match="twice"):
        hooks.hook("b", "a")(lambda call: {})
    assert hooks.known() == {"a"}
    with pytest.raises(ValueError, match="needs a name"):
        hooks.hook()(lambda call: {})
    hooks.bean("f")(lambda value: value)
    with pytest.raises(ValueError, match="two beans"):
        hooks.bean("f")(lambda value: value)


def test_a_foreign_name_is_mapped_to_a_hook_that_exists(registry, settings):
    settings.HOOK_NAMES = {"org.x.Foo": "archive", "org.x.Gone": "nothing"}
    definitions = parse(MODEL).definitions
    assert definitions is not None
    assert [f.code for f in problems(definitions, hooks=hooks.known())] == ["unknown_hook"]
    hooks.hook("archive")(lambda call: {"ok": True})
    assert hooks.known() == {"archive", "org.x.Foo"}
    assert problems(definitions, hooks=hooks.known()) == []
    found = hooks.hook_of("org.x.Foo")
    assert found is not None and found(call("org.x.Foo")) == {"ok": True}
    assert hooks.hook_of("org.x.Gone") is None
