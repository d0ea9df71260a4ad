"""When a joining gateway has all that it waits for.  Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.bpmn.model import Element, Process
from workflow.engine import inner_events as inner
from workflow.engine.state import Mode, TokenState

if TYPE_CHECKING:
    from workflow.engine.run import Run


def join(run: Run, number: int, *, all_flows: bool) -> bool:
    """A token has come to a joining gateway: whether it goes on now, for all that have come.

    A parallel gateway (`all_flows`) takes one token of each incoming flow, surplus ones stay (BPMN 2.0.2, 13.3.1); of an
    inclusive one it is asked at the end of a step (`settle_inclusive`).
    """
    token = run.token(number)
    element = run.element(token)
    if len(element.incoming) < 2:
        return True
    run.emit(inner.JoinReached(number, token.element))
    return all_flows and _parallel(run, element, token.scope)


def _arrived(run: Run, element: Element, scope: str) -> dict[str, TokenState]:
    """The first token of each incoming flow that waits there; one put there by hand stands for a flow that has none."""
    found: dict[str, TokenState] = {}
    by_hand: list[TokenState] = []
    for token in run.draft.tokens_in(scope):
        if token.element == element.id and token.mode is Mode.JOINING:
            if token.via in element.incoming:
                found.setdefault(token.via, token)
            else:
                by_hand.append(token)
    empty = [flow for flow in element.incoming if flow not in found]
    return found | dict(zip(empty, by_hand, strict=False))


def _parallel(run: Run, element: Element, scope: str) -> bool:
    arrived = _arrived(run, element, scope)
    if not all(flow in arrived for flow in element.incoming):
        return False
    _merge(run, element, list(arrived.values()))
    return False  # the first of them goes on, which need not be the one that came last


def _merge(run: Run, element: Element, tokens: list[TokenState]) -> None:
    first, *others = tokens
    for other in others:
        run.emit(inner.TokenMerged(other.id, element.id, first.id))
    run.emit(inner.JoinPassed(first.id, element.id))
    run.go_on(first.id)


def settle_inclusive(run: Run) -> bool:
    """Let inclusive gateways go on for which nothing more can come; whether one did.

    The rule of BPMN 2.0.2, 13.3.3: a token elsewhere holds the gateway up if it can reach an incoming flow that is still
    empty and none that is not, without passing the gateway.
    """
    waiting = {
        (token.scope, token.element): None
        for token in run.draft.tokens.values()
        if token.mode is Mode.JOINING and run.element(token).type == "inclusiveGateway"
    }
    for scope, gateway in waiting:
        element = run.process.elements[gateway]
        arrived = _arrived(run, element, scope)
        empty = [flow for flow in element.incoming if flow not in arrived]
        others = [t for t in run.draft.tokens_in(scope) if t.element != gateway]
        if not any(_holds_up(run.process, t.element, gateway, empty, list(arrived)) for t in others):
            _merge(run, element, list(arrived.values()))
            return True
    return False


def _holds_up(process: Process, at: str, gateway: str, empty: list[str], full: list[str]) -> bool:
    return any(at in before(process, gateway, flow) for flow in empty) and not any(
        at in before(process, gateway, flow) for flow in full
    )


def before(process: Process, gateway: str, flow: str) -> frozenset[str]:
    """The elements from which a flow into a gateway can be reached without passing the gateway, worked out once."""
    key = ("before", gateway, flow)
    if key not in process.memo:
        process.memo[key] = _before(process, gateway, flow)
    found: frozenset[str] = process.memo[key]
    return found


def _before(process: Process, gateway: str, flow: str) -> frozenset[str]:
    seen: set[str] = set()
    stack = [process.flows[flow].source]
    while stack:
        at = stack.pop()
        if at in seen or at == gateway or at not in process.elements:
            continue
        seen.add(at)
        element = process.elements[at]
        stack += [process.flows[incoming].source for incoming in element.incoming]
        if element.attached_to:
            stack.append(element.attached_to)
        if element.event is not None and element.event.kind == "link" and element.type == "intermediateCatchEvent":
            stack += [source.id for source in links(process, element, "intermediateThrowEvent")]
    return frozenset(seen)


def links(process: Process, element: Element, tag: str) -> list[Element]:
    """The other ends of a link: events of a tag in the same scope with the same link name (BPMN 2.0.2, 10.5.5)."""
    name = element.event.node.attributes.get("name", "") if element.event is not None else ""
    return [
        other
        for other in process.inside(element.parent)
        if other.type == tag
        and other.event is not None
        and other.event.kind == "link"
        and other.event.node.attributes.get("name", "") == name
    ]
