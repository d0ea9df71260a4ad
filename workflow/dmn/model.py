"""What a decision model holds, as values.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a model: a stable code, sentences in both languages, the element's id and the line in the file."""

    code: str
    ja: str
    en: str
    element_id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Boxed:
    """An expression in a box: its kind, the type it must have, its own text or name, and the boxes inside by their parts."""

    kind: str
    type: str = ""
    text: str = ""
    id: str = ""
    line: int = 0
    parts: tuple[tuple[str, Boxed | None], ...] = ()
    table: Table | None = None
    parameters: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """A name with a type."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """An input (text: its expression) or an output (text: its name) of a table, with the values it may have."""

    text: str
    type: str = ""
    values: str = ""
    default: str = ""
    label: str = ""
    id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: the tests of the inputs, the expressions of the outputs, the annotations."""

    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...] = ()
    id: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table (DMN 1.5, chapter 8)."""

    policy: str
    aggregation: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type of the model: another type with bounds, or a structure."""

    name: str
    type: str = ""
    is_list: bool = False
    components: tuple[ItemDefinition, ...] = ()
    allowed: str = ""  # of each value
    constraint: str = ""  # of the whole, when it is a list
    function: tuple[tuple[Variable, ...], str] | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the graph: inputData, decision, businessKnowledgeModel or decisionService."""

    kind: str
    id: str
    name: str
    type: str = ""
    logic: Boxed | None = None
    requires: tuple[str, ...] = ()  # references of what it reads: `#id` or `namespace#id`
    knows: tuple[str, ...] = ()  # references of what it calls
    outputs: tuple[str, ...] = ()  # of a decision service
    inputs: tuple[str, ...] = ()  # of a decision service: data first, then decisions
    line: int = 0
    version_tag: str = ""  # what the authors call this version, as Camunda 7 writes it


@dataclass(frozen=True, slots=True)
class Import:
    """Another model, under a name (empty: as if its elements stood here)."""

    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Model:
    """A decision model."""

    namespace: str
    name: str
    elements: Mapping[str, Element]
    items: Mapping[str, ItemDefinition]
    imports: tuple[Import, ...] = ()
    problems: tuple[Problem, ...] = ()

    def named(self, name: str, *kinds: str) -> Element | None:
        """The element with a name, of one of the kinds when any are named."""
        for element in self.elements.values():
            if element.name == name and (not kinds or element.kind in kinds):
                return element
        return None


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """How a rule went: its number from 1, whether it matched, and the number of the first input that did not let it."""

    number: int
    matched: bool
    stopped_at: int = 0


@dataclass(frozen=True, slots=True)
class TableTrace:
    """How a table went: what its inputs were, how each rule went, and what came out."""

    element: str
    policy: str
    inputs: tuple[tuple[str, Any], ...]
    rules: tuple[RuleTrace, ...]
    result: Any


@dataclass(slots=True)
class Trace:
    """What happened in an evaluation: the tables in order, and the sentences about what went wrong."""

    tables: list[TableTrace] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
