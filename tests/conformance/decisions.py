"""Runs the cases of the decision suite: inputs and expected results of decisions and decision services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from workflow.dmn.decisions import Decisions, Unknown
from workflow.dmn.reader import read_model
from workflow.feel.temporal import parse_date, parse_duration, parse_moment, parse_time
from workflow.feel.values import equal, kind

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NOW = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)


def decisions_of(path: Path) -> Decisions:
    """The model of a file; those it imports are looked for beside it."""
    models = {model.namespace: model for model in map(_model, sorted(path.parent.glob("*.dmn")))}
    ready: dict[str, Decisions] = {}

    def make(namespace: str) -> Decisions:
        if namespace not in ready:
            model = models[namespace]
            ready[namespace] = Decisions(
                model, {each.namespace: make(each.namespace) for each in model.imports if each.namespace in models}
            )
        return ready[namespace]

    return make(_model(path).namespace)


def _model(path: Path) -> Any:
    return read_model(path.read_bytes())


def cases_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each case of a test file with why it failed (empty: it passed)."""
    root = etree.parse(path).getroot()
    model = path.parent / str(root.findtext("{*}modelName"))
    decisions = decisions_of(model)
    for case in root.iterfind("{*}testCase"):
        yield str(case.get("id")), _problem(decisions, case)


def _problem(decisions: Decisions, case: etree._Element) -> str:
    inputs: dict[str, Any] = {}
    foreign: dict[tuple[str, str], Any] = {}
    for node in case.iterfind("{*}inputNode"):
        space = node.get("namespace")
        if space:
            foreign[(space, str(node.get("name")))] = _content(node)
        else:
            inputs[str(node.get("name"))] = _content(node)
    wrong = []
    for node in case.iterfind("{*}resultNode"):
        expected = node.find("{*}expected")
        wanted = _content(expected) if expected is not None else None
        try:
            got = _result(decisions, case, str(node.get("name")), inputs, foreign)
        except Unknown as unknown:
            wrong.append(f"there is no {unknown}")
            continue
        if not _same(wanted, got):
            wrong.append(f"{node.get('name')}: expected {wanted!r}, got {got!r}")
    return "; ".join(wrong)


def _result(
    decisions: Decisions, case: etree._Element, name: str, inputs: dict[str, Any], foreign: dict[tuple[str, str], Any]
) -> Any:
    if case.get("type") != "decisionService":
        return decisions.evaluate(name, inputs, foreign=foreign, now=NOW)
    service = decisions.model.named(str(case.get("invocableName")), "decisionService")
    result = decisions.serve(str(case.get("invocableName")), inputs, now=NOW)
    return result.get(name) if service and len(service.outputs) > 1 and isinstance(result, Mapping) else result


def _content(node: etree._Element) -> Any:
    """The value inside a node: a value, a list or components."""
    if node.get(NIL) == "true":
        return None
    for child in node.iterchildren("{*}*"):
        name = etree.QName(child).localname
        if name == "value":
            return _value(child)
        if name == "list":
            return None if child.get(NIL) == "true" else [_content(item) for item in child.iterfind("{*}item")]
        if name == "component":
            return {str(part.get("name")): _content(part) for part in node.iterfind("{*}component")}
    return None


def _value(node: etree._Element) -> Any:
    if node.get(NIL) == "true":
        return None
    text, kind_ = node.text or "", (node.get(TYPE) or "xsd:string").split(":")[-1]
    return _READERS.get(kind_, lambda text: text)(text)


_READERS: Mapping[str, Any] = {
    "boolean": lambda text: text.strip() == "true",
    "decimal": lambda text: Decimal(text.strip()),
    "double": lambda text: Decimal(text.strip()),
    "integer": lambda text: Decimal(text.strip()),
    "date": lambda text: parse_date(text.strip()),
    "dateTime": lambda text: parse_moment(text.strip()),
    "time": lambda text: parse_time(text.strip()),
    "duration": lambda text: parse_duration(text.strip()),
}


def _same(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, Decimal) and isinstance(got, Decimal):
        return abs(wanted - got) <= max(abs(wanted), 1) * Decimal("1e-8")
    if isinstance(wanted, list) and isinstance(got, list):
        return len(wanted) == len(got) and all(map(_same, wanted, got))
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return wanted.keys() == got.keys() and all(_same(wanted[key], got[key]) for key in wanted)
    return kind(wanted) == kind(got) and equal(wanted, got) is True
