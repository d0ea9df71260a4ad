"""What all activities have in common: repetition, save points, variables of their own, events on their edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from workflow.bpmn.model import Element, Node, Process
from workflow.engine import announcing, listeners, loops
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine.listening import listen
from workflow.engine.mappings import close_local, open_local
from workflow.engine.nodes.base import NodeType, open_ways

if TYPE_CHECKING:
    from workflow.engine.run import Run
    from workflow.engine.state import TokenState


class Activity(NodeType):
    """`begin` does the work of one run; it may wait, open a scope, or call `run.go_on`."""

    is_activity: ClassVar[bool] = True
    children: ClassVar[frozenset[str]] = frozenset(
        {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "dataObject", "dataObjectReference"}
    )

    def refused(self, process: Process, element: Element) -> Iterator[tuple[Node, str]]:
        """Repetition too has parts that the engine may not know."""
        yield from super().refused(process, element)
        yield from refused_repetition(process, element)

    def on_enter(self, run: Run, token: int) -> None:
        """Save point, then the whole of a repeated activity, or one run."""
        found = run.token(token)
        if not _is_run(run, found) and listeners.waits_before(run, found):
            listeners.hold(run, token, "before")
            return
        if loops.is_repeated(run, found):
            self.edges(run, token)
            loops.begin(run, token)
            return
        if not found.local:
            open_local(run, token)
        if not _is_run(run, found):
            self.edges(run, token)
        if listeners.began(run, token):
            self.begin(run, token)

    def edges(self, run: Run, token: int) -> None:
        """Listen for the boundary events; those that are listened for already (a retry) are left alone.  Raises Trouble."""
        found = run.token(token)
        heard = {subscription.element for subscription in run.draft.listening(token)}
        for boundary in run.process.attached(found.element):
            if boundary.id not in heard:
                listen(run, boundary, token=token, scope=found.scope, at=run.home(found))

    def begin(self, run: Run, token: int) -> None:
        """Do the work; by default there is none."""
        run.go_on(token)

    def on_complete(self, run: Run, token: int) -> None:
        """Hand the results over, then leave along the ways that are open; a run of repeated work just ends."""
        found = run.token(token)
        if (
            not loops.is_repeated(run, found)
            and listeners.save_point(found) != "after"
            and not listeners.over(run, token)
        ):
            return
        close_local(run, token)
        if _is_run(run, found):
            for heard in run.draft.listening(token):
                run.emit(inner.SubscriptionClosed(heard.id))
            run.emit(ev.ElementLeft(token, found.element), ev.TokenEnded(token, found.element))
            return
        ways = open_ways(run, token)
        if listeners.waits_after(run, found):
            for heard in run.draft.listening(token):
                run.emit(inner.SubscriptionClosed(heard.id))  # its work is done: nothing on its edge interrupts it now
            listeners.hold(run, token, "after")
            return
        run.leave(token, ways)


def refused_repetition(process: Process, element: Element) -> Iterator[tuple[Node, str]]:
    """The parts of loop characteristics that the engine cannot execute."""
    loop = element.loop
    if loop is None:
        return
    yield from announcing.refused(process, loop)
    most = loop.attributes.get("loopMaximum", "").strip()
    if most and not most.isdigit():
        yield loop, f'loopMaximum="{most}"'


def _is_run(run: Run, token: TokenState) -> bool:
    """Whether the token is one run of repeated work."""
    scope = run.draft.scopes[token.scope]
    return scope.kind == "child" and scope.element == token.element
