"""Drives a random diagram to its end on whichever engine: events first, the outermost of them before the others."""

from __future__ import annotations

import random
from collections import Counter
from typing import Protocol

from tests.engine.blocks import Diagram

MOST = 2_000  # things done in one diagram; none of them needs a tenth of that


class Engine(Protocol):
    """An instance under way on some engine."""

    def events(self) -> list[tuple[str, object]]:
        """What is listened for: the event's element, and a key that no other visit has."""

    def happen(self, element: str, key: object) -> None:
        """Let it happen."""

    def work(self) -> list[tuple[str, object]]:
        """The open work items: element and key."""

    def complete(self, element: str, key: object, values: dict[str, int]) -> None:
        """Complete one."""


def drive(diagram: Diagram, engine: Engine, order: int) -> Counter[str]:
    """Do all there is to do; how often each work item was completed.

    The order is another for each number; with 0 it is that of the drawing, one branch after the other.
    """
    dice = random.Random(f"{diagram.seed} {order}")
    done: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    seen: set[object] = set()
    for _ in range(MOST):
        fresh = [(element, key) for element, key in engine.events() if (element[0], key) not in seen]
        if fresh:
            element, key = min(fresh, key=lambda event: (diagram.depth(event[0]), event[0]))
            gateway = f"first{element[1:].partition('_')[0]}" if element[0] == "c" else ""
            if gateway:
                ways = len(next(b for b in diagram.walk() if b.number == int(gateway[5:])).parts)
                chosen = f"{element.partition('_')[0]}_{diagram.decide(gateway, asked[gateway], ways)}"
                asked[gateway] += 1
                key = next(key for element, key in fresh if element == chosen)
                engine.happen(chosen, key)
                continue
            seen.add((element[0], key))
            asked[element] += 1
            if diagram.decide(element, asked[element] - 1, 2):
                engine.happen(element, key)
            continue
        open_work = sorted(engine.work(), key=lambda item: (item[0], str(item[1])))
        if not open_work:
            return done
        element, key = dice.choice(open_work) if order else min(open_work, key=lambda item: int(item[0][1:]))
        done[element] += 1
        engine.complete(element, key, diagram.answers(element, done[element] - 1))
    raise AssertionError(f"seed {diagram.seed}: no end after {MOST} steps")
