"""What a step leaves for the world outside: subscriptions, timers, machine work, messages, calls.  Rows first, never a call.

Each is written in the step's transaction; jobs act on it afterwards, as often as needed, with the same outcome.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from config import clock
from config.jobs.queue import enqueue
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.engine.state import SubscriptionState
from workflow.enums import WorkState
from workflow.models import EarlyMessage, EventSubscription, MachineWork
from workflow.runtime.step import Step, name_of

GO_ON, TIMER, MESSAGE, SIGNAL, HOOK, CALL, RETURNED, CALLED_OFF = (
    f"workflow.{name}" for name in ("go_on", "timer", "message", "signal", "hook", "call", "returned", "called_off")
)
MACHINES = {"hook", "external", "listener"}
NAME_LENGTH = 200
LOWEST, HIGHEST = -(2**15), 2**15 - 1  # priorities of jobs


def follow(step: Step) -> None:
    """Write what the events of a step ask of the world."""
    _subscriptions(step)
    _waits(step)
    for event in step.events:
        if isinstance(event, inner.MessageThrown):
            _message(step, event)
        elif isinstance(event, inner.SignalThrown):
            _signal(step, event)
        elif isinstance(event, ev.InstanceEnded | inner.InstanceFailed | inner.EscalationThrown):
            _to_caller(step, event)


# --- what is listened for


def _subscriptions(step: Step) -> None:
    """Rows for what is listened for at the end of the step; none for what began and ended within it."""
    before, now = step.before.subscriptions, step.state.subscriptions
    gone = [number for number in before if number not in now]
    if gone:
        EventSubscription.objects.filter(instance=step.instance, number__in=gone).delete()
    fresh = [now[number] for number in now if number not in before]
    if fresh:
        EventSubscription.objects.bulk_create(_row(step, found) for found in fresh)
        _expected(fresh)
    for number, found in now.items():
        if found.kind != "timer":
            continue
        due = found.details["due"]
        if number not in before or before[number].details["due"] != due:
            _timer(step, found)
            if number in before:
                EventSubscription.objects.filter(instance=step.instance, number=number).update(due=_moment(due))


def _row(step: Step, found: SubscriptionState) -> EventSubscription:
    return EventSubscription(
        instance=step.instance,
        number=found.id,
        element_id=found.element,
        kind=found.kind,
        name=str(found.details.get("name", ""))[:NAME_LENGTH],
        key=str(found.details.get("key", ""))[:NAME_LENGTH],
        due=_moment(found.details["due"]) if "due" in found.details else None,
        opened_at=clock.now(),
    )


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _timer(step: Step, found: SubscriptionState) -> None:
    due = str(found.details["due"])
    enqueue(
        kind=TIMER,
        key=f"timer:{step.instance.pk}:{found.id}:{due}",
        payload={"instance": step.instance.pk, "subscription": found.id, "due": due},
        due=_moment(due),
    )


def _expected(fresh: list[SubscriptionState]) -> None:
    """Messages that came before anybody waited are tried again now that somebody does."""
    names = {str(found.details["name"]) for found in fresh if found.kind == "message"}
    if not names:
        return
    for kept in EarlyMessage.objects.filter(name__in=names, until__gte=clock.now()):
        enqueue(
            kind=MESSAGE,
            key=f"early:{kept.pk}:{clock.now().isoformat()}",
            payload={
                "name": kept.name,
                "key": kept.key,
                "business_key": kept.business_key,
                "variables": kept.variables,
                "early": kept.pk,
            },
        )


# --- what is to be done


def _waits(step: Step) -> None:
    ended = [e for e in step.events if isinstance(e, ev.WaitClosed) and e.token in step.before.waits]
    kinds = {e.token: step.before.waits[e.token].kind for e in ended}
    gone = {e.token for e in step.events if isinstance(e, ev.ElementVoided)}
    heard = {token for token, kind in kinds.items() if kind == "listener"} - gone
    _close_machine_work(step, {e.token: e.done or e.token in heard for e in ended if kinds[e.token] in MACHINES})
    for event in ended:
        if kinds[event.token] == "call" and not event.done:
            enqueue(
                kind=CALLED_OFF,
                key=f"called_off:{step.instance.pk}:{event.token}:{step.instance.revision}",
                payload={"caller": step.instance.pk, "token": event.token},
            )
    for opened in step.events:
        if isinstance(opened, ev.WaitOpened) and _still(step, opened):
            _ask(step, opened)


def _still(step: Step, event: ev.WaitOpened) -> bool:
    wait = step.state.waits.get(event.token)
    return wait is not None and (wait.element, wait.kind) == (event.element, event.kind)


def _close_machine_work(step: Step, tokens: dict[int, bool]) -> None:
    for token, done in tokens.items():
        MachineWork.objects.filter(instance=step.instance, token_id=str(token), closed_at=None).update(
            closed_at=clock.now(), state=WorkState.DONE if done else WorkState.VOIDED
        )


def _ask(step: Step, event: ev.WaitOpened) -> None:
    instance, where = step.instance.pk, f"{step.instance.pk}:{event.token}:{step.instance.revision}"
    place = {"instance": instance, "token": event.token, "element": event.element}
    if event.kind == "async":
        priority = max(LOWEST, min(HIGHEST, int(event.details.get("priority", 0))))
        waits = list(event.details.get("retries", ()))
        payload = place | ({"waits": waits, "priority": priority} if waits else {})
        enqueue(kind=GO_ON, key=f"go_on:{where}", payload=payload, priority=priority)
    elif event.kind == "call":
        enqueue(kind=CALL, key=f"call:{where}", payload=place | {"asked": dict(event.details)})
    elif event.kind in MACHINES:
        _machine(step, event, f"hook:{where}")


def _machine(step: Step, event: ev.WaitOpened, key: str) -> None:
    element = step.element(event.element)
    work = MachineWork.objects.create(
        instance=step.instance,
        element_id=element.id,
        element_name=name_of(element)[:NAME_LENGTH],
        token_id=str(event.token),
        kind="external" if event.kind == "external" else "hook",
        name=str(event.details.get("topic" if event.kind == "external" else "hook", ""))[:NAME_LENGTH],
        priority=int(event.details.get("priority", 0)),
        retries=list(event.details.get("retries", ())),
        opened_at=clock.now(),
    )
    if event.kind != "external":
        enqueue(kind=HOOK, key=key, payload={"work": work.pk})


# --- what goes out


def _message(step: Step, event: inner.MessageThrown) -> None:
    enqueue(
        kind=MESSAGE,
        key=f"message:{step.instance.pk}:{step.instance.revision}:{event.token}:{event.element}",
        payload={
            "name": event.name,
            "key": event.key,
            "business_key": step.instance.business_key,
            "variables": dict(event.variables),
        },
    )


def _signal(step: Step, event: inner.SignalThrown) -> None:
    enqueue(
        kind=SIGNAL,
        key=f"signal:{step.instance.pk}:{step.instance.revision}:{event.token}:{event.element}:{event.name}",
        payload={"name": event.name, "variables": dict(event.variables), "sender": step.instance.pk},
    )


def _to_caller(step: Step, event: ev.Event) -> None:
    """Tell the call activity what became of it; an escalation that was caught here is none of its business."""
    if step.instance.caller_id is None:
        return
    payload: dict[str, Any] = {"called": step.instance.pk}
    if isinstance(event, inner.EscalationThrown):
        if event.caught_by:
            return
        payload |= {"outcome": "escalation", "code": event.code, "variables": dict(event.variables)}
    elif isinstance(event, inner.InstanceFailed):
        payload |= {"outcome": "error", "code": event.code, "message": event.message}
        payload["variables"] = dict(event.variables)
    else:
        payload |= {"outcome": "ended", "variables": dict(step.state.variables.get("root", {}))}
    enqueue(
        kind=RETURNED,
        key=f"returned:{step.instance.pk}:{step.instance.revision}:{payload['outcome']}:{payload.get('code', '')}",
        payload=payload,
    )
