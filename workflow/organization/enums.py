"""The organisation's words that other parts of the product may use."""

from workflow.organization.models import AbsenceReason, AppointmentKind, Rank

__all__ = ["AbsenceReason", "AppointmentKind", "Rank"]
