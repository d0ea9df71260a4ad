"""Pure: who must see a case, in what order, and why.  The case's facts and the organization chart in, the steps out.

A case goes up the drafter's own line (係長 → 課長補佐 → 課長 → 部長 → 副市長 → 市長) and ends with the decider of its
決裁区分.  Behind the line up to the 部長 other lines are asked (合議, then 審査), side by side in groups.  Every post on the
way is named in the answer: either as a step, or as skipped with the reason.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from approvals.consulting import stops as beside
from approvals.stops import (
    CHIEF,
    DEPUTY_MANAGER,
    DIRECTOR,
    LEVEL_NAMES,
    MANAGER,
    MAYOR,
    RANK_NAMES,
    VICE_MAYOR,
    Completion,
    Consent,
    Kind,
    RouteProblem,
    Skip,
    Stop,
    Wanted,
    acting_note,
    gettext_noop,
    post_title,
)
from config.calendar import add_business_days, is_business_day
from workflow.organization.chart import Chart, PostNode

__all__ = [
    "CHIEF",
    "DEPUTY_MANAGER",
    "DIRECTOR",
    "LEVEL_NAMES",
    "MANAGER",
    "MAYOR",
    "RANK_NAMES",
    "VICE_MAYOR",
    "Completion",
    "Consent",
    "Facts",
    "Kind",
    "Route",
    "RouteProblem",
    "Skip",
    "Step",
    "Wanted",
    "plan",
    "post_title",
]
STEPS_A_DAY = 2  # a step usually takes half a business day


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
    group: int = 0  # those of the same group are asked side by side
    skipped: Skip | None = None
    wanted: Wanted | None = None  # of 合議 and 審査: who wants it, and what is asked

    @property
    def is_mandatory(self) -> bool:
        """Whether the 決裁規程 wants it, so that nobody may leave it out."""
        return self.wanted is not None and self.wanted.is_mandatory


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
    def side_by_side(self) -> frozenset[int]:
        """The groups in which several are asked at once."""
        groups = [step.group for step in self.asked]
        return frozenset(group for group in groups if groups.count(group) > 1)

    @property
    def decider(self) -> Step:
        """Who decides."""
        return self.steps[-1]


def plan(facts: Facts, chart: Chart, wanted: Iterable[Wanted] = ()) -> Route:
    """The route of a case; `wanted` are the posts beside the own line (consulting.united puts them together).

    Raises RouteProblem when nobody may decide it, or nobody can be asked whom the 決裁規程 or the drafter wants.
    """
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
    own_side = [stop for stop in stops if stop.post.rank <= DIRECTOR]
    above = [stop for stop in stops if stop.post.rank > DIRECTOR]
    decider = replace(line[at], kind=Kind.DECIDE, reason=_decider_reason(line, at, facts.level))
    in_order = [*own_side, *beside(wanted, facts.drafter_id, chart), *above, decider]
    return Route(level=facts.level, steps=tuple(_dated(_merged(in_order), facts.on)))


def _line(own: PostNode, drafter_id: int, chart: Chart) -> Iterator[Stop]:
    """The drafter's own post, if it leads something, and the posts above it, lowest first.

    Going up, a unit adds only posts that rank higher than everything below: a 主査 of the 課 is nobody's superior in
    a 係 that has a 係長 of its own.
    """
    floor = own.rank
    for unit in chart.units_upward(own.unit_id):
        found = [post for post in chart.posts.values() if post.unit_id == unit.id]
        for post in sorted(found, key=lambda post: (post.rank, post.id)):
            if post.rank >= CHIEF and (post.rank > floor or post.id == own.id):
                yield Stop(
                    post=post,
                    title=post_title(unit.name, post.name),
                    others=tuple(holder for holder in post.holders if holder.staff_id != drafter_id),
                    is_own=post.id == own.id or any(holder.staff_id == drafter_id for holder in post.holders),
                )
        floor = max([floor, *(post.rank for post in found)])


def _decider_index(line: Sequence[Stop], level: int) -> int:
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
    for index, stop in able:  # a vacant post is decided for by the next above it, never by one below
        if stop.others:
            return index
    raise RouteProblem(
        "decider_vacant",
        gettext_noop("決裁する%(post)sが欠員で、事務取扱も上司もいません。文書主任に知らせてください。"),
        post=able[0][1].title,
    )


def _reviewed(stop: Stop) -> Stop:
    """A post below the decider: asked to review, or skipped for a reason that is told."""
    if stop.is_own:
        return replace(stop, skipped=Skip.DRAFTER, reason="起案者本人のため省略")
    if not stop.others:
        return replace(stop, skipped=Skip.VACANT, reason="欠員のため、次の職が見ます")
    return replace(stop, reason=_review_reason(stop.post.rank) + acting_note(stop))


def _peer(stop: Stop, decider: Stop) -> Stop:
    return replace(stop, skipped=Skip.PEER, reason=f"{decider.title}が決裁するため省略")


def _review_reason(rank: int) -> str:
    name = RANK_NAMES.get(rank, "上司")
    return f"起案者の{name}" if rank < VICE_MAYOR else f"市長決裁の前に{name}が見ます"


def _decider_reason(line: Sequence[Stop], at: int, level: int) -> str:
    """Why this post decides."""
    decider = line[at]
    own = next((stop for stop in line[:at] if stop.is_own and stop.post.rank >= level), None)
    if own is not None:
        return f"{LEVEL_NAMES[level]}ですが{own.title}が起案者のため、上司が決裁します" + acting_note(decider)
    vacant = next((stop for stop in line[:at] if not stop.is_own and not stop.others and stop.post.rank >= level), None)
    if vacant is not None:
        return f"{LEVEL_NAMES[level]}ですが{vacant.title}が欠員のため、上司が決裁します" + acting_note(decider)
    if decider.post.rank > level:
        return f"{LEVEL_NAMES[level]}に当たる職がないため、上司が決裁します" + acting_note(decider)
    return LEVEL_NAMES[level] + acting_note(decider)


def _merged(stops: Sequence[Stop]) -> list[Stop]:
    """The stops with each person asked once, in his highest post (上位で処理); 審査 stays an act of its own."""
    asked = [(_height(index, stop), stop) for index, stop in enumerate(stops) if stop.skipped is None]
    merged: list[Stop] = []
    for index, stop in enumerate(stops):
        height = _height(index, stop)
        above = [other for at, other in asked if at > height and _stands_for(other, stop)]
        higher = next((other for other in reversed(above) if stop.staff_ids <= other.staff_ids), None)
        if stop.skipped is not None or stop.kind is Kind.EXAMINE or higher is None:
            merged.append(stop)
        else:
            reason = f"上位で処理(同じ人が{higher.title}として見ます)"
            merged.append(replace(stop, skipped=Skip.HIGHER, reason=reason))
    return merged


def _stands_for(other: Stop, stop: Stop) -> bool:
    """Whether what is said there counts here too: never 審査, and for what is mandatory nothing that a rule may leave out."""
    is_loose = other.wanted is not None and not other.wanted.is_mandatory
    must = stop.wanted is not None and stop.wanted.is_mandatory
    return other.kind is not Kind.EXAMINE and not (must and is_loose)


def _height(index: int, stop: Stop) -> tuple[bool, int, int]:
    """Whoever decides is the highest; then the rank counts, of equals the later."""
    return stop.kind is Kind.DECIDE, stop.post.rank, index


def _dated(stops: Sequence[Stop], on: dt.date) -> Iterator[Step]:
    """The steps in their groups, with the day on which each is expected to be done."""
    first = on if is_business_day(on) else add_business_days(on, 1)
    asked = 0
    for number, (_key, group) in enumerate(itertools.groupby(enumerate(stops), _group), start=1):
        members = [stop for _index, stop in group]
        for stop in members:
            yield Step(
                kind=stop.kind,
                post_id=stop.post.id,
                post_name=stop.title,
                rank=stop.post.rank,
                staff_ids=tuple(holder.staff_id for holder in stop.others),
                person_name="・".join(holder.name for holder in stop.others),
                reason=stop.reason,
                expected_on=add_business_days(first, asked // STEPS_A_DAY),
                group=number,
                skipped=stop.skipped,
                wanted=stop.wanted,
            )
        asked += any(stop.skipped is None for stop in members)


def _group(numbered: tuple[int, Stop]) -> tuple[object, ...]:
    """What the members of a group have in common; a step of the own line stands alone."""
    index, stop = numbered
    return (index,) if stop.wanted is None else (stop.kind, stop.wanted.group)
