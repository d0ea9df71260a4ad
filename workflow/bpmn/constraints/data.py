"""Data, their types and the interfaces they go through (BPMN 2.0.2, 10.3.3, 10.4).  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.constraints.tree import SUBPROCESSES, Tree, children, same_structure, texts
from workflow.bpmn.model import Finding, Node

OPERATED = ("serviceTask", "sendTask", "receiveTask")


def collections(tree: Tree) -> Iterator[Finding]:
    """10.4.1: whether a datum is a collection agrees with its item definition."""
    for node in tree.of("dataObject", "dataInput", "dataOutput", "dataStore", "property"):
        item = tree.target(node, "itemSubjectRef")
        said = node.attributes.get("isCollection")
        if item is not None and said is not None and said != item.attributes.get("isCollection", "false"):
            yield tree.broken(
                node,
                "collection",
                "「{}」が集まりかどうかが、型の定義と合いません。",
                "“{}” and its item definition disagree on being a collection.",
            )


def subprocess_data(tree: Tree) -> Iterator[Finding]:
    """10.4.1: sub-processes have no data inputs and outputs of their own."""
    for node in tree.of(*sorted(SUBPROCESSES)):
        if list(children(node, "ioSpecification")):
            yield tree.broken(
                node,
                "subprocess_data",
                "サブプロセス「{}」に入出力(ioSpecification)は置けません。",
                "Sub-process “{}” cannot have an ioSpecification.",
            )


def operations(tree: Tree) -> Iterator[Finding]:
    """10.3.3.3 to 10.3.3.5: the data of a task that calls an operation are those of its messages."""
    for node in tree.of(*OPERATED):
        spec = next(children(node, "ioSpecification"), None)
        operation = tree.target(node, "operationRef")
        if spec is None:
            if node.name == "serviceTask" and operation is not None and texts(operation, "inMessageRef"):
                yield tree.broken(
                    node,
                    "operation_data",
                    "「{}」が呼ぶ操作には入力が要ります(ioSpecification がありません)。",
                    "“{}” calls an operation that takes a message, but has no ioSpecification.",
                )
            continue
        yield from _sets(tree, node, spec)
        for kind, message in _messages(tree, node, operation):
            yield from _item(tree, node, spec, kind, message)


def _messages(tree: Tree, node: Node, operation: Node | None) -> Iterator[tuple[str, Node]]:
    own = tree.target(node, "messageRef")
    if own is not None:
        yield ("dataInput" if node.name == "sendTask" else "dataOutput"), own
    elif operation is not None:
        for kind, name in (("dataInput", "inMessageRef"), ("dataOutput", "outMessageRef")):
            if (node.name, kind) in (("sendTask", "dataOutput"), ("receiveTask", "dataInput")):
                continue
            yield from ((kind, found) for text in texts(operation, name) if (found := tree.by_id.get(text)) is not None)


def _sets(tree: Tree, node: Node, spec: Node) -> Iterator[Finding]:
    for name, most in (("inputSet", node.name != "receiveTask"), ("outputSet", node.name != "sendTask")):
        if most and len(list(children(spec, name))) > 1:
            yield tree.broken(
                node, "data_sets", f"「{{}}」の{name}は1つまでです。", f"“{{}}” may have one {name} at most."
            )


def _item(tree: Tree, node: Node, spec: Node, kind: str, message: Node) -> Iterator[Finding]:
    item = tree.target(message, "itemRef")
    data = list(children(spec, kind))
    if item is None or not data:
        return
    if not any(same_structure(tree.target(datum, "itemSubjectRef"), item) for datum in data):
        yield tree.broken(
            node,
            "operation_type",
            f"「{{}}」の{kind}の型が、伝言の型と合いません。",
            f"The {kind} of “{{}}” is of another type than the message.",
        )


def bindings(tree: Tree) -> Iterator[Finding]:
    """10.3.6, 8.4.3: what offers an interface binds its data to the operations, type by type."""
    for node in tree.of("process", "globalTask", "globalUserTask", "globalScriptTask", "globalBusinessRuleTask"):
        bound = list(children(node, "ioBinding"))
        spec = next(children(node, "ioSpecification"), None)
        if list(children(node, "supportedInterfaceRef")) and spec is not None and not bound:
            yield tree.broken(
                node,
                "no_binding",
                "「{}」の入出力が、提供する操作に結ばれていません。",
                "The data of “{}” are not bound to the operations it offers.",
            )
        for binding in bound:
            operation = tree.target(binding, "operationRef")
            for reference, name in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
                datum = tree.target(binding, reference)
                message = next(iter(texts(operation, name)), "") if operation is not None else ""
                item = tree.target(tree.by_id[message], "itemRef") if message in tree.by_id else None
                if (
                    datum is not None
                    and item is not None
                    and not same_structure(tree.target(datum, "itemSubjectRef"), item)
                ):
                    yield tree.broken(
                        node,
                        "binding_type",
                        f"「{{}}」の{reference}の型が、操作の伝言の型と合いません。",
                        f"{reference} of “{{}}” is of another type than the message of the operation.",
                    )


def sets(tree: Tree) -> Iterator[Finding]:
    """10.4.2: what a set names beside its data is among its data, and input and output sets name each other."""
    for spec in tree.of("ioSpecification"):
        for node in children(spec, "inputSet", "outputSet"):
            kind = "Input" if node.name == "inputSet" else "Output"
            own = set(texts(node, f"data{kind}Refs"))
            for name in (f"optional{kind}Refs", f"whileExecuting{kind}Refs"):
                if not set(texts(node, name)) <= own:
                    yield tree.broken(
                        node,
                        "set_members",
                        f"「{{}}」の{name}が、その{node.name}の中にありません。",
                        f"{name} of “{{}}” names data outside of its {node.name}.",
                    )
            here, there = ("outputSetRefs", "inputSetRefs") if kind == "Input" else ("inputSetRefs", "outputSetRefs")
            for other in texts(node, here):
                found = tree.by_id.get(other)
                if node.id and found is not None and node.id not in texts(found, there):
                    yield tree.broken(
                        node,
                        "set_pairs",
                        "「{}」の入力と出力の組が、互いを指していません。",
                        "Input and output sets of “{}” do not name each other.",
                    )


def unused(tree: Tree) -> Iterator[Finding]:
    """10.4.2: every data input stands in an input set, every data output in an output set."""
    for spec in tree.of("ioSpecification"):
        for kind, group in (("dataInput", "inputSet"), ("dataOutput", "outputSet")):
            used = {text for node in children(spec, group) for text in texts(node, f"{kind}Refs")}
            for datum in children(spec, kind):
                if datum.id and datum.id not in used:
                    yield tree.broken(
                        datum,
                        "data_unused",
                        f"「{{}}」が、どの{group}にもありません。",
                        f"“{{}}” stands in no {group}.",
                    )


def associations(tree: Tree) -> Iterator[Finding]:
    """10.4.2: without a transformation, a data association has exactly one source."""
    for node in tree.of("dataInputAssociation", "dataOutputAssociation"):
        sources = texts(node, "sourceRef")
        if len(sources) > 1 and not list(children(node, "transformation")):
            yield tree.broken(
                node,
                "several_sources",
                "「{}」のデータの線は、変換がなければ出元は1つです。",
                "The data association at “{}” has several sources and no transformation.",
            )
        owner = tree.parent(node)
        name, kind = ("targetRef", "dataInput") if node.name == "dataInputAssociation" else ("sourceRef", "dataOutput")
        for text in texts(node, name):
            named = tree.by_id.get(text)
            if owner is None or named is None or named.name != kind:
                continue
            if all(datum is not named for datum in _own(owner, kind)):
                yield tree.broken(
                    node,
                    "association_owner",
                    f"「{{}}」のデータの線が、よその{kind}を指しています。",
                    f"The data association at “{{}}” names a {kind} of something else.",
                )


def _own(owner: Node, kind: str) -> list[Node]:
    """The data inputs or outputs of an activity or event."""
    spec = next(children(owner, "ioSpecification"), owner)
    return list(children(spec, kind))


def states(tree: Tree) -> Iterator[Finding]:
    """10.4.1: a reference to a data object in some state is called by its name with the state in brackets."""
    for node in tree.of("dataObjectReference"):
        state = next((child.attributes.get("name", "") for child in children(node, "dataState")), "")
        named = tree.target(node, "dataObjectRef")
        if not state or named is None or not named.attributes.get("name") or not node.attributes.get("name"):
            continue
        if "".join(node.attributes["name"].split()) != "".join(f"{named.attributes['name']}[{state}]".split()):
            yield tree.broken(
                node,
                "state_name",
                f"「{{}}」は「{named.attributes['name']} [{state}]」という名前にします。",
                f"“{{}}” must be called “{named.attributes['name']} [{state}]”.",
            )


RULES = (collections, subprocess_data, operations, bindings, sets, unused, associations, states)
