"""What must be asked beside the own line: parts of this app say it of a draft, and nobody can leave it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from approvals.models import Case
from approvals.stops import Wanted
from workflow.organization.chart import Chart

Required = Callable[[Case, Chart], Sequence[Wanted]]
_sources: list[Required] = []


def register(source: Required) -> Required:
    """Ask this of every draft; its answers are mandatory, whatever they say of themselves."""
    if source not in _sources:
        _sources.append(source)
    return source


def of(case: Case, chart: Chart) -> list[Wanted]:
    """Everything that is mandatory for a draft as it stands."""
    return [wanted for source in _sources for wanted in source(case, chart)]
