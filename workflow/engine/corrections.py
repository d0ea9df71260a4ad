"""What people change against the drawn order: return, move, cancel, one branch more or less.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.bpmn.model import Element
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine import loops
from workflow.engine.events import ROOT
from workflow.engine.guard import Refused
from workflow.engine.nodes.base import node_type
from workflow.engine.returning import Aftermath, aftermath, drawn_aftermath
from workflow.engine.state import Mode, ScopeState, TokenState

if TYPE_CHECKING:
    from workflow.engine.run import Run


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
    several = len(_open_runs(run, target)) > 1
    found = (drawn_aftermath if several else aftermath)(run.process, intent.element, intent.path)
    called_off = [token for token in run.draft.tokens_in(scope.id) if _called_off(found, token, by_drawing=several)]
    if not called_off:
        raise Refused(
            "nothing_after",
            f"「{name}」より後に開いている作業がありません。",
            f"Nothing is open after “{intent.element}”.",
        )
    run.set_variables(intent.variables)
    run.emit(ev.Returned(intent.element, tuple(sorted(found.voided)), intent.reason))
    for token in called_off:
        if token.id in run.draft.tokens:
            run.void(token.id, intent.reason)
    for join, flows in found.restored.items():
        for flow in flows:  # a parallel join that had been passed waits again only for what is done anew
            run.place(join, scope.id, via=flow)
    run.place(intent.element, scope.id)


def _called_off(found: Aftermath, token: TokenState, *, by_drawing: bool) -> bool:
    """Whether a token goes; one that waits at a join for a branch beside the one that is done anew stays."""
    if not by_drawing:
        return found.follows(token)
    flow = found.process.flows.get(token.via)
    beside = token.mode is Mode.JOINING and flow is not None and flow.source not in found.reachable
    return token.element in found.reachable and not beside


def _open_runs(run: Run, target: Element) -> list[ScopeState]:
    """The open runs of the sub-process around an element."""
    return [s for s in run.draft.scopes.values() if s.element == target.parent and s.kind in ("embedded", "event")]


def _scope_of(run: Run, target: Element, wanted: str) -> ScopeState:
    """The open scope that an element belongs to.  Raises Refused when there is none, or several to choose from."""
    if target.parent == run.process.id:
        return run.draft.scopes[ROOT]
    found = [scope for scope in _open_runs(run, target) if wanted in ("", scope.id)]
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
    gone = _all_that_it_is(run, token, parents[target.parent])
    if run.draft.scopes[gone.scope].kind == "child" and len(run.draft.tokens_in(gone.scope)) == 1:
        loops.remove_branch(run, gone.id, "moved")  # one run of several: it was not done, the others go on
    else:
        run.void(gone.id, "moved")
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
