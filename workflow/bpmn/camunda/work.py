"""What a machine does: service, send and business rule tasks, message events, listeners, and parameters.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow.bpmn.camunda.tree import extension, extensions, named
from workflow.bpmn.model import FOREIGN, Node


@dataclass(frozen=True, slots=True)
class Script:
    """A script of its language; `resource` names a file instead of a text."""

    language: str
    text: str
    resource: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: text or expression, a script, a list of values, or a map of them."""

    name: str
    value: Value


Value = str | Script | tuple["Value", ...] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class InputOutput:
    """The variables an activity gets of its own, and those it hands on."""

    inputs: tuple[Parameter, ...]
    outputs: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class External:
    """Work that a worker outside fetches by its topic."""

    topic: str
    priority: str


@dataclass(frozen=True, slots=True)
class Hook:
    """Work of a registered function; `kind` says how it is named: class, delegate or connector."""

    kind: str
    name: str
    fields: Mapping[str, str]

    @property
    def known_as(self) -> str:
        """The name under which it is registered."""
        return f"connector:{self.name}" if self.kind == "connector" else self.name


@dataclass(frozen=True, slots=True)
class Expression:
    """Work that is an expression."""

    text: str
    result_variable: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Work that is a decision; `map_result` as Camunda 7 names it."""

    ref: str
    binding: str
    version: str
    tag: str
    map_result: str
    result_variable: str
    tenant: str = ""


ServiceWork = External | Hook | Expression | Decision


def task_work(node: Node) -> ServiceWork | None:
    """What does the work of a task, or of a message event definition; None where nothing is said."""
    if node.foreign("type") == "external":
        return External(node.foreign("topic"), node.foreign("taskPriority"))
    if node.foreign("decisionRef"):
        return Decision(
            ref=node.foreign("decisionRef"),
            binding=node.foreign("decisionRefBinding") or "latest",
            version=node.foreign("decisionRefVersion"),
            tag=node.foreign("decisionRefVersionTag"),
            map_result=node.foreign("mapDecisionResult") or "resultList",
            result_variable=node.foreign("resultVariable"),
            tenant=node.foreign("decisionRefTenantId"),
        )
    if node.foreign("expression"):
        return Expression(node.foreign("expression"), node.foreign("resultVariable"))
    return _hook(node)


def _hook(node: Node) -> Hook | None:
    fields = _fields(extensions(node, "field"))
    if node.foreign("class"):
        return Hook("class", node.foreign("class"), fields)
    if node.foreign("delegateExpression"):
        return Hook("delegate", bean(node.foreign("delegateExpression")), fields)
    connector = extension(node, "connector")
    if connector is not None:
        called = next((c.text.strip() for c in named(connector, "connectorId")), "")
        return Hook("connector", called, fields)
    return None


def _fields(nodes: Iterable[Node]) -> dict[str, str]:
    """What the model injects into the work: texts, or expressions."""
    return {
        f.attributes.get("name", ""): f.attributes.get("stringValue", "")
        or f.attributes.get("expression", "")
        or next((c.text.strip() for c in f.children if c.namespace in FOREIGN), "")
        for f in nodes
    }


def bean(text: str) -> str:
    """The name inside `${name}`; the text itself where it is more than a name."""
    inner = text.strip()
    if inner[:2] in ("${", "#{") and inner.endswith("}"):
        inner = inner[2:-1].strip()
    return inner if inner.replace(".", "").isidentifier() else text.strip()


def connector_parameters(node: Node) -> InputOutput:
    """The parameters of the connector of a task."""
    connector = extension(node, "connector")
    return _parameters(list(named(connector, "inputOutput")))


def input_output(node: Node) -> InputOutput:
    """The parameters of an activity or event."""
    return _parameters(extensions(node, "inputOutput"))


def _parameters(outer: list[Node]) -> InputOutput:
    def of(tag: str) -> tuple[Parameter, ...]:
        return tuple(Parameter(p.attributes.get("name", ""), _value(p)) for o in outer for p in named(o, tag))

    return InputOutput(of("inputParameter"), of("outputParameter"))


def _value(node: Node) -> Value:
    for child in node.children:
        if child.namespace in FOREIGN and child.name in ("list", "map", "script"):
            return _item(child)
    return node.text.strip()


def _item(node: Node) -> Value:
    """A value of a list or map, or the list, map or script itself; nesting is bounded by the reader of the file."""
    inside = [c for c in node.children if c.namespace in FOREIGN]
    if node.name == "script":
        return script(node)
    if node.name == "list":
        return tuple(_item(child) for child in inside)
    if node.name == "map":
        return {child.attributes.get("key", ""): _value(child) for child in inside if child.name == "entry"}
    return _value(node)


def script(node: Node) -> Script:
    """A script of Camunda 7, or a script task of BPMN."""
    inner = node.child("script")
    language = node.attributes.get("scriptFormat", "").strip().lower()
    resource = node.foreign("resource") or node.attributes.get("resource", "")
    return Script(language, (inner if inner is not None else node).text.strip(), resource)


@dataclass(frozen=True, slots=True)
class HandOver:
    """One hand-over between caller and called, or between signal and instance."""

    source: str
    source_expression: str
    target: str
    business_key: str
    everything: bool
    local: bool


def mappings(node: Node, tag: str) -> tuple[HandOver, ...]:
    """The elements `in` or `out` of a call activity or signal event definition, in the order written."""
    return tuple(
        HandOver(
            source=n.attributes.get("source", ""),
            source_expression=n.attributes.get("sourceExpression", ""),
            target=n.attributes.get("target", ""),
            business_key=n.attributes.get("businessKey", ""),
            everything=n.attributes.get("variables", "") == "all",
            local=n.attributes.get("local", "").strip() in ("true", "1"),
        )
        for n in extensions(node, tag)
    )


@dataclass(frozen=True, slots=True)
class CallSettings:
    """Which process is called, in which version, and what goes in and out."""

    called: str
    binding: str
    version: str
    tag: str
    inputs: tuple[HandOver, ...]
    outputs: tuple[HandOver, ...]

    @property
    def business_key(self) -> str:
        """The expression of the business key of the called instance, or empty."""
        return next((m.business_key for m in self.inputs if m.business_key), "")


def call_settings(node: Node) -> CallSettings:
    """The settings of a call activity."""
    return CallSettings(
        called=node.attributes.get("calledElement", "").strip(),
        binding=node.foreign("calledElementBinding") or "latest",
        version=node.foreign("calledElementVersion"),
        tag=node.foreign("calledElementVersionTag"),
        inputs=mappings(node, "in"),
        outputs=mappings(node, "out"),
    )


@dataclass(frozen=True, slots=True)
class Listener:
    """Something done when an element begins, ends or is passed, or when a task changes."""

    of: str  # execution or task
    event: str
    hook: Hook | None
    expression: str
    script: Script | None

    @property
    def spoken(self) -> str:
        """The text of a script in a language that is run, or empty."""
        known = self.script is not None and any(name in self.script.language for name in ("feel", "juel"))
        return self.script.text if self.script is not None and known and not self.script.resource else ""


def listeners(node: Node) -> tuple[Listener, ...]:
    """The listeners of an element, in the order written."""
    return tuple(
        Listener(
            of,
            n.attributes.get("event", "") or ("take" if node.name == "sequenceFlow" else ""),
            _listening_hook(n),
            n.attributes.get("expression", "").strip(),
            next((script(c) for c in named(n, "script")), None),
        )
        for of in ("execution", "task")
        for n in extensions(node, f"{of}Listener")
    )


def _listening_hook(node: Node) -> Hook | None:
    if node.attributes.get("class", "").strip():
        return Hook("class", node.attributes["class"].strip(), _fields(named(node, "field")))
    if node.attributes.get("delegateExpression", "").strip():
        return Hook("delegate", bean(node.attributes["delegateExpression"]), _fields(named(node, "field")))
    return None
