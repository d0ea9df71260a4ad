"""What the organisation asks of processes: whose work is open, what nobody can do, and who gets it now."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from config.commands import Actor
from config.jobs import queue
from workflow.commands.handing import hand_on_item
from workflow.enums import Family
from workflow.inbox import name_of_task
from workflow.models import Incident, ItemCandidate, WorkItem
from workflow.nodes import is_bound
from workflow.organization import announce, open_work
from workflow.organization import queries as organization
from workflow.organization.announce import OrganizationChanged
from workflow.organization.open_work import OpenWork
from workflow.runtime.definitions import process_of

FIND_AGAIN = "workflow.find_again"


class Source:
    """Open work of drawn and of hand-written flows."""

    def of_person(self, staff_id: int) -> list[OpenWork]:
        """What waits for a person."""
        rows = _open_rows().filter(staff_id=staff_id).order_by("id")
        return _told(list(rows))

    def unattended(self, limit: int) -> list[OpenWork]:
        """Open work without anybody at work who could do it."""
        items = WorkItem.objects.filter(finished=None).exclude(status=STATUS.CANCELED)
        tasks = Task.objects.filter(finished=None, flow_task_type="HUMAN").exclude(status=STATUS.CANCELED)
        items = items.filter(~_somebody("item_id")).select_related("process__definition").order_by("pk")[:limit]
        tasks = tasks.filter(~_somebody("task_id")).select_related("process").order_by("pk")[:limit]
        return [
            *_orphans(Family.BPMN, list(items), "item_id"),
            *_orphans(Family.FLOW, list(tasks), "task_id"),
            *_never_arrived(limit),
        ]

    def hand_on(
        self, *, key: str, leaver_id: int | None, heir_id: int | None, find_again: bool, reason: str, actor: Actor
    ) -> None:
        """Through the command."""
        family, _colon, number = key.partition(":")
        if family in set(Family) and number.isdecimal():
            hand_on_item(
                item_id=int(number),
                family=Family(family),
                leaver_id=leaver_id,
                heir_id=heir_id,
                find_again=find_again,
                reason=reason,
                actor=actor,
            )


def _open_rows() -> QuerySet[ItemCandidate]:
    return ItemCandidate.objects.filter(is_open=True).select_related("item__process__definition", "task__process")


def _somebody(column: str) -> Exists:
    return Exists(
        ItemCandidate.objects.filter(organization.at_work("staff__"), **{column: OuterRef("pk"), "is_open": True})
    )


def _told(rows: list[ItemCandidate]) -> list[OpenWork]:
    """The work of candidacies, with how many others at work may do each."""
    either = Q(item_id__in=[row.item_id for row in rows if row.item_id]) | Q(
        task_id__in=[row.task_id for row in rows if row.task_id]
    )
    others: dict[tuple[int | None, int | None], int] = defaultdict(int)
    if rows:
        beside = ItemCandidate.objects.filter(either, organization.at_work("staff__"), is_open=True)
        for pair in beside.exclude(staff_id=rows[0].staff_id).values_list("item_id", "task_id"):
            others[pair] += 1
    told = []
    for row in rows:
        family = Family.BPMN if row.item_id is not None else Family.FLOW
        told.append(_of(family, row.item or row.task, row, others[(row.item_id, row.task_id)]))
    return told


def _never_arrived(limit: int) -> list[OpenWork]:
    """Work for which nobody was found when its turn came: it waits in an incident."""
    stuck = Incident.objects.filter(resolved_at=None, code="no_candidate").select_related("instance__definition")
    rows = stuck.defer("instance__definition__xml").order_by("pk")[:limit]
    return [
        OpenWork(
            key=f"incident:{row.pk}",
            number=row.instance.business_key or str(row.instance_id),
            process=row.instance.definition.name,
            element=row.element_name,
            since=row.raised_at,
            mended_at=reverse("workflow:instance", args=[Family.BPMN, row.instance_id]),
        )
        for row in rows
    ]


def _orphans(family: Family, tasks: list[Any], column: str) -> list[OpenWork]:
    """With the post through which each last came to somebody: one query for all."""
    rows = ItemCandidate.objects.filter(**{f"{column}__in": [task.pk for task in tasks]}).order_by("id")
    last = {getattr(row, column): row for row in rows}
    return [_of(family, task, last.get(task.pk), 0) for task in tasks]


def _of(family: Family, task: Any, last: ItemCandidate | None, others: int) -> OpenWork:
    if family == Family.FLOW:
        process, element, bound = str(task.flow_task.flow_class.process_title), name_of_task(task), False
        number, code = str(task.process_id), ""
    else:
        definition = process_of(task.process.definition)
        code = definition.elements[task.element_id].extension("assignment") or ""
        process, element, bound = task.process.definition.name, task.element_name, is_bound(code)
        number = task.process.business_key or str(task.process_id)
    by_post = code not in ("", "workflow.starter") and not bound
    return OpenWork(
        key=f"{family}:{task.pk}",
        number=number,
        process=process,
        element=element,
        since=task.created,
        post_id=last.post_id_then if last is not None and by_post else None,
        post=last.post_name if last is not None else "",
        is_bound=bound,
        others=others,
    )


@announce.subscribe
def organization_changed(event: OrganizationChanged) -> None:
    """Work that came by posts is looked at again wherever others sit in them now: one job for each, so none waits long."""
    event_key = uuid.uuid4().hex
    for family, number in _misplaced():
        queue.enqueue(
            kind=FIND_AGAIN,
            key=f"{FIND_AGAIN}:{family}:{number}:{event_key}",
            payload={"family": str(family), "item": number},
        )


def _misplaced() -> Iterable[tuple[Family, int]]:
    """Open work whose people are not those who sit in its posts today, or that waits for nobody at work."""
    chart = organization.chart()
    seats = {post.id: {holder.staff_id for holder in post.holders} for post in chart.posts.values()}
    by_work: dict[tuple[Family, int], list[tuple[int, int | None]]] = defaultdict(list)
    rows = ItemCandidate.objects.filter(is_open=True).values_list("item_id", "task_id", "staff_id", "post_id_then")
    for item, task, staff, post in rows.order_by("id"):
        work = (Family.BPMN, item) if item is not None else (Family.FLOW, task)
        by_work[work].append((staff, post))
    there = organization.those_at_work(staff_ids={staff for people in by_work.values() for staff, _post in people})
    for work, people in by_work.items():
        asked = {staff for staff, _post in people}
        posts = {post for _staff, post in people if post is not None}
        sitting = {staff for post in posts for staff in _sitting(post, seats)}
        if not asked <= there or (posts and asked != sitting):
            yield work
    for told in Source().unattended(1000):
        family, _colon, number = told.key.partition(":")
        if not told.mended_at and (Family(family), int(number)) not in by_work:
            yield Family(family), int(number)


def _sitting(post: int, seats: dict[int, set[int]]) -> set[int]:
    """Who sits in a post today, or in the one that took it over."""
    if post in seats:
        return seats[post]
    return {holder.staff_id for holder in organization.holders_of(post_id=post)}


open_work.register(Source())
