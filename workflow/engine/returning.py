"""What followed from the last completion of an activity: it is done anew, everything beside it still counts.  Pure.

In a loop every element can be reached from every other; so it is not the drawing alone that tells what came later, but the
order in which elements were completed: an element follows from those that had led to it when it was completed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workflow.bpmn.model import Element, Process
from workflow.engine.joins import links
from workflow.engine.state import TokenState

JOINS = ("parallelGateway", "inclusiveGateway")


@dataclass(slots=True)
class Aftermath:
    """`voided` are the positions of the path that followed; `restored` the flows whose tokens wait again at joins."""

    process: Process
    target: str
    reachable: set[str]
    voided: set[int] = field(default_factory=set)
    latest: dict[str, int] = field(default_factory=dict)  # element → where in the path it was completed last
    restored: dict[str, list[str]] = field(default_factory=dict)  # parallel join → flows

    def follows(self, token: TokenState) -> bool:
        """Whether what a token does now follows from the activity."""
        if token.element == self.target:
            return True
        flow = self.process.flows.get(token.via)
        element = self.process.elements[token.element]
        return self._caused(element, [flow.source] if flow is not None else _sources(self.process, element))

    def read(self, path: Sequence[str], last: int) -> None:
        """Go through what was completed, in order; `last` is where the activity was."""
        for at, name in enumerate(path):
            element = self.process.elements.get(name)
            if element is None:
                continue
            if name == self.target and at < last:
                self.voided.clear()  # what came of an earlier completion does not matter
            elif at == last or (at < last and element.attached_to == self.target):
                self.voided.add(at)
            elif self.voided and self._caused(element, _sources(self.process, element)):
                if element.type == "parallelGateway" and len(element.incoming) > 1:
                    self._restore(element)
                self.voided.add(at)
            self.latest[name] = at

    def _caused(self, element: Element, sources: Iterable[str]) -> bool:
        """Whether one of what led to an element (to a join all did, else whatever was last) followed itself."""
        known = [self.latest[source] for source in sources if source in self.latest]
        if not known:
            return element.id in self.reachable
        if element.type in JOINS:
            return any(at in self.voided for at in known)
        return max(known) in self.voided

    def _restore(self, join: Element) -> None:
        """The first time that a join was passed: the others, which count still, have come to it already."""
        flows: Mapping[str, str] = {flow: self.process.flows[flow].source for flow in join.incoming}
        self.restored.setdefault(
            join.id, [flow for flow, source in flows.items() if self.latest.get(source) not in self.voided]
        )


def aftermath(process: Process, target: str, path: Sequence[str]) -> Aftermath:
    """What followed from the last completion of an activity that the path tells of."""
    found = Aftermath(process, target, after(process, target))
    found.read(path, len(path) - 1 - list(reversed(path)).index(target))
    return found


def drawn_aftermath(process: Process, target: str, path: Sequence[str]) -> Aftermath:
    """The same by the drawing alone, where the path tells of several runs of a sub-process at once."""
    found = Aftermath(process, target, after(process, target))
    last = len(path) - 1 - list(reversed(path)).index(target)
    found.voided = {at for at in range(last, len(path)) if path[at] in found.reachable}
    for name in dict.fromkeys(path[at] for at in sorted(found.voided)):
        element = process.elements[name]
        if element.type == "parallelGateway" and len(element.incoming) > 1:
            sources = {flow: process.flows[flow].source for flow in element.incoming}
            found.restored[name] = [flow for flow, source in sources.items() if source not in found.reachable]
    return found


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


def _sources(process: Process, element: Element) -> list[str]:
    """The elements that lead to an element; to an event on an edge what leads to its activity."""
    if element.attached_to and element.attached_to in process.elements:
        return _sources(process, process.elements[element.attached_to])
    if element.type == "intermediateCatchEvent" and element.event is not None and element.event.kind == "link":
        return [source.id for source in links(process, element, "intermediateThrowEvent")]
    return [process.flows[flow].source for flow in element.incoming]
