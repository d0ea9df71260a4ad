"""What an expression may know beside the variables.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Setter = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True)
class Context:
    """Facts of the instance and the work, the bean functions (`name` or `name.method`), and who takes set variables."""

    business_key: str = ""
    instance_id: str = ""
    definition_id: str = ""
    activity_id: str = ""
    activity_name: str = ""
    event_name: str = ""
    user: str = ""
    groups: tuple[str, ...] = ()
    now: dt.datetime | None = None
    task: Mapping[str, Any] | None = None  # id, name, assignee, priority, dueDate … of the work, where there is one
    beans: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    set_variable: Setter | None = None  # None: expressions at this place change nothing
    set_local: Setter | None = None  # of the innermost scope; without it they are set as all others
    set_task: Setter | None = None  # assignee, priority, dueDate …, candidateUser, candidateGroup
    local: Mapping[str, Any] | None = None  # the variables of the innermost scope, where they are known apart
