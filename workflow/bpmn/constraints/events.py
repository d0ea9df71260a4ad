"""Events: which there may be where, and what is around them (BPMN 2.0.2, 10.5).  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.constraints.tree import EVENTS, SUBPROCESSES, Tree, children, local, texts
from workflow.bpmn.model import Finding, Node

TOP_START = frozenset({"message", "timer", "conditional", "signal"})
EVENT_START = TOP_START | {"escalation", "error", "compensate"}
CATCH = frozenset({"message", "timer", "conditional", "link", "signal"})
THROW = frozenset({"message", "escalation", "link", "compensate", "signal"})
END = frozenset({"message", "error", "escalation", "cancel", "compensate", "signal", "terminate"})
BOUNDARY = frozenset({"message", "timer", "escalation", "error", "cancel", "compensate", "conditional", "signal"})
ALWAYS_INTERRUPTS = frozenset({"error", "cancel", "compensate"})


def _where(tree: Tree, event: Node) -> str:
    """top: of a process; event: of an event sub-process; inner: of another sub-process."""
    container = tree.parent(event)
    if container is None or container.name not in SUBPROCESSES:
        return "top"
    return "event" if container.attributes.get("triggeredByEvent") == "true" else "inner"


def kinds(tree: Tree) -> Iterator[Finding]:
    """10.5, tables 10.84 to 10.93: which definitions an event may have where."""
    for event in tree.of(*sorted(EVENTS)):
        triggers, where = tree.triggers(event), _where(tree, event)
        referred = [text for text in texts(event, "eventDefinitionRef") if text not in tree.by_id]
        allowed = {
            "startEvent": {"top": TOP_START, "event": EVENT_START, "inner": frozenset()}[where],
            "intermediateCatchEvent": CATCH,
            "intermediateThrowEvent": THROW,
            "endEvent": END,
            "boundaryEvent": BOUNDARY,
        }[event.name]
        wrong = [trigger for trigger in triggers if trigger not in allowed]
        if wrong:
            yield tree.broken(
                event,
                "event_kind",
                f"「{{}}」({event.name})は、ここでは {wrong[0]} の出来事にできません。",
                f"“{{}}” ({event.name}) cannot be a {wrong[0]} event here.",
            )
        needs = event.name in ("boundaryEvent", "intermediateCatchEvent") or (
            event.name == "startEvent" and where == "event"
        )
        if needs and not triggers and not referred:
            yield tree.broken(
                event,
                "event_without",
                "「{}」が何を待つのか(種類)がありません。",
                "“{}” does not say what it waits for.",
            )


def cancelling(tree: Tree) -> Iterator[Finding]:
    """10.5.3, 10.5.4: cancelling is for transactions; error, cancel and compensation always interrupt."""
    for event in tree.of("endEvent"):
        container = tree.parent(event)
        if "cancel" in tree.triggers(event) and (container is None or container.name != "transaction"):
            yield tree.broken(
                event,
                "cancel_end",
                "「{}」の取消しの終了は、取引の中だけで使えます。",
                "The cancel end “{}” is only for transactions.",
            )
    for event in tree.of("boundaryEvent"):
        triggers, host = tree.triggers(event), tree.target(event, "attachedToRef")
        if "cancel" in triggers and (host is None or host.name != "transaction"):
            yield tree.broken(
                event,
                "cancel_boundary",
                "「{}」の取消しは、取引にだけ付けられます。",
                "The cancel event “{}” is only for transactions.",
            )
        if event.attributes.get("cancelActivity") == "false" and set(triggers) & ALWAYS_INTERRUPTS:
            yield tree.broken(
                event,
                "always_interrupts",
                "「{}」は必ず割り込む種類なので、cancelActivity=false にできません。",
                "“{}” always interrupts: cancelActivity=false is not allowed.",
            )
    for event in tree.of("startEvent"):
        if event.attributes.get("isInterrupting") == "false" and set(tree.triggers(event)) & {"error", "compensate"}:
            yield tree.broken(
                event,
                "always_interrupts",
                "「{}」は必ず割り込む種類なので、isInterrupting=false にできません。",
                "“{}” always interrupts: isInterrupting=false is not allowed.",
            )


def boundaries(tree: Tree) -> Iterator[Finding]:
    """10.5.4: a boundary event leads on; one for compensation leads, by an association, to what undoes."""
    for event in tree.of("boundaryEvent"):
        if "compensate" not in tree.triggers(event):
            if not tree.outgoing(event):
                yield tree.broken(event, "boundary_end", "「{}」から出る流れがありません。", "No flow leaves “{}”.")
            continue
        undoing = [
            tree.target(association, "targetRef")
            for association in tree.of("association")
            if local(association.attributes.get("sourceRef", "")) == event.id
        ]
        if tree.outgoing(event) or not any(
            node is not None and node.attributes.get("isForCompensation") == "true" for node in undoing
        ):
            yield tree.broken(
                event,
                "compensation_handler",
                "「{}」から、取り消す作業(isForCompensation)へ関連線を引いてください。",
                "An association must lead from “{}” to an activity for compensation.",
            )


def event_subprocesses(tree: Tree) -> Iterator[Finding]:
    """10.2.5.3: an event sub-process has exactly one start."""
    for node in tree.of(*sorted(SUBPROCESSES)):
        if node.attributes.get("triggeredByEvent") == "true" and len(list(children(node, "startEvent"))) != 1:
            yield tree.broken(
                node, "event_subprocess", "「{}」には開始がちょうど1つ必要です。", "“{}” needs exactly one start event."
            )


RULES = (kinds, cancelling, boundaries, event_subprocesses)
