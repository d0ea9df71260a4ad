"""viewflow as the runtime: one static Flow, with one generic node per kind of waiting activity.

The model that a city draws is data (workflow/models/definition.py); this class never changes with it.  viewflow gives
statuses, transitions with their permission checks, the lock and the owner; the pure engine says what comes next.

Left out on purpose: viewflow's Join and Split (they count tokens by their names, wrong for drawn models), `previous`
(a row per item that the history has already), `user_queue` (it reads every object permission into memory).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Model
from viewflow import this
from viewflow.workflow import Flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes.start import StartHandle, StartHandleActivation
from viewflow.workflow.nodes.view import View, ViewActivation

from config import clock, prepared
from workflow.models import ItemCandidate, ProcessInstance, WorkItem


def _candidacy(field: str) -> prepared.Select:
    def rows(task: int, staff: int) -> Any:
        return ItemCandidate.objects.filter(**{field: task}, staff_id=staff, is_open=True).values_list("pk")[:1]

    return prepared.Select(rows, int, int)


_open_candidacy = {field: _candidacy(field) for field in ("item_id", "task_id")}


@functools.cache
def _locked(process_class: type[Model]) -> prepared.Select:
    rows = process_class._default_manager.select_for_update()
    return prepared.Select(lambda pk: rows.filter(pk=pk).values_list("pk"), int)


class InstanceLock:
    """The row lock of one process.  It waits for its turn: who comes second is told by the item's state, not by a timeout."""

    @contextmanager
    def __call__(self, flow_class: type[Flow], process_pk: int) -> Iterator[None]:
        """Hold it."""
        with transaction.atomic(savepoint=False):
            if not _locked(flow_class.process_class)(process_pk):
                raise flow_class.process_class.DoesNotExist(process_pk)
            yield


class CandidateNode(View):
    """Work of a person: whoever is among its open candidates may take it."""

    candidate_field = "item_id"

    def can_assign(self, user: Any, task: Any) -> bool:
        """Whether the work may become this person's: he is a candidate, and nobody else holds it."""
        if user is None or (task.owner_id is not None and task.owner_id != user.pk):
            return False
        if getattr(task, "asked_by", None) == user.pk:
            return bool(task.is_mine)  # access.py read it with the item, under the lock
        return bool(_open_candidacy[self.candidate_field](task.pk, user.pk))


class StartActivation(StartHandleActivation):
    """The beginning of an instance.  It leaves no row: the history tells of it."""

    @Activation.status.super()
    def complete(self) -> None:
        """The caller saves the instance."""

    @Activation.status.super()
    def create_next(self) -> Iterator[Activation]:
        """The engine says what comes next."""
        return iter(())


class UserTaskActivation(ViewActivation):
    """A user task of a drawn model: viewflow's states, with all writing left to the store (one pass per step)."""

    @Activation.status.super()
    def assign(self, user: Any) -> None:
        """Take the work."""
        self.task.owner = user
        self.task.assigned = clock.now()

    @Activation.status.super()
    def unassign(self) -> None:
        """Give the work back."""
        self.task.owner = None
        self.task.assigned = None

    @Activation.status.super()
    def start(self, request: Any) -> None:
        """Begin; a plain completion begins and ends in one act."""
        self.task.started = clock.now()

    @Activation.status.super()
    def complete(self) -> None:
        """Done."""
        self.task.finished = clock.now()

    @Activation.status.super()
    def cancel(self) -> None:
        """Called off."""
        self.task.finished = clock.now()

    @Activation.status.super()
    def create_next(self) -> Iterator[Activation]:
        """The engine says what comes next."""
        return iter(())


class UserTask(CandidateNode):
    """ユーザータスク of a drawn model."""

    activation_class = UserTaskActivation


class Start(StartHandle):
    """開始 of a drawn model."""

    activation_class = StartActivation


class BpmnFlow(Flow):
    """流れの図

    Runs every deployed BPMN definition.
    """

    process_class = ProcessInstance
    task_class = WorkItem
    lock_impl = InstanceLock()

    start = Start().Next(this.user_task)
    user_task = UserTask(view=None)
