"""Pure: the 決裁規程 as a decision table, and the answer to who decides a matter, with the reason and the rows tried.

The rows are asked as a decision of DMN (`workflow/decision_tables.py`) with hit policy UNIQUE; the offices that a row names
are a second table with hit policy COLLECT, since some of them are asked under a circumstance only.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from approvals.routing import LEVEL_NAMES
from workflow.decision_tables import ANY, DecisionTable, between, text

LEVELS = tuple(LEVEL_NAMES)
POSTS = {level: name.removesuffix("専決").removesuffix("決裁") for level, name in LEVEL_NAMES.items()}
# 専決の制限: each of these raises any matter by one rank, and nobody decides it for an absent decider.
RESTRICTIONS = ("重要", "異例", "先例", "紛争", "議会")
CONSULT, REVIEW = "consult", "review"
YEN = "円"


@dataclass(frozen=True, slots=True)
class Office:
    """Who must be asked: 合議 or 審査, always or under a circumstance."""

    name: str
    kind: str = CONSULT
    when: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """事案区分, and what its amount is measured on (金額基礎; empty when money plays no part)."""

    code: str
    name: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: from `low` yen on and below `high`, None being open; an empty condition means any."""

    matter: str
    number: int
    level: int
    condition: str = ""
    low: int | None = None
    high: int | None = None
    post: str = ""
    offices: tuple[Office, ...] = ()
    deputy: bool = True
    council: bool = False
    source: str = ""
    raised_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How people call the row: F06-2."""
        return f"{self.matter}-{self.number}"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a matter, its amount, the condition that it falls under, and what is special about it."""

    matter: str
    amount: int | None = None
    condition: str = ""
    circumstances: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """Who decides and who is asked, the row that says so, and why each other row of the matter does not."""

    row: Row
    level: int
    decider: str
    raised: tuple[str, ...]
    consultations: tuple[str, ...]
    reviews: tuple[str, ...]
    deputy: bool
    council: bool
    sentence: str
    stopped: Mapping[str, str] = field(default_factory=dict)

    @property
    def offices(self) -> frozenset[str]:
        """Everybody who must be asked."""
        return frozenset((*self.consultations, *self.reviews))


class Unanswered(Exception):
    """The table has no answer, or more than one.  `template % params` is the sentence to show; `code` never changes."""

    def __init__(self, code: str, template: str, **params: Any) -> None:
        super().__init__(template % params)
        self.code, self.template, self.params = code, template, params


def gettext_noop(text: str) -> str:
    """Marks a sentence for the translators; the caller translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The whole table of one version."""

    matters: tuple[Matter, ...]
    rows: tuple[Row, ...]

    def matter(self, code: str) -> Matter | None:
        """The matter with that code."""
        return next((matter for matter in self.matters if matter.code == code), None)

    def rows_of(self, code: str) -> tuple[Row, ...]:
        """The rows of a matter."""
        return tuple(row for row in self.rows if row.matter == code)

    def conditions_of(self, code: str) -> tuple[str, ...]:
        """The conditions between which a matter is divided, in the order of the rows."""
        return tuple(dict.fromkeys(row.condition for row in self.rows_of(code) if row.condition))

    def circumstances_of(self, code: str) -> tuple[str, ...]:
        """What makes a difference for a matter beyond amount and condition: the restrictions last."""
        named = [office.when for row in self.rows_of(code) for office in row.offices if office.when]
        raising = [name for row in self.rows_of(code) for name in row.raised_by]
        return tuple(dict.fromkeys((*named, *raising, *RESTRICTIONS)))

    def has_amounts(self, code: str) -> bool:
        """Whether the amount matters."""
        return any(row.low is not None or row.high is not None for row in self.rows_of(code))

    def decide(self, question: Question) -> Answer:
        """The answer.  Raises Unanswered."""
        matter = self.matter(question.matter)
        if matter is None:
            raise Unanswered("no_matter", gettext_noop("事案区分「%(matter)s」はありません。"), matter=question.matter)
        self._check_question(question, matter)
        deciding, asking = compiled(self.rows)
        asked = deciding.ask({"事案区分": question.matter, "金額": question.amount, "条件": question.condition})
        rows = tuple(self.rows[number - 1] for number in asked.matched)
        if len(rows) != 1:
            raise _without(rows, question, matter)
        offices = {str(each) for each in asking.ask(_asking(rows[0], question)).value or ()}
        columns = ("事案区分", "金額", "条件")
        stopped = {
            self.rows[number - 1].name: columns[at - 1]
            for number, at in asked.stopped.items()
            if self.rows[number - 1].matter == question.matter
        }
        return _answer(rows[0], matter, question, offices, stopped)

    def _check_question(self, question: Question, matter: Matter) -> None:
        conditions = self.conditions_of(matter.code)
        if conditions and not question.condition:
            listed = "・".join(conditions)
            raise Unanswered(
                "no_condition",
                gettext_noop("%(matter)sの条件を選んでください(%(conditions)s)。"),
                matter=matter.name,
                conditions=listed,
            )
        if self.has_amounts(matter.code) and question.amount is None:
            raise Unanswered("no_amount", gettext_noop("%(matter)sの金額を入れてください。"), matter=matter.name)
        if question.amount is not None and question.amount < 0:
            raise Unanswered("negative", gettext_noop("金額は0円以上にしてください。"))


@functools.lru_cache(maxsize=64)
def compiled(rows: tuple[Row, ...]) -> tuple[DecisionTable, DecisionTable]:
    """The two tables of DMN: which row decides, and which offices that row asks."""
    deciding = DecisionTable(
        "決裁",
        "UNIQUE",
        (("事案区分", "string"), ("金額", "number"), ("条件", "string")),
        (("行", "string"),),
        [
            (
                (text(row.matter), between(row.low, row.high), text(row.condition) if row.condition else ANY),
                (text(row.name),),
            )
            for row in rows
        ],
    )
    asking = DecisionTable(
        "合議・審査",
        "COLLECT",
        (("行", "string"), ("事情", "Any")),
        (("課", "string"),),
        [
            ((text(row.name), f"list contains(?, {text(office.when)})" if office.when else ANY), (text(office.name),))
            for row in rows
            for office in row.offices
        ],
    )
    return deciding, asking


def _asking(row: Row, question: Question) -> dict[str, Any]:
    return {"行": row.name, "事情": sorted(question.circumstances)}


def _without(rows: tuple[Row, ...], question: Question, matter: Matter) -> Unanswered:
    """What is wrong when not exactly one row matches."""
    about = {"matter": matter.name, "case": Asked(question) if str(Asked(question)) else matter.code}
    if not rows:
        return Unanswered("gap", gettext_noop("%(matter)s(%(case)s)に当たる行がありません。"), **about)
    names = tuple(row.name for row in rows)
    return Unanswered(
        "overlap",
        gettext_noop("%(matter)s(%(case)s)に行%(rows)sが同時に当たります。"),
        rows="・".join(names),
        **about,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about a matter: the condition and the amount; in Japanese as a text."""

    question: Question

    def __str__(self) -> str:
        amount = "" if self.question.amount is None else f"{self.question.amount:,}円"
        return " ".join(part for part in (self.question.condition, amount) if part)


def raised(level: int) -> int:
    """The rank above; the mayor's is the highest."""
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]


def decider_name(level: int, post: str = "") -> str:
    """部長専決, 総務部長専決, 市長決裁."""
    name = LEVEL_NAMES[level]
    return name.replace(POSTS[level], post) if post else name


def _answer(row: Row, matter: Matter, question: Question, asked: set[str], stopped: dict[str, str]) -> Answer:
    reasons = tuple(name for name in (*row.raised_by, *RESTRICTIONS) if name in question.circumstances)
    level = raised(row.level) if reasons else row.level
    decider = decider_name(level, row.post if level == row.level else "")
    named = {kind: dict.fromkeys(o.name for o in row.offices if o.kind == kind) for kind in (CONSULT, REVIEW)}
    consultations = tuple(name for name in named[CONSULT] if name in asked)
    reviews = tuple(name for name in named[REVIEW] if name in asked)
    head = " ".join(part for part in (row.source, matter.name, str(Asked(question))) if part)
    tail = [decider, *(f"{name}合議" for name in consultations), *(f"{name}審査" for name in reviews)]
    tail += ["議会の議決"] if row.council else []
    tail += [f"{'・'.join(reasons)}のため{LEVEL_NAMES[row.level]}から引上げ"] if level != row.level else []
    restricted = any(name in RESTRICTIONS for name in reasons)
    return Answer(
        row=row,
        level=level,
        decider=decider,
        raised=reasons,
        consultations=consultations,
        reviews=reviews,
        deputy=row.deputy and not restricted,
        council=row.council,
        sentence=f"{head} → {'、'.join(tail)}",
        stopped=stopped,
    )
