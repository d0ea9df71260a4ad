"""What operators see before an instance goes on by another version: where what is open would stand, and what forbids it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.commands import Actor
from workflow import access
from workflow.bpmn.model import Element, Process
from workflow.engine.migrating import Plan
from workflow.runtime.definitions import is_generic, process_of
from workflow.runtime.migration import rehearse, versions_beside
from workflow.sheets.outline import KINDS


@dataclass(frozen=True, slots=True)
class Row:
    """Something open: where it stands, where it would stand, and what it may become.

    What an instance listens for may have no place there: then it listens for it no longer.
    """

    field: str
    element: str
    name: str
    kind: str | Promise
    tokens: int
    target: str
    choices: list[tuple[str, str]]
    problems: list[str]
    is_heard: bool
    picked: str  # in the list of what it may become


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The page.  `rows` is empty until a version is chosen."""

    id: int
    number: str
    process: str
    version: int
    revision: int
    is_over: bool
    is_elsewhere: bool  # another part of the product drives it
    versions: list[tuple[int, str]]
    chosen: int | None
    rows: list[Row]
    problems: list[str]  # of no row
    closed: list[str]
    opened: list[str]
    mapping: dict[str, str]
    is_ready: bool


def rehearsal(*, instance_id: int, actor: Actor, version: str, said: Mapping[str, str]) -> Rehearsal:
    """The page for a version, or for none yet; `said` has the chosen elements by `to_` and the old id.  Raises NotFound."""
    instance = access.operated_instance(instance_id=instance_id, actor=actor)
    others = list(versions_beside(instance))
    is_elsewhere = not is_generic(process_of(instance.definition))
    target = next((row for row in others if str(row.version) == version), None)
    found = Plan()
    rows: list[Row] = []
    mapping = {name.removeprefix("to_"): value for name, value in said.items() if name.startswith("to_") and value}
    if target is not None and instance.finished is None and not is_elsewhere:
        found = rehearse(instance, target, mapping, actor)
        rows = _rows(process_of(instance.definition), process_of(target), found, mapping)
    of_rows = {row.element for row in rows}
    new = process_of(target) if target is not None else None
    return Rehearsal(
        id=instance.pk,
        number=instance.business_key,
        process=instance.definition.name,
        version=instance.definition.version,
        revision=instance.revision,
        is_over=instance.finished is not None,
        is_elsewhere=is_elsewhere,
        versions=[(row.version, _("第%(n)d版") % {"n": row.version}) for row in others],
        chosen=target.version if target is not None else None,
        rows=rows,
        problems=[_said(problem.ja, problem.en) for problem in found.problems if problem.element_id not in of_rows],
        closed=[_called(process_of(instance.definition), element) for element in found.closed],
        opened=[_called(new, element) for element in found.opened] if new is not None else [],
        mapping={row.element: row.target for row in rows if row.target not in ("", row.element)},
        is_ready=bool(rows) and not found.problems,
    )


def _said(ja: str, en: str) -> str:
    return ja if (get_language() or "ja").startswith("ja") else en


def _rows(old: Process, new: Process, found: Plan, mapping: Mapping[str, str]) -> list[Row]:
    rows = []
    for place in [*found.places, *found.heard]:
        element = old.elements.get(place.element)
        alike = [other for other in new.elements.values() if element is not None and other.type == element.type]
        rows.append(
            Row(
                field=f"to_{place.element}",
                element=place.element,
                name=_called(old, place.element),
                kind=KINDS.get(element.type, element.type) if element is not None else "",
                tokens=place.tokens,
                target=place.target,
                choices=[(other.id, _choice(other)) for other in alike],
                problems=[_said(p.ja, p.en) for p in found.problems if p.element_id == place.element],
                is_heard=place in found.heard,
                picked=mapping.get(place.element, place.target),
            )
        )
    return rows


def _choice(element: Element) -> str:
    return f"{element.name} ({element.id})" if element.name else element.id


def _called(process: Process, element: str) -> str:
    found = process.elements.get(element)
    return (found.name or str(KINDS.get(found.type, found.id))) if found is not None else element
