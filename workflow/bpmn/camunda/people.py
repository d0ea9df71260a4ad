"""User tasks: who gets the work, until when, and with which form.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow.bpmn.camunda.tree import extensions, listed, named
from workflow.bpmn.model import Node


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a generated form; validation by name (required, minlength, max …), choices by value."""

    id: str
    label: str
    type: str  # string, long, boolean, date, enum
    default: str
    validation: Mapping[str, str]
    choices: Mapping[str, str]
    properties: Mapping[str, str]
    date_pattern: str = ""

    @property
    def required(self) -> bool:
        """Whether it must be filled in."""
        return self.validation.get("required", "").lower() not in ("", "false")

    @property
    def readonly(self) -> bool:
        """Whether it is only shown."""
        return self.validation.get("readonly", "").lower() not in ("", "false")


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a user task or start event: by key, by reference, or by fields."""

    key: str
    ref: str
    binding: str  # latest, deployment, version
    version: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class UserWork:
    """What a user task says; texts may be expressions."""

    assignee: str
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due: str
    follow_up: str
    priority: str
    form: Form


def user_task(node: Node) -> UserWork:
    """The settings of a user task; who is named in the words of BPMN counts as well."""
    users, groups = _owners(node)
    performer = next((text for text in _named(node, "humanPerformer")), "")
    return UserWork(
        assignee=node.foreign("assignee") or performer,
        candidate_groups=(*listed(node.foreign("candidateGroups")), *groups),
        candidate_users=(*listed(node.foreign("candidateUsers")), *users),
        due=node.foreign("dueDate"),
        follow_up=node.foreign("followUpDate"),
        priority=node.foreign("priority"),
        form=form(node),
    )


def _named(node: Node, kind: str) -> Iterator[str]:
    """The expressions of the resource roles of a kind."""
    for role in (child for child in node.children if child.is_bpmn(kind)):
        yield from (inner.text.strip() for inner in role.walk() if inner.is_bpmn("formalExpression"))


def _owners(node: Node) -> tuple[list[str], list[str]]:
    """Potential owners, as Camunda 7 reads them: `user(a), group(b)`; a bare name is a group."""
    users: list[str] = []
    groups: list[str] = []
    for part in (part for text in _named(node, "potentialOwner") for part in listed(text)):
        kind, _sign, inner = part.partition("(")
        if kind.strip() in ("user", "group") and inner.endswith(")"):
            (users if kind.strip() == "user" else groups).append(inner[:-1].strip())
        else:
            groups.append(part)
    return users, groups


def form(node: Node) -> Form:
    """The form of a user task or start event."""
    return Form(
        key=node.foreign("formKey"),
        ref=node.foreign("formRef"),
        binding=node.foreign("formRefBinding") or "latest",
        version=node.foreign("formRefVersion"),
        fields=(
            *(_field(field) for data in extensions(node, "formData") for field in named(data, "formField")),
            *(_property(old) for old in extensions(node, "formProperty")),
        ),
    )


def _field(node: Node) -> FormField:
    said = node.attributes
    constraints = [c for outer in named(node, "validation") for c in named(outer, "constraint")]
    return FormField(
        id=said.get("id", ""),
        label=said.get("label", "") or said.get("id", ""),
        type=said.get("type", "") or "string",
        default=said.get("defaultValue", ""),
        validation={c.attributes.get("name", ""): c.attributes.get("config", "") or "true" for c in constraints},
        choices=_choices(node),
        properties={
            p.attributes.get("id", ""): p.attributes.get("value", "")
            for outer in named(node, "properties")
            for p in named(outer, "property")
        },
        date_pattern=said.get("datePattern", ""),
    )


def _property(node: Node) -> FormField:
    """A form property, the older writing of a field."""
    said = node.attributes
    validation = {"required": said["required"]} if "required" in said else {}
    if said.get("writable", said.get("writeable", "true")) == "false":
        validation["readonly"] = "true"
    return FormField(
        id=said.get("variable", "") or said.get("id", ""),
        label=said.get("name", "") or said.get("id", ""),
        type=said.get("type", "") or "string",
        default=said.get("expression", "") or said.get("default", ""),
        validation=validation,
        choices=_choices(node),
        properties={},
        date_pattern=said.get("datePattern", ""),
    )


def _choices(node: Node) -> dict[str, str]:
    return {
        c.attributes.get("id", ""): c.attributes.get("name", "") or c.attributes.get("id", "")
        for c in named(node, "value")
    }
