"""The product's own figure: approvals per second with ledger, history and outbox rows, counted afterwards.

Runs as a process of its own (`python -m tests.benchmarks.product PROCESS_XML CASES`) on the database of its environment
and prints one line of JSON.  Two workloads:

  process   the anchors' drawing, started and completed three times through workflow.commands
  case      a 起案 of the demo city: drafted, submitted, 承認 twice, 決裁 (frozen 原議) through approvals.commands

In both a mail to everybody whom work reaches is written to the outbox in the same transaction.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

APPROVALS = 3
DRAFTER, CHIEF, MANAGER, DIRECTOR = "200401", "200301", "200201", "200101"
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'


class Miscounted(SystemExit):
    """A row that an approval must leave is missing, or one is too many: the figure would be worth nothing."""


def prepare(drawing: bytes) -> dict[str, Any]:
    """Migrate, load the demo city, deploy the drawing with somebody to do its tasks; the actors by 職員番号."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from config.commands import system_actor
    from config.demo import city
    from workflow import commands as workflow
    from workflow.organization.actors import actor_for
    from workflow.organization.models import Staff

    city.load()
    xml = drawing.decode().replace("<bpmn:definitions ", f"<bpmn:definitions {CAMUNDA} ", 1)
    xml = xml.replace("<bpmn:userTask ", f'<bpmn:userTask camunda:assignee="{MANAGER}" ')
    workflow.deploy_definition(xml=xml.encode(), actor=system_actor("benchmark", channel="cli"))
    _mail_on_arrival()
    codes = (DRAFTER, CHIEF, MANAGER, DIRECTOR)
    return {code: actor_for(staff=Staff.objects.get(code=code), channel="cli") for code in codes}


def _mail_on_arrival() -> None:
    from config.jobs.mail import queue_mail
    from workflow.announce import subscribe
    from workflow.events import ItemOpened

    @subscribe(ItemOpened)
    def tell(event: ItemOpened) -> None:
        for staff_id in event.staff_ids:
            queue_mail(
                key=f"item-{event.item_id}-{staff_id}",
                to=f"{staff_id}@minase.example.jp",
                subject="決裁箱に案件が届きました",
                body=event.business_key,
            )


def process_case(actors: dict[str, Any], number: int) -> None:
    """Start the drawing and complete its three user tasks."""
    from workflow import commands as workflow

    actor = actors[MANAGER]
    key = f"bench-{number}"
    begun = workflow.start_instance(key="ringi", title=key, business_key=key, variables={"ok": True}, actor=actor)
    for _ in range(APPROVALS):
        (item,) = _open_items()(begun.id)  # a person has the number from the inbox
        workflow.complete_item(item_id=item, seen_revision=None, variables={"ok": True}, actor=actor)


@functools.cache
def _open_items() -> Any:
    from config import prepared
    from workflow.models import WorkItem

    rows = WorkItem.objects.values_list("pk", flat=True)
    return prepared.Select(lambda process: rows.filter(process_id=process, finished=None), int)


def approval_case(actors: dict[str, Any], number: int) -> None:
    """Draft, submit, approve twice, decide."""
    from approvals import commands as approvals
    from approvals.models import RouteStep
    from documents.access import fileable_binders

    drafter = actors[DRAFTER]
    case = approvals.create_draft(actor=drafter)
    case = approvals.save_draft(
        case_id=case.pk,
        seen_revision=case.revision,
        title=f"情報システム保守委託契約の締結({number})",
        inquiry="次のとおり契約を締結してよろしいか伺います。",
        grounds="システムを安定して動かすため。",
        level=50,
        disclosure="partial",
        is_urgent=False,
        urgent_reason="",
        wanted_on=None,
        binder_id=fileable_binders(drafter).order_by("pk").values_list("pk", flat=True)[0],
        actor=drafter,
    )
    case = approvals.submit_draft(case_id=case.pk, seen_revision=case.revision, actor=drafter)
    for code, act in ((CHIEF, approvals.approve_step), (MANAGER, approvals.approve_step), (DIRECTOR, approvals.decide)):
        step = RouteStep.objects.values_list("pk", flat=True).get(case_id=case.pk, state="open")
        case = act(case_id=case.pk, step_id=step, seen_revision=case.revision, comment="", actor=actors[code])


def _totals() -> Counter[str]:
    from approvals.models import Case
    from config.jobs.models import Job
    from documents.ledger.models import LedgerEntry
    from workflow.models import ElementHistory, ProcessInstance

    done = ElementHistory.objects.filter(element_type="userTask", outcome="completed")
    return Counter(
        {
            "finished instances": ProcessInstance.objects.filter(status="DONE").count(),
            "history of user tasks": done.count(),
            "history": ElementHistory.objects.count(),
            "ledger": LedgerEntry.objects.count(),
            "ledger of completed items": LedgerEntry.objects.filter(action="workflow.item.completed").count(),
            "ledger of approvals": LedgerEntry.objects.filter(action__in=("case.approved", "case.decided")).count(),
            "outbox mails": Job.objects.filter(kind="jobs.mail").count(),
            "decided cases": Case.objects.filter(state="decided").count(),
        }
    )


# What one case must leave behind, besides whatever the workload writes more of (`history`, `ledger`).
DUE: dict[str, dict[str, int]] = {
    "process": {
        "finished instances": 1,
        "history of user tasks": 3,
        "ledger of completed items": 3,
        "outbox mails": 3,
    },
    "case": {
        "finished instances": 1,
        "history of user tasks": 4,
        "ledger of completed items": 4,
        "ledger of approvals": 3,
        "outbox mails": 4,
        "decided cases": 1,
    },
}


def measure(workload: str, one: Callable[[int], None], cases: int) -> dict[str, Any]:
    """Run the workload and count what it left.  Raises Miscounted."""
    one(0)
    before = _totals()
    began = time.perf_counter()
    for number in range(1, cases + 1):
        one(number)
    seconds = time.perf_counter() - began
    left = _totals()
    left.subtract(before)
    for name, each in DUE[workload].items():
        if left[name] != each * cases:
            raise Miscounted(f"{workload}: {left[name]} × {name}, expected {each * cases}")
    return {"rate": APPROVALS * cases / seconds, "rows": {name: count / cases for name, count in left.items() if count}}


def main(drawing: Path, cases: int) -> None:
    """Prepare, measure both workloads, print JSON."""
    import django

    django.setup()
    actors = prepare(drawing.read_bytes())
    figures = {
        "process": measure("process", lambda number: process_case(actors, number), cases),
        "case": measure("case", lambda number: approval_case(actors, number), cases),
    }
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
