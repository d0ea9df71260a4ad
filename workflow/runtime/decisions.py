"""Deployed decisions as business rule tasks ask them: which version, with what, and what is made of the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from config import clock
from workflow.bpmn.model import Element
from workflow.dmn.decisions import Decisions
from workflow.dmn.model import Element as Part
from workflow.dmn.model import Table, TableTrace, Trace
from workflow.dmn.reader import read_model
from workflow.dmn.variables import declared
from workflow.engine.nodes.base import Trouble
from workflow.engine.world import Decide
from workflow.expressions import ExpressionError, stored, text_of
from workflow.feel.temporal import parse_date, parse_duration, parse_moment, parse_time
from workflow.models import DecisionDefinition, ProcessDefinition
from workflow.runtime.decision_results import mapped, rows_of
from workflow.runtime.decision_traces import told

KEPT = 256
READERS = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_moment,
    "dateTime": parse_moment,
    "duration": parse_duration,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
    "dayTimeDuration": parse_duration,
    "yearMonthDuration": parse_duration,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The engine's Decided."""

    value: Any
    version: int
    trace: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What came of a decision, before anybody maps it, and how."""

    decisions: Decisions
    part: Part
    value: Any
    trace: Trace

    @property
    def table(self) -> Table | None:
        """The decision's own table, if that is what it is."""
        return self.part.logic.table if self.part.logic is not None else None

    @property
    def run(self) -> TableTrace | None:
        """How that table went."""
        if self.table is None:
            return None
        return next((run for run in reversed(self.trace.tables) if run.element == self.part.id), None)


def decisions_of(definition: DecisionDefinition) -> Decisions:
    """The model of a row, whose XML may be deferred.  No query when this process has seen the content."""
    return _parsed(definition.sha256)


@lru_cache(maxsize=KEPT)
def _parsed(sha256: str) -> Decisions:
    """Keyed by content, as process definitions are."""
    xml = DecisionDefinition.objects.filter(sha256=sha256).values_list("xml", flat=True)[:1].get()
    return Decisions(declared(read_model(bytes(xml))))


def inputs_of(definition: DecisionDefinition) -> tuple[Part, ...]:
    """What a decision needs from outside, itself and through the decisions it requires, in the order it is read."""
    decisions = decisions_of(definition)
    found: dict[str, Part] = {}
    seen: set[str] = set()
    waiting = [decisions.model.elements[definition.key]]
    while waiting:
        part = waiting.pop(0)
        if part.id in seen:
            continue
        seen.add(part.id)
        if part.kind == "inputData":
            found[part.id] = part
        waiting += [each for _, each in decisions.found((*part.requires, *part.knows))]
    return tuple(found.values())


def type_of(decisions: Decisions, part: Part) -> str:
    """The name of the type of an element, through the types of the model to those that FEEL knows; empty for any."""
    item = decisions.items.of(part.type)
    return item.type.name if item is not None else ""


def evaluated(
    definition: DecisionDefinition, variables: Mapping[str, Any], *, now: dt.datetime | None = None
) -> Evaluated:
    """A decision worked out with variables; texts become what the type of an input asks for.

    Raises Trouble when a bound is exceeded or the rules that match contradict the hit policy.
    """
    decisions = decisions_of(definition)
    part = decisions.model.elements[definition.key]
    given = {
        each.name: fitting(variables.get(each.name), type_of(decisions, each))
        for each in decisions.model.elements.values()
        if each.kind == "inputData"
    }
    trace = Trace()
    value = decisions.evaluate(part.name, given, now=now or clock.now().astimezone(clock.TOKYO), trace=trace)
    for problem in trace.problems:
        raise Trouble(
            "decision_failed",
            f"判断表「{definition.name}」: {problem.ja}",
            f"Decision “{definition.name}”: {problem.en}",
        )
    found = Evaluated(decisions, part, value, trace)
    _check_policy(definition, found)
    return found


def fitting(value: Any, type_: str) -> Any:
    """A text as the type asks: JSON knows neither days nor exact decimals.  Other values, and odd texts, as they are."""
    if not isinstance(value, str):
        return value
    if type_ in READERS:
        found = READERS[type_](value)
        return value if found is None else found
    if type_ == "number":
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        return number if number.is_finite() else value
    return value


def _check_policy(definition: DecisionDefinition, found: Evaluated) -> None:
    table, run = found.table, found.run
    if table is None or run is None or run.result is not None or table.policy not in ("UNIQUE", "ANY"):
        return
    numbers = [rule.number for rule in run.rules if rule.matched]
    if len(numbers) > 1 and any(any(table.rules[number - 1].outputs) for number in numbers):
        listed = ", ".join(str(number) for number in numbers)
        raise Trouble(
            "hit_policy_violated",
            f"判断表「{definition.name}」で規則{listed}が同時に当たりました。ヒットポリシー{table.policy}では許されません。",
            f"Rules {listed} of decision “{definition.name}” matched, which hit policy {table.policy} does not allow.",
        )


def decide_for(definition: ProcessDefinition | None, *, now: dt.datetime | None = None) -> Decide:
    """What answers the business rule tasks of a process; without its row, the newest decisions answer."""

    def decide(element: Element, variables: Mapping[str, Any]) -> Answer:
        row = _found(definition, element, variables)
        made = evaluated(row, variables, now=now)
        try:
            rows = [stored(each) for each in rows_of(made.part, made.value, made.run)]
            trace = told(row, made)
        except ExpressionError as odd:
            raise Trouble(
                "decision_value", f"判断表「{row.name}」: {odd.ja}", f"Decision “{row.name}”: {odd.en}"
            ) from odd
        return Answer(mapped(rows, element.node.foreign("mapDecisionResult"), row.name), row.version, trace)

    return decide


def _found(definition: ProcessDefinition | None, element: Element, variables: Mapping[str, Any]) -> DecisionDefinition:
    """The version that a task asks for.  Raises Trouble when there is none."""
    key = _text(element, "decisionRef", variables)
    binding = element.node.foreign("decisionRefBinding") or "latest"
    rows = DecisionDefinition.objects.defer("xml").filter(key=key).order_by("-version")
    asked = ""
    if binding == "version":
        asked = _text(element, "decisionRefVersion", variables)
        rows = (
            rows.filter(version=int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else rows.none()
        )
    elif binding == "versionTag":
        asked = _text(element, "decisionRefVersionTag", variables)
        rows = rows.filter(version_tag=asked) if asked else rows.none()
    elif binding == "deployment":
        if definition is not None:
            rows = rows.filter(deployed_at__lte=definition.deployed_at)
    elif binding != "latest":
        raise Trouble(
            "decision_binding",
            f"「{element.name or element.id}」の判断表の版の選び方「{binding}」はありません。",
            f"“{element.name or element.id}”: there is no binding “{binding}” of decisions.",
        )
    row = rows.first()
    if row is None:
        what = f"{key} ({binding}{' ' + asked if asked else ''})"
        raise Trouble("no_decision", f"判断表「{what}」は登録されていません。", f"Decision “{what}” is not deployed.")
    return row


def _text(element: Element, name: str, variables: Mapping[str, Any]) -> str:
    """An attribute, which may hold an expression."""
    try:
        value = text_of(element.node.foreign(name), variables, element=element.id)
    except ExpressionError as odd:
        called = element.name or element.id
        raise Trouble(
            "decision_reference", f"「{called}」の {name}: {odd.ja}", f"{name} of “{called}”: {odd.en}"
        ) from odd
    return "" if value is None else str(value)
