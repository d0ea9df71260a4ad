"""The organisation of one day as a plain value.  Pure: built by queries.chart(), read by routing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """A person sitting in a post; `kind` is 本務, 兼務 and so on (codes of AppointmentKind)."""

    staff_id: int
    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class PostNode:
    """A chair; `rank` is one of enums.Rank."""

    id: int
    unit_id: int
    name: str
    rank: int
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True)
class UnitNode:
    """部・課・係; `kind` is one of enums.UnitKind."""

    id: int
    parent_id: int | None
    code: str
    name: str
    short_name: str
    symbol: str
    group_id: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Units and posts valid on `on`."""

    on: dt.date
    units: Mapping[int, UnitNode]
    posts: Mapping[int, PostNode]

    def units_upward(self, unit_id: int) -> Iterator[UnitNode]:
        """The unit, then the one it belongs to, and so on to the top."""
        seen: set[int] = set()
        current: int | None = unit_id
        while current is not None and current in self.units and current not in seen:
            seen.add(current)
            yield self.units[current]
            current = self.units[current].parent_id

    def line_up(self, post_id: int) -> list[PostNode]:
        """The own line of a post: every higher post of its unit and of the units above, lowest rank first.

        Vacant posts are included; what to do about them is a matter of routing.
        """
        start = self.posts[post_id]
        above = [unit.id for unit in self.units_upward(start.unit_id)]
        place = {unit_id: step for step, unit_id in enumerate(above)}
        line = [post for post in self.posts.values() if post.unit_id in place and post.rank > start.rank]
        return sorted(line, key=lambda post: (post.rank, place[post.unit_id], post.id))

    def section_of(self, unit_id: int) -> UnitNode | None:
        """The 課 of a unit: the nearest unit, going up, that has a 文書記号."""
        for unit in self.units_upward(unit_id):
            if unit.symbol:
                return unit
        return None

    def unit_path(self, unit_id: int) -> str:
        """企画戦略部 デジタル推進課 推進係."""
        return " ".join(unit.name for unit in reversed(list(self.units_upward(unit_id))))
