"""Types of a model: what fits them, and what becomes of a value that nearly fits (DMN 1.5, 7.3.2, 10.3.2.9).  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflow.dmn.boxes import plain_type
from workflow.dmn.model import ItemDefinition, Model
from workflow.feel.errors import FeelError
from workflow.feel.expressions import Expression, compile_tests
from workflow.feel.scope import Scope
from workflow.feel.types import ANY, Type, conforms, converted, read_type

# Types of variables as Camunda 7 names them in decisions, where the model defines none of that name.
FOREIGN = dict.fromkeys(("integer", "long", "short", "double", "float", "decimal"), "number")


@dataclass(slots=True)
class Item:
    """A type that is ready for use; `element` is the type of the values of a list."""

    type: Type = ANY
    element: Item | None = None
    components: dict[str, Item] = field(default_factory=dict)
    allowed: Expression | None = None
    constraint: Expression | None = None
    result: str | None = None  # of a function: the name of the type of its result


class Misfit(Exception):
    """A value that does not fit its type."""


class Items:
    """The types of a model and of those it imports, by name (`alias.name` for an import)."""

    def __init__(self, model: Model, imported: Mapping[str, Items]) -> None:
        self._model, self._imported = model, imported
        self._made: dict[str, Item] = {}

    def of(self, name: str) -> Item | None:
        """The type of a name; None when nothing is asked of the value."""
        name = plain_type(name)
        if not name or name == "Any":
            return None
        if name not in self._made:
            self._made[name] = Item()  # a type that holds itself ends here
            found = self._defined(name)
            made = self._made[name]
            made.type, made.element, made.components = found.type, found.element, found.components
            made.allowed, made.constraint, made.result = found.allowed, found.constraint, found.result
        return self._made[name]

    def types(self) -> dict[str, Type]:
        """The types by name, as `instance of` needs them."""
        named = {name: found.type for name in self._model.items if (found := self.of(name)) is not None}
        for alias, items in self._imported.items():
            named |= {f"{alias}.{name}" if alias else name: type_ for name, type_ in items.types().items()}
        return named

    def _defined(self, name: str) -> Item:
        definition = self._model.items.get(name)
        if definition is not None:
            return self._built(definition)
        for alias, items in self._imported.items():
            if name.startswith(f"{alias}.") if alias else name in items._model.items:
                return items.of(name.removeprefix(f"{alias}.")) or Item()
        try:
            return Item(read_type(FOREIGN.get(name, name)))
        except ValueError:
            return Item()

    def _built(self, definition: ItemDefinition) -> Item:
        if definition.function is not None:
            return Item(Type("function"), result=definition.function[1])
        if definition.components:
            parts = {component.name: self._built(component) for component in definition.components}
            type_ = Type("context", tuple(part.type for part in parts.values()), tuple(parts))
            made = Item(type_, components=parts)
        else:
            base = self.of(definition.type)
            made = replace(base) if base is not None else Item()
        if definition.allowed:
            made = replace(made, allowed=_tests(definition.allowed))
        if definition.is_list:
            made = Item(Type("list", (made.type,)), element=made)
        if definition.constraint:
            made = replace(made, constraint=_tests(definition.constraint))
        return made

    def fitted(self, value: Any, name: str, scope: Scope) -> Any:
        """The value as the type asks, null when it does not fit."""
        item = self.of(name)
        if item is None:
            return value
        try:
            return fit(value, item, scope)
        except Misfit:
            return None


def _tests(text: str) -> Expression | None:
    try:
        return compile_tests(text)
    except FeelError:
        return None  # told by the check of the model


def fit(value: Any, item: Item, scope: Scope) -> Any:
    """The value as the type asks: itself, in a list, or out of a list of one.  Raises Misfit."""
    if value is None:
        return None
    if item.element is not None:
        found = value if isinstance(value, list) else [value]
        made: Any = [fit(each, item.element, scope) for each in found]
    else:
        if isinstance(value, list) and len(value) == 1 and item.type.name not in ("list", "Any"):
            value = value[0]
        made = _single(value, item, scope)
    for tests in (item.allowed, item.constraint):
        if tests is not None and tests.within(scope.inner({"?": made})) is not True:
            raise Misfit
    return made


def _single(value: Any, item: Item, scope: Scope) -> Any:
    if item.components:
        if not isinstance(value, Mapping) or not item.components.keys() <= value.keys():
            raise Misfit
        fitted = {name: fit(value[name], part, scope) for name, part in item.components.items()}
        return {**value, **fitted}
    made = value if isinstance(value, list) else converted(value, item.type)
    if made is None or not conforms(made, item.type):
        raise Misfit
    return made
