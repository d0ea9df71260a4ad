"""備品貸出: a flow written by hand with viewflow's own nodes, models and activations, beside the drawn models.

It shows that the inbox, the item page and the commands serve both.  An app that wants such a flow of its own starts here.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow import this
from viewflow.workflow import Flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes.end import End
from viewflow.workflow.nodes.start import StartHandle

from workflow.item_kinds import FlowTask
from workflow.models import EquipmentLoan, ItemCandidate
from workflow.nodes import Candidate, above
from workflow.organization.enums import Rank
from workflow.runtime.flow import CandidateNode, InstanceLock


class TaskNode(CandidateNode):
    """Work of a person in a hand-written flow."""

    candidate_field = "task_id"


def approvers(staff_id: int) -> list[Candidate]:
    """Who approves a loan: the 課長 of the borrower, else the next above."""
    return above(staff_id, rank=Rank.MANAGER, reason=_("備品を借りる人の課長"))


def receivers(staff_id: int) -> list[Candidate]:
    """Who takes the thing back: the nearest superior of the borrower."""
    return above(staff_id, rank=Rank.CHIEF, reason=_("備品を借りた人の上司"))


def people_for(task: Any) -> list[Candidate]:
    """Who would get an open task if it arrived now."""
    starter = int(task.process.data["starter_id"])
    return approvers(starter) if task.flow_task.name == "approve" else receivers(starter)


class EquipmentLoanFlow(Flow):
    """備品貸出

    課の備品を借りて、返すまで。
    """

    process_class = EquipmentLoan
    lock_impl = InstanceLock()
    process_title = gettext_lazy("備品貸出")

    start = StartHandle(this.begin).Annotation(title=gettext_lazy("申請")).Next(this.approve)
    approve = (
        TaskNode(view=None)
        .Annotation(title=gettext_lazy("課の承認"))
        .onCreate(this.hand_to_approver)
        .Next(this.give_back)
    )
    give_back = (
        TaskNode(view=None).Annotation(title=gettext_lazy("返却確認")).onCreate(this.hand_to_receiver).Next(this.end)
    )
    end = End().Annotation(title=gettext_lazy("終了"))

    def begin(self, activation: Activation, **values: Any) -> EquipmentLoan:
        """Fill the new loan."""
        for name, value in values.items():
            setattr(activation.process, name, value)
        activation.task.owner_id = values["starter_id"]
        return activation.process

    def hand_to_approver(self, activation: Activation) -> None:
        """課の承認 arrives."""
        self._hand(activation, approvers(activation.process.starter_id))

    def hand_to_receiver(self, activation: Activation) -> None:
        """返却確認 arrives."""
        self._hand(activation, receivers(activation.process.starter_id))

    def _hand(self, activation: Activation, people: list[Candidate]) -> None:
        due = activation.process.lent_from if activation.flow_task.name == "approve" else activation.process.lent_to
        ItemCandidate.objects.bulk_create(
            ItemCandidate(
                task=activation.task,
                staff_id=person.staff_id,
                post_id_then=person.post_id,
                post_name=person.post_name,
                right=person.right,
                reason=person.reason,
                kind=FlowTask.code,
                due_on=due,
            )
            for person in people
        )
