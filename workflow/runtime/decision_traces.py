"""Why a decision came out as it did, as JSON for the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.dmn.check import called
from workflow.dmn.model import Boxed, Table, TableTrace
from workflow.expressions import stored
from workflow.models import DecisionDefinition

if TYPE_CHECKING:
    from workflow.runtime.decisions import Evaluated


def told(row: DecisionDefinition, made: Evaluated) -> dict[str, Any]:
    """The decision, and every table that was gone through: its inputs, the rules that matched, what came out."""
    tables = [_table(made, run) for run in made.trace.tables]
    return {
        "decision": row.key,
        "name": row.name,
        "version": row.version,
        "tables": tables,
        "result": stored(made.value),
    }


def _table(made: Evaluated, run: TableTrace) -> dict[str, Any]:
    part = made.decisions.model.elements[run.element]
    drawn = table_of(part.logic, run)
    inputs = [column.label or column.text for column in drawn.inputs] if drawn else [name for name, _ in run.inputs]
    return {
        "table": part.id,
        "name": called(part),
        "policy": run.policy,
        "inputs": [{"name": name, "value": stored(v)} for name, (_, v) in zip(inputs, run.inputs, strict=True)],
        "rules": [_rule(drawn, number) for number in counting(run)],
        "result": stored(run.result),
    }


def counting(run: TableTrace) -> list[int]:
    """The numbers of the rules that matched and count: of FIRST, only the first."""
    numbers = [rule.number for rule in run.rules if rule.matched]
    return numbers[:1] if run.policy == "FIRST" else numbers


def _rule(table: Table | None, number: int) -> dict[str, Any]:
    """A rule that matched: its number, the texts of its outputs and annotations."""
    if table is None:
        return {"number": number, "outputs": [], "annotations": []}
    rule = table.rules[number - 1]
    outputs = [
        {"name": column.label or column.text, "text": text}
        for column, text in zip(table.outputs, rule.outputs, strict=True)
    ]
    return {"number": number, "outputs": outputs, "annotations": [text for text in rule.annotations if text]}


def table_of(box: Boxed | None, run: TableTrace) -> Table | None:
    """The table inside a box that went like this; None when several look alike."""
    found = [table for table in _tables(box) if _fits(table, run)]
    return found[0] if len(found) == 1 else None


def _fits(table: Table, run: TableTrace) -> bool:
    same = tuple(column.text for column in table.inputs) == tuple(name for name, _ in run.inputs)
    return same and table.policy == run.policy and len(run.rules) in (0, len(table.rules))


def _tables(box: Boxed | None) -> list[Table]:
    if box is None:
        return []
    inside = [table for _, part in box.parts for table in _tables(part)]
    return [box.table, *inside] if box.table is not None else inside
