"""Runs a model of the execution suite on the engine.  Its script texts are symbols; here they only leave traces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from workflow.bpmn.check import check
from workflow.bpmn.model import Definitions, Element, Process
from workflow.bpmn.parser import parse
from workflow.engine import events as ev
from workflow.engine import intents
from workflow.engine.advance import Refused, advance
from workflow.engine.nodes import Arrival, NodeType, node_type
from workflow.engine.state import State, replay

EXPECTED = {
    "assertMarkerExists": "MARKER_exists",
    "assertIncrement": "INCREMENT",
    "assertDataCorrect": "DATA_correct",
    "assertExecutionParallel": "EXECUTION_parallel",
    "assertErrorThrownErrorEvent": "ERROR_thrownErrorEvent",
    "assertRuntimeException": "ERROR_runtime",
    "assertGenericError": "ERROR",
}
TASK = re.compile(r"assertTask(\d)$")
INPUT = re.compile(r"input([A-C]+)$")
NUMBER = re.compile(r"setIntegerVariable\((\d+)\)$")
TRACED = re.compile(r"SCRIPT_task\d")


def scripted() -> None:
    """Let the engine pass script tasks, for this harness only; the product's own list of node types has none."""
    if node_type("scriptTask") is not None:
        return

    class ScriptTask(NodeType):
        """Passes; adds one to a number where its symbol says so."""

        tag = "scriptTask"
        children = frozenset({"script"})

        def on_complete(self, at: Arrival) -> Iterator[ev.Event]:
            """Count, then leave."""
            if "INCREMENT" in script_of(at.element):
                yield ev.VariablesSet({"integerVariable": int(at.variables.get("integerVariable") or 0) + 1}, at.scope)
            yield from super().on_complete(at)


def script_of(element: Element) -> str:
    """The symbol of a script task."""
    node = element.node.child("script")
    return node.text.strip() if node is not None else ""


def problem_of(xml: bytes, run: list[str]) -> str:
    """Why a run does not leave the trace that is expected; empty when it does."""
    scripted()
    wanted = sorted(_expected(call) for call in run if call.startswith("assert"))
    trace = sorted(trace_of(xml, run))
    return "" if trace == wanted else f"expected {', '.join(wanted)}; got {', '.join(trace) or 'nothing'}"


def _expected(call: str) -> str:
    task = TASK.match(call)
    return f"SCRIPT_task{task[1]}" if task else EXPECTED[call]


def _variables(run: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for call in run:
        letters, number = INPUT.match(call), NUMBER.match(call)
        if letters:
            values["test"] = letters[1].lower()
        elif number:
            values["integerVariable"] = int(number[1])
    return values


def feel(condition: str) -> str:
    """A condition of the suite in FEEL."""
    text = condition.strip().removeprefix("${").removesuffix("}")
    text = re.sub(
        r'(!?)test\.contains\("(\w)"\)',
        lambda m: f'{"not(" if m[1] else ""}contains(test, "{m[2]}"){")" if m[1] else ""}',
        text,
    )
    return text.replace("==", "=").replace("&&", " and ").replace("||", " or ")


def _translated(process: Process) -> Process:
    flows = {key: replace(flow, condition=feel(flow.condition)) for key, flow in process.flows.items()}
    return replace(process, flows=flows)


def trace_of(xml: bytes, run: list[str]) -> list[str]:
    """What a run leaves: a token for each script, or the name of what went wrong."""
    read = parse(xml)
    if read.definitions is None or not read.definitions.processes:
        return ["ERROR"]
    processes = tuple(_translated(process) for process in read.definitions.processes)
    definitions: Definitions = replace(read.definitions, processes=processes)
    if any(f.level in ("error", "rule") for f in (*read.findings, *check(definitions))):
        return ["ERROR"]
    process = next((p for p in processes if p.of_type("startEvent")), processes[0])
    try:
        events = advance(process, State(), intents.Start(_variables(run)))
    except Refused as refused:
        return [f"REFUSED_{refused.code}"]
    return [*_traces(process, events), *_end(replay(State(), events), events)]


def _traces(process: Process, events: list[ev.Event]) -> Iterator[str]:
    for event in events:
        if not isinstance(event, ev.ElementLeft):
            continue
        script = script_of(process.elements[event.element])
        yield from TRACED.findall(script)
        if "INCREMENT" in script and "LOG" in script:
            yield "INCREMENT"


def _end(state: State, events: list[ev.Event]) -> Iterator[str]:
    counts = Counter(type(event) for event in events)
    if counts[ev.IncidentRaised]:
        yield "ERROR_runtime"
    elif state.waits:
        yield "WAITING"
