"""What is wrong with a decision model before it is deployed, cell by cell.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.model import Finding
from workflow.dmn.decisions import Decisions
from workflow.dmn.model import Boxed, Element, Model, Table
from workflow.feel.errors import FeelError
from workflow.feel.expressions import compile_expression, compile_tests

POLICIES = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS = ("", "SUM", "MIN", "MAX", "COUNT")
KEY_LENGTH = 100


def check(decisions: Decisions) -> tuple[Finding, ...]:
    """Everything that is wrong, in the order of the file."""
    model = decisions.model
    found = [
        Finding("error", problem.code, problem.ja, problem.en, problem.element_id, problem.line)
        for problem in decisions.problems
        if problem.code != "feel"
    ]
    if model.elements or not found:
        found += _whole(model)
    names = frozenset(decisions.names())
    for element in model.elements.values():
        found += Cells(element, names).findings()
    if not any(finding.code == "feel" for finding in found):
        found += [  # of places that hold no cell
            Finding("error", "feel", problem.ja, problem.en, problem.element_id, problem.line)
            for problem in decisions.problems
            if problem.code == "feel"
        ]
    return tuple(sorted(found, key=lambda finding: finding.line))


def _whole(model: Model) -> Iterator[Finding]:
    decisions = [element for element in model.elements.values() if element.kind == "decision"]
    if not decisions:
        yield Finding("error", "no_decision", "判断(decision)がありません。", "There is no decision in the file.")
    for each in model.imports:
        yield Finding(
            "error", "import", f"ほかのモデル「{each.name}」の取込みはできません。",
            f"Other models (“{each.name}”) cannot be imported.",
        )  # fmt: skip
    for element in decisions:
        name = called(element)
        if element.id.startswith("name:") or len(element.id) > KEY_LENGTH:
            yield _at(
                element, "bad_key", f"「{name}」の id は1字以上{KEY_LENGTH}字までにしてください。",
                f"The id of “{name}” must have 1 to {KEY_LENGTH} characters.",
            )  # fmt: skip
        if element.logic is None:
            yield _at(
                element,
                "no_logic",
                f"「{name}」に表も式もありません。",
                f"“{name}” holds neither a table nor another expression.",
            )
    yield from _circles(model)


def called(element: Element) -> str:
    """The name of an element for people."""
    return element.name or element.id


def _at(element: Element, code: str, ja: str, en: str) -> Finding:
    return Finding("error", code, ja, en, element.id, element.line)


def _circles(model: Model) -> Iterator[Finding]:
    """Every element that requires itself, directly or through others; each circle is told once."""
    told: set[str] = set()
    for start in model.elements.values():
        way = _way_back(model, start)
        if way and told.isdisjoint(way):
            told.update(way)
            path = "→".join(called(model.elements[key]) for key in (*way, start.id))
            yield _at(start, "cycle", f"判断が輪になっています: {path}", f"The decisions go round in a circle: {path}")


def _way_back(model: Model, start: Element) -> tuple[str, ...]:
    """The elements of a way from an element to itself, without its end; empty when there is none."""
    seen: set[str] = set()
    ways: list[tuple[str, ...]] = [(start.id,)]
    while ways:
        way = ways.pop()
        for reference in model.elements[way[-1]].requires:
            space, _, key = reference.partition("#")
            if space not in ("", model.namespace) or key not in model.elements:
                continue
            if key == start.id:
                return way
            if key not in seen:
                seen.add(key)
                ways.append((*way, key))
    return ()


class Cells:
    """Reads the expressions of one element."""

    def __init__(self, element: Element, names: frozenset[str]) -> None:
        self._element, self._names, self._found = element, names, list[Finding]()
        self._name = called(element)

    def findings(self) -> list[Finding]:
        """What is wrong with them."""
        self._box(self._element.logic)
        return self._found

    def _box(self, box: Boxed | None) -> None:
        if box is None:
            return
        if box.kind == "literal":
            self._text(box.text, box.line, "式", "expression")
        if box.table is not None:
            self._table(box.table, box)
        for _, part in box.parts:
            self._box(part)

    def _say(self, code: str, line: int, ja: str, en: str) -> None:
        self._found.append(
            Finding("error", code, f"「{self._name}」{ja}", f"“{self._name}”, {en}", self._element.id, line)
        )

    def _text(self, text: str, line: int, ja: str, en: str, *, tests: bool = False) -> None:
        """Read one text; `ja` and `en` say where it stands."""
        if not text.strip():
            return
        try:
            (compile_tests if tests else compile_expression)(text, self._names | {"item", "partial"})
        except FeelError as odd:
            self._say(
                "feel", line, f"の{ja}「{text}」の{odd.position + 1}文字目: {odd.ja}",
                f"{en} “{text}”, character {odd.position + 1}: {odd.en}",
            )  # fmt: skip

    def _table(self, table: Table, box: Boxed) -> None:
        self._policy(table, box)
        if not table.outputs:
            self._say("no_output", box.line, "の表に出力がありません。", "the table has no output.")
        if not table.inputs and len(table.rules) > 1 and table.policy == "UNIQUE":
            self._say("no_input", box.line, "の表に入力がありません。", "the table has no input.")
        inputs = [column.label or column.text or str(at) for at, column in enumerate(table.inputs, 1)]
        outputs = [column.label or column.text or str(at) for at, column in enumerate(table.outputs, 1)]
        for column, name in zip(table.inputs, inputs, strict=True):
            self._text(column.text, column.line, f"入力「{name}」の式", f"input “{name}”, expression")
            self._text(column.values, column.line, f"入力「{name}」の値の範囲", f"input “{name}”, values", tests=True)
        for column, name in zip(table.outputs, outputs, strict=True):
            self._text(
                f"[{column.values}]" if column.values else "",
                column.line,
                f"出力「{name}」の値",
                f"output “{name}”, values",
            )
            self._text(column.default, column.line, f"出力「{name}」の既定値", f"output “{name}”, default")
        for number, rule in enumerate(table.rules, 1):
            if len(rule.tests) != len(inputs) or len(rule.outputs) != len(outputs):
                self._say(
                    "uneven", rule.line, f"の規則{number}の欄の数が表の列と合いません。",
                    f"rule {number} has not as many cells as the table has columns.",
                )  # fmt: skip
            for name, text in zip(inputs, rule.tests, strict=False):
                self._text(
                    text, rule.line, f"規則{number}、入力「{name}」", f"rule {number}, input “{name}”", tests=True
                )
            for name, text in zip(outputs, rule.outputs, strict=False):
                if text != "-":
                    self._text(text, rule.line, f"規則{number}、出力「{name}」", f"rule {number}, output “{name}”")

    def _policy(self, table: Table, box: Boxed) -> None:
        if table.policy not in POLICIES:
            self._say(
                "hit_policy",
                box.line,
                f"のヒットポリシー「{table.policy}」はありません。",
                f"there is no hit policy “{table.policy}”.",
            )
        if table.aggregation not in AGGREGATIONS or (table.aggregation and table.policy != "COLLECT"):
            self._say(
                "aggregation", box.line,
                f"の集計「{table.aggregation}」は使えません(COLLECTのSUM・MIN・MAX・COUNTだけです)。",
                f"the aggregation “{table.aggregation}” makes no sense: only SUM, MIN, MAX, COUNT of COLLECT.",
            )  # fmt: skip
        if table.policy in ("PRIORITY", "OUTPUT ORDER") and not any(column.values for column in table.outputs):
            self._say(
                "no_priority", box.line, f"のヒットポリシー「{table.policy}」には、出力の値の順が要ります。",
                f"the hit policy “{table.policy}” needs the values of the outputs in their order.",
            )  # fmt: skip
