"""Reads the boxed expressions of DMN XML (chapter 10.2).  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from workflow.dmn.model import Boxed, Column, Rule, Table, Variable

POLICIES = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
    "C": "COLLECT",
}


def line_of(node: etree._Element) -> int:
    """The line of an element in its file."""
    return int(getattr(node, "sourceline", None) or 0)


def children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children with a local name, whatever version of DMN they are of."""
    yield from node.iterchildren(f"{{*}}{name}")


def first(node: etree._Element, name: str) -> etree._Element | None:
    """The first child with a local name."""
    return next(children(node, name), None)


def text_in(node: etree._Element, name: str) -> str:
    """The text of a child, or of the `text` inside it."""
    inner = first(node, name)
    if inner is None:
        return ""
    text = first(inner, "text")
    return ((inner if text is None else text).text or "").strip()


def type_in(node: etree._Element | None) -> str:
    """The type of an element, an attribute since DMN 1.2 and a child before."""
    return "" if node is None else node.get("typeRef") or text_in(node, "typeRef")


def boxed(node: etree._Element) -> Boxed | None:
    """The expression of an element; None when it is none.  A prefix before a type (`feel:string`) is dropped."""
    read = _READERS.get(etree.QName(node).localname)
    return None if read is None else read(node)


def _made(node: etree._Element, kind: str, *parts: tuple[str, Boxed | None], text: str = "") -> Boxed:
    return Boxed(kind, plain_type(type_in(node)), text, node.get("id", ""), line_of(node), tuple(parts))


def plain_type(name: str) -> str:
    """A type without the prefix that stood before it until DMN 1.1."""
    prefix, colon, bare = name.partition(":")
    return bare if colon and prefix.isidentifier() and "<" not in prefix else name


def _inner(node: etree._Element | None) -> Boxed | None:
    """The first expression inside an element."""
    if node is None:
        return None
    return next((box for box in map(boxed, node) if box is not None), None)


def _literal(node: etree._Element) -> Boxed:
    return _made(node, "literal", text=text_in(node, "text"))


def _context(node: etree._Element) -> Boxed:
    parts = []
    for entry in children(node, "contextEntry"):
        variable = first(entry, "variable")
        name = variable.get("name", "").strip() if variable is not None else ""
        inner = _inner(entry)
        if inner is not None and variable is not None and type_in(variable):
            inner = Boxed("typed", plain_type(type_in(variable)), "", inner.id, inner.line, (("", inner),))
        parts.append((name, inner))
    return _made(node, "context", *parts)


def _list(node: etree._Element) -> Boxed:
    return _made(node, "list", *(("", box) for box in map(boxed, node) if box is not None))


def _relation(node: etree._Element) -> Boxed:
    names = [column.get("name", "").strip() for column in children(node, "column")]
    rows = []
    for row in children(node, "row"):
        cells = [box for box in map(boxed, row) if box is not None]
        rows.append(("", _made(row, "context", *zip(names, cells, strict=False))))
    return _made(node, "list", *rows)


def _invocation(node: etree._Element) -> Boxed:
    bindings: list[tuple[str, Boxed | None]] = []
    for binding in children(node, "binding"):
        parameter = first(binding, "parameter")
        name = parameter.get("name", "").strip() if parameter is not None else ""
        bindings.append((name, _inner(binding)))
    callee = next((box for box in map(boxed, node) if box is not None), None)
    return _made(node, "invocation", ("", callee), *bindings)


def _function(node: etree._Element) -> Boxed:
    parameters = tuple(
        Variable(p.get("name", "").strip(), plain_type(type_in(p))) for p in children(node, "formalParameter")
    )
    kind = "external" if node.get("kind", "FEEL") not in ("FEEL", "F") else "function"
    made = _made(node, kind, ("", _inner(node)))
    return Boxed(made.kind, made.type, "", made.id, made.line, made.parts, None, parameters)


def _conditional(node: etree._Element) -> Boxed:
    return _made(node, "conditional", *((name, _inner(first(node, name))) for name in ("if", "then", "else")))


def _filter(node: etree._Element) -> Boxed:
    return _made(node, "filter", *((name, _inner(first(node, name))) for name in ("in", "match")))


def _loop(name: str, last: str) -> Callable[[etree._Element], Boxed]:
    def read(node: etree._Element) -> Boxed:
        domain = first(node, "in")
        parts = (("in", _inner(domain)), (last, _inner(first(node, last))))
        return _made(node, name, *parts, text=node.get("iteratorVariable", "").strip())

    return read


def _column(node: etree._Element, *, is_input: bool) -> Column:
    if is_input:
        expression = first(node, "inputExpression")
        text, type_ = (text_in(node, "inputExpression"), type_in(expression)) if expression is not None else ("", "")
        values = text_in(node, "inputValues")
    else:
        text, type_, values = node.get("name", "").strip(), type_in(node), text_in(node, "outputValues")
    return Column(
        text, plain_type(type_), values, text_in(node, "defaultOutputEntry"), node.get("label", ""), node.get("id", ""),
        line_of(node),
    )  # fmt: skip


def _rule(node: etree._Element) -> Rule:
    return Rule(
        tuple(_text(entry) for entry in children(node, "inputEntry")),
        tuple(_text(entry) for entry in children(node, "outputEntry")),
        tuple(_text(entry) for entry in children(node, "annotationEntry")),
        node.get("id", ""),
        line_of(node),
    )


def _text(node: etree._Element) -> str:
    inner = first(node, "text")
    return ((inner.text if inner is not None else node.text) or "").strip()


def _table(node: etree._Element) -> Boxed:
    policy = node.get("hitPolicy", "UNIQUE").strip()
    table = Table(
        POLICIES.get(policy, policy.upper()),
        node.get("aggregation", ""),
        tuple(_column(column, is_input=True) for column in children(node, "input")),
        tuple(_column(column, is_input=False) for column in children(node, "output")),
        tuple(_rule(rule) for rule in children(node, "rule")),
    )
    made = _made(node, "table")
    return Boxed("table", made.type, "", made.id, made.line, (), table)


_READERS: Mapping[str, Callable[[etree._Element], Boxed]] = {
    "literalExpression": _literal,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": _function,
    "encapsulatedLogic": _function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _loop("for", "return"),
    "some": _loop("some", "satisfies"),
    "every": _loop("every", "satisfies"),
    "decisionTable": _table,
}
