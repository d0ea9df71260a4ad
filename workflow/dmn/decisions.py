"""Evaluates a decision model: its graph, its services, its imports (DMN 1.5, 6 and 10.4).  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.dmn.items import Items
from workflow.dmn.logic import Compiler
from workflow.dmn.model import Boxed, Element, ItemDefinition, Model, Problem, Trace
from workflow.feel.errors import FeelError
from workflow.feel.expressions import evaluation
from workflow.feel.scope import Run, Scope, Step
from workflow.feel.values import Function, Parameter, plain

STEPS = 1_000_000  # of one evaluation of a whole model


class Unknown(Exception):
    """There is no element of that name."""


class Decisions:
    """A model ready to be evaluated, with the models it imports by their namespaces."""

    def __init__(self, model: Model, imported: Mapping[str, Decisions] | None = None) -> None:
        self.model = model
        self.imported = {
            each.namespace: (imported or {})[each.namespace]
            for each in model.imports
            if each.namespace in (imported or {})
        }
        self.aliases = {each.namespace: each.name for each in model.imports}
        self.items: Items = Items(model, {self.aliases[space]: other.items for space, other in self.imported.items()})
        self.types = self.items.types()
        self._steps: dict[str, tuple[Compiler, Step]] = {}
        names = frozenset(self.names())
        for element in model.elements.values():
            compiler = Compiler(names, self.items, element.id)
            box = element.logic
            if element.kind == "businessKnowledgeModel" and box is not None and box.kind == "function":
                local = frozenset(parameter.name for parameter in box.parameters)
                self._steps[element.id] = compiler, compiler.step(box.parts[0][1], local)
            else:
                self._steps[element.id] = compiler, compiler.step(box)
        self.problems = (
            *model.problems,
            *(p for compiler, _ in self._steps.values() for p in compiler.problems),
            *self._dangling(),
        )

    def names(self) -> Iterator[str]:
        """All names that expressions of this model may read or ask for by a path."""
        for element in self.model.elements.values():
            yield element.name
            yield from _names_in(element.logic)
        for item in self.model.items.values():
            yield from _names_of(item)
        yield from (alias for alias in self.aliases.values() if alias)
        for other in self.imported.values():
            yield from other.names()

    def _dangling(self) -> Iterator[Problem]:
        for element in self.model.elements.values():
            for reference in (*element.requires, *element.knows, *element.outputs, *element.inputs):
                if self.resolved(reference) is None:
                    yield Problem(
                        "dangling", f"「{element.name}」の参照先「{reference}」がありません。",
                        f"“{element.name}” refers to “{reference}”, which does not exist.", element.id, element.line,
                    )  # fmt: skip

    def resolved(self, reference: str) -> tuple[Decisions, Element] | None:
        """The element that a reference names, and the model it stands in."""
        space, _, key = reference.partition("#")
        owner = self if space in ("", self.model.namespace) else self.imported.get(space)
        element = owner.model.elements.get(key) if owner is not None else None
        return None if owner is None or element is None else (owner, element)

    def logic_of(self, element: Element) -> tuple[Compiler, Step]:
        """The compiled logic of an element of this model."""
        return self._steps[element.id]

    def evaluate(
        self,
        name: str,
        inputs: Mapping[str, Any],
        *,
        foreign: Mapping[tuple[str, str], Any] | None = None,
        now: dt.datetime | None = None,
        trace: Trace | None = None,
    ) -> Any:
        """The value of a decision; `foreign` are inputs of imported models by namespace and name.

        Raises Unknown.  Bounds that are exceeded are told in the trace, and the value is null.
        """
        element = self.model.named(name, "decision") or self.model.named(name, "businessKnowledgeModel")
        if element is None:
            raise Unknown(name)
        return self._run(lambda session: session.value(self, element), inputs, foreign, now, trace)

    def serve(
        self,
        name: str,
        inputs: Mapping[str, Any],
        *,
        now: dt.datetime | None = None,
        trace: Trace | None = None,
    ) -> Any:
        """The result of a decision service: its one output, or a context of them.  Raises Unknown."""
        element = self.model.named(name, "decisionService")
        if element is None:
            raise Unknown(name)

        def run(session: Session) -> Any:
            given = session.given
            values = [given.get((self.model.namespace, found[1].name)) for found in self.found(element.inputs)]
            return session.served(self, element, values)

        return self._run(run, inputs, None, now, trace)

    def found(self, references: tuple[str, ...]) -> list[tuple[Decisions, Element]]:
        """The elements of those references that lead somewhere."""
        return [found for reference in references if (found := self.resolved(reference)) is not None]

    def _run(self, ask: Any, inputs: Mapping[str, Any], foreign: Any, now: Any, trace: Trace | None) -> Any:
        given = {(self.model.namespace, name): plain(value) for name, value in inputs.items()}
        given |= {key: plain(value) for key, value in (foreign or {}).items()}
        told = trace if trace is not None else Trace()
        try:
            with evaluation(Run(left=STEPS, now=now, types=self.types, trace=told)) as run:
                return ask(Session(given, run))
        except FeelError as error:
            told.problems.append(Problem("bound", error.ja, error.en))
            return None


@dataclass(slots=True)
class Session:
    """One evaluation: what was given, and what has been worked out, by namespace and name or id."""

    given: Mapping[tuple[str, str], Any]
    run: Run
    known: dict[tuple[str, str], Any] = field(default_factory=dict)

    def value(self, owner: Decisions, element: Element) -> Any:
        """The value of an element, worked out once."""
        key = (owner.model.namespace, element.id)
        if key not in self.known:
            self.known[key] = None  # a decision that requires itself is null
            self.known[key] = self._worked_out(owner, element)
        return self.known[key]

    def _worked_out(self, owner: Decisions, element: Element) -> Any:
        if element.kind == "businessKnowledgeModel":
            return self._knowledge(owner, element)
        if element.kind == "decisionService":
            return self._service(owner, element)
        name = (owner.model.namespace, element.name)
        empty = Scope({}, self.run)
        if element.kind == "inputData" or element.logic is None:
            return owner.items.fitted(self.given.get(name), element.type, empty)
        _, step = owner.logic_of(element)
        return owner.items.fitted(step(self.scope(owner, element)), element.type, empty)

    def scope(self, owner: Decisions, element: Element) -> Scope:
        """What an element may read: the values it requires and the functions it knows; imported ones under their alias."""
        values: dict[str, Any] = {}
        for other, found in owner.found((*element.requires, *element.knows)):
            alias = "" if other is owner else owner.aliases.get(other.model.namespace, "")
            place = values.setdefault(alias, {}) if alias else values
            place[found.name] = self.value(other, found)
        return Scope(values, self.run)

    def _knowledge(self, owner: Decisions, element: Element) -> Any:
        compiler, body = owner.logic_of(element)
        box = element.logic
        if box is None or box.kind != "function":
            return None
        item = owner.items.of(element.type)
        result = item.result if item is not None and item.result is not None else element.type
        return compiler.made(box, body, self.scope(owner, element), element.name, result)

    def _service(self, owner: Decisions, element: Element) -> Function:
        names = [found.name for _, found in owner.found(element.inputs)]
        parameters = tuple(Parameter(name) for name in names)
        return Function(element.name, parameters, lambda *given: self.served(owner, element, list(given)))

    def served(self, owner: Decisions, element: Element, given: list[Any]) -> Any:
        """The outputs of a service, from values for its inputs alone."""
        inner = Session({}, self.run)
        empty = Scope({}, self.run)
        for (other, found), value in zip(owner.found(element.inputs), given, strict=False):
            fitted = other.items.fitted(value, found.type, empty)
            if fitted is None and value is not None:
                return None
            inner.known[(other.model.namespace, found.id)] = fitted
        outputs = owner.found(element.outputs)
        values = {found.name: inner.value(other, found) for other, found in outputs}
        result: Any = next(iter(values.values())) if len(outputs) == 1 else values
        item = owner.items.of(element.type)
        wanted = item.result if item is not None and item.result is not None else element.type
        return owner.items.fitted(result, wanted, empty)


def _names_in(box: Boxed | None) -> Iterator[str]:
    if box is None:
        return
    if box.kind in ("for", "some", "every"):
        yield box.text
    yield from (parameter.name for parameter in box.parameters)
    for name, part in box.parts:
        if name:
            yield name
        yield from _names_in(part)
    if box.table is not None:
        yield from (column.text for column in box.table.outputs if column.text)


def _names_of(item: ItemDefinition) -> Iterator[str]:
    for component in item.components:
        yield component.name
        yield from _names_of(component)
