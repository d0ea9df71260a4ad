"""Activities, loops and what they call (BPMN 2.0.2, 10.3).  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from workflow.bpmn.constraints.tree import ACTIVITIES, SUBPROCESSES, Tree, children, local, same_structure, texts
from workflow.bpmn.model import Finding, Node

LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_MIME = re.compile(r"[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(\s*;.*)?")


def quantities(tree: Tree) -> Iterator[Finding]:
    """10.3.1: quantities are at least one."""
    for node in tree.nodes:
        for name in ("startQuantity", "completionQuantity"):
            value = node.attributes.get(name)
            if value is not None and (not value.lstrip("-").isdigit() or int(value) < 1):
                yield tree.broken(
                    node,
                    "quantity",
                    f"「{{}}」の{name}は1以上です(いま{value})。",
                    f"{name} of “{{}}” must be 1 or more.",
                )


def loops(tree: Tree) -> Iterator[Finding]:
    """10.3.8: one kind of repetition; how often, or over what; what decides when it is over."""
    for node in tree.of(*sorted(ACTIVITIES)):
        found = list(children(node, *LOOPS))
        if len(found) > 1:
            yield tree.broken(node, "two_loops", "「{}」に繰返しが2つあります。", "“{}” has two kinds of repetition.")
        for loop in found:
            if loop.name == "multiInstanceLoopCharacteristics":
                yield from _instances(tree, node, loop)
            most = loop.attributes.get("loopMaximum", "").strip()
            if most and (not most.lstrip("+-").isdigit() or int(most) < 0):
                yield tree.broken(
                    loop,
                    "loop_maximum",
                    f"「{{}}」の繰返しの上限(loopMaximum)が{most}です。",
                    f"loopMaximum of “{{}}” is {most}.",
                )


def _instances(tree: Tree, activity: Node, loop: Node) -> Iterator[Finding]:
    behavior = loop.attributes.get("behavior", "All")
    complex_ = list(children(loop, "complexBehaviorDefinition"))
    if complex_ and behavior != "Complex":
        yield tree.broken(
            loop,
            "complex_behavior",
            "「{}」の complexBehaviorDefinition は behavior=Complex のときだけです。",
            "complexBehaviorDefinition of “{}” is only for behavior=Complex.",
        )
    if behavior == "Complex" and not complex_:
        yield tree.broken(
            loop,
            "complex_behavior",
            "「{}」の behavior=Complex に定義がありません。",
            "behavior=Complex of “{}” lacks its definition.",
        )
    wanted = {"One": "oneBehaviorEventRef", "None": "noneBehaviorEventRef"}.get(behavior)
    if wanted and tree.target(loop, wanted) is None:
        yield tree.broken(
            loop, "behavior_event", f"「{{}}」の{wanted}がありません。", f"“{{}}” lacks {wanted}.", level="warning"
        )
    for name, kind, item in (
        ("loopDataInputRef", "dataInput", "inputDataItem"),
        ("loopDataOutputRef", "dataOutput", "outputDataItem"),
    ):
        for reference in texts(loop, name):
            yield from _collection(tree, activity, loop, tree.by_id.get(reference), name, kind, item)


def _collection(
    tree: Tree, activity: Node, loop: Node, datum: Node | None, name: str, kind: str, item: str
) -> Iterator[Finding]:
    plain = (kind, "dataObject", "dataObjectReference", "property")
    own = activity.name not in SUBPROCESSES and datum is not None and datum.name not in plain
    if datum is None or own:
        yield tree.broken(
            loop,
            "loop_data",
            f"「{{}}」の{name}は、その作業の{kind}でなければなりません。",
            f"{name} of “{{}}” must be a {kind} of it.",
        )
        return
    each = next(children(loop, item), None)
    if each is None or "itemSubjectRef" not in each.attributes or "itemSubjectRef" not in datum.attributes:
        return
    if not same_structure(tree.target(datum, "itemSubjectRef"), tree.target(each, "itemSubjectRef")):
        yield tree.broken(
            loop,
            "loop_item",
            f"「{{}}」の{item}の型が、集まりの型と合いません。",
            f"{item} of “{{}}” is of another type than the collection.",
        )


def scripts(tree: Tree) -> Iterator[Finding]:
    """10.3.3.7: a script says in which language it is written."""
    for node in tree.of("scriptTask"):
        if list(children(node, "script")) and not node.attributes.get("scriptFormat"):
            yield tree.broken(
                node,
                "script_format",
                "「{}」のスクリプトの言語(scriptFormat)がありません。",
                "“{}” does not say the language of its script.",
                level="warning",
            )


def resources(tree: Tree) -> Iterator[Finding]:
    """10.3.1.1: a resource by reference or by expression, not by both."""
    for node in tree.nodes:
        both = [list(children(node, name)) for name in ("resourceRef", "resourceAssignmentExpression")]
        if all(both):
            yield tree.broken(
                node,
                "resource_twice",
                "「{}」の担当は、resourceRef か式のどちらか一方で指定します。",
                "“{}” names its resource both by reference and by expression.",
            )
        if list(children(node, "resourceParameterBinding")) and not both[0]:
            yield tree.broken(
                node,
                "resource_binding",
                "「{}」の担当の引数(resourceParameterBinding)には resourceRef が要ります。",
                "Parameters of the resource of “{}” need a resourceRef.",
            )


def subprocesses(tree: Tree) -> Iterator[Finding]:
    """10.3.5: ad-hoc sub-processes hold activities and neither start nor end; a transaction's method is a URI."""
    for node in tree.of("adHocSubProcess"):
        inside = {child.name for child in children(node)}
        if not inside & ACTIVITIES:
            yield tree.broken(node, "ad_hoc_empty", "「{}」に作業が1つもありません。", "“{}” holds no activity.")
        odd = sorted(
            name
            for name in inside
            if name in ("startEvent", "endEvent") or "horeography" in name or "onversation" in name
        )
        if odd:
            yield tree.broken(
                node, "ad_hoc_inside", f"「{{}}」の中に {odd[0]} は置けません。", f"“{{}}” cannot hold a {odd[0]}."
            )
    for node in tree.of("transaction"):
        method = node.attributes.get("method", "##Compensate")
        if not _is_uri(method):
            yield tree.broken(
                node,
                "transaction_method",
                f"「{{}}」の方式「{method}」がURIではありません。",
                f"Method “{method}” of “{{}}” is not a URI.",
            )


def _is_uri(text: str) -> bool:
    if text.startswith("##"):
        return True
    if not _URI.fullmatch(text) or re.search(r"%(?![0-9A-Fa-f]{2})", text):
        return False
    try:
        return bool(urlsplit(text).scheme) or "/" in text
    except ValueError:
        return False


def calls(tree: Tree) -> Iterator[Finding]:
    """10.3.6: a call activity calls a process or a global task, and passes what that asks for."""
    for node in tree.of("callActivity"):
        target = tree.target(node, "calledElement")
        if target is None:
            continue
        if target.name != "process" and not target.name.startswith("global"):
            yield tree.broken(
                node,
                "called_kind",
                "「{}」が呼ぶものは、流れでも共通の作業でもありません。",
                "“{}” calls neither a process nor a global task.",
            )
            continue
        starts = list(children(target, "startEvent"))
        if starts and all(tree.definitions_of(start) for start in starts):
            yield tree.broken(
                node,
                "called_start",
                "「{}」が呼ぶ流れに、きっかけのない開始がありません。",
                "The process that “{}” calls has no plain start event.",
            )
        for name in ("dataInput", "dataOutput"):
            wanted, given = (_data(each, name) for each in (target, node))
            if (_spec(target) is not None and _spec(node) is not None) and not _match(tree, wanted, given):
                yield tree.broken(
                    node,
                    "called_data",
                    f"「{{}}」の{name}が、呼ぶ先の{name}と合いません。",
                    f"The {name}s of “{{}}” do not match those of what it calls.",
                )


def _spec(node: Node) -> Node | None:
    return next(children(node, "ioSpecification"), None)


def _data(node: Node, name: str) -> list[Node]:
    spec = _spec(node)
    return list(children(spec, name)) if spec is not None else []


def _match(tree: Tree, wanted: list[Node], given: list[Node]) -> bool:
    if len(wanted) != len(given):
        return False
    pairs = zip(wanted, given, strict=True)
    return all(
        same_structure(tree.target(left, "itemSubjectRef"), tree.target(right, "itemSubjectRef"))
        for left, right in pairs
    )


def documentation(tree: Tree) -> Iterator[Finding]:
    """8.2.1: the format of a documentation is a MIME type."""
    for node in tree.of("documentation", "textAnnotation"):
        text = node.attributes.get("textFormat")
        if text is not None and not _MIME.fullmatch(text):
            yield tree.broken(
                node,
                "text_format",
                f"「{{}}」の文書の形式「{text}」がMIMEの型ではありません。",
                f"textFormat “{text}” of “{{}}” is not a MIME type.",
            )


def instantiating(tree: Tree) -> Iterator[Finding]:
    """10.3.3.4: a receive task that starts a process has no incoming flow."""
    for node in tree.of("receiveTask"):
        if node.attributes.get("instantiate") == "true" and (
            tree.incoming(node) or local(node.attributes.get("attachedToRef", ""))
        ):
            yield tree.broken(
                node,
                "instantiate_incoming",
                "「{}」は開始なので、入る流れを引けません。",
                "“{}” starts a process: no flow may lead to it.",
            )


RULES = (quantities, loops, scripts, resources, subprocesses, calls, documentation, instantiating)
