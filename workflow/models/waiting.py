"""What instances listen for, what machines have to do for them, and messages that came too early."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from workflow.enums import Listening, WorkState
from workflow.models.definition import ProcessDefinition
from workflow.models.instance import ProcessInstance


class EventSubscription(models.Model):
    """An instance listens: one row for each open subscription of its state, found by name and key; gone when closed."""

    instance = models.ForeignKey(ProcessInstance, models.CASCADE, related_name="subscriptions")
    number = models.PositiveIntegerField()  # the engine's
    element_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Listening.choices)
    name = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "number"], name="subscription_once")]
        indexes = [models.Index("kind", "name", "key", name="subscription_found")]


class StartSubscription(models.Model):
    """The newest version of a process begins by itself: at a message, a signal, or a time."""

    definition = models.ForeignKey(ProcessDefinition, models.CASCADE, related_name="starts")
    element_id = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Listening.choices)
    name = models.CharField(max_length=200, blank=True)
    timer = models.JSONField(default=dict)  # due, left, period of a timer

    class Meta:
        indexes = [models.Index("kind", "name", name="start_found")]


class EarlyMessage(models.Model):
    """A message nobody waits for yet; whoever begins to wait within its time gets it."""

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, blank=True)
    business_key = models.CharField(max_length=100, blank=True)
    variables = models.JSONField(default=dict)
    came_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index("name", "key", name="early_found")]


class MachineWork(models.Model):
    """Work that a machine does for a token: a hook of ours (`hook`) or a worker outside (`external`)."""

    instance = models.ForeignKey(ProcessInstance, models.PROTECT, related_name="machine_work")
    element_id = models.CharField(max_length=100)
    element_name = models.CharField(max_length=200, blank=True)
    token_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)  # the hook or the topic
    priority = models.IntegerField(default=0)
    state = models.CharField(max_length=20, choices=WorkState.choices, default=WorkState.OPEN)
    retries = models.JSONField(default=list)  # the waits (ISO 8601 durations) before the tries that are left
    problem = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "token_id"], condition=Q(closed_at=None), name="machine_work_once"
            )
        ]
        indexes = [models.Index("kind", "name", name="machine_work_open", condition=Q(closed_at=None))]
