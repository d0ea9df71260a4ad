"""Names that a model reads without declaring them.  Pure.

Decisions drawn for Camunda 7 read variables of the process by their names, whether an inputData stands for them or not,
and the outputs of required decisions by the names of the outputs.  `declared` adds what is missing to the model, so that
one way of evaluation serves both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workflow.dmn.model import Boxed, Element, Model
from workflow.feel.errors import FeelError
from workflow.feel.expressions import compile_expression, compile_tests
from workflow.feel.functions import FUNCTIONS

INPUT, OUTPUT = "variable:", "output:"  # before the ids of what is added


def declared(model: Model) -> Model:
    """The model with an inputData for every name that is read from outside, required where it is read."""
    names = frozenset(element.name for element in model.elements.values()) | _local_names(model)
    elements = dict(model.elements)
    for element in model.elements.values():
        if element.kind != "decision":
            continue
        wanted: list[str] = []
        for name, type_ in sorted(_read(element.logic, names).items()):
            made = _source(model, element, name, type_)
            if made is not None:
                elements.setdefault(made.id, made)
                wanted.append(f"#{made.id}")
        if wanted:
            elements[element.id] = replace(element, requires=(*element.requires, *wanted))
    return replace(model, elements=elements)


def own(model: Model) -> tuple[Element, ...]:
    """The decisions of a model without those that were added."""
    return tuple(e for e in model.elements.values() if e.kind == "decision" and not e.id.startswith(OUTPUT))


def _source(model: Model, element: Element, name: str, type_: str) -> Element | None:
    """What the name means in an element; None when the model says it already, or means something else by it."""
    required = [model.elements[key] for key in map(_key, (*element.requires, *element.knows)) if key in model.elements]
    if name in FUNCTIONS or any(found.name == name for found in required):
        return None
    for found in required:
        table = found.logic.table if found.logic is not None else None
        if found.kind == "decision" and table is not None and any(column.text == name for column in table.outputs):
            text = found.name if len(table.outputs) == 1 else f"{found.name}.{name}"
            logic = Boxed("literal", text=text)
            return Element("decision", f"{OUTPUT}{found.id}:{name}", name, "", logic, (f"#{found.id}",))
    same = model.named(name)
    if same is not None:
        return same if same.kind == "inputData" else None
    return Element("inputData", f"{INPUT}{name}", name, type_)


def _key(reference: str) -> str:
    return reference.partition("#")[2]


def _local_names(model: Model) -> frozenset[str]:
    found = {name for element in model.elements.values() for name in _made_by(element.logic)}
    items = list(model.items.values())
    for item in items:
        items += item.components
        found.add(item.name)
    return frozenset(found)


def _made_by(box: Boxed | None) -> Iterator[str]:
    """The names that boxes make for those inside them."""
    if box is None:
        return
    if box.kind in ("for", "some", "every"):
        yield from (box.text, "partial")
    if box.kind == "filter":
        yield "item"
    yield from (parameter.name for parameter in box.parameters)
    for name, part in box.parts:
        if box.kind == "context" and name:
            yield name
        yield from _made_by(part)


def _read(box: Boxed | None, names: frozenset[str]) -> dict[str, str]:
    """The names that the texts of a box read from around it, with the type where an input column says it."""
    found: dict[str, str] = {}
    if box is None:
        return found
    for text, tests, type_ in _texts(box):
        try:
            free = (compile_tests if tests else compile_expression)(text, names).names
        except FeelError:
            continue  # told by the check of the model
        for name in free:
            found[name] = found.get(name) or (type_ if text.strip() == name else "")
    for _, part in box.parts:
        for name, type_ in _read(part, names).items():
            found[name] = found.get(name) or type_
    for name in (*_made_by(box), "?"):
        found.pop(name, None)
    return found


def _texts(box: Boxed) -> Iterator[tuple[str, bool, str]]:
    """The texts of a box itself: whether they are tests, and the type of what they make."""
    if box.kind == "literal" and box.text.strip():
        yield box.text, False, box.type
    table = box.table
    if table is None:
        return
    for column in table.inputs:
        yield from [(column.text, False, column.type)] if column.text.strip() else []
    for column in table.outputs:
        yield from [(column.default, False, "")] if column.default.strip() else []
    for rule in table.rules:
        yield from ((text, True, "") for text in rule.tests if text.strip())
        yield from ((text, False, "") for text in rule.outputs if text.strip() not in ("", "-"))
