"""Stored states of older programs, brought to the present format one step after the other.  Pure.

To change the format: raise FORMAT, add the function that makes the new form of the old one, and keep a sample of the
old form in tests/workflow/test_engine_state.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

FORMAT = 2

Stored = dict[str, Any]


def _with_parts(stored: Stored) -> Stored:
    """Format 2 knows scopes within the instance, subscriptions, and how a token came; all of format 1 is outermost."""
    scopes = [[*row, 0, "embedded", {}] for row in stored.get("scopes", ())]
    return stored | {"scopes": scopes, "subscriptions": [], "called": False}


UPGRADES: Mapping[int, Callable[[Stored], Stored]] = {1: _with_parts}  # format -> the step from it to the next


def upgrade(
    stored: Mapping[str, Any], *, steps: Mapping[int, Callable[[Stored], Stored]] = UPGRADES, current: int = FORMAT
) -> Stored:
    """The stored state in the present format.  Raises ValueError for a format of the future or one without a step."""
    found, state = int(stored.get("format", 0)), dict(stored)
    if found > current:
        raise ValueError(f"state format {found} is newer than this program ({current})")
    while found < current:
        if found not in steps:
            raise ValueError(f"there is no step from state format {found}")
        state = steps[found](state)
        found += 1
        state["format"] = found
    return state
