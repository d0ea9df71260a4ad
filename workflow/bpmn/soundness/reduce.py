"""Makes a net smaller without changing what can go wrong in it.  Pure.

What lies in a row becomes one; what is split and joined by gates of the same kind becomes one edge; a loop that can be
left is not gone round.  A diagram whose blocks are nested becomes a single edge this way, whatever its size.
"""

from __future__ import annotations

from collections.abc import Callable

from workflow.bpmn.soundness.graph import spread
from workflow.bpmn.soundness.net import Gate, Net, Outcome

MANY = 64  # outcomes of one gate, beyond which choices are not drawn together


def reduce(net: Net) -> None:
    """Apply every rule until none does anything."""
    changed = True
    while changed:
        changed = False
        while _choices(net):
            changed = True
        for number in list(net.gates):
            for rule in RULES:
                gate = net.gates.get(number)
                if gate is None or gate.id == 0:
                    break
                changed = rule(net, gate) or changed


def _sources(net: Net, gate: Gate) -> list[Gate]:
    found = []
    for edge in gate.ins:
        source = net.edges[edge].source
        if source is not None:
            found.append(net.gates[source])
    return found


def _replace(gate: Gate, change: Callable[[Outcome], list[Outcome]]) -> None:
    gate.outcomes = list(dict.fromkeys(new for outcome in gate.outcomes for new in change(outcome)))


def _drop_edge(net: Net, edge: int) -> None:
    net.gates[net.edges[edge].target].ins.remove(edge)
    del net.edges[edge]


def _without(edge: int, instead: Outcome = frozenset()) -> Callable[[Outcome], list[Outcome]]:
    return lambda outcome: [outcome - {edge} | instead if edge in outcome else outcome]


def _end(net: Net, gate: Gate) -> bool:
    """Tokens that come to a plain end are gone; nothing has to wait there."""
    if gate.ending or gate.outcomes != [frozenset()] or (gate.join == "and" and len(gate.ins) > 1):
        return False
    if len(gate.ins) > 1 and not gate.quiet:
        return False
    for source in _sources(net, gate):
        for edge in [e for e in gate.ins if net.edges[e].source == source.id]:
            _replace(source, _without(edge))
    for edge in list(gate.ins):
        _drop_edge(net, edge)
    del net.gates[gate.id]
    return True


def _row(net: Net, gate: Gate) -> bool:
    """A gate with one edge in and one out is not one; a choice right behind a gate is made there."""
    if len(gate.ins) != 1 or gate.ending:
        return False
    edge = net.edges[gate.ins[0]]
    if edge.source == gate.id or any(edge.id in outcome for outcome in gate.outcomes):
        return False
    if len(gate.outcomes) == 1 and len(gate.outcomes[0]) == 1:
        (after,) = gate.outcomes[0]
        net.edges[after].first, net.edges[after].source = edge.first, edge.source
        if edge.source is not None:
            _replace(net.gates[edge.source], _without(edge.id, frozenset([after])))
    elif edge.source is None or not _drawn_together(net, gate, net.gates[edge.source], edge.id):
        return False
    del net.edges[edge.id]
    del net.gates[gate.id]
    return True


def _drawn_together(net: Net, gate: Gate, source: Gate, edge: int) -> bool:
    if source.ending or len(source.outcomes) * len(gate.outcomes) > MANY:
        return False
    _replace(source, lambda found: [found - {edge} | more for more in gate.outcomes] if edge in found else [found])
    for outcome in gate.outcomes:
        for after in outcome:
            net.edges[after].source = source.id
    return True


def _pairs(net: Net, gate: Gate) -> bool:
    """Two edges from one gate to the next are one where both gates are of the same kind."""
    for i, one in enumerate(gate.ins):
        for other in gate.ins[i + 1 :]:
            number = net.edges[one].source
            if number is None or number != net.edges[other].source:
                continue
            source = net.gates[number]
            both = [one in outcome and other in outcome for outcome in source.outcomes]
            either = [one in outcome or other in outcome for outcome in source.outcomes]
            if gate.join == "or" or (gate.join == "merge" and not any(both)) or (gate.join == "and" and both == either):
                instead = frozenset() if gate.join == "and" else frozenset([one])
                _replace(source, _without(other, instead))
                _drop_edge(net, other)
                return True
    return False


def _onward(net: Net, gate: Gate) -> bool:
    """Two merges, or two parallel joins, right behind one another are one."""
    if len(gate.outcomes) != 1 or len(gate.outcomes[0]) != 1 or gate.ending or gate.join == "or":
        return False
    (edge,) = gate.outcomes[0]
    target = net.gates[net.edges[edge].target]
    if target is gate or target.join != gate.join or target.quiet != gate.quiet or len(target.ins) < 2:
        return False
    _drop_edge(net, edge)
    for moved in gate.ins:
        net.edges[moved].target = target.id
    target.ins += gate.ins
    del net.gates[gate.id]
    return True


def _loop(net: Net, gate: Gate) -> bool:
    """A merge that may send a token back to itself, or on: going round changes nothing."""
    if gate.join != "merge" or len(gate.outcomes) < 2:
        return False
    for outcome in gate.outcomes:
        if len(outcome) == 1 and (edge := next(iter(outcome))) in gate.ins:
            gate.outcomes.remove(outcome)
            if not any(edge in other for other in gate.outcomes):
                _drop_edge(net, edge)
            return True
    return False


def _chooses(gate: Gate) -> bool:
    """Whether it only passes each token on to one edge or none."""
    return gate.id != 0 and gate.join == "merge" and not gate.ending and all(len(o) < 2 for o in gate.outcomes)


def _choices(net: Net) -> bool:
    """Choices and merges into which one edge leads are one choice, however they hang together."""
    choosing = {gate.id for gate in net.gates.values() if _chooses(gate)}
    seen: set[int] = set()
    for number in sorted(choosing):
        if number not in seen:
            part = spread([number], lambda at: [other for other in _beside(net, at) if other in choosing])
            seen |= part
            if len(part) > 1 and _as_one(net, part):
                return True
    return False


def _beside(net: Net, gate: int) -> list[int]:
    before = [net.edges[edge].source for edge in net.gates[gate].ins]
    after = [net.edges[edge].target for outcome in net.gates[gate].outcomes for edge in outcome]
    return [number for number in (*before, *after) if number is not None]


def _as_one(net: Net, part: set[int]) -> bool:
    """Draw them together if there is one way in, and a way out from everywhere."""
    within = [edge for edge in net.edges.values() if edge.target in part]
    entries = [edge for edge in within if edge.source is not None and edge.source not in part]
    exits = [edge for edge in net.edges.values() if edge.source in part and edge.target not in part]
    ending = {number for number in part if frozenset() in net.gates[number].outcomes}
    before = {number: [edge.source for edge in within if edge.target == number] for number in part}
    leaving = spread([*ending, *(edge.source for edge in exits)], lambda at: before.get(at or 0, []))
    if len(entries) != 1 or not part <= leaving:
        return False
    gate = net.gates[entries[0].target]
    for number in part - {gate.id}:
        del net.gates[number]
    for edge in within:
        if edge is not entries[0]:
            del net.edges[edge.id]
    gate.ins = [entries[0].id]
    gate.outcomes = [frozenset([edge.id]) for edge in exits] + ([frozenset()] if ending else [])
    for edge in exits:
        edge.source = gate.id
    return True


RULES: tuple[Callable[[Net, Gate], bool], ...] = (_end, _row, _pairs, _loop, _onward)
