"""What an instance listens for, and what happens when it comes.  Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workflow.bpmn.model import Element, EventDefinition, Node
from workflow.engine import inner_events as inner
from workflow.engine import timers
from workflow.engine.cron import read_cron
from workflow.engine.events import ROOT
from workflow.engine.trouble import Trouble

if TYPE_CHECKING:
    from workflow.engine.run import Run

_TIME = re.compile(r"P[0-9T]|R[0-9]*/|[0-9]")  # how durations, cycles and dates begin; a name does not
LISTENED = frozenset({"message", "signal", "timer", "conditional"})


def listen(run: Run, element: Element, *, token: int, scope: str, at: str = "") -> None:
    """Listen for every definition of an event; `at` is the scope whose variables its expressions see.  Raises Trouble.

    What can go wrong does so before the first subscription is opened.
    """
    for kind, said in wanted(run, element, at or scope):
        subscribe(run, element, kind, said, token=token, scope=scope)


def wanted(run: Run, element: Element, at: str) -> list[tuple[str, dict[str, Any]]]:
    """What an event, or a receive task, waits for: kinds and details.  Raises Trouble."""
    if element.type == "receiveTask":
        return [("message", _named(run, run.process.reference(element.attributes.get("messageRef", "")), element, at))]
    return [(e.kind, details(run, element, e, at)) for e in element.events if e.kind in LISTENED]


def subscribe(run: Run, element: Element, kind: str, said: dict[str, Any], *, token: int, scope: str) -> None:
    """Listen for one thing."""
    number = run.draft.counters["subscription"]
    run.emit(inner.SubscriptionOpened(number, token, scope, element.id, kind, said))
    if kind == "conditional":
        run.changed = True


def details(run: Run, element: Element, event: EventDefinition, at: str) -> dict[str, Any]:
    """What there is to know of a subscription to an event definition.  Raises Trouble."""
    if event.kind == "timer":
        for name in ("timeDate", "timeDuration", "timeCycle"):
            child = event.node.child(name)
            if child is not None and run.world.now is not None:
                text = time_text(run, child.text.strip(), at, element.id)
                return timers.plan(name, text, run.world.now, run.world.adds_business_days).details()
        raise Trouble("no_time", f"「{run.called(element.id)}」に時刻がありません。", "The timer has no time.")
    if event.kind == "conditional":
        return {"holds": False}
    return _named(run, run.process.reference(event.ref), element, at, event.node)


def time_text(run: Run, text: str, at: str, element: str) -> str:
    """The time of a timer: as written, or the value of the expression or variable that is written.  Raises Trouble."""
    if _TIME.match(text) or read_cron(text) is not None:
        return text
    value = run.value(text, at, element=element)
    return str(value) if value is not None else ""


def _named(run: Run, shared: Node | None, element: Element, at: str, node: Node | None = None) -> dict[str, Any]:
    """The name of a message or signal and, where the model says so, the key that tells one instance from another."""
    if shared is None:
        name = run.called(element.id)
        raise Trouble(
            "no_reference", f"「{name}」が何を待つのかわかりません。", f"“{name}” does not say what it waits for."
        )
    name = str(run.text(shared.attributes.get("name", "").strip() or shared.id, at, element=element.id))
    key = shared.own("correlationKey") or (node.own("correlationKey") if node is not None else "")
    return {"name": name} | ({"key": str(run.value(key, at, element=element.id))} if key else {})


def name_of(run: Run, element: Element, ref: str, at: str) -> tuple[str, str]:
    """The name of the message or signal that is thrown, and its key, empty without.  Raises Trouble."""
    found = _named(run, run.process.reference(ref), element, at)
    return str(found["name"]), str(found.get("key", ""))


def root_scope(run: Run, scope: str) -> str:
    """The element that a scope runs: the process for the instance itself."""
    return run.process.id if scope == ROOT else run.draft.scopes[scope].element
