"""What the pages of the 決裁規程 show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.regulation import access, bench, check, queries, rules
from approvals.regulation.enums import Level, State
from approvals.regulation.models import Regulation
from approvals.regulation.splitting import Purchase, suspicion
from approvals.regulation.table import CONSULT, Matter, Question, Row, Rulebook, Unanswered, decider_name
from config import clock
from config.commands import Actor


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list."""

    regulation: Regulation
    holds: bool
    word: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row as it is read."""

    row: Row
    span: str
    decider: str
    offices: str


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A matter with its rows and what is wrong with them."""

    matter: Matter
    rows: list[RowLine]
    faults: list[str]


@dataclass(frozen=True, slots=True)
class BenchLine:
    """A row of the bench and how it went."""

    case: bench.Case
    question: str
    expected: str
    passed: bool
    problem: str
    sentence: str


def version_lines(actor: Actor) -> list[VersionLine]:
    """The versions that the actor may read, the newest of each 執行機関 first.  One query."""
    found = list(access.visible_regulations(actor).order_by("body", "-number"))
    today = clock.today()
    holding: dict[str, Regulation] = {}
    for regulation in found:
        day = regulation.effective_from
        if regulation.state == State.PUBLISHED and day is not None and day <= today:
            known = holding.get(regulation.body)
            if known is None or (known.effective_from or dt.date.min) < day:
                holding[regulation.body] = regulation
    return [VersionLine(each, each in holding.values(), word_of(each, holding)) for each in found]


def word_of(regulation: Regulation, holding: dict[str, Regulation]) -> str:
    """How far a version has come, in a word."""
    if regulation.state != State.PUBLISHED:
        return str(State(regulation.state).label)
    if holding.get(regulation.body) == regulation:
        return _("施行中")
    day = regulation.effective_from
    return _("施行前") if day is not None and day > clock.today() else _("改正済")


def matter_lines(book: Rulebook) -> list[MatterLine]:
    """All matters with their rows."""
    return [
        MatterLine(matter, [row_line(row) for row in book.rows_of(matter.code)], faults_of(matter, book))
        for matter in book.matters
    ]


def faults_of(matter: Matter, book: Rulebook) -> list[str]:
    """Gaps and overlaps of a matter."""
    return [rules.finding_sentence(each) for each in check.check_matter(matter, book.rows_of(matter.code))]


def row_line(row: Row) -> RowLine:
    """A row as it is read."""
    offices = "、".join(
        f"{office.name}{'合議' if office.kind == CONSULT else '審査'}{f'({office.when})' if office.when else ''}"
        for office in row.offices
    )
    return RowLine(row, rules.span(row.low, row.high), decider_name(row.level, row.post), offices)


def bench_lines(book: Rulebook, cases: Iterable[bench.Case]) -> list[BenchLine]:
    """The bench, run."""
    return [
        BenchLine(
            result.case,
            _question(book, result.case.question),
            _expected(result.case.expected),
            result.passed,
            "" if result.passed else rules.failure_sentence(result),
            result.answer.sentence if result.answer is not None else "",
        )
        for result in bench.run(book, cases)
    ]


def _question(book: Rulebook, question: Question) -> str:
    matter = book.matter(question.matter)
    amount = "" if question.amount is None else f"{question.amount:,}円"
    words = [question.matter, matter.name if matter else "", question.condition, amount]
    return " ".join(part for part in (*words, *sorted(question.circumstances)) if part)


def _expected(expected: bench.Expected) -> str:
    parts = [str(Level(expected.level).label), *sorted(expected.offices)]
    return "・".join([*parts, _("代決可") if expected.deputy else _("代決不可")])


def trial_of(book: Rulebook, matter: str, data: dict[str, Any]) -> dict[str, Any]:
    """The answer to what was typed on the page of simulation, and the suspicion of 分割発注."""
    question = Question(matter, data.get("amount"), data.get("condition", ""), frozenset(data.get("circumstances", ())))
    try:
        answer = book.decide(question)
    except Unanswered as problem:
        return {"problem": rules.problem_sentence(problem)}
    today = clock.today()
    others = [
        Purchase(Question(matter, amount, question.condition, question.circumstances), "", today)
        for amount in data.get("others") or ()
    ]
    return {"answer": answer, "suspicion": suspicion(book, Purchase(question, "", today), others)}


def table_of(regulation: Regulation) -> Rulebook:
    """The table of a version."""
    return queries.rulebook(regulation)


def bench_of(regulation: Regulation) -> list[bench.Case]:
    """The bench of a version."""
    return queries.bench_of(regulation)
