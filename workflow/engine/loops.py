"""Repeated work: multi-instance activities, parallel or one after the other, and standard loops.  Pure.

The activity's own token hosts a scope for the whole (`multi`, `loop`), whose variables are nrOfInstances,
nrOfActiveInstances and nrOfCompletedInstances; each run has a scope of its own (`child`) with loopCounter (from 0) and its
item.  What is still to be done and what came of it lies in the notes of the outer scope.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workflow.bpmn.model import Element, Node
from workflow.engine import inner_events as inner
from workflow.engine.parts import keeps_apart
from workflow.engine.state import ScopeState, TokenState
from workflow.engine.trouble import Trouble

if TYPE_CHECKING:
    from workflow.engine.run import Run

MOST_RUNS = 10_000


def is_repeated(run: Run, token: TokenState) -> bool:
    """Whether the token stands at an activity that is to be repeated, and is not one of its runs."""
    found = run.draft.scopes[token.scope]
    return run.element(token).loop is not None and not (found.kind == "child" and found.element == token.element)


def begin(run: Run, number: int) -> None:
    """Open the scope of the whole and begin the first run, or all.  Raises Trouble before anything happens."""
    token = run.token(number)
    element = run.element(token)
    loop = element.loop
    assert loop is not None  # noqa: S101 - asked by is_repeated
    if loop.name == "standardLoopCharacteristics":
        _begin_loop(run, token, loop)
        return
    items, total = _items(run, token, element, loop)
    sequential = loop.attributes.get("isSequential", "").strip() in ("true", "1")
    # Runs that begin together have their items already; only those one after the other need what is still to come.
    notes = {"items": items if sequential else [], "total": total, "started": 0, "done": 0, "sequential": sequential}
    inside = any(scope.notes.get("apart") for scope in run.draft.chain(token.scope))
    if not sequential and not inside and keeps_apart(run.process, element, total):
        notes["apart"] = True
    scope = run.open_scope(token, "multi", notes=notes | {"out": {}})
    for number in range(min(1, total) if sequential else total):
        _start(run, scope, items[number : number + 1])
    _count(run, scope)
    if not total:
        _finish(run, scope)


def _items(run: Run, token: TokenState, element: Element, loop: Node) -> tuple[list[Any], int]:
    """The items of the collection, or none and the number of runs.  Raises Trouble."""
    name, home = run.called(element.id), run.home(token)
    text = loop.foreign("collection") or loop.own("collection")
    data = loop.child("loopDataInputRef")
    if text or data is not None:
        value = _collection(run, text, data, home, element.id)
        if not isinstance(value, list):
            raise Trouble(
                "no_collection", f"「{name}」で繰り返す一覧がありません。", f"“{name}” has no list to go through."
            )
        _few(name, len(value))
        return value, len(value)
    cardinality = loop.child("loopCardinality")
    value = run.value(cardinality.text, home, element=element.id) if cardinality is not None else None
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Trouble("no_cardinality", f"「{name}」の繰返し回数がわかりません。", f"“{name}” does not say how often.")
    _few(name, value)
    return [], value


def _collection(run: Run, text: str, data: Node | None, home: str, element: str) -> Any:
    if text:
        value = run.value(text, home, element=element)
        return list(value.values()) if isinstance(value, dict) else value
    return run.variables(home).get(run.data_name(data.text if data is not None else ""))


def _few(name: str, number: int) -> None:
    if number > MOST_RUNS:
        raise Trouble(
            "too_many_runs",
            f"「{name}」の繰返しが多すぎます({number:,}回、上限{MOST_RUNS:,})。",
            f"“{name}” would be repeated {number:,} times; the limit is {MOST_RUNS:,}.",
        )


def _start(run: Run, scope: str, item: Sequence[Any] = ()) -> None:
    """Begin the next run, with its item; where none is given it is among those that were noted, if there are items."""
    found = run.draft.scopes[scope]
    counter = int(found.notes["started"])
    child = f"s{run.draft.counters['scope']}"
    run.emit(
        inner.ScopeNoted(scope, {"started": counter + 1}),
        inner.ScopeOpened(child, scope, found.element, found.token, "child", {"number": counter}),
    )
    values: dict[str, Any] = {"loopCounter": counter}
    for value in item or (found.notes.get("items") or [])[counter : counter + 1]:
        values |= dict.fromkeys(_item_names(run, found.element), value)
    result = _result_name(run.process.elements[found.element])
    run.set_local({result: None} | values if result else values, child)  # each run has a result of its own
    run.place(found.element, child)


def _item_names(run: Run, element: str) -> list[str]:
    loop = run.process.elements[element].loop
    if loop is None:
        return []
    item = loop.child("inputDataItem")
    names = [loop.foreign("elementVariable"), loop.own("elementVariable")]
    return [name for name in [*names, item.attributes.get("name", "") if item is not None else ""] if name]


def _result_name(element: Element) -> str:
    """The variable that holds the result of one run, empty where an expression makes it."""
    loop = element.loop
    item = loop.child("outputDataItem") if loop is not None else None
    if loop is None or item is not None:
        return item.attributes.get("name", "") if item is not None else ""
    said = loop.own("outputElement").removeprefix("=").strip()
    return said if said.isidentifier() and loop.own("outputCollection") else ""


def _count(run: Run, scope: str) -> None:
    """Tell how many runs there are, in the words of Camunda 7."""
    notes = run.draft.scopes[scope].notes
    run.set_local(
        {
            "nrOfInstances": notes["total"],
            "nrOfActiveInstances": notes["started"] - notes["done"],
            "nrOfCompletedInstances": notes["done"] - notes.get("removed", 0),
        },
        scope,
    )


def note_run(run: Run, child: ScopeState) -> ScopeState:
    """Nothing is left of one run: note what came of it; the whole that it is a run of."""
    whole = run.draft.scopes[child.parent]
    element = run.process.elements[whole.element]
    output = _output(run, element, child.id)
    out = {"out": {str(child.notes["number"]): output[1]}} if output else {}
    run.emit(inner.ScopeClosed(child.id), inner.ScopeNoted(whole.id, {"done": int(whole.notes["done"]) + 1} | out))
    _count(run, whole.id)
    return run.draft.scopes[whole.id]


def go_on(run: Run, number: int) -> None:
    """After a run is over, or an incident between two runs was mended: the next run, or the end of the whole."""
    whole = next(scope for scope in run.hosted(number) if scope.kind in ("multi", "loop"))
    try:
        if whole.kind == "loop":
            _loop_again(run, whole.id)
            return
        if _enough(run, whole, run.process.elements[whole.element]) or whole.notes["done"] >= whole.notes["total"]:
            _finish(run, whole.id)
        elif whole.notes["sequential"] and whole.notes["started"] == whole.notes["done"]:
            _start(run, whole.id)
            _count(run, whole.id)
    except Trouble as trouble:
        run.trouble(number, trouble)


def _output(run: Run, element: Element, child: str) -> tuple[str, Any] | None:
    """The name of the list that results are gathered in, and the result of this run."""
    loop = element.loop
    if loop is None:
        return None
    gathered, item = loop.child("loopDataOutputRef"), loop.child("outputDataItem")
    if gathered is not None and item is not None:
        return run.data_name(gathered.text), run.variables(child).get(item.attributes.get("name", ""))
    if loop.own("outputCollection") and loop.own("outputElement"):
        try:
            return loop.own("outputCollection"), run.value(loop.own("outputElement"), child, element=element.id)
        except Trouble:
            return loop.own("outputCollection"), None
    return None


def _enough(run: Run, whole: ScopeState, element: Element) -> bool:
    """Whether the completion condition holds."""
    condition = element.loop.child("completionCondition") if element.loop is not None else None
    if condition is None or not condition.text.strip():
        return False
    return run.value(condition.text, whole.id, element=element.id) is True


def _finish(run: Run, scope: str) -> None:
    """Call off what still runs, hand the results over in the order of the items, and go on."""
    whole = run.draft.scopes[scope]
    element = run.process.elements[whole.element]
    gathered = _gathered(element, run)
    run.clear(scope, "enough")
    if gathered:
        out = run.draft.scopes[scope].notes["out"]
        results = [out[key] for key in sorted(out, key=int)]
        run.set_variables({gathered: results}, run.home(run.token(whole.token)))
    run.emit(inner.ScopeClosed(scope))
    run.go_on(whole.token)


def _gathered(element: Element, run: Run) -> str:
    loop = element.loop
    if loop is None:
        return ""
    ref = loop.child("loopDataOutputRef")
    return run.data_name(ref.text) if ref is not None else loop.own("outputCollection")


def add_branch(run: Run, number: int, item: Any) -> None:
    """One more run of what a token repeats."""
    whole = next(scope for scope in run.hosted(number) if scope.kind == "multi")
    notes = whole.notes
    begins = not notes["sequential"] or notes["started"] == notes["done"]
    items = list(notes["items"])
    if items or (item is not None and not begins):
        items = [*items, *[None] * (notes["total"] - len(items)), item]
    run.emit(inner.ScopeNoted(whole.id, {"items": items, "total": notes["total"] + 1}))
    if begins:
        _start(run, whole.id, (item,))
    _count(run, whole.id)


def remove_branch(run: Run, number: int, reason: str) -> None:
    """Call off one run; the others, and the whole, go on."""
    token = run.token(number)
    child = next(scope for scope in run.draft.chain(token.scope) if scope.kind == "child")
    whole = run.draft.scopes[child.parent]
    run.clear(child.id, reason)
    run.emit(
        inner.ScopeClosed(child.id),
        inner.ScopeNoted(whole.id, {"done": whole.notes["done"] + 1, "removed": whole.notes.get("removed", 0) + 1}),
    )
    _count(run, whole.id)
    go_on(run, whole.token)


def _begin_loop(run: Run, token: TokenState, loop: Node) -> None:
    """A standard loop: `testBefore` asks before the first run; `loopMaximum` is the most."""
    scope_notes = {"items": [], "total": 0, "started": 0, "done": 0, "sequential": True, "out": {}}
    first = loop.attributes.get("testBefore", "").strip() not in ("true", "1") or _goes_on(run, token, loop, 0)
    scope = run.open_scope(token, "loop", notes=scope_notes)
    if first:
        _start(run, scope)
        _count(run, scope)
    else:
        _finish(run, scope)


def _loop_again(run: Run, scope: str) -> None:
    whole = run.draft.scopes[scope]
    loop = run.process.elements[whole.element].loop
    if loop is not None and _goes_on(run, run.token(whole.token), loop, int(whole.notes["done"])):
        _start(run, scope)
        _count(run, scope)
    else:
        _finish(run, scope)


def _goes_on(run: Run, token: TokenState, loop: Node, done: int) -> bool:
    most = loop.attributes.get("loopMaximum", "").strip()
    if (most.isdigit() and done >= int(most)) or done >= MOST_RUNS:
        return False
    condition = loop.child("loopCondition")
    if condition is None or not condition.text.strip():
        return most.isdigit()
    return run.value(condition.text, run.home(token), element=token.element) is True
