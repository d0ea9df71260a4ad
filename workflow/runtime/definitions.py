"""Deployed definitions as parsed values, kept by content in every process."""

from __future__ import annotations

from functools import lru_cache

from workflow.bpmn.model import Process
from workflow.bpmn.parser import parse
from workflow.item_kinds import Task, kind_of
from workflow.models import ProcessDefinition

KEPT = 256


def process_of(definition: ProcessDefinition) -> Process:
    """The process of a definition row, whose XML may be deferred.  No query when this process has seen the content."""
    return _parsed(definition.sha256, definition.key)


@lru_cache(maxsize=KEPT)
def _parsed(sha256: str, key: str) -> Process:
    """Keyed by content, so that a copy of the database, or another version with the same bytes, makes no difference."""
    xml = ProcessDefinition.objects.filter(sha256=sha256, key=key).values_list("xml", flat=True)[:1].get()
    found = parse(bytes(xml)).definitions
    if found is None:
        raise ValueError(f"the stored definition {key} ({sha256}) cannot be read")
    return next(process for process in found.processes if process.id == key)


def is_generic(process: Process) -> bool:
    """Whether all its work is done on this app's plain pages, so that these may also cancel it and move its tokens."""
    codes = (element.extension("itemKind") or Task.code for element in process.of_type("userTask"))
    return not any(kind_of(code).own_pages for code in codes)
