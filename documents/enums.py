"""The records' words that other parts of the product may use."""

from documents.models.filing import Basis, Disclosure, Disposition
from documents.models.record import RecordState, TextState

__all__ = ["Basis", "Disclosure", "Disposition", "RecordState", "TextState"]
