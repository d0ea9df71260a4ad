"""Reads DMN XML of the versions 1.1 to 1.5.  Pure; what is wrong with a file stands in the model's problems."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workflow.bpmn.encoding import Unreadable, text_of, without_declaration
from workflow.bpmn.places import doctype
from workflow.dmn.boxes import boxed, children, first, line_of, text_in, type_in
from workflow.dmn.model import Boxed, Element, Import, ItemDefinition, Model, Problem, Variable

MAX_BYTES = 5 * 1024 * 1024
KINDS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")


def read_model(xml: bytes) -> Model:
    """The model of a file.  DOCTYPE declarations are refused unread."""
    if len(xml) > MAX_BYTES:
        return _refused("too_large", "ファイルが大きすぎます。", f"The file is larger than {MAX_BYTES:,} bytes.")
    try:
        text = text_of(xml)
    except Unreadable as odd:
        return _refused(odd.code, odd.ja, odd.en, 1)
    if doctype(text) is not None:
        return _refused(
            "doctype", "DOCTYPE宣言のあるファイルは登録できません。", "Files with a DOCTYPE are refused.", 1
        )
    reader = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_pis=True, remove_comments=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(without_declaration(text).encode("utf-8"), reader)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = max((getattr(error, "position", None) or (1, 1))[0], 1)
        return _refused("not_xml", f"XMLとして読めません({line}行)。", f"Not well-formed XML (line {line}).", line)
    name = etree.QName(root)
    if name.localname != "definitions" or "/DMN/" not in (name.namespace or ""):
        return _refused("not_dmn", "DMNのファイルではありません。", "This is not a DMN file.", line_of(root))
    return _model(root)


def _refused(code: str, ja: str, en: str, line: int = 0) -> Model:
    return Model("", "", {}, {}, (), (Problem(code, ja, en, "", line),))


def _model(root: etree._Element) -> Model:
    elements = {
        element.id: element for kind in KINDS for element in (_element(node, kind) for node in children(root, kind))
    }
    items = {item.name: item for item in (_item(node) for node in children(root, "itemDefinition"))}
    imports = tuple(
        Import(node.get("name", ""), node.get("namespace", ""))
        for node in children(root, "import")
        if "/DMN/" in node.get("importType", "")
    )
    return Model(root.get("namespace", ""), root.get("name", ""), elements, items, imports, tuple(_problems(root)))


def _problems(root: etree._Element) -> Iterator[Problem]:
    seen: set[str] = set()
    for kind in KINDS:
        for node in children(root, kind):
            name, line = node.get("name", ""), line_of(node)
            if node.get("id") and f"#{node.get('id')}" in seen:
                yield Problem("twice", f"id「{node.get('id')}」が2つあります。", f"The id “{node.get('id')}” stands twice.",
                              node.get("id", ""), line)  # fmt: skip
            seen.add(f"#{node.get('id')}")
            if not node.get("id") and not name:
                yield Problem("no_id", "名前もidもない要素があります。", f"A {kind} has neither name nor id.", "", line)
            if name and name in seen:
                yield Problem(
                    "twice", f"「{name}」が2つあります。", f"“{name}” stands twice.", node.get("id", ""), line
                )
            seen.add(name)
    for node in root.iter("{*}*"):
        language = node.get("expressionLanguage", "")
        if language and "feel" not in language.lower():
            yield Problem(
                "language", f"式の言語「{language}」は使えません。FEELで書いてください。",
                f"Expressions in “{language}” cannot be used: write them in FEEL.", node.get("id", ""), line_of(node),
            )  # fmt: skip
    for node in root.iter("{*}functionDefinition", "{*}encapsulatedLogic"):
        if node.get("kind", "FEEL") not in ("FEEL", "F"):
            yield Problem(
                "external", "外部(Java・PMML)の関数は使えません。", "External functions cannot be used.",
                node.get("id", ""), line_of(node),
            )  # fmt: skip


def _element(node: etree._Element, kind: str) -> Element:
    variable = first(node, "variable")
    return Element(
        kind,
        node.get("id") or f"name:{node.get('name', '')}",
        node.get("name", "").strip(),
        variable.get("typeRef", type_in(variable)) if variable is not None else "",
        _logic(node, kind),
        tuple(_references(node, "informationRequirement", ("requiredInput", "requiredDecision"))),
        tuple(_references(node, "knowledgeRequirement", ("requiredKnowledge",))),
        tuple(inner.get("href", "") for inner in children(node, "outputDecision")),
        tuple(inner.get("href", "") for kind in ("inputData", "inputDecision") for inner in children(node, kind)),
        line_of(node),
        next((str(v).strip() for k, v in node.attrib.items() if etree.QName(k).localname == "versionTag"), ""),
    )


def _logic(node: etree._Element, kind: str) -> Boxed | None:
    if kind == "decision":
        return next((box for box in map(boxed, node) if box is not None), None)
    if kind == "businessKnowledgeModel":
        inner = first(node, "encapsulatedLogic")
        return boxed(inner) if inner is not None else None
    return None


def _references(node: etree._Element, group: str, names: tuple[str, ...]) -> Iterator[str]:
    for requirement in children(node, group):
        for name in names:
            for inner in children(requirement, name):
                yield inner.get("href", "")


def _item(node: etree._Element) -> ItemDefinition:
    function = first(node, "functionItem")
    signature = None
    if function is not None:
        parameters = tuple(Variable(p.get("name", ""), p.get("typeRef", "")) for p in children(function, "parameters"))
        signature = (parameters, function.get("outputTypeRef", ""))
    return ItemDefinition(
        node.get("name", "").strip(),
        text_in(node, "typeRef"),
        node.get("isCollection") == "true",
        tuple(_item(inner) for inner in children(node, "itemComponent")),
        text_in(node, "allowedValues"),
        text_in(node, "typeConstraint"),
        signature,
        line_of(node),
    )
