"""One call of the engine: events so far, the state they give, and the tokens still to be moved.  Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from workflow import expressions
from workflow.bpmn.model import Element, Node, Process
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine import listeners
from workflow.engine.draft import Draft
from workflow.engine.events import ROOT
from workflow.engine.guard import checked_variables
from workflow.engine.nodes.base import NodeType, Trouble, node_type
from workflow.engine.parts import Incomplete
from workflow.engine.state import Mode, ScopeState, State, Status, TokenState
from workflow.engine.world import World


class Run:
    """Node types act through it; whatever they let happen is an event."""

    def __init__(self, process: Process, state: State, world: World) -> None:
        self.process = process
        self.world = world
        self.draft = Draft(state)
        self.events: list[ev.Event] = []
        self.moving: deque[int] = deque()
        self.throwing: deque[int] = deque()  # tokens before an event that throws a signal: all others go first
        self.steps = 0
        self.touched: dict[str, None] = {}  # scopes that a token left: they may be over
        self.written: dict[str, set[str]] = {}  # variables set in this call: created, updated, or both
        self.fresh: set[int] = set()  # subscriptions opened in this call: their conditions are asked in any case
        self.changed = False  # a variable was set or a condition is new: conditions are asked again

    # --- what happens

    def emit(self, *events: ev.Event) -> None:
        """Let events happen; a token that goes along a flow or is placed anew has to be moved on."""
        for event in events:
            self.events.append(event)
            if isinstance(event, ev.TokenEnded | ev.ElementVoided | inner.TokenMerged):
                self.touched[self.draft.tokens[event.token].scope] = None
            elif isinstance(event, ev.VariablesSet):
                there = self.draft.variables.get(event.scope, {})
                for name in event.variables:
                    self.written.setdefault(name, set()).add("update" if name in there else "create")
            self.draft.apply(event)
            if isinstance(event, ev.FlowTaken):
                self.moving.append(event.new)
            elif isinstance(event, ev.TokenPlaced):
                self.moving.append(event.token)
            elif isinstance(event, ev.VariablesSet):
                self.changed = True
            elif isinstance(event, inner.SubscriptionOpened):
                self.fresh.add(event.subscription)

    def token(self, number: int) -> TokenState:
        """A token as it is now."""
        return self.draft.tokens[number]

    def element(self, token: TokenState) -> Element:
        """Where a token stands."""
        return self.process.elements[token.element]

    def kind(self, token: TokenState) -> NodeType:
        """The node type at a token.  Raises Trouble when the engine cannot execute what stands there."""
        element = self.process.elements.get(token.element)
        if element is None:
            raise Trouble(
                "no_element", f"要素「{token.element}」がありません。", f"There is no element “{token.element}”."
            )
        found = node_type(element.type)
        if found is None:
            raise Trouble(
                "unsupported", f"「{element.type}」は実行できません。", f"“{element.type}” cannot be executed."
            )
        return found

    def place(self, element: str, scope: str = ROOT, *, via: str = "", done: bool = False) -> int:
        """Put a new token before an element; its number."""
        number = self.draft.counters["token"]
        self.emit(ev.TokenPlaced(number, element, scope, via, done))
        return number

    def wait(self, token: int, kind: str, details: Mapping[str, Any] | None = None) -> None:
        """Let a token wait for work outside."""
        self.emit(ev.WaitOpened(token, self.token(token).element, kind, details or {}))

    def go_on(self, token: int) -> None:
        """What a token did is done; it is moved on."""
        self.emit(inner.WorkDone(token, self.token(token).element))
        self.moving.append(token)

    def leave(self, token: int, ways: Iterable[str]) -> None:
        """The token leaves along these flows; without any it ends here, as BPMN says of a node without outgoing flow.

        It may have to wait before: for a save point, or for what listens.  Raises Trouble.
        """
        ways = tuple(ways)
        if not self._may_leave(token, ways):
            return
        at = self.token(token)
        for found in self.draft.listening(token):
            self.emit(inner.SubscriptionClosed(found.id))
        self.emit(ev.ElementLeft(token, at.element))
        if not ways:
            self.emit(ev.TokenEnded(token, at.element))
        for number, flow in enumerate(ways):
            new = token if number == 0 else self.draft.counters["token"]
            self.emit(ev.FlowTaken(token, flow, self.process.flows[flow].target, new))

    def _may_leave(self, token: int, ways: tuple[str, ...]) -> bool:
        """Whether nothing holds a token back; activities see to their own end themselves."""
        if not self.kind(self.token(token)).is_activity:
            if not listeners.over(self, token):
                return False
            if listeners.waits_after(self, self.token(token)):
                listeners.hold(self, token, "after")
                return False
        return listeners.taken(self, token, ways)

    # --- variables

    def home(self, token: TokenState) -> str:
        """The innermost scope whose variables a token sees."""
        return token.local or token.scope

    def variables(self, scope: str) -> Mapping[str, Any]:
        """All that is visible in a scope; inner names hide outer ones."""
        if scope == ROOT:
            return self.draft.variables.get(ROOT, {})
        found: dict[str, Any] = {}
        for at in reversed(list(self.draft.chain(scope))):
            found.update(self.draft.variables.get(at.id, {}))
        return found

    def set_variables(self, given: Mapping[str, Any], scope: str = ROOT) -> None:
        """Set each where it is known, looking outwards from a scope; what is known nowhere belongs to the instance."""
        homes: dict[str, dict[str, Any]] = {}
        for name, value in given.items():
            known = (s.id for s in self.draft.chain(scope) if name in self.draft.variables.get(s.id, {}))
            homes.setdefault(next(known, ROOT), {})[name] = value
        for home, values in homes.items():
            self.set_local(values, home)

    def set_local(self, given: Mapping[str, Any], scope: str) -> None:
        """Set variables of this very scope, checked."""
        values = checked_variables(given, self.draft.variables.get(scope, {}))
        if values:
            self.emit(ev.VariablesSet(values, scope))

    def value(self, text: str, scope: str, *, element: str = "") -> Any:
        """The value of an expression in a scope.  Raises Trouble."""
        return self.value_in(text, self.variables(scope), element=element)

    def value_in(self, text: str, values: Mapping[str, Any], *, element: str = "") -> Any:
        """The value of an expression with these variables.  Raises Trouble."""
        try:
            return expressions.evaluate(
                text,
                values,
                names=self.process.names,
                now=self.world.now,
                facts=self.world.facts,
                element=element,
            )
        except expressions.ExpressionError as odd:
            name = self.called(element)
            raise Trouble(
                "expression_error", f"「{name}」の式: {odd.ja}", f"The expression of “{name}”: {odd.en}"
            ) from odd

    def act(self, text: str, scope: str, *, element: str, event: str = "", of_task: bool = False) -> expressions.Acted:
        """The value of an expression that may set variables: of work, or (with `event`) of a listener.  Raises Trouble."""
        facts, task = self.world.facts, self.world.facts.task
        if not of_task or task is None or task.get("taskDefinitionKey") != element:
            facts = replace(facts, task=None)
        try:
            return expressions.act(
                text, self.variables(scope), now=self.world.now, facts=facts, element=element, event=event
            )
        except expressions.ExpressionError as odd:
            name = self.called(element)
            if not event:
                raise Trouble(
                    "expression_error", f"「{name}」の式: {odd.ja}", f"The expression of “{name}”: {odd.en}"
                ) from odd
            raise Trouble(
                "listener_error",
                f"「{name}」のリスナー({event}): {odd.ja}",
                f"The listener “{event}” of “{name}”: {odd.en}",
            ) from odd

    def text(self, text: str, scope: str, *, element: str = "") -> Any:
        """A text of the model: as it stands, or the value of the expression that it is.  Raises Trouble."""
        if expressions.is_template(text) or text.startswith("="):
            return self.value(text, scope, element=element)
        return text

    def called(self, element: str) -> str:
        """What people call an element."""
        found = self.process.elements.get(element)
        return (found.name if found is not None else "") or element

    def data_name(self, ref: str) -> str:
        """The name of the variable that a data object, property, or reference to one stands for."""
        wanted = ref.strip().rpartition(":")[2]
        for node in self.process.memo.setdefault("data", _data(self.process)):
            if node.id == wanted:
                behind = node.attributes.get("dataObjectRef", "").rpartition(":")[2]
                return str(node.attributes.get("name", "").strip() or (self.data_name(behind) if behind else wanted))
        return wanted

    # --- scopes

    def open_scope(
        self, token: TokenState, kind: str, *, parent: str = "", notes: Mapping[str, Any] | None = None
    ) -> str:
        """A new scope that a token opens at its element; its id."""
        scope = f"s{self.draft.counters['scope']}"
        self.emit(
            inner.ScopeOpened(scope, parent or self.home(token), token.element, token.id, kind, dict(notes or {}))
        )
        return scope

    def hosted(self, token: int) -> list[ScopeState]:
        """The scopes that a token opened, those of its own variables left out."""
        return [s for s in self.draft.scopes.values() if s.token == token and s.kind != "local" and s.id != ROOT]

    def void(self, number: int, reason: str) -> None:
        """Call off what a token does; the token is gone afterwards, with all that it opened."""
        token = self.token(number)
        if token.mode is Mode.INCIDENT:
            self.emit(ev.IncidentResolved(number, token.element))
        if number in self.draft.waits and token.mode is Mode.WAITING:
            self.emit(ev.WaitClosed(number, token.element, done=False))
        for scope in self.hosted(number):
            if scope.id in self.draft.scopes:
                self.clear(scope.id, reason)
                self.emit(inner.ScopeClosed(scope.id))
        for found in self.draft.listening(number):
            self.emit(inner.SubscriptionClosed(found.id))
        if token.local:
            self.emit(inner.ScopeClosed(token.local))
        self.emit(ev.ElementVoided(number, token.element, reason))

    def clear(self, scope: str, reason: str) -> None:
        """Call off everything within a scope; it stays open, and listens no longer.  Raises Incomplete."""
        if scope in self.draft.absent:
            raise Incomplete(scope)
        for token in self.draft.tokens_in(scope):
            if token.id in self.draft.tokens:
                self.void(token.id, reason)
        for child in [s for s in self.draft.scopes.values() if s.parent == scope and s.kind == "child"]:
            self.clear(child.id, reason)
            self.emit(inner.ScopeClosed(child.id))
        for found in [s for s in self.draft.subscriptions.values() if s.scope == scope]:
            self.emit(inner.SubscriptionClosed(found.id))

    def trouble(self, number: int, trouble: Trouble) -> None:
        """The model makes no sense here: the token waits until somebody mends it."""
        token = self.token(number)
        self.emit(ev.IncidentRaised(number, token.element, trouble.code, trouble.ja, trouble.en))

    @property
    def running(self) -> bool:
        """Whether the instance goes on."""
        return self.draft.status is Status.RUNNING


def _data(process: Process) -> list[Node]:
    names = ("dataObject", "dataObjectReference", "property", "dataInput", "dataOutput")
    return [node for node in process.node.walk() if any(node.is_bpmn(name) for name in names)]
