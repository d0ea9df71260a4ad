"""What it costs to complete one piece of work: the statements between BEGIN and COMMIT, with everything written.

History, ledger and outbox are written in the same transaction; whoever gets new work has a mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.jobs.mail import queue_mail
from config.jobs.models import Job
from documents.ledger.models import LedgerEntry
from tests.workflow.conftest import NOW
from tests.workflow.happening_models import MESSAGE, START, TIMER, deploy, flows
from tests.workflow.people import SYSTEM, People, build, complete, item_at, start
from workflow import announce, commands
from workflow.events import ItemOpened
from workflow.models import ElementHistory, ItemCandidate, WorkItem
from workflow.organization import commands as organization

MANAGER = 'camunda:assignee="200201"'
CLERK = 'camunda:assignee="200401"'
MOST = 10


@pytest.fixture
def office(fresh_database: str) -> Iterator[People]:
    """The small office, in a database where commands really commit."""
    with time_machine.travel(NOW):
        yield build()


@pytest.fixture(autouse=True)
def mails() -> Iterator[None]:
    """Everybody gets a mail for what reaches him."""

    def tell(event: ItemOpened) -> None:
        for staff in event.staff_ids:
            key = f"item-{event.item_id}-{staff}"
            queue_mail(key=key, to=f"{staff}@minase.example.jp", subject="作業が届きました", body=event.element_id)

    announce.subscribe(ItemOpened)(tell)
    yield
    announce._subscribers.remove((ItemOpened, tell))


def statements(act: Callable[[], object]) -> list[str]:
    """What the database was asked between the BEGIN and the COMMIT of an act, each as verb and table."""
    with CaptureQueriesContext(connection) as caught:
        act()
    asked = [str(query["sql"]) for query in caught]
    (begin,) = [number for number, sql in enumerate(asked) if sql.startswith("BEGIN")]
    assert asked.count("COMMIT") == 1
    return [said(sql) for sql in asked[begin + 1 : asked.index("COMMIT")]]


def said(sql: str) -> str:
    """The verb and a table, for the message of a failure: `insert workflow_workitem`."""
    found = re.match(r'(?is)(insert|update|delete|select).*?(?:into|update|from)?\s+"(\w+)"(?!\s*\.)', sql)
    return f"{found[1].lower()} {found[2]}" if found else sql[:200]


def work(name: str, more: str = "", who: str = CLERK) -> str:
    return f'<bpmn:userTask id="{name}" {who}>{more}</bpmn:userTask>'


FORK, JOIN = '<bpmn:parallelGateway id="fork"/>', '<bpmn:parallelGateway id="join"/>'
EDGE = '<bpmn:boundaryEvent id="edge" attachedToRef="{0}">' + TIMER.format("P1D") + "</bpmn:boundaryEvent>"
LETTER = (
    '<bpmn:intermediateCatchEvent id="letter"><bpmn:messageEventDefinition messageRef="m"/>'
    "</bpmn:intermediateCatchEvent>"
)
THREE = (
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">3'
    "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
)
# What comes behind `first`; how many statements SQLite and PostgreSQL get; rows of history, mails and jobs that are left.
CASES = {
    "next_task": (flows("start>first", "first>done"), 9, 7, (1, 1, 1)),
    "fork": (
        FORK
        + work("a")
        + work("b", who=MANAGER)
        + flows("start>first", "first>fork", "fork>a", "fork>b", "a>done", "b>done"),
        10,
        8,
        (2, 2, 2),
    ),
    "first_at_join": (
        FORK + JOIN + work("b") + flows("start>fork", "fork>first", "fork>b", "first>join", "b>join", "join>done"),
        6,
        4,
        (1, 0, 0),
    ),
    "timed_task": (
        work("slow") + EDGE.format("slow") + flows("start>first", "first>slow", "slow>done", "edge>done"),
        10,
        8,
        (1, 1, 2),
    ),
    "timer_called_off": (
        EDGE.format("first") + flows("start>first", "first>done", "edge>done"),
        10,
        8,
        (1, 1, 1),
    ),
    "message_catch": (LETTER + flows("start>first", "first>letter", "letter>done"), 8, 6, (1, 0, 0)),
    "one_of_many": (flows("start>first", "first>done"), 6, 4, (1, 0, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_one_completion_costs_ten_statements_at_most(office: People, name: str) -> None:
    behind, on_sqlite, on_postgres, left = CASES[name]
    first = work("first", THREE if name == "one_of_many" else "")
    deploy(START + first + behind, key=f"p_{name}", shared=MESSAGE.format(""))
    case, actor = start(office, key=f"p_{name}"), office.actor("佐久間")
    item = WorkItem.objects.filter(process_id=case.id, element_id="first").order_by("pk")[0]
    before, known = written(case.id), list(WorkItem.objects.values_list("pk", flat=True))

    asked = statements(
        lambda: commands.complete_item(item_id=item.pk, seen_revision=None, variables={"ok": True}, actor=actor)
    )

    assert len(asked) == (on_sqlite if connection.vendor == "sqlite" else on_postgres), asked
    assert len(asked) <= MOST
    now = written(case.id)
    assert tuple(now[at] - before[at] for at in range(3)) == left
    assert now[3] == before[3] + 1
    item.refresh_from_db()
    assert (item.status, item.finished_by_name) == ("DONE", "佐久間 陽向")
    assert list(ItemCandidate.objects.filter(item=item).values_list("staff__code", "is_open")) == [("200401", False)]
    fresh = WorkItem.objects.exclude(pk__in=known)
    assert ItemCandidate.objects.filter(item__in=fresh, is_open=True).count() == left[1]


def written(instance: int) -> tuple[int, int, int, int]:
    """Rows of history, mails to be sent, jobs, completions in the ledger."""
    return (
        ElementHistory.objects.filter(instance_id=instance).count(),
        Job.objects.filter(kind="jobs.mail").count(),
        Job.objects.count(),
        LedgerEntry.objects.filter(action="workflow.item.completed").count(),
    )


def test_many_who_get_the_work_cost_no_more_than_one(office: People) -> None:
    """Forty-five candidates, more than go into one statement of SQLite, are all there; the old one is closed."""
    codes = [f"21{number:04}" for number in range(45)]
    for code in codes:
        organization.hire_staff(code=code, name=f"職員 {code}", actor=SYSTEM)
    everybody = f'camunda:candidateUsers="{", ".join(codes)}"'
    deploy(
        START + work("first") + work("all", who=everybody) + flows("start>first", "first>all", "all>done"), key="p_all"
    )
    case = start(office, key="p_all")
    complete(office, case, "first", "佐久間")
    open_to = ItemCandidate.objects.filter(item=item_at(case, "all"), is_open=True)
    assert sorted(open_to.values_list("staff__code", flat=True)) == codes
    assert not ItemCandidate.objects.filter(item__element_id="first", is_open=True).exists()
