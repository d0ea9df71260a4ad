"""The one check of a model before it is deployed: its form, its schema, what is drawn.  Every way in uses it."""

from __future__ import annotations

from collections.abc import Collection

from workflow import hooks, schema_check
from workflow.bpmn.camunda.check import problems
from workflow.bpmn.check import check
from workflow.bpmn.model import Definitions, Finding
from workflow.bpmn.parser import parse
from workflow.known_forms import is_known


def examine(xml: bytes, *, names: Collection[str] | None = None) -> tuple[Definitions | None, list[Finding]]:
    """What a file says, and everything that is wrong with it, in the order of the file.

    `names` are the hooks that models may name; those that are registered here when nothing is given.
    """
    result = parse(xml)
    found = list(result.findings)
    if result.definitions is not None:
        found += check(result.definitions)
        found += problems(result.definitions, hooks=hooks.known() if names is None else names, is_known=is_known)
        found += schema_check.breaches(xml, result.definitions)
    return result.definitions, sorted(found, key=lambda finding: (finding.line, finding.column))
