"""Reading and writing the state of an instance: in one piece, or with runs of broad repeated work in rows of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config import prepared
from workflow.engine.parts import Key, Part, Split, join, key_of, split, wholes
from workflow.engine.state import State
from workflow.models import InstancePart, ProcessInstance, WorkItem


@dataclass(slots=True)
class Kept:
    """A state with the rows of its parts, as far as they were read."""

    state: State
    rows: dict[Key, InstancePart] = field(default_factory=dict)

    def row_of(self, state: State, scope: str) -> InstancePart | None:
        """The row of the part in which a scope of a later state lies, if it lies apart."""
        key = key_of(state, scope)
        return self.rows[key] if key is not None else None


def read(instance: ProcessInstance) -> Kept:
    """The whole state."""
    rows = {_key(row): row for row in instance.parts.order_by("whole", "number")} if _is_apart(instance) else {}
    return _joined(instance, rows, whole=True)


def near(item: WorkItem) -> Kept:
    """The state as far as the work of an item needs it as a rule: its own run, and what is around it.

    The item's instance is loaded with it.
    """
    instance = item.process
    if not _is_apart(instance):
        return _joined(instance, {}, whole=True)
    row = InstancePart.objects.filter(pk=item.part_id).first() if not _has_part(item) else item.part
    return _joined(instance, {_key(row): row} if row is not None else {}, whole=False)


def _has_part(item: WorkItem) -> bool:
    """Whether the row was read with the item."""
    return item.part_id is None or WorkItem.part.is_cached(item)  # type: ignore[attr-defined]  # Django's descriptor


def whole(instance: ProcessInstance) -> State:
    """The whole state, to be looked at."""
    return read(instance).state


def outermost(instance: ProcessInstance) -> State:
    """The state without what lies apart: all that is listened for is there."""
    return _joined(instance, {}, whole=False).state


def _is_apart(instance: ProcessInstance) -> bool:
    return any(scope[5].get("apart") for scope in instance.state.get("scopes", ()) if len(scope) > 5)


def _key(row: InstancePart) -> Key:
    return Key(row.whole, row.number)


def _joined(instance: ProcessInstance, rows: dict[Key, InstancePart], *, whole: bool) -> Kept:
    if not instance.state:
        return Kept(State())
    parts = {key: Part(row.state, row.variables, row.result) for key, row in rows.items()}
    return Kept(join(instance.state, instance.variables, parts, whole=whole), rows)


def put(instance: ProcessInstance, kept: Kept, state: State, together: prepared.Together) -> None:
    """Write a new state: new parts at once, those that differ from what was read, and the rest, with the other changes.

    The rest becomes the instance's; whoever calls has its fields `state` and `variables` written.
    """
    made = split(state)
    instance.state, instance.variables = dict(made.main), dict(made.variables)
    if not kept.rows and not made.parts:
        return
    _remove(instance, kept, wholes(kept.state) - wholes(state))
    _change(kept, made, together)
    fresh = [_fresh(instance, key, part) for key, part in made.parts.items() if key not in kept.rows]
    prepared.insert(fresh, keys=True)
    kept.rows.update((_key(row), row) for row in fresh)


def _remove(instance: ProcessInstance, kept: Kept, over: frozenset[str]) -> None:
    if over:
        InstancePart.objects.filter(instance=instance, whole__in=over).delete()
        kept.rows = {key: row for key, row in kept.rows.items() if key.whole not in over}


def _change(kept: Kept, made: Split, together: prepared.Together) -> None:
    """Rows that were read and are otherwise now; a run that is over and left nothing stays, empty."""
    for key, row in kept.rows.items():
        part = made.parts.get(key, Part())
        now: Mapping[str, object] = {"state": part.state, "variables": part.variables, "result": part.result}
        changed = [name for name, value in now.items() if getattr(row, name) != value]
        if changed:
            row.state, row.variables, row.result = dict(part.state), dict(part.variables), list(part.result)
            together.update(row, changed)


def _fresh(instance: ProcessInstance, key: Key, part: Part) -> InstancePart:
    return InstancePart(
        instance=instance,
        whole=key.whole,
        number=key.number,
        state=dict(part.state),
        variables=dict(part.variables),
        result=list(part.result),
    )
