"""Running and finished instances, their open work, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import models
from django.db.models import Q
from viewflow.workflow.activation import Activation
from viewflow.workflow.models import AbstractProcess, AbstractTask

from config import prepared
from workflow.enums import Outcome
from workflow.models.definition import ProcessDefinition


class ProcessInstance(AbstractProcess):
    """One run of a definition.  `state` is the engine's (format number inside), `variables` one JSON per scope."""

    definition = models.ForeignKey(ProcessDefinition, models.PROTECT, related_name="instances")
    business_key = models.CharField(max_length=100, blank=True, db_index=True)
    title = models.CharField(max_length=400, blank=True)
    state = models.JSONField(default=dict)
    variables = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    history_count = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    caller = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="called")
    caller_token = models.CharField(max_length=40, blank=True)  # the call activity's, in the caller


class InstancePart(models.Model):
    """One run of broad repeated work (workflow/engine/parts.py): a step reads the one it is about, and no other."""

    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="parts")
    whole = models.CharField(max_length=20)  # the scope of the repeated work
    number = models.PositiveIntegerField()  # of the run, from 0
    state = models.JSONField(default=dict)  # empty once the run is over
    variables = models.JSONField(default=dict)
    result = models.JSONField(default=list)  # what came of it: one value, or none

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "whole", "number"], name="part_once")]


class WorkItem(AbstractTask):
    """Work of one instance: what stands in an inbox while it is open."""

    process = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="items")
    previous = None  # a many-to-many per item costs an INSERT; the history has it
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    element_id = models.CharField(max_length=100)
    element_name = models.CharField(max_length=200, blank=True)
    token_id = models.CharField(max_length=40)
    # Where the token is, if it lies apart; the part goes when its whole is over, and the work stays.
    part = models.ForeignKey(
        InstancePart, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=40)  # code of the item kind that shows it (workflow/item_kinds.py)
    due_on = models.DateField(null=True, blank=True)
    priority = models.SmallIntegerField(default=0)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    finished_by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index("process", name="item_open", condition=Q(finished=None))]

    @contextmanager
    def activation(self) -> Iterator[Activation]:
        """The item's activation under the instance's lock, read afresh: viewflow's, with the instance read only once."""
        with self.flow_task.flow_class.lock(self.process_id):
            (item,) = _with_its_instance(self.pk)
            yield item.flow_task.activation_class(item)


class ItemCandidate(models.Model):
    """A person who may do an item, in which post, by what right, and why.  The inbox is an index scan of this table.

    Exactly one of `item` (BPMN) and `task` (hand-written flow) is set.
    """

    item = models.ForeignKey(WorkItem, models.CASCADE, null=True, related_name="candidates")
    task = models.ForeignKey("viewflow.Task", models.CASCADE, null=True, related_name="candidates")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    post_id_then = models.BigIntegerField(null=True)
    post_name = models.CharField(max_length=100, blank=True)
    right = models.CharField(max_length=20)
    reason = models.CharField(max_length=200, blank=True)  # ここにある理由
    kind = models.CharField(max_length=40)  # copied from the item
    is_open = models.BooleanField(default=True)  # copied from the item
    due_on = models.DateField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=50)  # 0 to 100; from 75 on it stands at the top of the inbox

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "staff"], name="candidate_once"),
            models.UniqueConstraint(fields=["task", "staff"], name="candidate_task_once"),
            models.CheckConstraint(condition=Q(item=None) ^ Q(task=None), name="candidate_of_one"),
        ]
        indexes = [models.Index("staff", "due_on", "id", name="candidate_inbox", condition=Q(is_open=True))]


_with_its_instance = prepared.Select(
    lambda pk: (
        WorkItem.objects.filter(pk=pk).select_related("process__definition", "part").defer("process__definition__xml")
    ),
    int,
)


class ElementHistory(models.Model):
    """What happened to an element, written once, when a token leaves it; with person and post of that day.

    Where a token still waits is told by the open items and incidents.  A return marks the rows it went back past; nothing
    else of a row changes, and none goes: triggers see to it.
    """

    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="history")
    sequence = models.PositiveIntegerField()
    element_id = models.CharField(max_length=100)
    element_type = models.CharField(max_length=40)
    element_name = models.CharField(max_length=200, blank=True)
    token_id = models.CharField(max_length=40)
    item_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    left_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    voided_at = models.DateTimeField(null=True, blank=True)  # a return went back past it: it counts no longer
    reason = models.CharField(max_length=500, blank=True)  # why it was voided or cancelled
    actor_code = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=100, blank=True)
    actor_post = models.CharField(max_length=100, blank=True)
    actor_unit = models.CharField(max_length=100, blank=True)
    actor_right = models.CharField(max_length=20, blank=True)
    actor_behalf_of = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["instance_id", "sequence"]
        constraints = [models.UniqueConstraint(fields=["instance", "sequence"], name="history_sequence_once")]


class Incident(models.Model):
    """A modelling mistake met at run time: the instance waits here until somebody mends it."""

    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="incidents")
    element_id = models.CharField(max_length=100)
    element_name = models.CharField(max_length=200, blank=True)
    token_id = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    message = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index("instance", name="incident_open", condition=Q(resolved_at=None))]
