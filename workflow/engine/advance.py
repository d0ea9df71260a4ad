"""The only place where tokens move.  Pure: a definition, a state and an intent give events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workflow.bpmn.camunda.settings import error_message, external_errors
from workflow.bpmn.model import Element, Process
from workflow.engine import announcing, corrections, listeners, loops
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import intents as want
from workflow.engine.catching import ask_at_beginning, ask_conditions, trigger
from workflow.engine.events import ROOT
from workflow.engine.guard import Refused, admit, checked_variables
from workflow.engine.joins import settle_inclusive
from workflow.engine.nodes.base import Trouble
from workflow.engine.nodes.scopes import results
from workflow.engine.run import Run
from workflow.engine.scopes import begin_scope, entries, settle_scopes
from workflow.engine.state import Mode, State, TokenState
from workflow.engine.throwing import throw_error, throw_escalation
from workflow.engine.world import World

__all__ = ["STEP_BUDGET", "Refused", "advance"]

STEP_BUDGET = 10_000  # elements entered in one call


def advance(definition: Process, state: State, intent: want.Intent, world: World | None = None) -> list[ev.Event]:
    """The events that follow from an intent, in order.

    Raises Refused when the state does not admit it, Incomplete when it lacks parts that are needed.
    """
    admit(state, intent)
    run = Run(definition, state, world or World())
    _HANDLERS[type(intent)](run, intent)
    _settle(run)
    return run.events


def _settle(run: Run) -> None:
    """Move tokens until every one waits; an endless loop becomes an incident."""
    while run.running:
        if run.moving:
            number = run.moving.popleft()
            if _throws_signal(run, number):
                run.throwing.append(number)
            else:
                _move_one(run, number)
        elif run.throwing:
            _move_one(run, run.throwing.popleft())
        elif run.touched:
            settle_scopes(run, announcing.run_over)
        elif run.steps > STEP_BUDGET:
            break
        elif settle_inclusive(run):
            run.steps += 1
        elif run.changed:
            run.changed = ask_conditions(run)
            run.steps += run.changed
        else:
            break
    if run.running:
        _starved(run)


def _throws_signal(run: Run, number: int) -> bool:
    """Whether a token is about to throw a signal: branches beside it get the chance to listen first."""
    token = run.draft.tokens.get(number)
    element = run.process.elements.get(token.element) if token is not None else None
    if token is None or element is None or token.inside or element.type not in ("intermediateThrowEvent", "endEvent"):
        return False
    return any(event.kind == "signal" for event in element.events)


def _move_one(run: Run, number: int) -> None:
    token = run.draft.tokens.get(number)
    if token is None or token.mode is not Mode.MOVING:
        return
    if not token.inside:
        run.emit(ev.ElementEntered(number, token.element, run.world.moment))
    run.steps += 1
    if run.steps > STEP_BUDGET:
        run.emit(_endless(token))
        return
    try:
        kind = run.kind(token)
        if not kind.is_activity and not _ready(run, number):
            return
        if run.token(number).done:
            kind.on_complete(run, number)
        else:
            kind.on_enter(run, number)
    except Trouble as trouble:
        run.trouble(number, trouble)


def _ready(run: Run, number: int) -> bool:
    """Whether a token that stands at no activity may act there: past its save point, and what listens was heard."""
    if listeners.waits_before(run, run.token(number)):
        listeners.hold(run, number, "before")
        return False
    return listeners.began(run, number)


def _starved(run: Run) -> None:
    """A join that waits while nothing else goes on would wait for ever: somebody has to look at it."""
    tokens = run.draft.tokens.values()
    if run.draft.subscriptions or any(token.mode in (Mode.WAITING, Mode.INCIDENT) for token in tokens):
        return
    if any(
        run.draft.scopes[whole].notes["started"] > run.draft.scopes[whole].notes["done"] for whole in run.draft.absent
    ):
        return  # what is kept apart has no joins: it waits for work, or in an incident
    for token in [token for token in tokens if token.mode is Mode.JOINING]:
        name = run.called(token.element)
        run.emit(
            ev.IncidentRaised(
                token.id,
                token.element,
                "join_starved",
                f"合流「{name}」で、ほかの流れを待っていますが、もう来るものがありません。",
                f"The join “{name}” waits for others, but nothing can come any longer.",
            )
        )


def _endless(token: TokenState) -> ev.IncidentRaised:
    return ev.IncidentRaised(
        token.id,
        token.element,
        "endless_loop",
        f"待つことなく{STEP_BUDGET:,}個の要素を通りました。終わらない繰返しの疑いがあります。",
        f"{STEP_BUDGET:,} elements were passed without a wait: possibly an endless loop.",
    )


def _start(run: Run, intent: want.Start) -> None:
    starts = _beginning(run.process, intent.element)
    run.emit(ev.InstanceStarted(checked_variables(intent.variables, {}), intent.called))
    try:
        begin_scope(run, ROOT, [element for element in starts if not element.events], ask_at_beginning)
    except Trouble as trouble:
        raise Refused(trouble.code, trouble.ja, trouble.en) from trouble
    for element in starts:
        if element.events:
            run.place(element.id, ROOT, done=True)


def _beginning(process: Process, wanted: str) -> list[Element]:
    """Where the instance begins: where the intent says, or without a trigger.  Raises Refused."""
    if wanted:
        element = process.elements.get(wanted)
        if element is None or element.type != "startEvent" or element.parent != process.id:
            raise Refused("no_start", "その開始はありません。", f"There is no start event “{wanted}”.")
        return [element]
    plain = entries(process, process.id)
    if plain and plain[0].type == "startEvent" and len(plain) > 1:
        raise Refused("no_start", "開始が1つではありません。", "The process does not have exactly one start event.")
    if plain:
        return plain
    starts = [element for element in process.inside(process.id) if element.type == "startEvent"]
    if len(starts) != 1:
        raise Refused("no_start", "開始が1つではありません。", "The process does not have exactly one start event.")
    return starts


def _complete(run: Run, intent: want.Complete) -> None:
    token = run.draft.tokens[intent.token]
    wait = run.draft.waits[intent.token]
    if wait.kind == "listener":
        run.set_variables(intent.variables, run.home(token))
        run.emit(ev.WaitClosed(token.id, token.element, done=False))
        run.moving.append(token.id)
        return
    if wait.kind == "async":
        side = "before" if listeners.waits_before(run, token) else "after"
        run.emit(
            ev.WaitClosed(token.id, token.element, done=False), inner.SavePointPassed(token.id, token.element, side)
        )
        run.moving.append(token.id)
        return
    given = dict(intent.variables)
    if wait.kind == "call":
        try:
            given = results(run, token.id, given)
        except Trouble as trouble:
            run.emit(ev.WaitClosed(token.id, token.element, done=False))
            run.trouble(token.id, trouble)
            return
    run.set_variables(given, run.home(token))
    if wait.kind == "external" and _ends_in_error(run, token):
        return
    run.emit(ev.WaitClosed(token.id, token.element, done=True))
    run.moving.append(token.id)


def _ends_in_error(run: Run, token: TokenState) -> bool:
    """Whether the result of a worker means an error, by the model's `errorEventDefinition`; it is thrown then."""
    for ref, condition in external_errors(run.element(token).node):
        try:
            holds = run.value(condition, run.home(token), element=token.element) is True
        except Trouble:
            continue  # it speaks of what only another result has
        if holds:
            shared = run.process.reference(ref)
            code = shared.attributes.get("errorCode", "") or shared.attributes.get("name", "") if shared else ref
            _throw_error(run, want.ThrowError(token.id, code, error_message(shared) if shared else ""))
            return True
    return False


def _retry(run: Run, intent: want.Retry) -> None:
    token = run.draft.tokens[intent.token]
    run.set_variables(intent.variables, run.home(token))
    run.emit(ev.IncidentResolved(token.id, token.element))
    if run.token(token.id).mode is Mode.HOSTING:
        loops.go_on(run, token.id)
    else:
        run.moving.append(token.id)


def _trigger(run: Run, intent: want.Trigger) -> None:
    try:
        trigger(run, intent.subscription, checked_variables(intent.variables, {}))
    except Trouble as trouble:
        raise Refused(trouble.code, trouble.ja, trouble.en) from trouble


def _throw_error(run: Run, intent: want.ThrowError) -> None:
    try:
        throw_error(run, intent.token, intent.code, intent.message, checked_variables(intent.variables, {}))
    except Trouble as trouble:
        token = run.token(intent.token)
        run.set_variables(intent.variables, run.home(token))
        run.emit(ev.WaitClosed(token.id, token.element, done=False))
        run.trouble(token.id, trouble)


def _throw_escalation(run: Run, intent: want.ThrowEscalation) -> None:
    throw_escalation(run, intent.token, intent.code, checked_variables(intent.variables, {}))


def _set_variables(run: Run, intent: want.SetVariables) -> None:
    if intent.scope not in run.draft.scopes:
        raise Refused("no_scope", "その範囲は開いていません。", f"There is no scope “{intent.scope}”.")
    run.set_local(intent.variables, intent.scope)


def _suspend(run: Run, intent: want.Suspend) -> None:
    run.emit(inner.InstanceSuspended(intent.reason))


def _resume(run: Run, intent: want.Resume) -> None:
    run.emit(inner.InstanceResumed())
    run.changed = True  # variables may have been mended meanwhile


_HANDLERS: dict[type[want.Intent], Callable[[Run, Any], None]] = {
    want.Start: _start,
    want.Complete: _complete,
    want.Return: corrections.give_back,
    want.Cancel: corrections.cancel,
    want.Retry: _retry,
    want.Move: corrections.move,
    want.Trigger: _trigger,
    want.ThrowError: _throw_error,
    want.ThrowEscalation: _throw_escalation,
    want.AddBranch: corrections.add_branch,
    want.RemoveBranch: corrections.remove_branch,
    want.SetVariables: _set_variables,
    want.Suspend: _suspend,
    want.Resume: _resume,
}
