"""The gates a scope's tokens pass, as a net in which only choices, splits and joins count.  Pure.

A gate has edges in and edges out.  How it takes tokens: `merge` lets each pass by itself, `and` waits for one on every
edge, `or` for all that can still come (BPMN 2.0.2, 13.3.3).  How it gives them: one of its outcomes, each a set of
edges; data are not looked at, so that every outcome may happen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from workflow.bpmn.model import Element
from workflow.bpmn.soundness.graph import PARTS, Scope, Way

Outcome = frozenset[int]
MANY = 10  # ways out of an inclusive choice of which every combination is tried


@dataclass(slots=True)
class Edge:
    """From gate to gate; `first` and `last` are the ways of the drawing it begins and ends with."""

    id: int
    source: int | None
    target: int
    first: Way
    last: Way


@dataclass(slots=True)
class Gate:
    """Where tokens are joined and given on; `ending` is over or error where the whole scope ends with it."""

    id: int
    element: str
    join: str  # merge, and, or
    ins: list[int] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    ending: str = ""
    quiet: bool = False  # nothing happens from here on, so that it does not matter how often
    soft: bool = False  # a merge taken for a join, to see what else there is


@dataclass(slots=True)
class Net:
    """Gates and edges by number; `exact` when every combination of every choice is in it."""

    gates: dict[int, Gate] = field(default_factory=dict)
    edges: dict[int, Edge] = field(default_factory=dict)
    exact: bool = True
    number: int = 0

    def next(self) -> int:
        """A new number."""
        self.number += 1
        return self.number

    @property
    def source(self) -> Gate:
        """The gate where runs begin."""
        return self.gates[0]

    def connect(self, target: Gate, way: Way) -> int:
        """A new edge to a gate; whoever gives it a token becomes its source."""
        edge = Edge(self.next(), None, target.id, way, way)
        self.edges[edge.id] = edge
        target.ins.append(edge.id)
        return edge.id


def build(scope: Scope, reached: set[str], failing: Collection[str], soft: Collection[str]) -> Net:
    """The net of a scope.  `failing` parts never end as they should; `soft` merges are taken for inclusive joins."""
    net = Net()
    net.gates[0] = Gate(0, "", "merge")
    idle = _idle(scope)
    gates: dict[str, Gate] = {}
    for element in scope.elements.values():
        if element.id in reached and not element.attached_to:  # what happens at its boundary an activity gives itself
            gate = Gate(net.next(), element.id, _join(scope, element), quiet=element.id in idle)
            if element.id in soft:
                gate.join, gate.soft = "or", True
            net.gates[gate.id] = gates[element.id] = gate
    for starts in scope.starts():
        begun = [net.connect(gates[start], Way("", "", start)) for start in starts]
        net.source.outcomes.append(frozenset(begun))
    leaving: dict[str, int] = {}
    for way in (way for ways in scope.out.values() for way in ways):
        if way.target in gates and (way.source in reached or gates[way.target].join == "and"):
            leaving[way.id] = net.connect(gates[way.target], way)
    for name, gate in gates.items():
        gate.ending = _ending(scope.elements[name])
        if not gate.ending:
            gate.outcomes = _outcomes(net, scope, scope.elements[name], leaving, failing)
            gate.ending = "" if gate.outcomes else "error"  # a part that always fails, with nobody here to catch it
    for gate in net.gates.values():
        for edge in frozenset[int]().union(*gate.outcomes):
            net.edges[edge].source = gate.id
    return net


def _join(scope: Scope, element: Element) -> str:
    if len(scope.into.get(element.id, ())) > 1:
        return {"parallelGateway": "and", "inclusiveGateway": "or", "complexGateway": "or"}.get(element.type, "merge")
    return "merge"


def _ending(element: Element) -> str:
    if element.type != "endEvent":
        return ""
    kinds = {event.kind for event in element.events}
    return "over" if "terminate" in kinds else "error" if kinds & {"error", "cancel"} else ""


def _idle(scope: Scope) -> set[str]:
    """Plain ends, and gateways behind which there is nothing else."""
    idle = {e.id for e in scope.elements.values() if e.type == "endEvent" and (not e.events or _ending(e) == "over")}
    gateways = [e.id for e in scope.elements.values() if e.type.endswith("Gateway") and scope.out.get(e.id)]
    grown = True
    while grown:
        more = [g for g in gateways if g not in idle and all(way.target in idle for way in scope.out[g])]
        idle.update(more)
        grown = bool(more)
    return idle


def _outcomes(
    net: Net, scope: Scope, element: Element, leaving: dict[str, int], failing: Collection[str]
) -> list[Outcome]:
    """What can come of an element, whatever the data and whatever happens at its boundary."""
    regular = [] if element.type in PARTS and element.id in failing else _given(net, scope, element, leaving)
    boundaries = scope.boundaries.get(element.id, ())
    ending = [given for b in boundaries if b.interrupts for given in _given(net, scope, b, leaving)]
    beside = [_given(net, scope, b, leaving) for b in boundaries if not b.interrupts]
    found = [*regular, *ending]
    for others in beside:
        found += [given | other for given in found for other in others]
        net.exact = net.exact and len(found) <= 2**MANY
        del found[2**MANY :]
    return list(dict.fromkeys(found))


def _given(net: Net, scope: Scope, element: Element, leaving: dict[str, int]) -> list[Outcome]:
    """What an element gives when it is done."""
    ways = [way for way in scope.out.get(element.id, ()) if way.id in leaving]
    edges = [leaving[way.id] for way in ways]
    if not edges:
        return [frozenset()]
    if element.type == "exclusiveGateway" or (
        element.type == "eventBasedGateway" and element.attributes.get("eventGatewayType") != "Parallel"
    ):
        return [frozenset([edge]) for edge in edges]
    default = [leaving[way.id] for way in ways if way.default]
    if element.type in ("inclusiveGateway", "complexGateway"):
        chosen, always = [leaving[way.id] for way in ways if not way.default], frozenset[int]()
    elif element.type in ("parallelGateway", "eventBasedGateway"):
        return [frozenset(edges)]
    else:
        chosen = [leaving[way.id] for way in ways if way.conditional]
        always = frozenset(leaving[way.id] for way in ways if not way.conditional and not way.default)
    net.exact = net.exact and len(chosen) <= MANY
    found = [always | some for some in _some(chosen)]
    return found + ([always | frozenset(default)] if default or (always and chosen) or not found else [])


def _some(edges: list[int]) -> Iterator[Outcome]:
    """Every combination but none; of very many only the smallest and the whole."""
    sizes: Iterable[int] = range(1, len(edges) + 1) if len(edges) <= MANY else (1, 2, len(edges))
    for size in sizes:
        yield from (frozenset(some) for some in combinations(edges, size))
