"""What comes from outside: time, messages, signals, and what called instances tell.  For the system, not for people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from config import clock
from config.commands import Actor, command
from config.errors import Conflict
from config.jobs.queue import enqueue
from documents.ledger.writer import record
from workflow import access, rules
from workflow.engine import intents
from workflow.engine.events import IncidentRaised
from workflow.enums import Listening
from workflow.ledger_actions import (
    CalledReturned,
    EventHappened,
    InstanceStarted,
    MessageKept,
    SignalSent,
    WorkContinued,
)
from workflow.models import EarlyMessage, EventSubscription, ProcessInstance, StartSubscription
from workflow.runtime import outside, states, store
from workflow.runtime.starts import begin, begin_called, next_time
from workflow.runtime.step import name_of, think
from workflow.values import InstanceView


@command
def let_happen(
    *, instance_id: int, subscription: int, due: str = "", variables: dict[str, Any] | None = None, actor: Actor
) -> InstanceView:
    """What an instance listens for came.  `due` says which time of a timer is meant.

    Raises NotFound for people, Conflict (`not_listening`) when it listens for that no longer: it came already, or was
    called off.
    """
    instance = access.instance_of_machine(instance_id=instance_id, actor=actor)
    found = states.outermost(instance).subscriptions.get(subscription)
    if found is None or (due and found.details.get("due") != due):
        raise Conflict(_("この出来事はもう待っていません。"), code="not_listening")
    step = think(instance=instance, intent=intents.Trigger(subscription, variables or {}), actor=actor)
    store.write(step)
    record(
        EventHappened,
        subject=instance,
        actor=actor,
        element=name_of(step.element(found.element)),
        kind=Listening(found.kind).label,
        name=str(found.details.get("name", "")),
        business_key=instance.business_key,
    )
    return InstanceView.of(instance)


@command
def go_on(*, instance_id: int, token: int, last: bool = True, actor: Actor) -> InstanceView:
    """Go on behind a save point.  Raises NotFound for people, Conflict when the token waits there no longer.

    Unless it is the `last` try, what would be an incident changes nothing: Conflict (`failed_try`).
    """
    instance = access.instance_of_machine(instance_id=instance_id, actor=actor)
    element = _waiting(instance, token, "async")
    step = think(instance=instance, intent=intents.Complete(token), actor=actor)
    problem = next((event for event in step.events if isinstance(event, IncidentRaised)), None)
    if problem is not None and not last:
        raise Conflict(problem.ja, code="failed_try")
    store.write(step)
    record(
        WorkContinued,
        subject=instance,
        actor=actor,
        element=name_of(step.element(element)),
        business_key=instance.business_key,
    )
    return InstanceView.of(instance)


def _waiting(instance: ProcessInstance, token: int, kind: str) -> str:
    """The element where a token waits.  Raises Conflict when it does not, or for something else."""
    wait = states.whole(instance).waits.get(token)
    if wait is None or wait.kind != kind:
        raise Conflict(_("この処理はもう待っていません。"), code="not_waiting")
    return wait.element


@command
def correlate_message(
    *,
    name: str,
    key: str = "",
    business_key: str = "",
    variables: dict[str, Any] | None = None,
    early: int | None = None,
    actor: Actor,
) -> InstanceView | None:
    """Give a message to the one instance that waits for it, begin a process with it, or keep it for a while.

    An instance is meant when its own key is the message's; one without a key when the message has none either, or when
    the business keys agree.  `early` is the kept message this one was.  Raises Conflict (`ambiguous_message`) when several
    instances are meant: nobody gets it then.
    """
    rules.check_system(actor)
    if early is not None and not EarlyMessage.objects.select_for_update().filter(pk=early).exists():
        raise Conflict(_("このメッセージは既に届いています。"), code="already_delivered")
    meant = _meant(name, key, business_key)
    if len(meant) > 1:
        raise Conflict(
            _("メッセージ「%(name)s」を待つ案件が%(number)d件あり、どれか決まりません。")
            % {"name": name, "number": len(meant)},
            code="ambiguous_message",
        )
    start = StartSubscription.objects.filter(kind=Listening.MESSAGE, name=name).select_related("definition").first()
    if not meant and start is None:
        return _keep(name, key, business_key, variables or {}, early, actor)
    if early is not None:
        EarlyMessage.objects.filter(pk=early).delete()
    if meant:
        found = meant[0]
        return let_happen(
            instance_id=found.instance_id, subscription=found.number, variables=variables or {}, actor=actor
        )
    assert start is not None  # noqa: S101 - asked above
    return _begun(begin(start=start, business_key=business_key, variables=variables or {}, actor=actor), actor)


def _meant(name: str, key: str, business_key: str) -> list[EventSubscription]:
    waiting = EventSubscription.objects.filter(kind=Listening.MESSAGE, name=name).select_related("instance")
    found = [row for row in waiting.defer("instance__state", "instance__variables").order_by("pk") if row.key == key]
    if key or len(found) < 2:
        return found
    same = [row for row in found if business_key and row.instance.business_key == business_key]
    return same or found


def _keep(
    name: str, key: str, business_key: str, variables: dict[str, Any], early: int | None, actor: Actor
) -> InstanceView | None:
    """Keep a message that nobody waits for; one that is kept already stays as it is."""
    now = clock.now()
    kept = (
        EarlyMessage.objects.get(pk=early)
        if early is not None
        else EarlyMessage.objects.create(
            name=name,
            key=key,
            business_key=business_key,
            variables=variables,
            came_at=now,
            until=now + dt.timedelta(hours=settings.MESSAGE_HOURS),
        )
    )
    record(MessageKept, subject=kept, actor=actor, name=name, key=key, business_key=business_key)
    return None


@command
def broadcast_signal(
    *, name: str, key: str, variables: dict[str, Any] | None = None, sender: int | None = None, actor: Actor
) -> int:
    """Begin every process that a signal begins, and have every instance that listens told; how many began.

    The listeners are told by jobs (their keys begin with `key`), each in a transaction of its own, so that one who fails
    holds up nobody; the sender has had it already.
    """
    rules.check_system(actor)
    starts = StartSubscription.objects.filter(kind=Listening.SIGNAL, name=name).select_related("definition")
    began = 0
    for start in starts:
        _begun(begin(start=start, business_key="", variables=variables or {}, actor=actor), actor)
        began += 1
    rows = EventSubscription.objects.filter(kind=Listening.SIGNAL, name=name).exclude(instance_id=sender)
    listeners = list(rows.order_by("pk").values_list("instance_id", "number"))
    for instance, subscription in listeners:
        enqueue(
            kind=outside.SIGNAL,
            key=f"{key}:{instance}:{subscription}",
            payload={"instance": instance, "subscription": subscription, "variables": variables or {}},
        )
    record(SignalSent, subject=None, actor=actor, name=name, instances=len(listeners), started=began)
    return began


@command
def call_process(*, instance_id: int, token: int, asked: dict[str, Any], actor: Actor) -> InstanceView:
    """Begin the instance that a call activity waits for.  Raises NotFound when there is no such process or version."""
    instance = access.instance_of_machine(instance_id=instance_id, actor=actor)
    _waiting(instance, token, "call")
    return _begun(begin_called(caller=instance, token=token, asked=asked, actor=actor), actor)


@command
def start_by_time(*, start_id: int, due: str, actor: Actor) -> InstanceView:
    """Begin a process whose time has come, and wait for the next time of a cycle.  Raises Conflict when it is not meant."""
    rules.check_system(actor)
    start = StartSubscription.objects.select_for_update().filter(pk=start_id).first()
    if start is None or start.timer.get("due") != due:
        raise Conflict(_("この出来事はもう待っていません。"), code="not_listening")
    begun = _begun(begin(start=start, business_key="", variables={}, actor=actor), actor)
    next_time(start)
    return begun


def _begun(instance: ProcessInstance, actor: Actor) -> InstanceView:
    """Note in the ledger that an instance began by itself."""
    record(
        InstanceStarted,
        subject=instance,
        actor=actor,
        key=instance.definition.key,
        version=instance.definition.version,
        title=instance.title,
        business_key=instance.business_key,
    )
    return InstanceView.of(instance)


@command
def return_from_call(
    *, called_id: int, outcome: str, variables: dict[str, Any], code: str = "", message: str = "", actor: Actor
) -> InstanceView:
    """Hand the outcome of a called instance to its caller.  Raises Conflict when nobody waits for it any longer."""
    called = access.instance_of_machine(instance_id=called_id, actor=actor)
    if called.caller_id is None:
        raise Conflict(_("この処理はもう待っていません。"), code="not_waiting")
    caller = access.instance_of_machine(instance_id=called.caller_id, actor=actor)
    token = int(called.caller_token)
    element = _waiting(caller, token, "call")
    wanted: intents.Intent
    if outcome == "escalation":
        wanted = intents.ThrowEscalation(token, code, variables)
    elif outcome == "error":
        wanted = intents.ThrowError(token, code, message, variables)
    else:
        wanted = intents.Complete(token, variables)
    step = think(instance=caller, intent=wanted, actor=actor)
    store.write(step)
    record(
        CalledReturned,
        subject=caller,
        actor=actor,
        element=name_of(step.element(element)),
        called=called.pk,
        outcome=outcome,
        business_key=caller.business_key,
    )
    return InstanceView.of(caller)
