"""Pure: who must see a case, in what order, and why.  The case's facts and the organization chart in, the steps out.

A case goes up the drafter's own line (係長 → 課長補佐 → 課長 → 部長 → 副市長 → 市長) and ends with the decider of its
決裁区分.  Every post on the way is named in the answer: either as a step, or as skipped with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from config.calendar import add_business_days, is_business_day
from workflow.organization.chart import Chart, Holder, PostNode

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
STEPS_A_DAY = 2  # a step usually takes half a business day


class Kind(StrEnum):
    """処理区分 of a step; the values are those of approvals.models.StepKind."""

    REVIEW = "review"
    DECIDE = "decide"


class Skip(StrEnum):
    """Why a post on the line is not asked."""

    DRAFTER = "drafter"
    VACANT = "vacant"
    HIGHER = "higher"  # the same person sees the case further up
    PEER = "peer"  # another post of the deciding rank decides


@dataclass(frozen=True, slots=True)
class Facts:
    """What the route depends on."""

    drafter_id: int
    post_id: int
    level: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class Step:
    """One post on the way.  `skipped` is empty for a real step."""

    kind: Kind
    post_id: int
    post_name: str
    rank: int
    staff_ids: tuple[int, ...]
    person_name: str
    reason: str
    expected_on: dt.date
    skipped: Skip | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """All posts from the drafter up to the decider, in order, the last one deciding."""

    level: int
    steps: tuple[Step, ...]

    @property
    def asked(self) -> tuple[Step, ...]:
        """The steps that people will act on."""
        return tuple(step for step in self.steps if step.skipped is None)

    @property
    def decider(self) -> Step:
        """Who decides."""
        return self.steps[-1]


class RouteProblem(Exception):
    """No route can be made.  `template % params` is the sentence to show; `code` never changes."""

    def __init__(self, code: str, template: str, **params: Any) -> None:
        super().__init__(template % params)
        self.code = code
        self.template = template
        self.params = params


@dataclass(frozen=True, slots=True)
class _Stop:
    """A post on the line, its holders without the drafter, and whether the drafter sits in it."""

    post: PostNode
    title: str
    others: tuple[Holder, ...]
    is_own: bool
    kind: Kind = Kind.REVIEW
    reason: str = ""
    skipped: Skip | None = None


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


def plan(facts: Facts, chart: Chart) -> Route:
    """The route of a case.  Raises RouteProblem when nobody may decide it."""
    if facts.level not in LEVEL_NAMES:
        raise RouteProblem("unknown_level", gettext_noop("決裁区分を選んでください。"))
    own = chart.posts.get(facts.post_id)
    if own is None:
        raise RouteProblem(
            "no_post", gettext_noop("起案する職が今日の組織図にありません。文書主任に知らせてください。")
        )
    line = tuple(_line(own, facts.drafter_id, chart))
    at = _decider_index(line, facts.level)
    stops = [_reviewed(stop) for stop in line[:at]]
    stops += [_peer(stop, line[at]) for stop in line[at + 1 :] if stop.post.rank == line[at].post.rank]
    decider = replace(line[at], kind=Kind.DECIDE, reason=_decider_reason(line, at, facts.level))
    return Route(level=facts.level, steps=tuple(_dated([*_merged(stops, decider), decider], facts.on)))


def _line(own: PostNode, drafter_id: int, chart: Chart) -> Iterator[_Stop]:
    """The drafter's own post, if it leads something, and the posts above it, lowest first.

    Going up, a unit adds only posts that rank higher than everything below: a 主査 of the 課 is nobody's superior in
    a 係 that has a 係長 of its own.
    """
    floor = own.rank
    for unit in chart.units_upward(own.unit_id):
        found = [post for post in chart.posts.values() if post.unit_id == unit.id]
        for post in sorted(found, key=lambda post: (post.rank, post.id)):
            if post.rank >= CHIEF and (post.rank > floor or post.id == own.id):
                yield _Stop(
                    post=post,
                    title=post_title(unit.name, post.name),
                    others=tuple(holder for holder in post.holders if holder.staff_id != drafter_id),
                    is_own=post.id == own.id or any(holder.staff_id == drafter_id for holder in post.holders),
                )
        floor = max([floor, *(post.rank for post in found)])


def _decider_index(line: Sequence[_Stop], level: int) -> int:
    """Which post decides: the lowest that is high enough; the drafter never decides his own case, it goes one up."""
    high_enough = [(index, stop) for index, stop in enumerate(line) if stop.post.rank >= level]
    if not high_enough:
        raise RouteProblem(
            "no_decider",
            gettext_noop("起案者の所属から上に、%(level)sに当たる職がありません。文書主任に知らせてください。"),
            level=LEVEL_NAMES[level],
        )
    able = [(index, stop) for index, stop in high_enough if not stop.is_own]
    if not able:
        raise RouteProblem(
            "no_superior",
            gettext_noop("起案者より上に、この案件を決裁できる職がありません。別の職員が起案してください。"),
        )
    rank = able[0][1].post.rank
    for index, stop in able:
        if stop.post.rank == rank and stop.others:
            return index
    raise RouteProblem(
        "decider_vacant",
        gettext_noop("決裁する%(post)sが欠員で、事務取扱もいません。文書主任に知らせるか、決裁区分を上げてください。"),
        post=able[0][1].title,
    )


def _reviewed(stop: _Stop) -> _Stop:
    """A post below the decider: asked to review, or skipped for a reason that is told."""
    if stop.is_own:
        return replace(stop, skipped=Skip.DRAFTER, reason="起案者本人のため省略")
    if not stop.others:
        return replace(stop, skipped=Skip.VACANT, reason="欠員のため、次の職が見ます")
    return replace(stop, reason=_review_reason(stop.post.rank) + _acting_note(stop))


def _peer(stop: _Stop, decider: _Stop) -> _Stop:
    return replace(stop, skipped=Skip.PEER, reason=f"{decider.title}が決裁するため省略")


def _review_reason(rank: int) -> str:
    name = RANK_NAMES.get(rank, "上司")
    return f"起案者の{name}" if rank < VICE_MAYOR else f"市長決裁の前に{name}が見ます"


def _acting_note(stop: _Stop) -> str:
    return "(事務取扱)" if all(holder.kind == ACTING for holder in stop.others) else ""


def _decider_reason(line: Sequence[_Stop], at: int, level: int) -> str:
    """Why this post decides."""
    decider = line[at]
    own = next((stop for stop in line[:at] if stop.is_own and stop.post.rank >= level), None)
    if own is not None:
        return f"{LEVEL_NAMES[level]}ですが{own.title}が起案者のため、上司が決裁します" + _acting_note(decider)
    if decider.post.rank > level:
        return f"{LEVEL_NAMES[level]}に当たる職がないため、上司が決裁します" + _acting_note(decider)
    return LEVEL_NAMES[level] + _acting_note(decider)


def _merged(stops: Sequence[_Stop], decider: _Stop) -> list[_Stop]:
    """The stops with each person asked once, in his highest post."""
    merged: list[_Stop] = []
    for index, stop in enumerate(stops):
        above = [later for later in stops[index + 1 :] if later.skipped is None] + [decider]
        higher = next((later for later in above if _ids(stop) <= _ids(later)), None)
        if stop.skipped is not None or higher is None:
            merged.append(stop)
        else:
            merged.append(replace(stop, skipped=Skip.HIGHER, reason=f"同じ人が{higher.title}として見るため省略"))
    return merged


def _ids(stop: _Stop) -> frozenset[int]:
    return frozenset(holder.staff_id for holder in stop.others)


def _dated(stops: Sequence[_Stop], on: dt.date) -> Iterator[Step]:
    first = on if is_business_day(on) else add_business_days(on, 1)
    asked = 0
    for stop in stops:
        yield Step(
            kind=stop.kind,
            post_id=stop.post.id,
            post_name=stop.title,
            rank=stop.post.rank,
            staff_ids=tuple(holder.staff_id for holder in stop.others),
            person_name="・".join(holder.name for holder in stop.others),
            reason=stop.reason,
            expected_on=add_business_days(first, asked // STEPS_A_DAY),
            skipped=stop.skipped,
        )
        asked += stop.skipped is None
