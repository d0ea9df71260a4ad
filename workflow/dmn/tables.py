"""Decision tables: which rules match, and what the hit policy makes of them (DMN 1.5, 8.2).  Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.dmn.items import Items
from workflow.dmn.model import Column, RuleTrace, Table, TableTrace, Trace
from workflow.feel.calls import call
from workflow.feel.expressions import Expression
from workflow.feel.functions import FUNCTIONS
from workflow.feel.scope import Scope
from workflow.feel.values import equal

COLLECTORS = {"SUM": "sum", "MIN": "min", "MAX": "max"}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A table whose texts are compiled; None stands for an empty cell."""

    table: Table
    inputs: tuple[Expression | None, ...]
    input_values: tuple[Expression | None, ...]
    tests: tuple[tuple[Expression | None, ...], ...]
    outputs: tuple[tuple[Expression | None, ...], ...]
    output_values: tuple[tuple[Any, ...], ...]  # in the order of their priority
    defaults: tuple[Expression | None, ...]


def step_of(compiled: Compiled, items: Items, element: str) -> Callable[[Scope], Any]:
    """The evaluation of a table."""

    def run(scope: Scope) -> Any:
        values = [
            items.fitted(expression.within(scope), column.type, scope) if expression is not None else None
            for column, expression in zip(compiled.table.inputs, compiled.inputs, strict=True)
        ]
        allowed = all(
            test is None or value is None or test.within(scope.inner({"?": value})) is True
            for test, value in zip(compiled.input_values, values, strict=True)
        )
        traces = [_tried(number, row, values, scope) for number, row in enumerate(compiled.tests, 1)] if allowed else []
        matched = [trace.number - 1 for trace in traces if trace.matched]
        result = _result(compiled, matched, scope, items) if allowed else None
        trace = scope.run.trace
        if isinstance(trace, Trace):
            given = tuple(zip((column.text for column in compiled.table.inputs), values, strict=True))
            trace.tables.append(TableTrace(element, compiled.table.policy, given, tuple(traces), result))
        return result

    return run


def _tried(number: int, row: tuple[Expression | None, ...], values: list[Any], scope: Scope) -> RuleTrace:
    for at, (test, value) in enumerate(zip(row, values, strict=False), 1):
        if test is not None and test.within(scope.inner({"?": value})) is not True:
            return RuleTrace(number, False, at)
    return RuleTrace(number, True)


def _result(compiled: Compiled, matched: list[int], scope: Scope, items: Items) -> Any:
    table = compiled.table
    if not matched:
        return _without(compiled, scope, items)
    if table.policy == "UNIQUE" and len(matched) > 1:
        return None
    if table.policy == "FIRST":
        matched = matched[:1]
    rows = [_outputs(compiled, compiled.outputs[at], scope, items) for at in matched]
    if table.policy in ("PRIORITY", "OUTPUT ORDER"):
        rows.sort(key=lambda row: _rank(compiled, row))
    results = [_shaped(table.outputs, row) for row in rows]
    if table.policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT"):
        return _collected(table, results)
    if table.policy == "ANY" and any(equal(results[0], result) is not True for result in results):
        return None
    return results[0]


def _without(compiled: Compiled, scope: Scope, items: Items) -> Any:
    """No rule matches: the default outputs, if there are any."""
    table = compiled.table
    if any(expression is not None for expression in compiled.defaults):
        result = _shaped(table.outputs, _outputs(compiled, compiled.defaults, scope, items))
        return [result] if table.policy in ("RULE ORDER", "OUTPUT ORDER") else result
    return None


def _outputs(compiled: Compiled, cells: tuple[Expression | None, ...], scope: Scope, items: Items) -> list[Any]:
    return [
        items.fitted(cell.within(scope), column.type, scope) if cell is not None else None
        for column, cell in zip(compiled.table.outputs, cells, strict=False)
    ]


def _shaped(columns: tuple[Column, ...], row: list[Any]) -> Any:
    """One output is the value, several are a context."""
    return row[0] if len(columns) == 1 else {column.text: value for column, value in zip(columns, row, strict=False)}


def _rank(compiled: Compiled, row: list[Any]) -> tuple[int, ...]:
    """The places of the outputs in their lists of values; the first is the most important."""
    return tuple(
        next((at for at, known in enumerate(order) if equal(known, value) is True), len(order))
        for order, value in zip(compiled.output_values, row, strict=False)
    )


def _collected(table: Table, results: list[Any]) -> Any:
    if table.policy != "COLLECT" or not table.aggregation:
        return results
    if table.aggregation == "COUNT":
        return call(FUNCTIONS["count"], [results])
    collect = FUNCTIONS[COLLECTORS[table.aggregation]] if table.aggregation in COLLECTORS else None
    if results and all(isinstance(result, Mapping) for result in results):
        return {key: call(collect, [[result[key] for result in results]]) for key in results[0]}
    return call(collect, [results])
