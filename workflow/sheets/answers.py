"""What decisions answered a process, and why: the inputs, the rules that counted, what came out, as it was said then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from workflow.models import DecisionAnswer, DecisionDefinition, ProcessInstance
from workflow.sheets.sheet import shown_value

LISTED = 100


@dataclass(frozen=True, slots=True)
class AnsweringTable:
    """One table that was gone through.  `rules` are (number, its outputs as written, its remarks)."""

    name: str
    policy: str
    given: list[tuple[str, str]]
    rules: list[tuple[int, str, str]]
    result: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer; `key` is that of the page of the decision, empty where it is gone."""

    element: str
    decision: str
    key: str
    version: int
    at: dt.datetime
    result: str
    tables: list[AnsweringTable]


def answers(instance: ProcessInstance) -> list[Answered]:
    """The newest hundred, in the order in which they were given; two queries, one where there are none."""
    rows = list(DecisionAnswer.objects.filter(instance=instance).order_by("-pk")[:LISTED])[::-1]
    if not rows:
        return []
    known = DecisionDefinition.objects.filter(key__in={row.decision for row in rows}).values_list("key", "version")
    there = set(known)
    return [_answered(row, (row.decision, row.version) in there) for row in rows]


def _answered(row: DecisionAnswer, there: bool) -> Answered:
    said = row.trace
    return Answered(
        row.element_name or row.element_id,
        said.get("name") or row.decision,
        row.decision if there else "",
        row.version,
        row.answered_at,
        shown_value(said.get("result")),
        [_table(table) for table in said.get("tables", ())],
    )


def _table(said: dict[str, Any]) -> AnsweringTable:
    return AnsweringTable(
        said["name"],
        said["policy"],
        [(given["name"], shown_value(given["value"])) for given in said["inputs"]],
        [
            (
                rule["number"],
                "、".join(f"{out['name']} {out['text']}".strip() for out in rule["outputs"]),
                " ".join(rule["annotations"]),
            )
            for rule in said["rules"]
        ],
        shown_value(said["result"]),
    )
