"""What a task makes of the answer of a decision, as Camunda 7 does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.dmn.model import Element, TableTrace
from workflow.engine.nodes.base import Trouble

Row = Mapping[str, Any]
LISTS = ("RULE ORDER", "OUTPUT ORDER")


def rows_of(part: Element, value: Any, run: TableTrace | None) -> list[dict[str, Any]]:
    """The answer as a list of results, each its outputs by name: one for every rule of which something came."""
    table = part.logic.table if part.logic is not None else None
    if table is None:
        return _free(part, value)
    name = table.outputs[0].text or part.name or part.id
    several = table.policy in LISTS or (table.policy == "COLLECT" and not table.aggregation)
    if value is None and (several or not (run is not None and any(rule.matched for rule in run.rules))):
        return [{name: 0 if table.aggregation == "COUNT" else None}] if table.aggregation else []
    results = value if several and isinstance(value, list) else [value]
    if len(table.outputs) == 1:
        return [{name: result} for result in results]
    return [dict(result) if isinstance(result, Mapping) else {} for result in results]


def _free(part: Element, value: Any) -> list[dict[str, Any]]:
    """Of a decision that is no table: contexts are results, anything else is the one output, called like the decision."""
    if isinstance(value, Mapping):
        return [dict(value)]
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        return [dict(each) for each in value]
    return [{part.name or part.id: value}]


def mapped(rows: list[dict[str, Any]], wanted: str, name: str) -> Any:
    """The results in the shape that the model wants (`mapDecisionResult`).  Raises Trouble when they do not fit it."""
    wanted = wanted or "resultList"
    if wanted == "resultList":
        return rows
    if wanted == "collectEntries":
        if any(len(row) != 1 for row in rows) or len({key for row in rows for key in row}) > 1:
            raise _unfit(name, wanted, "出力が1つではありません", "there is more than one output")
        return [value for row in rows for value in row.values()]
    if wanted not in ("singleEntry", "singleResult"):
        raise _unfit(name, wanted, "そのような形はありません", "there is no such shape")
    if len(rows) > 1:
        raise _unfit(name, wanted, f"結果が{len(rows)}件あります", f"there are {len(rows)} results")
    if not rows:
        return None
    if wanted == "singleResult":
        return rows[0]
    if len(rows[0]) > 1:
        raise _unfit(name, wanted, f"出力が{len(rows[0])}個あります", f"there are {len(rows[0])} outputs")
    return next(iter(rows[0].values()), None)


def _unfit(name: str, wanted: str, ja: str, en: str) -> Trouble:
    return Trouble(
        "decision_result",
        f"判断表「{name}」の結果を {wanted} の形にできません: {ja}。",
        f"The result of decision “{name}” does not fit {wanted}: {en}.",
    )
