"""Whether what is drawn can be carried through to its end: BPMN's tokens, without the data.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow.bpmn.model import Element, Finding, Process
from workflow.bpmn.soundness import wording
from workflow.bpmn.soundness.explore import Explored, explore
from workflow.bpmn.soundness.graph import GATEWAYS, PARTS, Scope, circles, is_handler, scopes, spread
from workflow.bpmn.soundness.net import Gate, Net, build
from workflow.bpmn.soundness.reduce import reduce

BUDGET = 20_000  # states of one scope
MERGES = 8  # merges reported of one scope
AUTOMATIC = GATEWAYS - {"eventBasedGateway"} | {"scriptTask", "serviceTask", "sendTask", "businessRuleTask"}
QUANTITIES = ("startQuantity", "completionQuantity")


def soundness(process: Process, *, budget: int = BUDGET) -> list[Finding]:
    """What can go wrong with the tokens of a process, in document order."""
    found: list[Finding] = []
    failing: set[str] = set()
    for scope in scopes(process):
        reached = scope.reached()
        found += [wording.unreachable(scope, e) for e in scope.elements.values() if e.id not in reached]
        found += _idle_loops(scope, reached)
        place = process.elements.get(scope.id)
        if place is not None and place.type == "adHocSubProcess":
            continue  # its parts are begun by people, as often as they like, and left when it is complete
        if _counted(scope):
            found.append(wording.unknown(place or process, quantities=True))
            continue
        seen, findings = _explored(scope, reached, failing, budget)
        found += findings
        if not (seen.complete and seen.net.exact):
            found.append(wording.unknown(place or process))
        if seen.always_fails() and not any(e.is_event_scope for e in process.inside(scope.id)):
            failing.add(scope.id)
    return sorted(found, key=lambda finding: (finding.line, finding.column))


def _counted(scope: Scope) -> bool:
    """Whether some activity takes or gives several tokens at once, which are not counted here."""
    return any(e.attributes.get(name, "1").strip() != "1" for e in scope.elements.values() for name in QUANTITIES)


def _explored(scope: Scope, reached: set[str], failing: Collection[str], budget: int) -> tuple[Explored, list[Finding]]:
    """The states of a scope, and what they show.

    A merge where tokens meet is reported and then taken for a join, so that what comes of it is not reported again.
    """
    found: list[Finding] = []
    soft: set[str] = set()
    while True:
        net = build(scope, reached, failing, soft)
        reduce(net)
        seen = explore(net, budget)
        budget = max(budget - len(seen.reached), 100)
        if not seen.meetings or len(soft) == MERGES:
            break
        finding = _meeting(scope, seen)
        if finding.element_id in soft:
            break
        soft.add(finding.element_id)
        found.append(finding)
    if seen.floods and not soft:
        found.append(wording.flooded(scope, seen.net.edges[seen.floods[0][1]].last))
    return seen, [*found, *_stuck(scope, seen), *_rounds(scope, seen, reached)]


def _meeting(scope: Scope, seen: Explored) -> Finding:
    state, number, one, other = seen.meetings[0]
    first, second = seen.net.edges[one].last, seen.net.edges[other].last
    at = first.target if first.target == second.target else seen.net.gates[number].element
    maybe = any(len(seen.net.gates[course.gate].outcomes) > 1 for course in seen.way_to(state))
    return wording.unsynchronised(scope, scope.elements[at], first, second, maybe=maybe)


def _stuck(scope: Scope, seen: Explored) -> Iterator[Finding]:
    """Joins that wait for ever, each once."""
    said: set[str] = set()
    always = seen.complete and not seen.ends() and not _interrupted(scope)
    for state in seen.dead:
        gates = _blamed(seen, state)
        if all(gate.join == "or" for gate in gates):
            elements = [gate.element for gate in gates]
            if not said.issuperset(elements):
                yield wording.vicious(scope, [e for e in scope.elements if e in elements])
            said.update(elements)
            continue
        for gate in gates:
            missing = [edge for edge in gate.ins if not state & seen.bits[edge]]
            at = seen.net.edges[missing[0]].last.target
            if gate.join == "or" or at in said:
                continue
            said.add(at)
            yield _waiting(scope, seen, state, gate, missing, always)


def _waiting(scope: Scope, seen: Explored, state: int, gate: Gate, missing: list[int], always: bool) -> Finding:
    edges = seen.net.edges
    never = [edge for edge in missing if seen.complete and not seen.ever & seen.bits[edge]]
    arrived = [edges[edge].last for edge in gate.ins if state & seen.bits[edge]]
    return wording.deadlock(
        scope,
        scope.elements[edges[missing[0]].last.target],
        arrived,
        [edges[edge].last for edge in never or missing],
        always=always,
        never=bool(never),
        level="error" if always and never else "warning",
    )


def _blamed(seen: Explored, state: int) -> list[Gate]:
    """The gates where tokens wait, without those that wait only because others do."""
    net = seen.net
    waiting = [gate for gate in net.gates.values() if any(state & seen.bits[edge] for edge in gate.ins)]
    fed: dict[int, set[int]] = {}
    for gate in waiting:
        missing = {edge for edge in gate.ins if not state & seen.bits[edge]}
        fed[gate.id] = {o.id for o in waiting if o is not gate and missing & _fed_by(net, o, gate)}
    roots = [g for g in waiting if all(g.id in fed[other] for other in fed[g.id])]
    return roots or waiting


def _fed_by(net: Net, gate: Gate, without: Gate) -> set[int]:
    """The edges that can get a token once a gate goes on, without passing another."""

    def after(edge: int) -> list[int]:
        target = net.edges[edge].target
        return [] if target == without.id else [e for outcome in net.gates[target].outcomes for e in outcome]

    return spread([edge for outcome in gate.outcomes for edge in outcome], after)


def _interrupted(scope: Scope) -> bool:
    """Whether something from outside can end what happens in a scope."""
    process, at = scope.process, scope.id
    while True:
        for inner in process.inside(at):
            if inner.is_event_scope and any(e.type == "startEvent" and e.interrupts for e in process.inside(inner.id)):
                return True
        around = process.elements.get(at)
        if around is None:
            return False
        kinds = [{event.kind for event in b.events} for b in process.attached(at) if b.interrupts]
        if any("compensate" not in kind for kind in kinds):
            return True
        at = around.parent


def _rounds(scope: Scope, seen: Explored, reached: set[str]) -> Iterator[Finding]:
    """Loops that every token in them stays in."""
    parts = seen.rounds()
    if not parts:
        return
    moving: set[str] = set()
    for part in parts:
        bits = 0
        for state in part:
            for other in seen.following[state]:
                bits |= state ^ other if state != other else state
        for edge in seen.edges(bits):
            way = seen.net.edges[edge].last
            moving |= {way.source, way.target}
    for circle in circles([e for e in scope.elements if e in reached], scope.after):
        if moving.isdisjoint(circle):
            continue
        waits = any(not _automatic(scope.elements[element]) for element in circle)
        if not waits or not _interrupted(scope):
            yield wording.endless(scope, circle, level="warning" if waits else "error")


def _idle_loops(scope: Scope, reached: set[str]) -> Iterator[Finding]:
    """Loops of gateways alone that can be left by a choice, which has no reason to be another one the next time."""
    idle = [e.id for e in scope.elements.values() if e.id in reached and _idle(e)]
    for circle in circles(idle, scope.after):
        leaving = {way.target for element in circle for way in scope.out.get(element, ())} - set(circle)
        if leaving:
            yield wording.endless(scope, circle, level="error", idle=True)


def _idle(element: Element) -> bool:
    if element.type in GATEWAYS:
        return element.type != "eventBasedGateway"
    return element.type == "intermediateThrowEvent" and not element.events


def _automatic(element: Element) -> bool:
    """Whether it is done at once, without waiting for anybody or anything."""
    if element.node.foreign("type") == "external" or (element.loop is not None and element.type in PARTS):
        return False
    return element.type in AUTOMATIC or element.type == "intermediateThrowEvent" or is_handler(element)
