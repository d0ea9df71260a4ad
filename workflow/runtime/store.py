"""Writes a step in one pass: each table once, whatever the number of events; then tells the upper floors."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import connection
from viewflow.workflow.status import PROCESS, STATUS

from config import clock, prepared
from config.commands import Actor
from workflow import events as told
from workflow.announce import announce
from workflow.engine import events as ev
from workflow.engine import inner_events as inner
from workflow.enums import Outcome
from workflow.item_kinds import Task
from workflow.models import DecisionAnswer, ElementHistory, Incident, ItemCandidate, ProcessInstance, WorkItem
from workflow.runtime import outside, states
from workflow.runtime.flow import BpmnFlow
from workflow.runtime.step import Step, name_of

AT_ONCE = 40  # rows of a statement of our own
_no_longer_open = prepared.Change(lambda item: ItemCandidate.objects.filter(item_id=item), int, is_open=False)


@dataclass(slots=True)
class Written:
    """What a step left behind."""

    opened: list[WorkItem] = field(default_factory=list)
    voided: list[WorkItem] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A token that stands at an element: since when, and its item or incident."""

    since: dt.datetime
    item: WorkItem | None = None
    incident: Incident | None = None


def begin(instance: ProcessInstance) -> None:
    """Save a new instance, so that what follows can point to it."""
    instance.flow_class = BpmnFlow
    instance.created = clock.now()
    prepared.insert([instance], keys=True)


def write(step: Step, *, resolution: str = "") -> Written:
    """Store a step: at most one statement per table and act.  `resolution` says how incidents of this step were mended."""
    written = Written()
    places = _places(step)
    history = _history(step, places, written)
    _save_voided(written)
    _save_incidents(step, places, written, resolution)
    together = prepared.Together()
    states.put(step.instance, step.kept, step.state, together)
    _save_done(step, together)
    _hand_out(step, _open_items(step, written), together)
    _void_passed(step)
    step.instance.history_count += len(history)
    together.insert(history)
    together.insert(_answers(step))
    _save_instance(step, together)
    together.write()
    outside.follow(step)
    _tell(step, written)
    return written


def _places(step: Step) -> dict[int, _Open]:
    """Where tokens stood before the step.  Completing an item needs no reading unless it calls off others; other acts do."""
    mine = {} if step.done is None else {int(step.done.token_id): _Open(step.done.created, item=step.done)}
    if mine and not any(isinstance(event, ev.ElementVoided) for event in step.events):
        return mine
    if not step.instance.state:
        return {}
    items = WorkItem.objects.filter(process=step.instance, finished=None)
    places = {int(item.token_id): _Open(item.created, item=item) for item in items}
    for incident in Incident.objects.filter(instance=step.instance, resolved_at=None):
        places[int(incident.token_id)] = _Open(incident.raised_at, incident=incident)
    return places | mine


def _history(step: Step, places: dict[int, _Open], written: Written) -> list[ElementHistory]:
    """One row for every element that a token left, in order; notes which items lost their meaning."""
    now = clock.now()
    cancelled = any(isinstance(event, ev.InstanceCancelled) for event in step.events)
    since = dict(places)
    rows: list[ElementHistory] = []
    for event in step.events:
        if isinstance(event, ev.ElementEntered):
            since[event.token] = _Open(now)
        elif isinstance(event, ev.ElementLeft):
            place = since.get(event.token) or _since(step, event.token, now)
            rows.append(_row(step, event, place, Outcome.COMPLETED, len(rows), now))
        elif isinstance(event, ev.ElementVoided):
            place = since.get(event.token) or _since(step, event.token, now)
            outcome = Outcome.CANCELLED if cancelled else Outcome.VOIDED
            rows.append(_row(step, event, place, outcome, len(rows), now))
            if place.item is not None:
                written.voided.append(place.item)
    return rows


def _since(step: Step, token: int, now: dt.datetime) -> _Open:
    """Since when a token stood where nobody works: the state knows."""
    found = step.before.tokens.get(token)
    return _Open(dt.datetime.fromisoformat(found.since) if found is not None and found.since else now)


def _row(
    step: Step, event: ev.ElementLeft | ev.ElementVoided, place: _Open, outcome: Outcome, number: int, now: dt.datetime
) -> ElementHistory:
    element = step.element(event.element)
    voided = isinstance(event, ev.ElementVoided)
    by_person = voided or (place.item is not None and place.item is step.done)
    return ElementHistory(
        instance=step.instance,
        sequence=step.instance.history_count + number + 1,
        element_id=element.id,
        element_type=element.type,
        element_name=name_of(element)[:200],
        token_id=str(event.token),
        item_id=place.item.pk if place.item is not None else None,
        opened_at=place.since,
        left_at=now,
        outcome=outcome,
        reason=event.reason[:500] if isinstance(event, ev.ElementVoided) else "",
        **(_person(step.actor) if by_person else {}),
    )


def _person(actor: Actor) -> dict[str, str]:
    return {
        "actor_code": actor.code,
        "actor_name": actor.name,
        "actor_post": actor.post,
        "actor_unit": actor.unit,
        "actor_right": str(actor.right),
        "actor_behalf_of": actor.behalf_of,
    }


def _answers(step: Step) -> list[DecisionAnswer]:
    """What decisions said in this step, and why."""
    return [
        DecisionAnswer(
            instance=step.instance,
            element_id=event.element,
            element_name=name_of(step.element(event.element))[:200],
            token_id=str(event.token),
            decision=event.trace.get("decision", event.decision)[:100],
            version=event.version,
            trace=dict(event.trace),
            answered_at=clock.now(),
        )
        for event in step.events
        if isinstance(event, inner.DecisionMade)
    ]


def _void_passed(step: Step) -> None:
    """A return went back past these: they stay in the history, marked as counting no longer."""
    voided = [step.passed[at] for event in step.events if isinstance(event, ev.Returned) for at in event.voided]
    if voided:
        ElementHistory.objects.filter(pk__in=voided, voided_at=None).update(voided_at=clock.now())


def _save_done(step: Step, together: prepared.Together) -> None:
    item = step.done
    if item is None:
        return
    item.finished_by_id = step.actor.user_id
    item.finished_by_name = step.actor.name
    fields = ["status", "owner", "assigned", "started", "finished", "finished_by", "finished_by_name"]
    together.update(item, fields)


def _save_voided(written: Written) -> None:
    if not written.voided:
        return
    for item in written.voided:
        item.flow_task.activation_class(item).cancel()
    ids = [item.pk for item in written.voided]
    WorkItem.objects.filter(pk__in=ids).update(status=STATUS.CANCELED, finished=clock.now())
    ItemCandidate.objects.filter(item_id__in=ids).update(is_open=False)


def _save_incidents(step: Step, places: dict[int, _Open], written: Written, resolution: str) -> None:
    over = {event.token for event in step.events if isinstance(event, ev.IncidentResolved | ev.ElementVoided)}
    solved = [p.incident.pk for token, p in places.items() if token in over and p.incident is not None]
    if solved:
        Incident.objects.filter(pk__in=solved).update(resolved_at=clock.now(), resolution=resolution[:200])
    raised = [event for event in step.events if isinstance(event, ev.IncidentRaised)]
    if raised:
        written.incidents = Incident.objects.bulk_create(
            Incident(
                instance=step.instance,
                element_id=event.element,
                element_name=name_of(step.element(event.element))[:200],
                token_id=str(event.token),
                code=event.code,
                message=event.ja[:500],
                raised_at=clock.now(),
            )
            for event in raised
        )


def _open_items(step: Step, written: Written) -> list[ItemCandidate]:
    """Write what opened; who may do it."""
    opened = step.opened()
    if not opened:
        return []
    node = BpmnFlow.user_task
    written.opened = [
        WorkItem(
            process=step.instance,
            flow_task=node,
            flow_task_type=node.task_type,
            status=STATUS.NEW,
            created=clock.now(),
            element_id=event.element,
            element_name=name_of(step.element(event.element))[:200],
            token_id=str(event.token),
            part=step.kept.row_of(step.state, step.state.tokens[event.token].scope),
            kind=step.element(event.element).extension("itemKind") or Task.code,
            due_on=min((c.due_on for c in step.people[event.token] if c.due_on), default=None),
            priority=step.given[event.token].priority,
            scheduled=step.given[event.token].follow_up_at,
        )
        for event in opened
    ]
    prepared.insert(written.opened, keys=True)
    return [
        ItemCandidate(
            item=item,
            staff_id=person.staff_id,
            post_id_then=person.post_id,
            post_name=person.post_name,
            right=person.right,
            reason=str(person.reason)[:200],
            kind=item.kind,
            due_on=person.due_on,
            priority=max(0, min(100, max(person.priority, item.priority))),
        )
        for item in written.opened
        for person in step.people[int(item.token_id)]
    ]


def _hand_out(step: Step, candidates: list[ItemCandidate], together: prepared.Together) -> None:
    """Close the candidacies of what is done, and open those of what comes."""
    if step.done is None:
        together.insert(candidates)
    elif connection.vendor != "sqlite" or not 0 < len(candidates) <= AT_ONCE:
        together.change(_no_longer_open, step.done.pk)
        together.insert(candidates)
    else:
        _close_and_open(step.done.pk, candidates)


def _close_and_open(done: int, candidates: list[ItemCandidate]) -> None:
    """Both in one statement of SQLite, which has no changes within a WITH: rows that are there already only close."""
    fields = [field for field in ItemCandidate._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    closed = ", ".join("FALSE" if field.name == "is_open" else quote(field.column) for field in fields)
    table = quote(ItemCandidate._meta.db_table)
    marks = ", ".join(["NULL", *["%s"] * len(fields)])
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in candidates for field in fields]
    fresh = " ".join(f"UNION ALL SELECT {marks}" for _row in candidates)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, {names}) SELECT id, {closed} FROM {table} WHERE item_id = %s {fresh}"
            " ON CONFLICT (id) DO UPDATE SET is_open = FALSE",
            [done, *values],
        )


def _save_instance(step: Step, together: prepared.Together) -> None:
    instance = step.instance
    instance.revision += 1
    if any(isinstance(event, ev.InstanceEnded | inner.InstanceFailed) for event in step.events):
        instance.status, instance.finished = PROCESS.DONE, clock.now()
    if any(isinstance(event, ev.InstanceCancelled) for event in step.events):
        instance.status, instance.finished = PROCESS.CANCELED, clock.now()
    together.update(instance, ["state", "variables", "revision", "history_count", "status", "finished"])


def _tell(step: Step, written: Written) -> None:
    instance = step.instance
    who = {"instance_id": instance.pk, "business_key": instance.business_key, "actor": step.actor}
    if step.done is not None:
        item = step.done
        announce(told.ItemCompleted(**who, item_id=item.pk, element_id=item.element_id, kind=item.kind))
    reasons = {event.token: event.reason for event in step.events if isinstance(event, ev.ElementVoided)}
    for item in written.voided:
        reason = reasons.get(int(item.token_id), "")
        announce(told.ItemVoided(**who, item_id=item.pk, element_id=item.element_id, kind=item.kind, reason=reason))
    for item in written.opened:
        given = step.people[int(item.token_id)]
        announce(
            told.ItemOpened(
                **who,
                item_id=item.pk,
                element_id=item.element_id,
                kind=item.kind,
                staff_ids=tuple(person.staff_id for person in given),
                due_on=item.due_on,
                post_ids=tuple(person.post_id for person in given),
            )
        )
    for event in step.events:
        if isinstance(event, ev.InstanceEnded | inner.InstanceFailed):
            announce(told.InstanceEnded(**who))
        elif isinstance(event, ev.InstanceCancelled):
            announce(told.InstanceCancelled(**who, reason=event.reason))
