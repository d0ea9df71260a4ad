"""The tables of 起案 and 決裁.  Private to this app."""

from approvals.models.case import (
    Act,
    Case,
    CaseState,
    CaseVersion,
    Level,
    Resume,
    RouteStep,
    StepKind,
    StepState,
    Verb,
)

__all__ = ["Act", "Case", "CaseState", "CaseVersion", "Level", "Resume", "RouteStep", "StepKind", "StepState", "Verb"]
