"""What events wait for and what they carry (BPMN 2.0.2, 10.5.5).  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow.bpmn.constraints.tree import CATCHES, EVENTS, Tree, children, same_structure
from workflow.bpmn.model import Finding, Node
from workflow.engine.timers import unreadable

DATE = re.compile(r"[+-]?\d{4,}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?")
# ISO 8601, and business days: P5BD, 5営業日.
DURATION = re.compile(
    r"-?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+W)?(\d+BD)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?|\d+\s*営業日"
)
_EXPRESSION = re.compile(r"^\s*(=|[$#]\{)")
_CRON = re.compile(r"\S+(\s+\S+){4,6}")


def timers(tree: Tree) -> Iterator[Finding]:
    """10.5.5.3: exactly one of date, duration and cycle, as ISO 8601 or an expression; and one that can be reckoned with."""
    for definition in tree.of("timerEventDefinition"):
        given = list(children(definition, "timeDate", "timeDuration", "timeCycle"))
        if len(given) > 1 or (not given and tree.is_executable(definition)):
            yield tree.broken(
                definition,
                "timer",
                "「{}」の時間は、日時・期間・繰返しのどれか1つです。",
                "The timer of “{}” needs exactly one of date, duration and cycle.",
            )
        for node in given:
            text = node.text.strip()
            if not text or _EXPRESSION.match(text):
                continue
            odd = unreadable(node.name, text)
            if not _is_time(node.name, text):
                yield tree.broken(
                    node,
                    "timer_text",
                    f"「{{}}」の{node.name}「{text[:40]}」が読めません。ISO 8601か、= で始まる式で書いてください。",
                    f"{node.name} “{text[:40]}” of “{{}}” is neither ISO 8601 nor an expression (=…).",
                )
            elif odd is not None:
                yield tree.broken(
                    node,
                    "timer_unreadable",
                    f"「{{}}」の{node.name}: {odd.ja}",
                    f"{node.name} of “{{}}”: {odd.en}",
                    level="error",
                )


def _is_time(kind: str, text: str) -> bool:
    if kind == "timeDate":
        return DATE.fullmatch(text) is not None
    if kind == "timeDuration":
        return DURATION.fullmatch(text) is not None
    if not text.startswith("R"):
        return _CRON.fullmatch(text) is not None or DURATION.fullmatch(text) is not None
    count, *parts = text[1:].split("/")
    return (
        (not count or count.isdigit())
        and 1 <= len(parts) <= 2
        and all(DATE.fullmatch(part) or DURATION.fullmatch(part) for part in parts)
        and any(DURATION.fullmatch(part) for part in parts)
    )


def messages(tree: Tree) -> Iterator[Finding]:
    """10.5.5.7: in a process that is executed, a message event names its message."""
    for definition in tree.of("messageEventDefinition"):
        if "messageRef" not in definition.attributes and _is_used(tree, definition):
            yield tree.broken(
                definition, "message_missing", "「{}」の伝言(messageRef)がありません。", "“{}” names no message."
            )


def _is_used(tree: Tree, definition: Node) -> bool:
    """Extensions of engines may say what is to be done instead of a message."""
    return tree.is_executable(definition) and all(":" in name or "{" not in name for name in definition.attributes)


def codes(tree: Tree) -> Iterator[Finding]:
    """10.5.5.4, 10.5.5.5: what is thrown has a code by which it is caught."""
    for event in tree.of("endEvent", "intermediateThrowEvent"):
        for definition in tree.definitions_of(event):
            if definition.name == "escalationEventDefinition":
                thrown, code = tree.target(definition, "escalationRef"), "escalationCode"
            elif definition.name == "errorEventDefinition":
                thrown, code = tree.target(definition, "errorRef"), "errorCode"
            else:
                continue
            if tree.is_executable(event) and (thrown is None or not thrown.attributes.get(code)):
                yield tree.broken(
                    event,
                    "code_missing",
                    f"「{{}}」が投げるものに{code}がありません。",
                    f"What “{{}}” throws has no {code}.",
                )


def links(tree: Tree) -> Iterator[Finding]:
    """10.5.5.6: a link goes to one place of the same process or sub-process, and comes from at least one."""
    ends: dict[tuple[int, str], dict[str, list[Node]]] = {}
    for event in tree.of("intermediateCatchEvent", "intermediateThrowEvent"):
        for definition in tree.definitions_of(event):
            if definition.name == "linkEventDefinition":
                key = (id(tree.parent(event)), definition.attributes.get("name", ""))
                ends.setdefault(key, {}).setdefault(event.name, []).append(event)
    for found in ends.values():
        throws, catches = found.get("intermediateThrowEvent", []), found.get("intermediateCatchEvent", [])
        for event in throws if len(catches) != 1 else []:
            yield tree.broken(
                event,
                "link_target",
                "リンク「{}」の行き先が、ちょうど1つではありません。",
                "Link “{}” does not have exactly one target.",
            )
        for event in catches if not throws else []:
            yield tree.broken(event, "link_source", "リンク「{}」の出元がありません。", "Nothing links to “{}”.")
        for event in [e for e in throws if tree.outgoing(e)] + [e for e in catches if tree.incoming(e)]:
            yield tree.broken(
                event,
                "link_flow",
                "リンク「{}」の続きは、もう一方の端にあります。ここに流れは引けません。",
                "Link “{}” goes on at its other end: no flow may leave (lead to) it here.",
            )


def several(tree: Tree) -> Iterator[Finding]:
    """10.5.1: an event with data has one datum for each of its definitions, of the same structure."""
    for event in tree.of(*sorted(EVENTS)):
        name = "dataOutput" if event.name in CATCHES else "dataInput"
        given, definitions = list(children(event, name)), tree.definitions_of(event)
        carrying = [node for node in definitions if node.name.startswith(("message", "signal", "escalation", "error"))]
        if given and len(given) != len(carrying):
            yield tree.broken(
                event,
                "event_data",
                f"「{{}}」の{name}の数が、出来事の種類の数と合いません。",
                f"“{{}}” needs one {name} for each of its event definitions.",
            )
        elif len(given) == 1 and not _fits(tree, given[0], carrying[0]):
            yield tree.broken(
                event,
                "event_data_type",
                f"「{{}}」の{name}の型が、運ばれるものの型と合いません。",
                f"The {name} of “{{}}” is of another type than what the event carries.",
            )


def _fits(tree: Tree, datum: Node, definition: Node) -> bool:
    carried = next(
        (
            node
            for name in ("messageRef", "signalRef", "escalationRef", "errorRef")
            if (node := tree.target(definition, name))
        ),
        None,
    )
    if carried is None:
        return True
    theirs = tree.target(carried, "itemRef" if carried.name == "message" else "structureRef")
    ours = tree.target(datum, "itemSubjectRef")
    return same_structure(ours, theirs) if ours is not None and theirs is not None else True


def carried(tree: Tree) -> Iterator[Finding]:
    """10.5.1: the event of a message that carries something has a place for it."""
    for event in tree.of(*sorted(EVENTS)):
        name = "dataOutput" if event.name in CATCHES else "dataInput"
        for definition in tree.definitions_of(event):
            message = tree.target(definition, "messageRef") if definition.name == "messageEventDefinition" else None
            if message is not None and tree.target(message, "itemRef") and not list(children(event, name)):
                yield tree.broken(
                    event,
                    "message_data",
                    f"「{{}}」の伝言は中身をもつので、{name}を置いてください。",
                    f"The message of “{{}}” carries something: the event should have a {name}.",
                    level="warning",
                )


def conditional(tree: Tree) -> Iterator[Finding]:
    """10.5.5.2: a conditional event has a condition."""
    for definition in tree.of("conditionalEventDefinition"):
        if not any(child.text.strip() for child in children(definition, "condition")):
            yield tree.broken(definition, "event_condition", "「{}」の条件がありません。", "“{}” has no condition.")


RULES = (timers, messages, codes, links, several, carried, conditional)
