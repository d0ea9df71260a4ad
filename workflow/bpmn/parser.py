"""Reads BPMN 2.0 XML.  Pure; never raises for what the file holds: findings say what is wrong, with line and column."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from lxml import etree

from workflow.bpmn.encoding import Unreadable, text_of, without_declaration
from workflow.bpmn.model import BPMN, Definitions, Element, EventDefinition, Finding, Flow, Node, ParseResult, Process
from workflow.bpmn.places import doctype, starts

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 200
# Children of a process that are not flow nodes.
BESIDE = {
    "sequenceFlow", "documentation", "extensionElements", "laneSet", "ioSpecification", "ioBinding", "property",
    "dataObject", "dataObjectReference", "dataStoreReference", "association", "textAnnotation", "group", "auditing",
    "monitoring", "supports", "resourceRole", "performer", "humanPerformer", "potentialOwner",
    "correlationSubscription", "supportedInterfaceRef", "artifact",
}  # fmt: skip
# Children of a sub-process that are neither flow nodes nor flows.
PARTS = {
    "incoming", "outgoing", "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "dataInputAssociation",
    "dataOutputAssociation", "completionCondition", "categoryValueRef",
}  # fmt: skip
DATA = {"property", "dataObject", "dataObjectReference"}


def parse(xml: bytes, *, max_bytes: int = MAX_BYTES) -> ParseResult:
    """The file as values, and what is wrong with its form.  DOCTYPE declarations are refused unread."""
    if len(xml) > max_bytes:
        return _refused(
            "too_large",
            f"ファイルが大きすぎます({len(xml):,}バイト、上限{max_bytes:,})。",
            f"The file has {len(xml):,} bytes; the limit is {max_bytes:,}.",
        )
    try:
        text = text_of(xml)
    except Unreadable as odd:
        return _refused(odd.code, odd.ja, odd.en, line=1, column=1)
    forbidden = doctype(text)
    if forbidden is not None:
        return _doctype(*forbidden)
    reader = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(without_declaration(text).encode("utf-8"), reader)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", None) or (1, 1)
        if "depth" in str(error).lower():  # libxml2 has a limit of its own, beyond ours
            return _too_deep(max(line, 1), max(column, 1))
        return _refused(
            "not_xml",
            f"XMLとして読めません({line}行{column}桁)。",
            f"This is not well-formed XML (line {line}, column {column}).",
            line=max(line, 1),
            column=max(column, 1),
        )
    if getattr(root.getroottree().docinfo, "doctype", ""):
        return _doctype(1, 1)
    return _read(root, text)


def _refused(code: str, ja: str, en: str, *, line: int = 0, column: int = 0) -> ParseResult:
    return ParseResult(None, (Finding("error", code, ja, en, line=line, column=column),))


def _doctype(line: int, column: int) -> ParseResult:
    return _refused(
        "doctype",
        "DOCTYPE宣言のあるファイルは登録できません。",
        "Files with a DOCTYPE are refused.",
        line=line,
        column=column,
    )


def _read(root: etree._Element, text: str) -> ParseResult:
    places: Iterator[tuple[int, int]] = starts(text)
    if etree.QName(root).text != f"{{{BPMN}}}definitions":
        line, column = next(places, (1, 1))
        return _refused(
            "not_bpmn", "BPMN 2.0のファイルではありません。", "This is not a BPMN 2.0 file.", line=line, column=column
        )
    deep = _first_too_deep(root)
    if deep is not None:
        return _too_deep(*next(itertools.islice(places, deep, None), (1, 1)))
    tree = _node(root, places)
    shared = MappingProxyType({c.id: c for c in tree.children if c.namespace == BPMN and c.id})
    processes = tuple(_process(child, shared) for child in tree.children if child.is_bpmn("process"))
    return ParseResult(Definitions(tree, processes), tuple(_nameless(tree)))


def _nameless(tree: Node) -> Iterator[Finding]:
    """Processes and flow nodes without an id cannot be referred to, nor run."""
    for process in tree.children:
        if not process.is_bpmn("process"):
            continue
        for node in (process, *_runnable(process)):
            if not node.id:
                yield Finding(
                    "error",
                    "no_id",
                    f"「{node.name}」にidがありません。",
                    f"A {node.name} has no id.",
                    "",
                    node.line,
                    node.column,
                )


def _runnable(scope: Node) -> Iterator[Node]:
    """Flow nodes of every depth."""
    for child in scope.children:
        if child.namespace == BPMN and child.name not in BESIDE:
            if child.name not in PARTS:
                yield child
            if child.name in SCOPES:
                yield from _runnable(child)


def _too_deep(line: int, column: int) -> ParseResult:
    return _refused(
        "too_deep",
        "要素の入れ子が深すぎます。",
        f"Elements are nested deeper than {MAX_DEPTH}.",
        line=line,
        column=column,
    )


def _first_too_deep(root: etree._Element) -> int | None:
    """The position, in document order, of the first element that lies too deep."""
    stack = [(root, 1)]
    for number in itertools.count():
        if not stack:
            return None
        element, depth = stack.pop()
        if depth > MAX_DEPTH:
            return number
        stack.extend((child, depth + 1) for child in reversed(element))
    return None


def _node(element: etree._Element, places: Iterator[tuple[int, int]], above: Node | None = None) -> Node:
    """The element as a Node; recursion is bounded by MAX_DEPTH, checked before."""
    name = etree.QName(element)
    line, column = next(places, (getattr(element, "sourceline", 0) or 0, 0))
    prefixes = dict(element.nsmap)
    bare = Node(
        namespace=name.namespace or "",
        name=name.localname,
        attributes=MappingProxyType({str(key): str(value) for key, value in element.attrib.items()}),
        text=element.text or "",
        tail=element.tail or "",
        children=(),
        line=line,
        column=column,
        prefixes=above.prefixes if above is not None and above.prefixes == prefixes else prefixes,
    )
    return bare.with_children(tuple(_node(child, places, bare) for child in element if isinstance(child.tag, str)))


SCOPES = {"subProcess", "adHocSubProcess", "transaction"}


def _process(node: Node, shared: Mapping[str, Node]) -> Process:
    inside = list(_levels(node, node.id))
    defaults = {child.attributes["default"] for _, child in inside if "default" in child.attributes}
    flows: dict[str, Flow] = {}
    for _, child in inside:
        if child.name == "sequenceFlow":
            flow = _flow(child, defaults, flows)
            flows[flow.id] = flow
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in flows.values():
        incoming.setdefault(flow.target, []).append(flow.id)
        outgoing.setdefault(flow.source, []).append(flow.id)
    elements = {
        child.id: _element(child, parent, incoming.get(child.id, ()), outgoing.get(child.id, ()), shared)
        for parent, child in inside
        if child.name not in BESIDE
    }
    within: dict[str, list[str]] = {}
    boundaries: dict[str, list[str]] = {}
    for element in elements.values():
        within.setdefault(element.parent, []).append(element.id)
        if element.attached_to:
            boundaries.setdefault(element.attached_to, []).append(element.id)
    names = frozenset(child.attributes.get("name", "") for _, child in inside if child.name in DATA) - {""}
    return Process(
        node.id,
        node.attributes.get("name", ""),
        node.line,
        node.column,
        node,
        MappingProxyType(elements),
        MappingProxyType(flows),
        names,
        shared,
        {scope: tuple(ids) for scope, ids in within.items()},
        {activity: tuple(ids) for activity, ids in boundaries.items()},
        dict(_lanes(node)),
    )


def _levels(node: Node, scope: str) -> Iterator[tuple[str, Node]]:
    """The children of the process and its sub-processes that have an id, and all flows, with what is directly around."""
    for child in node.children:
        if child.namespace != BPMN or not (child.id or child.name == "sequenceFlow"):
            continue
        yield scope, child
        if child.name in SCOPES:
            yield from _levels(child, child.id)


def _element(
    node: Node, parent: str, incoming: Sequence[str], outgoing: Sequence[str], shared: Mapping[str, Node]
) -> Element:
    return Element(
        id=node.id,
        type=node.name,
        name=node.attributes.get("name", ""),
        line=node.line,
        column=node.column,
        node=node,
        incoming=tuple(incoming),
        outgoing=tuple(outgoing),
        default=node.attributes.get("default", ""),
        parent=parent,
        attached_to=node.attributes.get("attachedToRef", "").rpartition(":")[2],
        events=tuple(_events(node, shared)),
    )


def _events(node: Node, shared: Mapping[str, Node]) -> Iterator[EventDefinition]:
    """The event definitions of an event: its own, and those of the file that it refers to (BPMN 2.0.2, 10.5.1)."""
    for child in node.children:
        found: Node | None = child
        if child.is_bpmn("eventDefinitionRef"):
            found = shared.get(child.text.strip().rpartition(":")[2])
        if found is not None and found.namespace == BPMN and found.name.endswith("EventDefinition"):
            kind = found.name.removesuffix("EventDefinition")
            yield EventDefinition(kind, found.attributes.get(f"{kind}Ref", "").rpartition(":")[2], found)


def _lanes(node: Node) -> Iterator[tuple[str, str]]:
    """Which lane shows a flow node; of nested lanes the innermost, which comes last."""
    for lane in node.walk():
        if lane.is_bpmn("lane"):
            for child in lane.children:
                if child.is_bpmn("flowNodeRef"):
                    yield child.text.strip().rpartition(":")[2], lane.attributes.get("name", "") or lane.id


def _flow(node: Node, defaults: set[str], others: Mapping[str, Flow]) -> Flow:
    """A flow need not have an id (the schema does not ask for one): then its ends, and a number, make one."""
    source, target = (node.attributes.get(name, "").rpartition(":")[2] for name in ("sourceRef", "targetRef"))
    found, number = node.id, 1
    while not found or (not node.id and found in others):
        found, number = f"{source}>{target}" + (f":{number}" if number > 1 else ""), number + 1
    condition = node.child("conditionExpression")
    return Flow(
        id=found,
        name=node.attributes.get("name", ""),
        source=source,
        target=target,
        condition=condition.text.strip() if condition is not None else "",
        is_default=node.id in defaults,
        line=node.line,
        column=node.column,
        node=node,
    )
