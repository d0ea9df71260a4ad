"""The tables of processes.  Private to this app."""

from workflow.models.decision import DecisionDefinition
from workflow.models.definition import ProcessDefinition
from workflow.models.instance import ElementHistory, Incident, ItemCandidate, ProcessInstance, WorkItem
from workflow.models.loan import EquipmentLoan

__all__ = [
    "ElementHistory",
    "DecisionDefinition",
    "EquipmentLoan",
    "Incident",
    "ItemCandidate",
    "ProcessDefinition",
    "ProcessInstance",
    "WorkItem",
]
