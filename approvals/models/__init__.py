"""The tables of 起案 and 決裁.  Private to this app."""

from approvals.models.case import (
    ONWARD,
    Act,
    Case,
    CaseState,
    CaseVersion,
    Level,
    Resume,
    RouteStep,
    StepState,
    Verb,
)
from approvals.models.route import (
    ConsentKind,
    Consultation,
    GroupRule,
    Happening,
    SavedRoute,
    StepKind,
    StepNote,
)

__all__ = [
    "ONWARD",
    "Act",
    "Case",
    "CaseState",
    "CaseVersion",
    "ConsentKind",
    "Consultation",
    "GroupRule",
    "Happening",
    "Level",
    "Resume",
    "RouteStep",
    "SavedRoute",
    "StepKind",
    "StepNote",
    "StepState",
    "Verb",
]
