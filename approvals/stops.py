"""Pure: what a route is made of: posts on the way, what each is asked for, and why one may not be asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workflow.organization.chart import Holder, PostNode

CHIEF, DEPUTY_MANAGER, MANAGER, DIRECTOR, VICE_MAYOR, MAYOR = 20, 30, 40, 50, 60, 70
RANK_NAMES = {
    CHIEF: "係長",
    DEPUTY_MANAGER: "課長補佐",
    MANAGER: "課長",
    DIRECTOR: "部長",
    VICE_MAYOR: "副市長",
    MAYOR: "市長",
}
LEVEL_NAMES = {MANAGER: "課長専決", DIRECTOR: "部長専決", VICE_MAYOR: "副市長専決", MAYOR: "市長決裁"}
ACTING = "acting"  # 事務取扱
USUAL_DAYS = 3  # business days that 意見型 is given when nobody says how many


class Kind(StrEnum):
    """処理区分 of a step; the values are those of approvals.models.StepKind."""

    REVIEW = "review"
    CONSULT = "consult"
    EXAMINE = "examine"
    RULE = "rule"
    DECIDE = "decide"


class Consent(StrEnum):
    """合議の型: what is asked of a 合議.  The values are those of approvals.models.ConsentKind."""

    AGREE = "agree"
    OPINION = "opinion"
    READ = "read"


class Completion(StrEnum):
    """When a group of steps that stand side by side is over; the values are those of approvals.models.GroupRule."""

    ALL = "all"
    COUNT = "count"
    FIRST = "first"
    MAJORITY = "majority"


class Skip(StrEnum):
    """Why a post on the line is not asked."""

    DRAFTER = "drafter"
    VACANT = "vacant"
    HIGHER = "higher"  # the same person sees the case further up
    PEER = "peer"  # another post of the deciding rank decides


@dataclass(frozen=True, slots=True)
class Wanted:
    """A post beside the own line that is to be asked: by the 決裁規程 (`is_mandatory`), or because the drafter wants it.

    Those of one kind with the same `group` are asked side by side; the first of them says when the group is over.
    `days` is what 意見型 is given; then silence counts as consent.
    """

    kind: Kind
    post_id: int
    reason: str
    consent: Consent = Consent.AGREE
    is_mandatory: bool = False
    group: int = 1
    completion: Completion = Completion.ALL
    needed: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """A post on the way, its holders without the drafter, and whether the drafter sits in it."""

    post: PostNode
    title: str
    others: tuple[Holder, ...]
    is_own: bool
    kind: Kind = Kind.REVIEW
    reason: str = ""
    skipped: Skip | None = None
    wanted: Wanted | None = None

    @property
    def staff_ids(self) -> frozenset[int]:
        """Who would be asked."""
        return frozenset(holder.staff_id for holder in self.others)


class RouteProblem(Exception):
    """No route can be made.  `template % params` is the sentence to show; `code` never changes."""

    def __init__(self, code: str, template: str, **params: Any) -> None:
        super().__init__(template % params)
        self.code = code
        self.template = template
        self.params = params


def gettext_noop(text: str) -> str:
    """Marks a sentence for the translators; the caller translates it."""
    return text


def post_title(unit: str, post: str) -> str:
    """デジタル推進課 + 課長 → デジタル推進課長; 推進係 + 主事 → 推進係 主事."""
    if post.startswith(unit):
        return post
    if unit and post and unit[-1] == post[0]:
        return unit + post[1:]
    return f"{unit} {post}".strip()


def acting_note(stop: Stop) -> str:
    """(事務取扱), where nobody holds the post as his own."""
    return "(事務取扱)" if all(holder.kind == ACTING for holder in stop.others) else ""
