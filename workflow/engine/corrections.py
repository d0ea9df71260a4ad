"""What people change against the drawn order: return, move, cancel, one branch more or less.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.bpmn.model import Element, Process
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine import loops
from workflow.engine.events import ROOT
from workflow.engine.guard import Refused
from workflow.engine.joins import links
from workflow.engine.nodes.base import node_type
from workflow.engine.state import Mode, ScopeState, TokenState

if TYPE_CHECKING:
    from workflow.engine.run import Run


def after(process: Process, element: str) -> set[str]:
    """The element and all that flows, links and boundary events lead to from it, in its scope."""
    seen: set[str] = set()
    stack = [element]
    while stack:
        at = stack.pop()
        if at in seen or at not in process.elements:
            continue
        seen.add(at)
        found = process.elements[at]
        stack.extend(process.flows[flow].target for flow in found.outgoing)
        stack.extend(boundary.id for boundary in process.attached(at))
        if found.type == "intermediateThrowEvent" and found.event is not None and found.event.kind == "link":
            stack.extend(end.id for end in links(process, found, "intermediateCatchEvent"))
    return seen


def give_back(run: Run, intent: want.Return) -> None:
    """Work goes back to an activity that was done; all later work in its scope is called off."""
    target = run.process.elements.get(intent.element)
    kind = node_type(target.type) if target is not None else None
    if target is None or kind is None or not kind.returnable:
        raise Refused("not_returnable", "そこへは戻せません。", f"“{intent.element}” is not an activity to return to.")
    name = target.name or target.id
    if intent.element not in intent.path:
        raise Refused(
            "not_passed",
            f"「{name}」はまだ済んでいないので、戻せません。",
            f"Expected “{intent.element}” to have been completed, but it was not.",
        )
    scope = _scope_of(run, target, intent.scope)
    later = after(run.process, intent.element)
    called_off = [
        token
        for token in run.draft.tokens_in(scope.id)
        if token.element in later and not _came_from_elsewhere(run, token, later)
    ]
    if not called_off:
        raise Refused(
            "nothing_after",
            f"「{name}」より後に開いている作業がありません。",
            f"Nothing is open after “{intent.element}”.",
        )
    run.set_variables(intent.variables)
    last = len(intent.path) - 1 - intent.path[::-1].index(intent.element)
    voided = tuple(at for at in range(last, len(intent.path)) if intent.path[at] in later)
    run.emit(ev.Returned(intent.element, voided, intent.reason))
    for token in called_off:
        if token.id in run.draft.tokens:
            run.void(token.id, intent.reason)
    for join in dict.fromkeys(intent.path[at] for at in voided):
        _give_joins_back(run, run.process.elements[join], later, scope.id)
    run.place(intent.element, scope.id)


def _came_from_elsewhere(run: Run, token: TokenState, later: set[str]) -> bool:
    """Whether a token waits at a join for a branch beside the one that is gone anew: its work still counts."""
    flow = run.process.flows.get(token.via)
    return token.mode is Mode.JOINING and flow is not None and flow.source not in later


def _give_joins_back(run: Run, join: Element, later: set[str], scope: str) -> None:
    """A parallel join that had been passed waits again only for the flows that will be gone anew: the others have come."""
    if join.type != "parallelGateway" or len(join.incoming) < 2:
        return
    for flow in join.incoming:
        if run.process.flows[flow].source not in later:
            run.place(join.id, scope, via=flow)


def _scope_of(run: Run, target: Element, wanted: str) -> ScopeState:
    """The open scope that an element belongs to.  Raises Refused when there is none, or several to choose from."""
    if target.parent == run.process.id:
        return run.draft.scopes[ROOT]
    found = [
        scope
        for scope in run.draft.scopes.values()
        if scope.element == target.parent and scope.kind in ("embedded", "event") and wanted in ("", scope.id)
    ]
    name = target.name or target.id
    if not found:
        raise Refused(
            "scope_over",
            f"「{name}」のあるサブプロセスは、いま開いていません。",
            f"The sub-process around “{target.id}” is not open.",
        )
    if len(found) > 1:
        raise Refused(
            "which_scope",
            f"「{name}」のあるサブプロセスがいくつも開いています。どれかを選んでください。",
            f"Several runs of the sub-process around “{target.id}” are open; say which.",
        )
    return found[0]


def cancel(run: Run, intent: want.Cancel) -> None:
    """Somebody ends the instance."""
    run.clear(ROOT, intent.reason)
    run.touched.clear()
    run.emit(ev.InstanceCancelled(intent.reason))


def move(run: Run, intent: want.Move) -> None:
    """Somebody puts a token before another element, in a scope that is open around it."""
    token = run.draft.tokens[intent.token]
    target = run.process.elements.get(intent.element)
    if target is None or node_type(target.type) is None or target.attached_to or target.is_event_scope:
        raise Refused("no_element", "移す先の要素がありません。", f"There is no element “{intent.element}” to move to.")
    around = [scope for scope in run.draft.chain(token.scope) if scope.kind in ("embedded", "event")]
    parents = {run.process.id if scope.id == ROOT else scope.element: scope.id for scope in around}
    if target.parent not in parents:
        raise Refused(
            "scope_over",
            f"「{target.name or target.id}」は、いまの作業と同じか外側の範囲にありません。",
            f"“{intent.element}” lies neither in the scope of the token nor in one around it.",
        )
    run.void(_all_that_it_is(run, token, parents[target.parent]).id, "moved")
    run.place(intent.element, parents[target.parent])


def _all_that_it_is(run: Run, token: TokenState, outside: str) -> TokenState:
    """The outermost token, in or below a scope, of which nothing is left without this one.

    A sub-process whose last token is moved out of it is called off: it was not done, and must not go on.
    """
    at = token
    while at.scope != outside and [other.id for other in run.draft.tokens_in(at.scope)] == [at.id]:
        scope = run.draft.scopes[at.scope]
        whole = run.draft.scopes[scope.parent]
        if scope.kind == "child" and whole.notes.get("done", 0) + 1 < whole.notes.get("total", 0):
            break  # other runs of repeated work go on, or are still to begin
        at = run.token(scope.token)
    return at


def add_branch(run: Run, intent: want.AddBranch) -> None:
    """One more run of repeated work."""
    if not any(scope.kind == "multi" for scope in run.hosted(intent.token)):
        raise Refused("not_repeated", "ここは繰返しの作業ではありません。", "This is no multi-instance activity.")
    loops.add_branch(run, intent.token, intent.item)


def remove_branch(run: Run, intent: want.RemoveBranch) -> None:
    """One run of repeated work less."""
    token = run.draft.tokens[intent.token]
    runs = [scope for scope in run.draft.chain(token.scope) if scope.kind == "child"]
    if not runs or run.draft.scopes[runs[0].parent].kind != "multi":
        raise Refused(
            "not_repeated", "ここは繰返しの作業ではありません。", "This is no run of a multi-instance activity."
        )
    loops.remove_branch(run, intent.token, intent.reason)
