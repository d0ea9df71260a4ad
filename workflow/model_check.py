"""The one check of a model before it is deployed: its form, its schema, what is drawn.  Every way in uses it."""

from __future__ import annotations

from workflow import schema_check
from workflow.bpmn.check import check
from workflow.bpmn.model import Definitions, Finding
from workflow.bpmn.parser import parse


def examine(xml: bytes) -> tuple[Definitions | None, list[Finding]]:
    """What a file says, and everything that is wrong with it, in the order of the file."""
    result = parse(xml)
    found = list(result.findings)
    if result.definitions is not None:
        found += check(result.definitions)
        found += schema_check.breaches(xml, result.definitions)
    return result.definitions, sorted(found, key=lambda finding: (finding.line, finding.column))
