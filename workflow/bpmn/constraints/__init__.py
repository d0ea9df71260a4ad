"""What BPMN 2.0 forbids, beyond what a schema can say: one function a rule, by subject.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.bpmn.constraints import (
    activities,
    collaboration,
    data,
    events,
    expressions,
    flows,
    gateways,
    references,
    triggers,
)
from workflow.bpmn.constraints.tree import Tree
from workflow.bpmn.model import Definitions, Finding

SUBJECTS = (references, flows, gateways, events, triggers, activities, data, expressions, collaboration)


def violations(definitions: Definitions) -> Iterator[Finding]:
    """Everything in the file that breaks a rule of BPMN, whether or not the engine executes it."""
    tree = Tree(definitions.root)
    for subject in SUBJECTS:
        for rule in subject.RULES:
            yield from rule(tree)
