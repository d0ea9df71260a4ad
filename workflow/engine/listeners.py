"""Listeners of Camunda 7: done when an element begins, when its work is done, and when a flow is taken.  Pure.

Expressions are evaluated at once and may set variables.  A hook is work of a machine: the token waits, and goes on where it
was.  How far a token is stands behind its save point: `before#end:2@.1` says that two of those at the end were begun, the
last of them the second listener of the element itself (behind `@` stands a flow or the process, where it is theirs).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from workflow.bpmn.camunda.settings import activity_settings, process_settings
from workflow.bpmn.camunda.tree import flag
from workflow.bpmn.camunda.work import Listener, listeners
from workflow.bpmn.model import Element, Node, Process
from workflow.engine import inner_events as inner
from workflow.engine.events import ROOT
from workflow.engine.guard import Refused
from workflow.engine.trouble import Trouble
from workflow.expressions import is_template

if TYPE_CHECKING:
    from workflow.engine.run import Run
    from workflow.engine.state import TokenState

START, END, TAKE = PHASES = ("start", "end", "take")
Heard = tuple[str, int, Listener]  # whose it is (empty: the element's own), which of them, and what


def began(run: Run, token: int) -> bool:
    """Those at the beginning; False where the token waits for one, and comes back."""
    return _hear(run, token, START, _of_element(run.process, run.element(run.token(token)), START))


def over(run: Run, token: int) -> bool:
    """Those after the work; False as above."""
    return _hear(run, token, END, _of_element(run.process, run.element(run.token(token)), END))


def finished(run: Run) -> None:
    """Expressions that listen to the end of the whole process.  Raises Refused: there is no token left to stand still."""
    for listener in listeners(run.process.node):
        text = listener.expression or listener.spoken
        if (listener.of, listener.event) != ("execution", END) or listener.hook is not None or not text:
            continue
        try:
            if is_template(text):
                run.set_variables(run.act(text, ROOT, element=run.process.id, event=END).variables)
            else:
                value = run.value(text, ROOT, element=run.process.id)
                run.set_variables(value if isinstance(value, dict) else {})
        except Trouble as odd:
            raise Refused(odd.code, odd.ja, odd.en) from odd


def taken(run: Run, token: int, flows: tuple[str, ...]) -> bool:
    """Those of the flows that a token is about to take; False as above."""
    return _hear(run, token, TAKE, [row for flow in flows for row in _of_flow(run.process, flow)])


def listener_at(process: Process, token: TokenState) -> tuple[Listener, Node] | None:
    """The listener whose hook a token waits for, and the node that it listens to."""
    owner, _sign, number = token.passed.partition("@")[2].rpartition(".")
    if not number.isdigit():
        return None
    node = process.flows[owner].node if owner in process.flows else process.elements[token.element].node
    node = process.node if owner == process.id else node
    return listeners(node)[int(number)], node


def _of_element(process: Process, element: Element, phase: str) -> list[Heard]:
    """Listeners of an element in a phase; the start of a process has those of the process as well."""
    key = ("listeners", element.id, phase)
    if key not in process.memo:
        process.memo[key] = list(_found(process, element, phase))
    found: list[Heard] = process.memo[key]
    return found


def _found(process: Process, element: Element, phase: str) -> Iterator[Heard]:
    rows = list(enumerate(listeners(element.node)))
    if phase == START and element.type == "startEvent" and element.parent == process.id:
        for at, listener in enumerate(listeners(process.node)):
            if (listener.of, listener.event) == ("execution", START):
                yield process.id, at, listener
    if phase == END:  # the work is told of before the element ends
        yield from (("", at, found) for at, found in rows if (found.of, found.event) == ("task", "complete"))
    yield from (("", at, found) for at, found in rows if (found.of, found.event) == ("execution", phase))
    if phase == START:  # expressions of these are heard where the work is given to people
        told = {"create"} | ({"assignment"} if element.node.foreign("assignee") else set())
        yield from (("", at, found) for at, found in rows if found.of == "task" and found.event in told and found.hook)


def _of_flow(process: Process, flow: str) -> list[Heard]:
    key = ("listeners", flow, TAKE)
    if key not in process.memo:
        found = enumerate(listeners(process.flows[flow].node)) if flow in process.flows else ()
        process.memo[key] = [(flow, at, one) for at, one in found if (one.of, one.event) == ("execution", TAKE)]
    told: list[Heard] = process.memo[key]
    return told


def save_point(token: TokenState) -> str:
    """The asynchronous side that a token is past."""
    return token.passed.partition("#")[0]


def _hear(run: Run, number: int, phase: str, heard: list[Heard]) -> bool:
    if not heard:
        return True
    token = run.token(number)
    side, _sign, progress = token.passed.partition("#")
    at_phase, _sign, rest = progress.partition(":")
    if at_phase and PHASES.index(at_phase) > PHASES.index(phase):
        return True
    begun = int(rest.partition("@")[0]) if at_phase == phase else 0
    if phase != START and not token.done:
        run.emit(inner.WorkDone(number, token.element))
    for at, (owner, which, listener) in enumerate(heard[begun:], begun + 1):
        if listener.hook is not None:
            run.emit(inner.SavePointPassed(number, token.element, f"{side}#{phase}:{at}@{owner}.{which}"))
            waits = retry_waits(run.process, run.element(token))
            run.wait(number, "listener", {"hook": listener.hook.known_as, "retries": waits})
            return False
        _evaluate(run, token, listener)
    run.emit(inner.SavePointPassed(number, token.element, f"{side}#{phase}:{len(heard)}"))
    return True


def _evaluate(run: Run, token: TokenState, listener: Listener) -> None:
    """An expression, or a script in a language that is run: the others were told at deployment."""
    home, text = run.home(token), listener.expression or listener.spoken
    if is_template(text):
        done = run.act(text, home, element=token.element, event=listener.event, of_task=listener.of == "task")
        run.set_variables(done.variables, home)
        run.set_local(done.local, home)
    elif text:
        value = run.value(text, home, element=token.element)
        run.set_variables(value if isinstance(value, dict) else {}, home)


# --- save points and further tries


def waits_before(run: Run, token: TokenState) -> bool:
    """Whether a token has to wait at the save point before its element."""
    return _saves(run, token)[0] and not save_point(token)


def waits_after(run: Run, token: TokenState) -> bool:
    """Whether a token has to wait at the save point after its element."""
    return _saves(run, token)[1] and save_point(token) != "after"


def _saves(run: Run, token: TokenState) -> tuple[bool, bool]:
    """Whether there is a save point before and after the element of a token."""
    key, node = ("saves", token.element), run.element(token).node
    if key not in run.process.memo:
        before = flag(node, "asyncBefore") or flag(node, "async")
        run.process.memo[key] = (before, flag(node, "asyncAfter"))
    found: tuple[bool, bool] = run.process.memo[key]
    return found


def hold(run: Run, number: int, side: str) -> None:
    """Let a token wait at a save point; what the job is like is said with it.  Raises Trouble first."""
    token = run.token(number)
    element = run.element(token)
    said = activity_settings(element.node).job_priority or process_settings(run.process.node).job_priority
    priority = whole(run.text(said or "0", run.home(token), element=element.id))
    if side == "after" and not token.done:
        run.emit(inner.WorkDone(number, element.id))
    run.wait(number, "async", {"side": side, "priority": priority, "retries": retry_waits(run.process, element)})


def retry_waits(process: Process, element: Element) -> list[str]:
    """The waits before further tries, from `failedJobRetryTimeCycle`: `R3/PT10M`, or a list `PT5M,PT10M`."""
    found = activity_settings(element.node).retry_cycle or process_settings(process.node).retry_cycle
    times, _slash, wait = found.strip().partition("/")
    if times.startswith("R") and times[1:].isdigit() and wait:
        return [wait.strip()] * min(int(times[1:]), 100)
    return [part.strip() for part in found.split(",") if part.strip()]


def whole(value: Any) -> int:
    """A priority.  Raises Trouble for what is no whole number."""
    try:
        return int(str(value).strip() or "0")
    except ValueError:
        text = str(value)[:30]
        raise Trouble(
            "bad_priority", f"優先度「{text}」は整数ではありません。", f"The priority “{text}” is not a whole number."
        ) from None
