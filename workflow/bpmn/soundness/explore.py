"""Every state a net can come to, as far as the budget goes.  Pure.

A state is the set of edges with a token on them, as the bits of a number.  A second token on an edge is noted and then
taken for one with the first, so that the states are finitely many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflow.bpmn.soundness.graph import circles, spread
from workflow.bpmn.soundness.net import Gate, Net

OVER, FAILED = 0, -1  # states in which nothing is left to do: all ended, or ended by an error


@dataclass(frozen=True, slots=True)
class Course:
    """What happened last before a state: from which state, at which gate, and which edges got a token."""

    before: int | None
    gate: int
    given: int


@dataclass(slots=True)
class Explored:
    """What was found.  `complete` when no state was left out."""

    net: Net
    bits: dict[int, int]  # edge → bit
    reached: dict[int, Course] = field(default_factory=dict)
    following: dict[int, list[int]] = field(default_factory=dict)
    dead: list[int] = field(default_factory=list)
    meetings: list[tuple[int, int, int, int]] = field(default_factory=list)  # state, gate, two of its edges
    floods: list[tuple[int, int]] = field(default_factory=list)  # state, edge that got a second token
    ever: int = 0
    complete: bool = True

    def edges(self, state: int) -> list[int]:
        """The edges with a token on them."""
        return [edge for edge, bit in self.bits.items() if state & bit]

    def way_to(self, state: int) -> list[Course]:
        """What happened up to a state, one of the shortest ways."""
        found = []
        at: int | None = state
        while at is not None:
            found.append(self.reached[at])
            at = self.reached[at].before
        return found[::-1]

    def ends(self) -> bool:
        """Whether any run ends."""
        return OVER in self.reached or FAILED in self.reached

    def always_fails(self) -> bool:
        """Whether every run that ends does so by an error."""
        return self.complete and FAILED in self.reached and OVER not in self.reached

    def rounds(self) -> list[list[int]]:
        """The sets of states that are gone round for ever once a run is in them."""
        if not self.complete:
            return []
        before: dict[int, list[int]] = {}
        for state, others in self.following.items():
            for other in others:
                before.setdefault(other, []).append(state)
        good = spread(
            [*self.dead, *(end for end in (OVER, FAILED) if end in self.reached)], lambda at: before.get(at, ())
        )
        rest = [state for state in self.reached if state not in good]
        found = circles(rest, lambda at: self.following.get(at, ()))
        return [part for part in found if {other for state in part for other in self.following[state]} <= set(part)]


def explore(net: Net, budget: int) -> Explored:
    """Go to every state, nearest first."""
    found = Explored(net, {edge: 1 << place for place, edge in enumerate(net.edges)})
    steps = [_Step(found, gate) for gate in net.gates.values() if gate.id != 0]
    merges = [step for step in steps if step.gate.join == "merge" and not step.gate.quiet and len(step.ins) > 1]
    queue: list[int] = []
    for outcome in net.source.outcomes:
        _come(found, queue, merges, sum(found.bits[edge] for edge in outcome), Course(None, 0, 0))
    for state in queue:
        if len(queue) > budget:
            found.complete = False
            return found
        if state in (OVER, FAILED):
            continue
        moves = [move for step in steps if state & step.every for move in step.moves(state)]
        if not moves:
            moves = [move for step in steps if step.gate.soft and state & step.every for move in step.fire(state)]
        if not moves:
            found.dead.append(state)
        following = found.following[state] = []
        for gate, left, given in moves:
            if left & given and given > 0:
                found.floods.extend((state, edge) for edge in found.edges(left & given))
            new = given if given == FAILED else OVER if given == OVER and gate.ending else left | given
            following.append(new)
            _come(found, queue, merges, new, Course(state, gate.id, given))
    return found


def _come(found: Explored, queue: list[int], merges: list[_Step], state: int, course: Course) -> None:
    if state in found.reached:
        return
    found.reached[state] = course
    queue.append(state)
    if state in (OVER, FAILED):
        return
    found.ever |= state
    for step in merges:
        met = state & step.every
        if met & (met - 1):
            one, other = found.edges(met)[:2]
            found.meetings.append((state, step.gate.id, one, other))


class _Step:
    """What a gate does in a state."""

    def __init__(self, found: Explored, gate: Gate) -> None:
        self.gate = gate
        self.ins = [found.bits[edge] for edge in gate.ins]
        self.every = sum(self.ins)
        self.outcomes = [sum(found.bits[edge] for edge in outcome) for outcome in gate.outcomes]
        if gate.ending:
            self.outcomes = [OVER if gate.ending == "over" else FAILED]
        self.holding = _holding(found, gate) if gate.join == "or" else []

    def moves(self, state: int) -> Iterator[tuple[Gate, int, int]]:
        """The gate, what is left of the state, and what comes to it, for everything the gate can do."""
        if self.gate.join == "and" and state & self.every != self.every:
            return
        if self.gate.join == "or" and self._held(state):
            return
        if self.gate.join != "merge":
            yield from self.fire(state)
            return
        for bit in self.ins:
            if state & bit:
                for given in self.outcomes:
                    yield self.gate, state & ~bit, given

    def fire(self, state: int) -> Iterator[tuple[Gate, int, int]]:
        """Take all that has come."""
        for given in self.outcomes:
            yield self.gate, state & ~self.every, given

    def _held(self, state: int) -> bool:
        """Whether a token elsewhere can come to an edge that is empty, and to none that is not."""
        to_empty = to_full = 0
        for bit, holding in zip(self.ins, self.holding, strict=True):
            if state & bit:
                to_full |= holding
            else:
                to_empty |= holding
        return bool(state & to_empty & ~to_full)


def _holding(found: Explored, gate: Gate) -> list[int]:
    """For each edge into a gate the edges from which it can be reached without passing the gate."""
    net = found.net

    def before(edge: int) -> list[int]:
        source = net.edges[edge].source
        return [] if source is None or source == gate.id else net.gates[source].ins

    return [sum(found.bits[e] for e in spread([edge], before) if e not in gate.ins) for edge in gate.ins]
