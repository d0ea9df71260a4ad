"""Reads BPMN 2.0 XML.  Pure; never raises for what the file holds: findings say what is wrong, with line and column."""

from __future__ import annotations

from lxml import etree

from workflow.bpmn.model import BPMN, Definitions, Element, Finding, Flow, Node, ParseResult, Process

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 200
# Children of a process that are not flow nodes.
BESIDE = {
    "sequenceFlow", "documentation", "extensionElements", "laneSet", "ioSpecification", "property", "dataObject",
    "dataObjectReference", "dataStoreReference", "association", "textAnnotation", "group", "auditing", "monitoring",
    "supports", "resourceRole", "performer", "humanPerformer", "potentialOwner", "correlationSubscription", "artifact",
}  # fmt: skip


def parse(xml: bytes, *, max_bytes: int = MAX_BYTES) -> ParseResult:
    """The file as values, and what is wrong with its form.  DOCTYPE declarations are refused."""
    if len(xml) > max_bytes:
        limit = max_bytes // 1024 // 1024
        return _refused("too_large", f"ファイルが{limit}MBを超えています。", f"The file is larger than {limit} MB.")
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=False
    )
    try:
        root = etree.fromstring(xml, reader)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return _refused(
            "not_xml",
            f"XMLとして読めません({line}行{column}桁)。",
            f"This is not well-formed XML (line {line}, column {column}).",
            line=line,
            column=column,
        )
    if root.getroottree().docinfo.doctype:
        return _refused("doctype", "DOCTYPE宣言のあるファイルは登録できません。", "Files with a DOCTYPE are refused.")
    if etree.QName(root).text != f"{{{BPMN}}}definitions":
        return _refused(
            "not_bpmn", "BPMN 2.0のファイルではありません。", "This is not a BPMN 2.0 file.", line=root.sourceline or 0
        )
    if _depth(root) > MAX_DEPTH:
        return _refused("too_deep", "入れ子が深すぎます。", "Elements are nested too deeply.")
    tree = _node(root)
    processes = tuple(_process(c) for c in tree.children if c.namespace == BPMN and c.name == "process")
    return ParseResult(Definitions(tree, processes))


def _refused(code: str, ja: str, en: str, *, line: int = 0, column: int = 0) -> ParseResult:
    return ParseResult(None, (Finding("error", code, ja, en, line=line, column=column),))


def _depth(root: etree._Element) -> int:
    deepest, stack = 0, [(root, 1)]
    while stack:
        element, depth = stack.pop()
        deepest = max(deepest, depth)
        stack.extend((child, depth + 1) for child in element)
    return deepest


def _node(element: etree._Element) -> Node:
    """The element as a Node; recursion is bounded by MAX_DEPTH, checked before."""
    name = etree.QName(element)
    return Node(
        namespace=name.namespace or "",
        name=name.localname,
        attributes={str(key): str(value) for key, value in element.attrib.items()},
        text=element.text or "",
        tail=element.tail or "",
        children=tuple(_node(child) for child in element if isinstance(child.tag, str)),
        line=element.sourceline or 0,
    )


def _process(node: Node) -> Process:
    flows: dict[str, Flow] = {}
    defaults = {c.attributes["default"] for c in node.children if "default" in c.attributes}
    for child in node.children:
        if child.namespace == BPMN and child.name == "sequenceFlow":
            condition = child.child("conditionExpression")
            flows[child.id] = Flow(
                id=child.id,
                name=child.attributes.get("name", ""),
                source=child.attributes.get("sourceRef", ""),
                target=child.attributes.get("targetRef", ""),
                condition=condition.text.strip() if condition is not None else "",
                is_default=child.id in defaults,
                line=child.line,
            )
    elements = {
        child.id: Element(
            id=child.id,
            type=child.name,
            name=child.attributes.get("name", ""),
            line=child.line,
            node=child,
            incoming=tuple(flow.id for flow in flows.values() if flow.target == child.id),
            outgoing=tuple(flow.id for flow in flows.values() if flow.source == child.id),
            default=child.attributes.get("default", ""),
        )
        for child in node.children
        if child.namespace == BPMN and child.name not in BESIDE
    }
    return Process(node.id, node.attributes.get("name", ""), node.line, node, elements, flows)
