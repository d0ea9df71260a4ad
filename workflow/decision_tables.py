"""Decision tables for apps above that keep their rows themselves: texts of FEEL, asked, and answered with a trace.  Pure.

A table made here is one decision of DMN; what is asked runs by the same evaluation as the deployed models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.dmn.decisions import Decisions
from workflow.dmn.model import Boxed, Column, Element, Model, Rule, Trace
from workflow.dmn.model import Table as Drawn

ANY = "-"  # a cell that lets everything pass
_KEY = "table"


class TableFault(Exception):
    """A cell cannot be read, or a bound of the evaluation was exceeded: sentences in both languages."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(ja)
        self.ja, self.en = ja, en


@dataclass(frozen=True, slots=True)
class Asked:
    """What came out: the value by the hit policy, the numbers (from 1) of the rules that matched, and for each other
    rule the number of the first input that stopped it."""

    value: Any
    matched: tuple[int, ...]
    stopped: Mapping[int, int]


class DecisionTable:
    """`inputs` are names with FEEL types, `rules` their tests, each with the texts of the outputs."""

    def __init__(
        self,
        name: str,
        policy: str,
        inputs: Sequence[tuple[str, str]],
        outputs: Sequence[tuple[str, str]],
        rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    ) -> None:
        """Compile it.  Raises TableFault for a cell that cannot be read."""
        drawn = Drawn(
            policy,
            "",
            tuple(Column(text, type_) for text, type_ in inputs),
            tuple(Column(text, type_) for text, type_ in outputs),
            tuple(Rule(tuple(tests), tuple(results)) for tests, results in rules),
        )
        data = {f"in{at}": Element("inputData", f"in{at}", text, type_) for at, (text, type_) in enumerate(inputs)}
        decision = Element(
            "decision", _KEY, name, "", Boxed("table", table=drawn, id=_KEY), tuple(f"#{key}" for key in data)
        )
        self._name = name
        self._decisions = Decisions(Model("urn:kessai:table", name, {**data, _KEY: decision}, {}))
        for problem in self._decisions.problems:
            raise TableFault(problem.ja, problem.en)

    def ask(self, values: Mapping[str, Any]) -> Asked:
        """The answer for values by the names of the inputs.  Raises TableFault when a bound is exceeded."""
        trace = Trace()
        value = self._decisions.evaluate(self._name, values, trace=trace)
        for problem in trace.problems:
            raise TableFault(problem.ja, problem.en)
        rules = trace.tables[-1].rules if trace.tables else ()
        return Asked(
            value,
            tuple(rule.number for rule in rules if rule.matched),
            {rule.number: rule.stopped_at for rule in rules if not rule.matched},
        )


def text(value: str) -> str:
    """A text as FEEL writes it."""
    return json.dumps(value, ensure_ascii=False)


def between(low: int | None, high: int | None) -> str:
    """A test for whole numbers from `low` on (included) and below `high` (excluded); None is an open end."""
    if low is None:
        return ANY if high is None else f"< {high}"
    return f">= {low}" if high is None else f"[{low}..{high})"
