"""What the pages of decisions show: lists, one decision as drawn, and how a trial went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from workflow.dmn.check import called
from workflow.dmn.model import Boxed, Table, TableTrace
from workflow.expressions import stored
from workflow.models import DecisionDefinition
from workflow.runtime.decision_traces import counting, table_of
from workflow.runtime.decisions import Evaluated, decisions_of, evaluated, inputs_of, type_of
from workflow.sheets import decision_words as words


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in words, and its FEEL text."""

    words: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A rule; in a trial with its outcome: counts, passed (another counts before it) or missed, and why."""

    number: int
    tests: list[Cell]
    outputs: list[Cell]
    notes: list[str]
    outcome: str = ""
    why: str = ""
    stopped_at: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its name, the expression where that differs, the type and the values."""

    name: str
    text: str
    type: str
    values: str


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A table as drawn, or as it went."""

    name: str
    policy: str
    policy_words: str
    inputs: list[Heading]
    outputs: list[Heading]
    rows: list[Row]
    notes: bool
    given: list[tuple[str, str]] = field(default_factory=list)
    result: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a decision that is no table alone: how deep it stands, its name, its text, or the table."""

    depth: int
    name: str
    text: str
    table: DrawnTable | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that a decision needs from outside; `type` is FEEL's name of its type, empty for any."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial: the result and every table that was gone through."""

    result: str
    tables: list[DrawnTable]


def decisions() -> QuerySet[DecisionDefinition]:
    """The newest version of every decision, by name."""
    newest = DecisionDefinition.objects.filter(key=OuterRef("key")).order_by().values("key")
    last = newest.annotate(last=Max("version")).values("last")
    found = DecisionDefinition.objects.defer("xml").select_related("deployed_by")
    return found.filter(version=Subquery(last)).order_by("name", "key")


def decision_versions(key: str) -> QuerySet[DecisionDefinition]:
    """Every version of a decision, newest first."""
    found = DecisionDefinition.objects.defer("xml").select_related("deployed_by")
    return found.filter(key=key).order_by("-version")


def beside(row: DecisionDefinition) -> QuerySet[DecisionDefinition]:
    """The other decisions of the same upload."""
    return DecisionDefinition.objects.defer("xml").filter(deployment=row.deployment).exclude(pk=row.pk).order_by("name")


def drawn(row: DecisionDefinition) -> list[Line]:
    """A decision as drawn."""
    part = decisions_of(row).model.elements[row.key]
    return list(_lines(part.logic, called(part), 0))


def _lines(box: Boxed | None, name: str, depth: int) -> Iterator[Line]:
    if box is None:
        return
    table = _table(name, box.table) if box.table is not None else None
    yield Line(depth, name, box.text, table)
    for number, (part, inner) in enumerate(box.parts, 1):
        if box.kind == "typed":
            yield from _lines(inner, name, depth)
        else:
            yield from _lines(inner, part or _("%(number)d番目") % {"number": number}, depth + 1)


def wanted(row: DecisionDefinition) -> list[Wanted]:
    """The values that a decision needs from outside."""
    ready = decisions_of(row)
    return [Wanted(part.name, type_of(ready, part)) for part in inputs_of(row)]


def tried(row: DecisionDefinition, values: Mapping[str, Any]) -> Tried:
    """How the decision goes with these values.  Raises Trouble, ExpressionError."""
    made = evaluated(row, values)
    return Tried(words.value_words(stored(made.value)), [_run(made, run) for run in made.trace.tables])


def _run(made: Evaluated, run: TableTrace) -> DrawnTable:
    part = made.decisions.model.elements[run.element]
    table = table_of(part.logic, run)
    if table is None:
        return DrawnTable(called(part), run.policy, words.policy_word(run.policy, ""), [], [], [], False)
    return _table(called(part), table, run)


def _table(name: str, table: Table, run: TableTrace | None = None) -> DrawnTable:
    inputs = [
        Heading(c.label or c.text, c.text if c.label != c.text else "", words.type_word(c.type), c.values)
        for c in table.inputs
    ]
    outputs = [Heading(c.label or c.text, "", words.type_word(c.type), c.values) for c in table.outputs]
    given = run.inputs if run is not None else ()
    return DrawnTable(
        name,
        f"{table.policy} {table.aggregation}".strip(),
        words.policy_word(table.policy, table.aggregation),
        inputs,
        outputs,
        _rows(table, inputs, run),
        any(any(rule.annotations) for rule in table.rules),
        [(h.name, words.value_words(stored(v))) for h, (_name, v) in zip(inputs, given, strict=False)],
        words.value_words(stored(run.result)) if run is not None else "",
    )


def _rows(table: Table, inputs: list[Heading], run: TableTrace | None) -> list[Row]:
    outcomes = {rule.number: rule for rule in run.rules} if run is not None else {}
    counts = counting(run) if run is not None else []
    rows = []
    for number, rule in enumerate(table.rules, 1):
        outcome, why, stopped = "", "", 0
        if number in counts:
            outcome = "counts"
        elif number in outcomes and outcomes[number].matched:
            outcome, why = "passed", _("規則%(number)dが先に当たりました。") % {"number": counts[0]}
        elif number in outcomes:
            stopped = outcomes[number].stopped_at
            outcome, why = "missed", _("「%(name)s」が合いません。") % {"name": inputs[stopped - 1].name}
        elif run is not None:
            outcome, why = "missed", _("入力が許された値ではありません。")
        tests = [Cell(words.input_words(text), text) for text in rule.tests]
        results = [Cell(words.output_words(text), text) for text in rule.outputs]
        rows.append(Row(number, tests, results, [n for n in rule.annotations if n], outcome, why, stopped))
    return rows
