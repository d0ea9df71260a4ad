"""A full box among many: as many queries as a box with five pieces of work, by an index, and the work of one page read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config import clock
from config.commands import Actor
from tests.workflow.people import People, deploy
from workflow.inbox import COUNTED, PAGE, inbox
from workflow.models import ItemCandidate, ProcessDefinition, ProcessInstance, WorkItem
from workflow.runtime.flow import BpmnFlow

ALL, FULL, FEW = 20_000, 5_000, 5
SHARE = ALL // FULL


@pytest.fixture
def crowd(people: People) -> tuple[Actor, Actor]:
    """Twenty thousand pieces of open work: five thousand of one person, five of another, the rest of a third."""
    deploy(("ask", 'name="受ける" camunda:candidateUsers="200401"'))
    definition, now = ProcessDefinition.objects.get(), clock.now()
    node = BpmnFlow.user_task
    cases = ProcessInstance.objects.bulk_create(
        (
            ProcessInstance(
                definition=definition, title=f"件{n}", flow_class=BpmnFlow, created=now, state={"format": 2}
            )
            for n in range(ALL)
        ),
        batch_size=1000,
    )
    items = WorkItem.objects.bulk_create(
        (
            WorkItem(
                process=case,
                flow_task=node,
                flow_task_type=node.task_type,
                status="NEW",
                created=now,
                element_id="ask",
                token_id="1",
                kind="task",
                due_on=dt.date(2025, 11, 1) + dt.timedelta(days=n % 200) if n % 3 else None,
            )
            for n, case in enumerate(cases)
        ),
        batch_size=1000,
    )
    busy, idle, other = (people.staff[name] for name in ("三田村", "白井", "森脇"))
    ItemCandidate.objects.bulk_create(
        (
            ItemCandidate(
                item=item,
                staff=busy if n % SHARE == 0 else idle if n % SHARE == 1 and n < FEW * SHARE else other,
                right="own",
                kind="task",
                due_on=item.due_on,
                priority=80 if n % 50 == 0 else 50,
            )
            for n, item in enumerate(items)
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workflow_itemcandidate")
    return people.actor("三田村"), people.actor("白井")


def plan(sql: str) -> str:
    """How the database answers; a quarter of a table as small as this PostgreSQL would rather read whole."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + sql)
        return "\n".join(" ".join(str(part) for part in row) for row in cursor.fetchall())


def test_a_full_box_costs_what_a_small_one_does(crowd: tuple[Actor, Actor]) -> None:
    busy, idle = crowd
    asked: list[list[str]] = []
    shown: list[Any] = []
    for actor in (busy, idle):
        with CaptureQueriesContext(connection) as caught:
            shown.append(inbox(actor=actor))
        asked.append([query["sql"] for query in caught])
    assert len(asked[0]) == len(asked[1]) == 4
    full, few = shown
    assert sum(len(group.rows) for group in full.groups) == PAGE and full.next_after
    assert sum(len(group.rows) for group in few.groups) == FEW and not few.next_after
    assert (full.tabs[0].count, few.tabs[0].count) == (COUNTED, FEW)
    for sql in asked[0][:2]:
        found = plan(sql)
        assert "candidate_inbox" in found or "Index Scan on workflow_itemcandidate_staff" in found, found
        assert not any(f"SCAN {table}" in found for table in ("workflow_itemcandidate", "workflow_workitem")), found
        assert "Seq Scan on workflow_itemcandidate" not in found, found


def test_every_page_of_a_full_box_is_reached_in_order(crowd: tuple[Actor, Actor]) -> None:
    busy, _idle = crowd
    places, after = [], ""
    for _page in range(8):
        found = inbox(actor=busy, after=after)
        places += [row.item for group in found.groups for row in group.rows]
        after = found.next_after
    assert len({item.candidate_id for item in places}) == 8 * PAGE
    urgent = [item.priority >= 75 for item in places]
    assert urgent == sorted(urgent, reverse=True) and urgent.count(True) == FULL // 25
    calm = [item.due_on for item in places if item.priority < 75]
    assert calm == sorted(calm)
