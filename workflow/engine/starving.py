"""Parallel joins that would wait for ever, because nothing that is open can come by one of their flows any longer.  Pure."""

from __future__ import annotations

from collections.abc import Callable

from workflow.bpmn.model import Element, Process
from workflow.engine.events import ROOT
from workflow.engine.joins import before
from workflow.engine.state import Mode, State, TokenState


def starving(
    process: Process, state: State, to: Callable[[str], str], came_by: Callable[[TokenState], str]
) -> list[str]:
    """The joins of a process that some tokens of a state would come to, or wait at, and that others never can.

    The state may be of another version: `to` gives the element at which a token stands in this one, `came_by` the flow by
    which it came to a join.
    """
    found: dict[str, None] = {}
    inside: dict[str, list[TokenState]] = {}
    for token in state.tokens.values():
        inside.setdefault(token.scope, []).append(token)
    for scope, tokens in inside.items():
        around = process.id if scope == ROOT else to(state.scopes[scope].element)
        joins = [element for element in process.inside(around) if element.type == "parallelGateway"]
        found |= {join.id: None for join in joins if _starves(process, join, tokens, to, came_by)}
    return list(found)


def _starves(
    process: Process,
    join: Element,
    tokens: list[TokenState],
    to: Callable[[str], str],
    came_by: Callable[[TokenState], str],
) -> bool:
    waiting = [token for token in tokens if token.mode is Mode.JOINING and to(token.element) == join.id]
    elsewhere = {to(token.element) for token in tokens if token not in waiting}
    arrived = {came_by(token) for token in waiting}
    by_hand = sum(came_by(token) not in join.incoming for token in waiting)  # each stands for a flow that has none
    missing = [flow for flow in join.incoming if flow not in arrived]
    coming = [flow for flow in missing if elsewhere & before(process, join.id, flow)]
    if waiting:
        return len(missing) - by_hand == 0 or len(missing) - len(coming) > by_hand
    return 0 < len(coming) < len(join.incoming)
