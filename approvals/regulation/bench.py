"""Pure: the test bench of a 決裁規程: questions with the answers that must come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from approvals.regulation.table import Answer, Question, Rulebook, Unanswered


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out: who decides, everybody who must be asked, whether somebody may decide for an absent decider."""

    level: int
    offices: frozenset[str]
    deputy: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the bench."""

    number: int
    question: Question
    expected: Expected
    note: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """How a row went: the answer or why there is none, and the parts that differ."""

    case: Case
    answer: Answer | None
    problem: Unanswered | None
    differs: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return self.answer is not None and not self.differs


def run(book: Rulebook, cases: Iterable[Case]) -> list[Result]:
    """Every row of the bench, in order."""
    return [_run(book, case) for case in cases]


def _run(book: Rulebook, case: Case) -> Result:
    try:
        answer = book.decide(case.question)
    except Unanswered as problem:
        return Result(case, None, problem, ())
    parts = (
        ("level", answer.level == case.expected.level),
        ("offices", answer.offices == case.expected.offices),
        ("deputy", answer.deputy == case.expected.deputy),
    )
    return Result(case, answer, None, tuple(name for name, same in parts if not same))
