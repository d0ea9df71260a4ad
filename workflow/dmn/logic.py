"""Boxed expressions as closures (DMN 1.5, 10.2).  Pure.  What cannot be read is told with its place, and is null."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workflow.dmn.items import Items
from workflow.dmn.model import Boxed, Problem
from workflow.dmn.tables import Compiled, step_of
from workflow.feel.calls import call
from workflow.feel.errors import FeelError
from workflow.feel.expressions import Expression, compile_expression, compile_tests
from workflow.feel.loops import filtered
from workflow.feel.scope import Scope, Step
from workflow.feel.values import Function, Parameter, Range, conjunction, disjunction


class Compiler:
    """Makes closures of the boxes of one element; `names` are those its expressions may read."""

    def __init__(self, names: Iterable[str], items: Items, element: str) -> None:
        self._names, self._items, self._element = frozenset(names), items, element
        self.problems: list[Problem] = []

    def step(self, box: Boxed | None, local: frozenset[str] = frozenset()) -> Step:
        """The closure of a box; `local` are names that boxes around it make."""
        if box is None:
            return _null
        made = _MAKERS[box.kind](self, box, local)
        if not box.type or box.type == "Any":
            return made
        return lambda scope: self._items.fitted(made(scope), box.type, scope)

    def literal(self, box: Boxed, local: frozenset[str]) -> Step:
        """FEEL text; an empty one is null."""
        expression = self._expression(box.text, box.line, local)
        return _null if expression is None else expression.within

    def _expression(self, text: str, line: int, local: frozenset[str], *, tests: bool = False) -> Expression | None:
        if not text.strip():
            return None
        read = compile_tests if tests else compile_expression
        try:
            return read(text, self._names | local)
        except FeelError as error:
            self.problems.append(Problem("feel", error.ja, error.en, self._element, line))
            return NOTHING

    def typed(self, box: Boxed, local: frozenset[str]) -> Step:
        """Only the type; `step` sees to it."""
        return self.step(box.parts[0][1], local)

    def context(self, box: Boxed, local: frozenset[str]) -> Step:
        """Later entries see the earlier ones; an entry without a name is the result."""
        inside = local | {name for name, _ in box.parts if name}
        entries = [(name, self.step(part, inside)) for name, part in box.parts]

        def run(scope: Scope) -> Any:
            made: dict[str, Any] = {}
            inner = scope.inner(made)
            for name, entry in entries:
                if not name:
                    return entry(inner)
                made[name] = entry(inner)
            return made

        return run

    def list(self, box: Boxed, local: frozenset[str]) -> Step:
        """The values of the boxes."""
        parts = [self.step(part, local) for _, part in box.parts]
        return lambda scope: [part(scope) for part in parts]

    def invocation(self, box: Boxed, local: frozenset[str]) -> Step:
        """A function called by the names of its parameters."""
        callee = self.step(box.parts[0][1], local)
        bindings = [(name, self.step(part, local)) for name, part in box.parts[1:]]
        return lambda scope: call(callee(scope), [], {name: part(scope) for name, part in bindings})

    def function(self, box: Boxed, local: frozenset[str]) -> Step:
        """A function that sees where it was made."""
        body = self.step(box.parts[0][1], local | {parameter.name for parameter in box.parameters})
        return lambda scope: self.made(box, body, scope)

    def made(self, box: Boxed, body: Step, scope: Scope, name: str = "", result: str = "") -> Function:
        """A function of typed parameters and a body."""

        def run(*given: Any) -> Any:
            values = {
                parameter.name: self._items.fitted(value, parameter.type, scope)
                for parameter, value in zip(box.parameters, given, strict=False)
            }
            wrong = [n for n, value in zip(values, given, strict=False) if values[n] is None and value is not None]
            if wrong:
                return None
            scope.run.enter()
            try:
                return self._items.fitted(body(scope.inner(values)), result, scope)
            finally:
                scope.run.leave()

        return Function(name, tuple(Parameter(parameter.name) for parameter in box.parameters), run)

    def external(self, box: Boxed, local: frozenset[str]) -> Step:
        """Refused when the model is checked; null when it is run all the same."""
        return _null

    def conditional(self, box: Boxed, local: frozenset[str]) -> Step:
        """if, then, else; a condition that is no truth value makes null."""
        condition, yes, no = (self.step(part, local) for _, part in box.parts)

        def run(scope: Scope) -> Any:
            answer = condition(scope)
            if answer is not None and not isinstance(answer, bool):
                return None
            return yes(scope) if answer else no(scope)

        return run

    def filter(self, box: Boxed, local: frozenset[str]) -> Step:
        """The items that match."""
        value, match = (self.step(part, local | {"item"}) for _, part in box.parts)
        return filtered(value, match)

    def loop(self, box: Boxed, local: frozenset[str]) -> Step:
        """for, some and every over one variable."""
        domain = self.step(box.parts[0][1], local)
        body = self.step(box.parts[1][1], local | {box.text, "partial"})
        join = {"some": disjunction, "every": conjunction}.get(box.kind)

        def run(scope: Scope) -> Any:
            items = domain(scope)
            if items is None or isinstance(items, Range):
                return None
            results: list[Any] = []
            for item in items if isinstance(items, list) else [items]:
                scope.run.spend(1)
                results.append(body(scope.inner({box.text: item, "partial": list(results)})))
            if join is None:
                return results
            return join(results) if all(isinstance(result, bool | None) for result in results) else None

        return run

    def table(self, box: Boxed, local: frozenset[str]) -> Step:
        """A decision table."""
        table = box.table
        assert table is not None  # noqa: S101 - the reader gives every table box one

        def expression(text: str, line: int, *, tests: bool = False) -> Expression | None:
            return self._expression(text, line, local, tests=tests)

        compiled = Compiled(
            table,
            tuple(expression(column.text, column.line) for column in table.inputs),
            tuple(expression(column.values, column.line, tests=True) for column in table.inputs),
            tuple(tuple(expression(text, rule.line, tests=True) for text in rule.tests) for rule in table.rules),
            tuple(
                tuple(None if text.strip() == "-" else expression(text, rule.line) for text in rule.outputs)
                for rule in table.rules
            ),
            tuple(self._ordered(column.values, column.line) for column in table.outputs),
            tuple(expression(column.default, column.line) for column in table.outputs),
        )
        return step_of(compiled, self._items, self._element)

    def _ordered(self, text: str, line: int) -> tuple[Any, ...]:
        """The values of an output in the order in which they stand."""
        found = self._expression(f"[{text}]", line, frozenset()) if text.strip() else None
        values = found.evaluate({}) if found is not None else None
        return tuple(values) if isinstance(values, list) else ()


def _null(scope: Scope) -> None:
    return None


NOTHING = Expression("null", frozenset(), _null)
_MAKERS: Mapping[str, Callable[[Compiler, Boxed, frozenset[str]], Step]] = {
    "literal": Compiler.literal,
    "typed": Compiler.typed,
    "context": Compiler.context,
    "list": Compiler.list,
    "invocation": Compiler.invocation,
    "function": Compiler.function,
    "external": Compiler.external,
    "conditional": Compiler.conditional,
    "filter": Compiler.filter,
    "for": Compiler.loop,
    "some": Compiler.loop,
    "every": Compiler.loop,
    "table": Compiler.table,
}
