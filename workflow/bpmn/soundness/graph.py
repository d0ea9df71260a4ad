"""One scope (a process or a sub-process) as a graph: its elements, and the ways from one to the next.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from workflow.bpmn.model import Element, Process

Place = TypeVar("Place", bound=Hashable)

PARTS = frozenset({"subProcess", "transaction", "adHocSubProcess"})
TASKS = frozenset({
    "task", "userTask", "manualTask", "receiveTask", "sendTask", "serviceTask", "scriptTask", "businessRuleTask",
})  # fmt: skip
ACTIVITIES = TASKS | PARTS | {"callActivity"}
GATEWAYS = frozenset({
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway",
})  # fmt: skip
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
FLOW_NODES = ACTIVITIES | GATEWAYS | EVENTS
TRUE = ("true", "1")


@dataclass(frozen=True, slots=True)
class Way:
    """From one element to the next: a sequence flow, or from the throwing to the catching end of a link."""

    id: str
    source: str
    target: str
    conditional: bool = False
    default: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What lies directly in a process or sub-process, event sub-processes apart: each of them is a scope of its own."""

    process: Process
    id: str
    elements: Mapping[str, Element]
    out: Mapping[str, tuple[Way, ...]]
    into: Mapping[str, tuple[Way, ...]]
    boundaries: Mapping[str, tuple[Element, ...]]  # those that can be left through: none of compensation

    def starts(self) -> list[list[str]]:
        """The sets of elements with which a run can begin; each set is another beginning."""
        starting = [e.id for e in self.elements.values() if e.type == "startEvent" or _instantiates(e)]
        begun = [[start] for start in starting if not self.into.get(start)]
        if begun:
            return begun
        loose = [e.id for e in self.elements.values() if not self.into.get(e.id) and _may_begin(e)]
        return [loose] if loose else []

    def after(self, element: str) -> Iterator[str]:
        """The elements that can come directly after one, through its boundary events too."""
        yield from (way.target for way in self.out.get(element, ()))
        yield from (boundary.id for boundary in self.boundaries.get(element, ()))

    def reached(self) -> set[str]:
        """Whatever can be reached from any beginning, handlers of compensation included."""
        roots = [start for starts in self.starts() for start in starts]
        aside = [e.id for e in self.elements.values() if is_handler(e)]
        seen = spread([*roots, *aside], self.after)
        undoing = [e.id for e in self.elements.values() if is_undoing(e) and e.attached_to in seen]
        return seen | spread(undoing, self.after)


def scopes(process: Process) -> list[Scope]:
    """Every scope of a process, inner ones before those around them."""
    inner = [e.id for e in process.elements.values() if e.type in PARTS]
    return [_scope(process, scope) for scope in (*reversed(inner), process.id)]


def _scope(process: Process, scope: str) -> Scope:
    inside = [e for e in process.inside(scope) if e.type in FLOW_NODES and not e.is_event_scope]
    elements = {element.id: element for element in inside}
    out: dict[str, list[Way]] = {}
    into: dict[str, list[Way]] = {}
    for way in _ways(process, scope, elements):
        out.setdefault(way.source, []).append(way)
        into.setdefault(way.target, []).append(way)
    boundaries: dict[str, list[Element]] = {}
    for element in inside:
        if element.attached_to in elements and not is_undoing(element):
            boundaries.setdefault(element.attached_to, []).append(element)
    return Scope(process, scope, elements, _fixed(out), _fixed(into), _fixed(boundaries))


def _fixed(found: dict[str, list[Place]]) -> dict[str, tuple[Place, ...]]:
    return {key: tuple(values) for key, values in found.items()}


def _ways(process: Process, scope: str, elements: Mapping[str, Element]) -> Iterator[Way]:
    """The ways between these elements, by the tree itself: a flow needs no id to be gone.

    Flows into starts and boundaries or out of ends are wrong, and lead nowhere.
    """
    around = process.elements[scope].node if scope in process.elements else process.node
    flows = [child for child in around.children if child.is_bpmn("sequenceFlow")]
    for number, flow in enumerate(flows):
        source = elements.get(flow.attributes.get("sourceRef", "").rpartition(":")[2])
        target = elements.get(flow.attributes.get("targetRef", "").rpartition(":")[2])
        if source is None or target is None or source.type == "endEvent":
            continue
        if target.type not in ("startEvent", "boundaryEvent"):
            default = bool(flow.id) and source.default == flow.id
            conditional = flow.child("conditionExpression") is not None and not default
            yield Way(flow.id or f"flow {number}", source.id, target.id, conditional, default)
    for throwing in elements.values():
        if throwing.type == "intermediateThrowEvent" and (link := _link(throwing)) is not None:
            for catching in elements.values():
                if catching.type == "intermediateCatchEvent" and _link(catching) == link:
                    yield Way(f"{throwing.id} > {catching.id}", throwing.id, catching.id)


def _link(element: Element) -> str | None:
    """The name of its link, if it is one."""
    kinds = [event.node.attributes.get("name", "") for event in element.events if event.kind == "link"]
    return kinds[0] if kinds else None


def _instantiates(element: Element) -> bool:
    return element.type in ("receiveTask", "eventBasedGateway") and element.attributes.get("instantiate") in TRUE


def is_handler(element: Element) -> bool:
    """Whether it only runs to undo something."""
    return element.attributes.get("isForCompensation", "").strip() in TRUE


def is_undoing(element: Element) -> bool:
    """Whether it is a boundary event of compensation, which no token passes."""
    return element.type == "boundaryEvent" and any(event.kind == "compensate" for event in element.events)


def _may_begin(element: Element) -> bool:
    """Whether it begins with its scope when nothing leads to it and the scope has no start (BPMN 2.0.2, 13.3)."""
    if element.type == "boundaryEvent" or is_handler(element):
        return False
    return not (element.type == "intermediateCatchEvent" and _link(element) is not None)


def spread(start: Iterable[Place], after: Callable[[Place], Iterable[Place]]) -> set[Place]:
    """Everything that can be reached from some places, those included."""
    seen: set[Place] = set()
    stack = list(start)
    while stack:
        at = stack.pop()
        if at not in seen:
            seen.add(at)
            stack.extend(after(at))
    return seen


def circles(places: Iterable[Place], after: Callable[[Place], Iterable[Place]]) -> list[list[Place]]:
    """The strongly connected parts in which one can go round; a part comes before those it can be reached from (Tarjan)."""
    within = set(places)
    number: dict[Place, int] = {}
    low: dict[Place, int] = {}
    path: list[Place] = []
    found: list[list[Place]] = []
    for root in places:
        work = [root] if root not in number else []
        rest: dict[Place, Iterator[Place]] = {}
        while work:
            at = work[-1]
            if at not in number:
                number[at] = low[at] = len(number)
                path.append(at)
                rest[at] = iter([place for place in after(at) if place in within])
            following = next(rest[at], None)
            if following is None:
                work.pop()
                low[at] = min([low[at], *(low[place] for place in after(at) if place in rest)])
                if low[at] == number[at]:
                    part = _cut(path, at)
                    for place in part:
                        del rest[place]
                    if len(part) > 1 or at in set(after(at)):
                        found.append(part)
            elif following not in number:
                work.append(following)
    return found


def _cut(path: list[Place], at: Place) -> list[Place]:
    part = [path.pop()]
    while part[-1] != at:
        part.append(path.pop())
    return part[::-1]
