"""Sub-processes and calls of other processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from workflow.bpmn.model import BPMN, FOREIGN, Element, Finding, Node, Process
from workflow.engine import inner_events as inner
from workflow.engine.catching import ask_at_beginning
from workflow.engine.nodes.activity import Activity, refused_repetition
from workflow.engine.nodes.base import HARMLESS, PLAIN, Trouble, error, node_type
from workflow.engine.scopes import begin_scope, entries

if TYPE_CHECKING:
    from workflow.engine.run import Run

# Parts of a sub-process beside its flow nodes.
BESIDE = HARMLESS | {
    "sequenceFlow", "laneSet", "dataObject", "dataObjectReference", "dataStoreReference", "association", "textAnnotation",
    "group", "artifact", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics",
}  # fmt: skip


class SubProcess(Activity):
    """An embedded sub-process; an event sub-process is begun by its event, never by a flow."""

    tag = "subProcess"

    def refused(self, process: Process, element: Element) -> Iterator[tuple[Node, str]]:
        """What is inside is looked at by itself; here only what has no type at all."""
        for child in element.node.children:
            if child.namespace == BPMN and child.name not in BESIDE and not child.id and node_type(child.name) is None:
                yield child, child.name
        for name, harmless in PLAIN.items():
            if element.attributes.get(name, harmless).strip() != harmless:
                yield element.node, f'{name}="{element.attributes[name]}"'
        yield from refused_repetition(process, element)

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It has a beginning; an event sub-process has exactly one start event, with a trigger, and no flows."""
        name = element.name or element.id
        starts = [e for e in process.inside(element.id) if e.type == "startEvent"]
        if element.is_event_scope:
            if len(starts) != 1 or not starts[0].events:
                yield error(
                    element,
                    "event_scope_start",
                    f"イベントサブプロセス「{name}」には、きっかけのある開始を1つだけ置いてください。",
                    f"Event sub-process “{name}” needs exactly one start event, with a trigger.",
                )
            return
        if not entries(process, element.id):
            yield error(
                element,
                "scope_start",
                f"サブプロセス「{name}」に、きっかけのない開始がありません。",
                f"Sub-process “{name}” has no plain start event.",
            )
        for start in starts:
            if start.events:
                yield error(
                    start,
                    "scope_trigger",
                    f"サブプロセス「{name}」の開始に、きっかけは付けられません。",
                    f"The start event of sub-process “{name}” must not have a trigger.",
                )

    def begin(self, run: Run, token: int) -> None:
        """Open its scope and begin in it."""
        found = run.token(token)
        scope = run.open_scope(found, "embedded")
        try:
            begin_scope(run, scope, entries(run.process, found.element), ask_at_beginning)
        except Trouble:
            run.clear(scope, "trouble")
            run.emit(inner.ScopeClosed(scope))
            raise


class CallActivity(Activity):
    """Runs another process, and waits for its end."""

    tag = "callActivity"

    def check(self, process: Process, element: Element) -> Iterator[Finding]:
        """It names what it calls."""
        if not element.attributes.get("calledElement", "").strip():
            yield error(
                element,
                "no_called",
                f"「{element.name or element.id}」がどの流れを呼ぶかを示していません。",
                f"“{element.name or element.id}” does not say which process it calls.",
            )

    def begin(self, run: Run, token: int) -> None:
        """Work out what is handed over, then wait for the called instance."""
        found = run.token(token)
        element = run.element(found)
        home = run.home(found)
        said = element.node
        called = str(run.text(said.attributes.get("calledElement", "").strip(), home, element=element.id))
        called = called.rpartition(":")[2]
        details: dict[str, Any] = {
            "called": called,
            "binding": said.foreign("calledElementBinding") or "latest",
            "version": run.text(said.foreign("calledElementVersion"), home, element=element.id),
            "tag": run.text(said.foreign("calledElementVersionTag"), home, element=element.id),
            "variables": handed(run, said, "in", home, element.id),
        }
        for mapping in _mappings(said, "in"):
            if "businessKey" in mapping.attributes:
                details["business_key"] = run.text(mapping.attributes["businessKey"], home, element=element.id)
        run.wait(token, "call", details)

    def on_complete(self, run: Run, token: int) -> None:
        """The results were mapped when the called instance ended."""
        super().on_complete(run, token)


def _mappings(node: Node, tag: str) -> list[Node]:
    extensions = node.child("extensionElements")
    inside = extensions.children if extensions is not None else ()
    return [c for c in inside if c.namespace in FOREIGN and c.name == tag]


def _is_local(mapping: Node) -> bool:
    """Whether a mapping is about what is the activity's own; the attribute is written with and without its namespace."""
    return (mapping.attributes.get("local", "").strip() or mapping.foreign("local")) in ("true", "1")


def handed(run: Run, node: Node, tag: str, scope: str, element: str) -> dict[str, Any]:
    """The variables that go `in`, by the mappings of the model; without any mapping none do.  Raises Trouble."""
    values: dict[str, Any] = {}
    visible = run.variables(scope)
    for mapping in _mappings(node, tag):
        said = mapping.attributes
        if said.get("variables") == "all":
            values |= dict(run.draft.variables.get(scope, {})) if _is_local(mapping) else dict(visible)
        elif "sourceExpression" in said:
            values[said.get("target", "")] = run.value(said["sourceExpression"], scope, element=element)
        elif "source" in said:
            values[said.get("target", "")] = visible.get(said["source"])
    return {name: value for name, value in values.items() if name}


def results(run: Run, token: int, theirs: dict[str, Any]) -> dict[str, Any]:
    """The variables that come `out` of a called instance, by the mappings of the model.  Raises Trouble first.

    Those that are `local` are set here, for the call activity alone: its output parameters and listeners see them.
    """
    found = run.token(token)
    values: dict[str, Any] = {}
    local: dict[str, Any] = {}
    for mapping in _mappings(run.element(found).node, "out"):
        said = mapping.attributes
        into = local if _is_local(mapping) else values
        if said.get("variables") == "all":
            into |= theirs
        elif "sourceExpression" in said:
            into[said.get("target", "")] = run.value_in(said["sourceExpression"], theirs, element=found.element)
        elif "source" in said:
            into[said.get("target", "")] = theirs.get(said["source"])
    own = {name: value for name, value in local.items() if name}
    if own:
        run.set_local(own, found.local or run.open_scope(found, "local", parent=found.scope))
    return {name: value for name, value in values.items() if name}
