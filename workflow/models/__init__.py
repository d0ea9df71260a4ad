"""The tables of processes.  Private to this app."""

from workflow.models.definition import ProcessDefinition
from workflow.models.instance import ElementHistory, Incident, ItemCandidate, ProcessInstance, WorkItem

__all__ = ["ElementHistory", "Incident", "ItemCandidate", "ProcessDefinition", "ProcessInstance", "WorkItem"]
