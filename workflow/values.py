"""What this app's commands hand back: plain values, so that no caller holds its rows."""

from __future__ import annotations

from dataclasses import dataclass

from viewflow.workflow.models import Task

from workflow.bpmn.model import Finding
from workflow.enums import Family
from workflow.item_kinds import FlowTask
from workflow.models import DecisionDefinition, EquipmentLoan, ProcessDefinition, ProcessInstance, WorkItem


@dataclass(frozen=True, slots=True)
class DefinitionView:
    """One version of a process; `is_new` is False when the same bytes were there already.

    `others` are the further processes of the same file, each with its own version.
    """

    id: int
    key: str
    version: int
    name: str
    sha256: str
    is_new: bool
    warnings: tuple[Finding, ...] = ()
    others: tuple[DefinitionView, ...] = ()

    @classmethod
    def of(cls, row: ProcessDefinition, *, is_new: bool, warnings: tuple[Finding, ...] = ()) -> DefinitionView:
        """The value of a row."""
        return cls(row.pk, row.key, row.version, row.name, row.sha256, is_new, warnings)


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One version of a decision; `is_new` is False when the same file was there already."""

    id: int
    key: str
    version: int
    name: str
    deployment: str
    is_new: bool

    @classmethod
    def of(cls, row: DecisionDefinition, *, is_new: bool) -> DecisionView:
        """The value of a row."""
        return cls(row.pk, row.key, row.version, row.name, str(row.deployment), is_new)


@dataclass(frozen=True, slots=True)
class InstanceView:
    """One run of a process after a command; `status` is viewflow's: NEW (running), DONE, CANCELED."""

    id: int
    family: Family
    revision: int
    status: str
    business_key: str
    title: str

    @classmethod
    def of(cls, row: ProcessInstance) -> InstanceView:
        """The value of a row."""
        return cls(row.pk, Family.BPMN, row.revision, row.status, row.business_key, row.title)

    @classmethod
    def of_loan(cls, row: EquipmentLoan) -> InstanceView:
        """The value of a hand-written flow's row."""
        return cls(row.pk, Family.FLOW, row.revision, row.status, "", row.title)


@dataclass(frozen=True, slots=True)
class ItemView:
    """One piece of work."""

    id: int
    instance_id: int
    element_id: str
    element_name: str
    kind: str
    is_open: bool

    @classmethod
    def of(cls, row: WorkItem) -> ItemView:
        """The value of a row."""
        return cls(row.pk, row.process_id, row.element_id, row.element_name, row.kind, row.finished is None)

    @classmethod
    def of_task(cls, row: Task) -> ItemView:
        """The value of a task of a hand-written flow."""
        name = str(row.flow_task.task_title or row.flow_task.name)
        return cls(row.pk, row.process_id, row.flow_task.name, name, FlowTask.code, row.finished is None)
