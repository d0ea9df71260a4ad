"""A state in parts is the same state, and a step with the one part that it is about is the same step."""

from __future__ import annotations

import json
from typing import Any

from workflow.bpmn.model import Process
from workflow.engine import events as ev
from workflow.engine import intents as want
from workflow.engine import parts
from workflow.engine.advance import advance
from workflow.engine.draft import replay
from workflow.engine.state import State
from workflow.engine.world import World

Rows = dict[parts.Key, parts.Part]


def stored(state: State) -> tuple[Any, Any, Rows]:
    """As a database has it."""
    made = parts.split(state)
    main, variables = json.loads(json.dumps([dict(made.main), dict(made.variables)]))
    return main, variables, {key: _row(part) for key, part in made.parts.items()}


def _row(part: parts.Part) -> parts.Part:
    return parts.Part(*json.loads(json.dumps([dict(part.state), dict(part.variables), part.result])))


def steps_alone(
    process: Process, before: State, intent: want.Intent, world: World, events: list[ev.Event]
) -> bool | None:
    """Check both for a step that was taken with everything; whether it can be taken with its part alone.

    None where nothing lies apart.
    """
    main, variables, rows = stored(before)
    assert parts.join(main, variables, rows, whole=True) == before
    if not parts.wholes(before) or not isinstance(intent, want.Complete):
        return None
    key = parts.key_of(before, before.tokens[intent.token].scope)
    near = parts.join(main, variables, {key: rows[key]} if key is not None else {}, whole=False)
    try:
        alone = advance(process, near, intent, world)
    except parts.Incomplete:
        return False
    assert alone == events
    main, variables, changed = stored(replay(near, alone))
    kept = rows | changed if key in changed or key is None else {k: r for k, r in rows.items() if k != key} | changed
    assert parts.join(main, variables, kept, whole=True) == replay(before, events)
    return True
