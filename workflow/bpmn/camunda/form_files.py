"""Camunda Forms: a form as a file of JSON (`.form`), read into the fields that pages show and check.  Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workflow.bpmn.camunda.people import FormField

KINDS = {
    "textfield": "string",
    "textarea": "text",
    "number": "double",
    "checkbox": "boolean",
    "select": "enum",
    "radio": "enum",
    "datetime": "date",
}
SHOWN = frozenset({"text", "html", "image", "button", "spacer", "separator", "iframe"})  # nothing is filled in there
HOLDING = frozenset({"group", "columns", "default"})
CHECKS = {"required": "required", "minLength": "minlength", "maxLength": "maxlength", "min": "min", "max": "max"}
DEEPEST = 20


def read(text: str) -> tuple[str, tuple[FormField, ...]]:
    """The id of a form and its fields, in the order drawn.  Raises ValueError for what is no form, or cannot be shown."""
    try:
        said = json.loads(text)
    except RecursionError:
        raise ValueError("the form is nested too deeply") from None
    if not isinstance(said, dict) or not isinstance(said.get("components"), list):
        raise ValueError("no form: there are no components")
    name = said.get("id")
    if not isinstance(name, str) or not name.strip():
        raise ValueError("the form has no id")
    fields = tuple(_fields(said["components"], 0))
    keys = [field.id for field in fields]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(f"two fields have the key {', '.join(twice)}")
    return name.strip(), fields


def _fields(components: Any, depth: int) -> Iterator[FormField]:
    if depth > DEEPEST:
        raise ValueError("the form is nested too deeply")
    for part in components if isinstance(components, list) else ():
        if not isinstance(part, dict):
            raise ValueError("a component is no object")
        kind = str(part.get("type", ""))
        if kind in HOLDING:
            yield from _fields(part.get("components"), depth + 1)
        elif kind in KINDS:
            yield _field(part, kind)
        elif kind not in SHOWN:
            raise ValueError(f"components of type “{kind}” cannot be shown")


def _field(part: Mapping[str, Any], kind: str) -> FormField:
    key = str(part.get("key", "")).strip()
    if not key or "." in key:
        raise ValueError(f"a {kind} has no key, or a path for one: “{key}”")
    checks = part.get("validate")
    checks = checks if isinstance(checks, dict) else {}
    validation = {
        ours: _text(checks[name]) for name, ours in CHECKS.items() if checks.get(name) not in (None, "", False)
    }
    if part.get("disabled") is True or part.get("readonly") is True:
        validation["readonly"] = "true"
    whole = kind == "number" and part.get("decimalDigits") == 0
    default = part.get("defaultValue")
    return FormField(
        id=key,
        label=str(part.get("label") or part.get("dateLabel") or key),
        type="long" if whole else KINDS[kind],
        default="" if default is None or isinstance(default, dict | list) else _text(default),
        validation=validation,
        choices=dict(_choices(part.get("values"))) if KINDS[kind] == "enum" else {},
        properties={"help": str(part["description"])} if part.get("description") else {},
    )


def _choices(values: Any) -> Iterator[tuple[str, str]]:
    for one in values if isinstance(values, list) else ():
        if isinstance(one, dict) and one.get("value") is not None:
            yield _text(one["value"]), str(one.get("label") or one["value"])


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
