"""Forms that models name and this installation has: fields registered under a key, never a page that the model brings.

A model of Camunda 7 names a form by `formKey` ("embedded:app:forms/leave.html", "camunda-forms:deployment:leave.form") or
by `formRef` with a binding.  An app registers the fields under that very name:

    register("leave", field("days", "日数", "long", required=True), field("kind", "種別", "enum", choices={…}))

A form may be registered in several versions; models ask for the newest or for one of them.  The administrator has a folder
of Camunda Forms (KESSAI_FORMS): `leave.form`, and `leave.v3.form` for the third version, known by the id inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workflow.bpmn.camunda.form_files import read
from workflow.bpmn.camunda.people import Form, FormField, form
from workflow.bpmn.model import Element

TYPES = frozenset({"string", "text", "long", "double", "boolean", "date", "enum"})
_forms: dict[str, dict[int, tuple[FormField, ...]]] = {}


def field(
    name: str,
    label: str,
    kind: str = "string",
    *,
    required: bool = False,
    readonly: bool = False,
    default: str = "",
    choices: Mapping[str, str] | None = None,
    **limits: Any,
) -> FormField:
    """A field of a form; `limits` are minlength, maxlength, min and max.  Raises ValueError for an unknown kind."""
    if kind not in TYPES:
        raise ValueError(f"no kind of field: {kind}")
    said = {name: str(value) for name, value in limits.items()}
    said |= {"required": "true"} if required else {}
    said |= {"readonly": "true"} if readonly else {}
    return FormField(name, label, kind, default, said, dict(choices or {}), {})


def register(key: str, *fields: FormField, version: int = 1) -> None:
    """Make a form known.  Raises ValueError for a version taken twice."""
    versions = _forms.setdefault(key, {})
    if version in versions:
        raise ValueError(f"two forms {key}, version {version}")
    versions[version] = tuple(fields)


def load(folder: Path) -> int:
    """Register every form of a folder; how many there were.  Raises ValueError that names the file, for one that is odd."""
    found = sorted(folder.glob("*.form"))
    for path in found:
        try:
            key, fields = read(path.read_text(encoding="utf-8"))
            register(key, *fields, version=_version(path))
        except (OSError, ValueError) as odd:
            raise ValueError(f"{path}: {odd}") from odd
    return len(found)


def _version(path: Path) -> int:
    said = path.name.removesuffix(".form").rpartition(".v")[2]
    return int(said) if ".v" in path.name and said.isdigit() else 1


def is_known(asked: Form) -> bool:
    """Whether a form that a model names is here."""
    return _found(asked) is not None


def fields_of(element: Element) -> tuple[FormField, ...] | None:
    """The fields of a user task or start event: those it draws itself, else those of the form it names; None for none."""
    asked = form(element.node)
    return asked.fields or _found(asked)


def _found(asked: Form) -> tuple[FormField, ...] | None:
    versions = _forms.get(asked.key) or _forms.get(_stem(asked.key)) or _forms.get(asked.ref) or {}
    if not versions:
        return None
    if asked.binding == "version":
        return versions.get(int(asked.version)) if asked.version.isdigit() else None
    return versions[max(versions)]


def _stem(key: str) -> str:
    """The bare name of a form's key: `camunda-forms:deployment:forms/leave.form` is `leave`."""
    return key.rpartition(":")[2].rpartition("/")[2].partition(".")[0]
