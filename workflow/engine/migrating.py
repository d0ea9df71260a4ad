"""An instance goes on by another version of its process: what is open finds its place there, or why it cannot.  Pure.

Nothing is begun and nothing is over by a migration: every token, scope and variable stays.  Events that are no longer drawn
are listened for no more, those that are new from now on; one that stays keeps the time or name that it waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from workflow.bpmn.model import Element, Finding, Node, Process
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine.events import ROOT
from workflow.engine.listening import listen, root_scope
from workflow.engine.nodes.base import Trouble
from workflow.engine.parts import keeps_apart
from workflow.engine.run import Run
from workflow.engine.starving import starving
from workflow.engine.state import Mode, State, SubscriptionState, TokenState
from workflow.engine.world import World

MACHINES = ("hook", "external")
_WORK = ("type", "topic", "class", "delegateExpression", "expression")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is open: the element in the old version, in the new one (empty when there is none).

    `tokens` is how many stand there, or how many listen for that event.
    """

    element: str
    target: str
    tokens: int


@dataclass(slots=True)
class Plan:
    """What a migration would do.  With problems it does nothing: there are no events."""

    places: list[Place] = field(default_factory=list)
    heard: list[Place] = field(default_factory=list)  # events that are listened for elsewhere than where a token stands
    closed: list[str] = field(default_factory=list)  # events of the old version that are listened for no longer
    opened: list[str] = field(default_factory=list)  # events of the new version that are listened for from now on
    problems: list[Finding] = field(default_factory=list)
    events: list[ev.Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Change:
    """From one version to the other; what is not in the mapping keeps its id."""

    old: Process
    new: Process
    mapping: Mapping[str, str]

    def to(self, element: str) -> str:
        """The id in the new version, whether or not there is such an element."""
        return self.new.id if element == self.old.id else self.mapping.get(element, element)

    def pair(self, element: str) -> tuple[Element | None, Element | None]:
        """The element in both versions, as far as it is there."""
        return self.old.elements.get(element), self.new.elements.get(self.to(element))


def plan(old: Process, new: Process, state: State, mapping: Mapping[str, str], world: World) -> Plan:
    """What becomes of an instance that goes on by the new version.  The whole state is needed."""
    change = _Change(old, new, {a: b for a, b in mapping.items() if b})
    found = Plan()
    standing: dict[str, list[TokenState]] = {}
    for token in state.tokens.values():
        standing.setdefault(token.element, []).append(token)
    for element, tokens in standing.items():
        _old, there = change.pair(element)
        found.places.append(Place(element, there.id if there is not None else "", len(tokens)))
    found.problems += [problem for element in standing for problem in _element_problems(change, state, element)]
    flows = dict(_flows(change, state, found.problems))
    found.heard = _subscriptions(change, state)
    found.closed = [place.element for place in found.heard if not place.target]
    found.problems += _together(change, [*standing, *(place.element for place in found.heard if place.target)])
    if not found.problems:
        found.problems += _starving(change, state, flows, standing)
    if not found.problems:
        _carry_out(change, state, flows, world, found)
    return found


def _problem(element: Element | None, code: str, ja: str, en: str, name: str = "") -> Finding:
    where = element.id if element is not None else name
    return Finding("error", code, ja, en, where)


def _called(element: Element | None, element_id: str) -> str:
    return (element.name if element is not None else "") or element_id


def _element_problems(change: _Change, state: State, element: str) -> Iterator[Finding]:
    """Why what is open at an element cannot go on in the new version."""
    old, new = change.pair(element)
    name = _called(old, element)
    if old is None or new is None:
        yield _problem(
            old,
            "element_gone",
            f"「{name}」は新しい版にありません。対応する要素を選んでください。",
            f"“{name}” is not in the new version; choose the element that corresponds to it.",
            element,
        )
        return
    if old.type != new.type or old.is_event_scope != new.is_event_scope:
        yield _problem(
            old,
            "other_kind",
            f"「{name}」と「{_called(new, new.id)}」は種類が違います。",
            f"“{name}” and “{_called(new, new.id)}” are elements of different kinds.",
        )
    if change.to(old.parent) != new.parent:
        yield _problem(
            old,
            "other_scope",
            f"「{name}」は、新しい版では別のサブプロセスの中にあります。",
            f"In the new version “{name}” lies in another sub-process.",
        )
    if old.extension("itemKind") != new.extension("itemKind"):
        yield _problem(
            old,
            "other_item_kind",
            f"「{name}」は、新しい版では別の画面で行う作業です。",
            f"In the new version “{name}” is work of another kind, done on other pages.",
        )
    if _repetition(old) != _repetition(new):
        yield _problem(
            old,
            "other_repetition",
            f"「{name}」の繰返しの仕方が、新しい版では違います。",
            f"“{name}” is repeated otherwise in the new version.",
        )
    yield from _waiting_problems(state, old, new, name)


def _repetition(element: Element) -> tuple[str, bool] | None:
    loop = element.loop
    return (loop.name, loop.attributes.get("isSequential", "").strip() in ("true", "1")) if loop is not None else None


def _waiting_problems(state: State, old: Element, new: Element, name: str) -> Iterator[Finding]:
    """What tokens at an element wait for must be what the new version waits for."""
    kinds = {wait.kind for wait in state.waits.values() if wait.element == old.id}
    if "listener" in kinds:
        yield _problem(
            old,
            "in_listener",
            f"「{name}」のリスナーの処理中です。終わってから移行してください。",
            f"A listener of “{name}” is at work; migrate when it is done.",
        )
    if kinds.intersection(MACHINES) and _work(old.node) != _work(new.node):
        yield _problem(
            old,
            "other_work",
            f"「{name}」が機械に頼む作業が、新しい版では違います。終わってから移行してください。",
            f"The new version gives other work of “{name}” to machines; migrate when it is done.",
        )
    if "call" in kinds and _called_process(old) != _called_process(new):
        yield _problem(
            old,
            "other_call",
            f"「{name}」が呼び出す流れが、新しい版では違います。戻ってから移行してください。",
            f"In the new version “{name}” calls another process; migrate when the called one has come back.",
        )
    heard = {s.kind for s in state.subscriptions.values() if s.element == old.id}
    if not old.attached_to and heard - _listened(new):
        yield _problem(
            old,
            "other_event",
            f"「{name}」が待つものが、新しい版では違います。",
            f"In the new version “{name}” waits for something else.",
        )


def _called_process(element: Element) -> str:
    return element.attributes.get("calledElement", "").strip().rpartition(":")[2]


def _work(node: Node) -> tuple[str, ...]:
    return tuple(node.foreign(name) for name in _WORK)


def _listened(element: Element) -> set[str]:
    return {"message"} if element.type == "receiveTask" else {event.kind for event in element.events}


def _together(change: _Change, standing: Iterable[str]) -> Iterator[Finding]:
    """Two elements at which something is open, or that are listened for, do not become one."""
    first: dict[str, str] = {}
    for element in standing:
        other = first.setdefault(change.to(element), element)
        if other != element:
            a, b = (_called(change.old.elements.get(one), one) for one in (other, element))
            yield _problem(
                change.old.elements.get(element),
                "same_target",
                f"「{a}」と「{b}」が、新しい版の同じ要素になっています。",
                f"“{a}” and “{b}” are to become the same element.",
                element,
            )


def _flows(change: _Change, state: State, problems: list[Finding]) -> Iterator[tuple[str, str]]:
    """By which flow of the new version each token is held to have come; a join must know it."""
    for token in state.tokens.values():
        old, new = change.pair(token.element)
        if old is None or new is None or not token.via:
            continue
        via = _same_flow(change, token.via, new)
        if via or token.mode is not Mode.JOINING:
            yield str(token.id), via
        else:
            name = _called(old, old.id)
            problems.append(
                _problem(
                    old,
                    "join_flows",
                    f"合流「{name}」に着いている流れが、新しい版にありません。",
                    f"A flow by which a token has come to the join “{name}” is not in the new version.",
                )
            )


def _starving(
    change: _Change, state: State, flows: Mapping[str, str], standing: Mapping[str, object]
) -> Iterator[Finding]:
    """Joins for which something that is open is, or may come to be, waiting, and that no longer get all they wait for."""
    were = {change.to(join) for join in starving(change.old, state, lambda at: at, lambda token: token.via)}
    places = {change.to(element): element for element in standing}
    for join in starving(change.new, state, change.to, lambda token: flows.get(str(token.id), "")):
        if join not in were:
            name = _called(change.new.elements[join], join)
            yield _problem(
                None,
                "join_starves",
                f"合流「{name}」は新しい版では、もう来ない流れを待ち続けるか、待つものがなくなります。",
                f"In the new version the join “{name}” would wait for a flow by which nothing comes, or for none at all.",
                places.get(join, join),
            )


def _same_flow(change: _Change, via: str, new: Element) -> str:
    """The same flow in the new version, or the only one from the same element; empty when there is none."""
    if via in new.incoming:
        return via
    before = change.old.flows.get(via)
    source = change.to(before.source) if before is not None else ""
    found = [flow for flow in new.incoming if change.new.flows[flow].source == source]
    return found[0] if len(found) == 1 else ""


def _subscriptions(change: _Change, state: State) -> list[Place]:
    """What becomes of the events that are listened for; a token that stands at one has been looked at."""
    heard: dict[str, Place] = {}
    for found in state.subscriptions.values():
        standing = state.tokens.get(found.token)
        if standing is not None and standing.element == found.element:
            continue
        known = heard.get(found.element)
        kept = (known is None or bool(known.target)) and _is_kept(change, state, found)
        number = known.tokens + 1 if known is not None else 1
        heard[found.element] = Place(found.element, change.to(found.element) if kept else "", number)
    return list(heard.values())


def _is_kept(change: _Change, state: State, found: SubscriptionState) -> bool:
    old, new = change.pair(found.element)
    if old is None or new is None or found.kind not in _listened(new) or not _same_event(change, old, new):
        return False
    if old.type in ("boundaryEvent", "startEvent"):
        return True
    gateway = state.tokens.get(found.token)
    return gateway is not None and change.to(gateway.element) in _sources(change.new, new)


def _same_event(change: _Change, old: Element, new: Element) -> bool:
    """Whether it is the same event, on the edge of the same activity or the beginning of the same event sub-process."""
    if old.type != new.type or old.interrupts != new.interrupts or change.to(old.attached_to) != new.attached_to:
        return False
    if old.type != "startEvent":
        return True
    around, there = change.old.elements.get(old.parent), change.new.elements.get(new.parent)
    if around is None or there is None:
        return False
    return around.is_event_scope and there.is_event_scope and change.to(around.parent) == there.parent


def _sources(process: Process, element: Element) -> set[str]:
    return {process.flows[flow].source for flow in element.incoming}


def _known(change: _Change) -> frozenset[str]:
    """Events of the new version that the old one had already: those that are not listened for have happened."""
    found = set()
    for old in change.old.elements.values():
        new = change.new.elements.get(change.to(old.id))
        if new is None or not _same_event(change, old, new) or _listened(old) != _listened(new):
            continue
        if old.type in ("boundaryEvent", "startEvent") or {change.to(s) for s in _sources(change.old, old)} & _sources(
            change.new, new
        ):
            found.add(new.id)
    return frozenset(found)


def _carry_out(change: _Change, state: State, flows: dict[str, str], world: World, found: Plan) -> None:
    """The events, worked out with the new version; times and names of new events may make no sense."""
    run = Run(change.new, state, world)
    gone = [s.id for s in state.subscriptions.values() if s.element in found.closed]
    run.emit(*(inner.SubscriptionClosed(number) for number in gone))
    elements = {place.element: place.target for place in [*found.places, *found.heard] if place.target}
    elements |= {scope.element: change.to(scope.element) for scope in state.scopes.values() if scope.element}
    run.emit(inner.InstanceMigrated(elements, flows))
    for scope in [scope for scope in run.draft.scopes.values() if scope.notes.get("apart")]:
        if not keeps_apart(change.new, change.new.elements[scope.element], int(scope.notes["total"])):
            run.emit(inner.ScopeNoted(scope.id, {"apart": False}))  # its runs have to do with others from now on
    before = {(s.token, s.scope, s.element) for s in run.draft.subscriptions.values()}
    try:
        _listen(run, _known(change))
    except Trouble as odd:
        found.problems.append(Finding("error", odd.code, odd.ja, odd.en))
        return
    fresh = [s for s in run.draft.subscriptions.values() if (s.token, s.scope, s.element) not in before]
    found.opened = list(dict.fromkeys(s.element for s in fresh))
    found.events = run.events


def _listen(run: Run, known: frozenset[str]) -> None:
    """Listen for all that the new version has and the old one had not.  Raises Trouble."""
    for token in list(run.draft.tokens.values()):
        wait = run.draft.waits.get(token.id)
        if token.mode not in (Mode.WAITING, Mode.HOSTING) or (wait is not None and wait.kind == "async"):
            continue
        scope = run.draft.scopes[token.scope]
        if run.element(token).type == "eventBasedGateway":
            flows = run.element(token).outgoing
            events = [run.process.elements[run.process.flows[flow].target] for flow in flows]
        elif scope.kind == "child" and scope.element == token.element:
            continue  # the events on the edge are those of the whole
        else:
            events = run.process.attached(token.element)
        for event in events:
            if event.id not in known:
                listen(run, event, token=token.id, scope=token.scope, at=run.home(token))
    for scope in list(run.draft.scopes.values()):
        if scope.id == ROOT or scope.kind in ("embedded", "event"):
            _listen_within(run, scope.id, known)


def _listen_within(run: Run, scope: str, known: frozenset[str]) -> None:
    """Event sub-processes; none where one that interrupts runs already."""
    running = {s.element for s in run.draft.scopes.values() if s.parent == scope and s.kind == "event"}
    parts = [part for part in run.process.inside(root_scope(run, scope)) if part.is_event_scope]
    starts = [start for part in parts for start in run.process.inside(part.id) if start.type == "startEvent"]
    if any(start.interrupts and start.parent in running for start in starts):
        return
    for start in starts:
        if start.id not in known:
            listen(run, start, token=0, scope=scope)
