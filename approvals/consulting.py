"""Pure: posts beside the own line (合議 and 審査), when a group of them is over, and who settles a 不同意."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from approvals.stops import (
    CHIEF,
    Completion,
    Kind,
    RouteProblem,
    Skip,
    Stop,
    Wanted,
    acting_note,
    gettext_noop,
    post_title,
)
from workflow.organization.chart import Chart, PostNode

ORDER = {Kind.CONSULT: 0, Kind.EXAMINE: 1}  # 審査 comes after 合議


class Word(StrEnum):
    """What a member of a group has said."""

    PENDING = "pending"
    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Member:
    """One step of a group: whether the group cannot be over without it, and what came of it."""

    must: bool
    word: Word


def is_over(completion: Completion, needed: int, members: Sequence[Member]) -> bool:
    """Whether a group needs nobody any more: the rule holds and none is silent who must be heard, or all have spoken."""
    pending = [member for member in members if member.word is Word.PENDING]
    if not pending:
        return True
    if any(member.must for member in pending):
        return False
    given = sum(member.word is Word.FOR for member in members)
    if completion is Completion.FIRST:
        return given >= 1
    if completion is Completion.COUNT:
        return given >= max(1, needed)
    return completion is Completion.MAJORITY and given * 2 > len(members)


def united(mandatory: Iterable[Wanted], added: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Both lists as one, in the order in which they are asked; what is mandatory wins over the same post added by hand."""
    found: dict[tuple[Kind, int], Wanted] = {}
    for wanted in [*(replace(one, is_mandatory=True) for one in mandatory), *added]:
        found.setdefault((wanted.kind, wanted.post_id), wanted)
    return tuple(sorted(found.values(), key=lambda one: (ORDER[one.kind], one.group)))


def stops(wanted: Iterable[Wanted], drafter_id: int, chart: Chart) -> Iterator[Stop]:
    """Whom each of them means today.  Raises RouteProblem where nobody can be asked."""
    return (_stop(one, drafter_id, chart) for one in wanted)


def _stop(wanted: Wanted, drafter_id: int, chart: Chart) -> Stop:
    post = chart.posts.get(wanted.post_id)
    if post is None:
        raise RouteProblem(
            "consult_no_post",
            gettext_noop("合議・審査に加えた職が、今日の組織図にありません。経路を直してください。"),
        )
    asked = _seat(post, drafter_id, chart)
    if asked.is_own and not wanted.is_mandatory and wanted.kind is Kind.CONSULT:
        return replace(asked, kind=wanted.kind, wanted=wanted, skipped=Skip.DRAFTER, reason="起案者本人のため省略")
    if asked.others:
        return replace(asked, kind=wanted.kind, wanted=wanted, reason=wanted.reason + acting_note(asked))
    higher = superior(post.id, {drafter_id}, chart)
    if higher is None:
        raise RouteProblem(
            "consult_vacant",
            gettext_noop("合議・審査の%(post)sを受け取る人がいません。文書主任に知らせてください。"),
            post=asked.title,
        )
    why = "が起案者のため、上の職が見ます" if asked.is_own else "が欠員のため、上の職が見ます"
    reason = f"{wanted.reason}({asked.title}{why})"
    return replace(_seat(higher, drafter_id, chart), kind=wanted.kind, wanted=wanted, is_own=False, reason=reason)


def _seat(post: PostNode, drafter_id: int, chart: Chart) -> Stop:
    return Stop(
        post=post,
        title=title_of(post, chart),
        others=tuple(holder for holder in post.holders if holder.staff_id != drafter_id),
        is_own=any(holder.staff_id == drafter_id for holder in post.holders),
    )


def title_of(post: PostNode, chart: Chart) -> str:
    """財政課長."""
    unit = chart.units.get(post.unit_id)
    return post_title(unit.name, post.name) if unit is not None else post.name


def superior(post_id: int, barred: set[int], chart: Chart) -> PostNode | None:
    """The next post above that somebody else holds."""
    if post_id not in chart.posts:
        return None
    return next((post for post in chart.line_up(post_id) if _held(post, barred)), None)


def common_superior(one: int, other: int, barred: set[int], chart: Chart) -> PostNode | None:
    """共通上司: the lowest post that stands above both posts, held by somebody who is not barred."""
    if one not in chart.posts or other not in chart.posts:
        return None
    above = {post.id for post in chart.line_up(one)}
    shared = (post for post in chart.line_up(other) if post.id in above and post.rank >= CHIEF)
    return next((post for post in shared if _held(post, barred)), None)


def _held(post: PostNode, barred: set[int]) -> bool:
    return any(holder.staff_id not in barred for holder in post.holders)
