"""The organisation's words that other parts of the product may use."""

from workflow.organization.models import AbsenceReason, AppointmentKind, Employment, Rank, Standing, UnitKind

__all__ = ["AbsenceReason", "AppointmentKind", "Employment", "Rank", "Standing", "UnitKind"]
