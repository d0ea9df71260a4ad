"""The tables of processes.  Private to this app."""

from workflow.models.decision import DecisionAnswer, DecisionDefinition
from workflow.models.definition import ProcessDefinition
from workflow.models.instance import (
    ElementHistory,
    Incident,
    InstancePart,
    ItemCandidate,
    ProcessInstance,
    WorkItem,
)
from workflow.models.loan import EquipmentLoan
from workflow.models.waiting import EarlyMessage, EventSubscription, MachineWork, StartSubscription

__all__ = [
    "DecisionAnswer",
    "DecisionDefinition",
    "EarlyMessage",
    "ElementHistory",
    "EquipmentLoan",
    "EventSubscription",
    "Incident",
    "InstancePart",
    "ItemCandidate",
    "MachineWork",
    "ProcessDefinition",
    "ProcessInstance",
    "StartSubscription",
    "WorkItem",
]
