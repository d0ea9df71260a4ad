"""Runs a model of the execution suite on the engine, in virtual time.  Its script texts are symbols, which leave traces."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflow.bpmn.check import check
from workflow.bpmn.model import Definitions, Element, Node, Process
from workflow.bpmn.parser import parse
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import intents
from workflow.engine.advance import Refused, advance
from workflow.engine.draft import replay
from workflow.engine.state import State, SubscriptionState
from workflow.engine.world import Elsewhere, Thrown, World

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
DELAY = re.compile(r"optionDelay\((\d+)\)$")
TRACED = re.compile(r"SCRIPT_task\d")
BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
WORD = "data that was set"
MOST_TIMERS = 200
LONG = dt.timedelta(seconds=10)  # what a script takes that waits or notes its time
# What an incident is called in the suite; a join that starves is none there: the run just never ends.
INCIDENTS = {"uncaught_error": "ERROR_thrownErrorEvent", "join_starved": ""}


def problem_of(xml: bytes, run: list[str]) -> str:
    """Why a run does not leave the trace that is expected; empty when it does."""
    wanted = sorted(_expected(call) for call in run if call.startswith("assert"))
    trace = sorted(trace_of(xml, run))
    return "" if trace == wanted else f"expected {', '.join(wanted)}; got {', '.join(trace)[:300] or 'nothing'}"


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
    """An expression of the suite in FEEL."""
    text = condition.strip().removeprefix("${").removesuffix("}").rstrip("> \n")
    text = re.sub(
        r'(!?)test\.contains\("(\w)"\)',
        lambda m: f'{"not(" if m[1] else ""}contains(test, "{m[2]}"){")" if m[1] else ""}',
        text,
    )
    return text.replace("==", "=").replace("&&", " and ").replace("||", " or ")


SPOKEN = {"conditionExpression", "condition", "loopCondition", "loopCardinality", "completionCondition"}


def _translated(node: Node) -> Node:
    """A node with every expression inside in FEEL."""
    inside = tuple(_translated(child) for child in node.children)
    text = feel(node.text) if node.name in SPOKEN and node.text.strip() else node.text
    return replace(node, children=inside, text=text)


def _process(process: Process) -> Process:
    flows = {key: replace(flow, condition=feel(flow.condition)) for key, flow in process.flows.items()}
    elements = {
        key: replace(
            element,
            node=_translated(element.node),
            events=tuple(replace(event, node=_translated(event.node)) for event in element.events),
        )
        for key, element in process.elements.items()
    }
    return replace(process, flows=flows, elements=elements, memo={})


def trace_of(xml: bytes, run: list[str]) -> list[str]:
    """What a run leaves: a token for each script, or the name of what went wrong."""
    read = parse(xml)
    if read.definitions is None or not read.definitions.processes:
        return ["ERROR"]
    processes = tuple(_process(process) for process in read.definitions.processes)
    definitions: Definitions = replace(read.definitions, processes=processes)
    if any(f.level in ("error", "rule") for f in (*read.findings, *check(definitions))):
        return ["ERROR"]
    world = Hall(processes)
    if "useParallelProcess" in run:
        beside = next(process for process in processes if process.id == "ParallelProcess")
        world.begin(beside, {})
    world.begin(next(p for p in processes if p.id not in ("ParallelProcess", "CalledProcess")), _variables(run))
    world.pass_time(max((int(m[1]) for call in run if (m := DELAY.match(call))), default=0))
    return world.told()


@dataclass
class Instance:
    """One instance under way, and who called it."""

    process: Process
    state: State = field(default_factory=State)
    caller: tuple[Instance, int] | None = None


class Hall:
    """Instances, the messages and signals between them, and a clock."""

    def __init__(self, processes: tuple[Process, ...]) -> None:
        self.processes = processes
        self.instances: list[Instance] = []
        self.now = BEGIN
        self.trace: list[str] = []
        self.marker = False
        self.intervals: list[tuple[dt.datetime, dt.datetime]] = []
        self.long_scripts: list[tuple[dt.datetime, Instance, ev.WaitOpened]] = []  # since when
        self.early: list[tuple[str, Mapping[str, Any]]] = []  # messages that nobody waited for yet

    def begin(
        self,
        process: Process,
        variables: Mapping[str, Any],
        start: str = "",
        caller: tuple[Instance, int] | None = None,
    ) -> None:
        """Start an instance."""
        instance = Instance(process, caller=caller)
        self.instances.append(instance)
        self.ask(instance, intents.Start(variables, start, caller is not None))

    def ask(self, instance: Instance, intent: intents.Intent) -> None:
        """Advance, then hand on what goes out."""
        try:
            events = advance(instance.process, instance.state, intent, World(now=self.now, script=self._script))
        except Refused as refused:
            self.trace.append(f"REFUSED_{refused.code}")
            return
        instance.state = replay(instance.state, events)
        for event in events:
            self._follow(instance, event)

    def _follow(self, instance: Instance, event: ev.Event) -> None:
        if isinstance(event, ev.IncidentRaised):
            self.trace += filter(None, [INCIDENTS.get(event.code, "ERROR_runtime")])
        elif isinstance(event, inner.MessageThrown):
            self._message(event.name, event.variables)
        elif isinstance(event, inner.SignalThrown):
            self._signal(instance, event)
        elif isinstance(event, inner.SubscriptionOpened) and event.kind == "message":
            self._deliver_early(str(event.details["name"]))
        elif isinstance(event, ev.WaitOpened) and event.kind == "call":
            called = next((p for p in self.processes if p.id == event.details["called"]), None)
            if called is not None:
                self.begin(called, event.details["variables"], caller=(instance, event.token))
        elif isinstance(event, ev.WaitOpened) and event.kind == "async":
            self.ask(instance, intents.Complete(event.token))
        elif isinstance(event, ev.WaitOpened) and event.kind == "script":
            self.long_scripts.append((self.now, instance, event))
        elif isinstance(event, inner.EscalationThrown) and not event.caught_by and instance.caller is not None:
            self.ask(instance.caller[0], intents.ThrowEscalation(instance.caller[1], event.code))
        elif isinstance(event, ev.InstanceEnded) and instance.caller is not None:
            self.ask(instance.caller[0], intents.Complete(instance.caller[1], instance.state.variables["root"]))
        elif isinstance(event, inner.InstanceFailed) and instance.caller is not None:
            self.ask(instance.caller[0], intents.ThrowError(instance.caller[1], event.code, event.message))

    def _waiting(self, kind: str, name: str) -> list[tuple[Instance, SubscriptionState]]:
        return [
            (instance, found)
            for instance in self.instances
            for found in instance.state.subscriptions.values()
            if found.kind == kind and found.details.get("name") == name
        ]

    def _starts(self, kind: str, name: str) -> list[tuple[Process, Element]]:
        return [
            (process, element)
            for process in self.processes
            for element in process.inside(process.id)
            if element.type == "startEvent"
            for event in element.events
            if event.kind == kind and _named(process, event.ref) == name
        ]

    def _message(self, name: str, variables: Mapping[str, Any]) -> None:
        """A message has one receiver; early, it is kept."""
        for instance, found in self._waiting("message", name)[:1]:
            self.ask(instance, intents.Trigger(found.id, {}))
            return
        for process, start in self._starts("message", name)[:1]:
            self.begin(process, {}, start.id)
            return
        self.early.append((name, variables))

    def _deliver_early(self, name: str) -> None:
        for kept in [kept for kept in self.early if kept[0] == name]:
            self.early.remove(kept)
            self._message(*kept)
            return

    def _signal(self, sender: Instance, event: inner.SignalThrown) -> None:
        for instance, found in self._waiting("signal", event.name):
            if instance is not sender:
                self.ask(instance, intents.Trigger(found.id, event.variables))
        for process, start in self._starts("signal", event.name):
            self.begin(process, {}, start.id)

    def pass_time(self, milliseconds: int) -> None:
        """Let timers become due, in their order, until so much time is over."""
        end = BEGIN + dt.timedelta(milliseconds=milliseconds)
        for _ in range(MOST_TIMERS):
            timers = [
                (dt.datetime.fromisoformat(found.details["due"]), number, instance, found.id)
                for number, instance in enumerate(self.instances)
                for found in instance.state.subscriptions.values()
                if found.kind == "timer"
            ]
            due = min(timers, key=lambda timer: timer[:2], default=None)
            script = min(self.long_scripts, key=lambda script: script[0], default=None)
            if script is not None and script[0] + LONG <= min(end, due[0] if due is not None else end):
                self._finish(script)
            elif due is not None and due[0] <= end:
                self.now = max(self.now, due[0])
                self.ask(due[2], intents.Trigger(due[3]))
            else:
                return

    def _finish(self, script: tuple[dt.datetime, Instance, ev.WaitOpened]) -> None:
        """A script that takes its time is over, unless it was called off."""
        since, instance, wait = script
        self.long_scripts.remove(script)
        self.now = max(self.now, since + LONG)
        if wait.token not in instance.state.waits:
            return
        if "TIMESTAMP" in _symbol(instance.process.elements[wait.element]):
            self.intervals.append((since, since + LONG))
        self.ask(instance, intents.Complete(wait.token))

    def _script(self, element: Element, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a symbol does."""
        symbol = _symbol(element)
        self.trace += TRACED.findall(symbol)
        self.marker = self.marker or "CREATE_MARKER_FILE" in symbol
        if "CREATE_TIMESTAMP_LOG" in symbol or "WAIT_TEN_SECONDS" in symbol:
            raise Elsewhere
        if "LOG_DATA" in symbol and variables.get("String") == WORD:
            self.trace.append("DATA_correct")
        if "THROW_ERROR" in symbol:
            raise Thrown("ERR_CODE")
        changed: dict[str, Any] = {"String": WORD} if "SET_STRING_DATA" in symbol else {}
        if "INCREMENT_INTEGER_VARIABLE" in symbol:
            changed["integerVariable"] = int(variables.get("integerVariable") or 0) + 1
            self.trace += ["INCREMENT"] if "LOG" in symbol else []
        return changed

    def told(self) -> list[str]:
        """The trace, with what is known only at the end."""
        parallel = len(self.intervals) == 2 and self.intervals[0][0] < self.intervals[1][1] > self.intervals[0][0]
        return [
            *self.trace,
            *(["MARKER_exists"] if self.marker else []),
            *(["EXECUTION_parallel"] if parallel else []),
        ]


def _symbol(element: Element) -> str:
    """The symbol of a script task."""
    node = element.node.child("script")
    return node.text.strip() if node is not None else ""


def _named(process: Process, ref: str) -> str:
    shared = process.reference(ref)
    return shared.attributes.get("name", "") or shared.id if shared is not None else ""
