"""備品貸出: the hand-written viewflow Flow through the same commands and pages as drawn processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from config.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.workflow.people import People, last_entry, ledger
from workflow import commands
from workflow.enums import Family
from workflow.inbox import inbox
from workflow.models import EquipmentLoan, ItemCandidate
from workflow.values import InstanceView

TODAY = dt.date(2025, 11, 11)


def borrow(people: People, name: str = "佐久間", **other: object) -> InstanceView:
    asked = {
        "item": "プロジェクター",
        "lent_from": TODAY,
        "lent_to": TODAY + dt.timedelta(days=3),
        "purpose": "住民説明会",
    }
    return commands.start_loan(**(asked | other), actor=people.actor(name))


def open_task() -> Task:
    return Task.objects.get(flow_task_type="HUMAN", finished=None)


def do(people: People, name: str, revision: int | None = None, **variables: object) -> InstanceView:
    return commands.complete_item(
        item_id=open_task().pk,
        seen_revision=revision,
        variables=variables,
        family=Family.FLOW,
        actor=people.actor(name),
    )


def titles(people: People, name: str) -> list[tuple[str, str, str]]:
    rows = [row for group in inbox(actor=people.actor(name)).groups for row in group.rows]
    return [(row.item.title, row.item.element_name, row.url) for row in rows]


def test_it_runs_on_viewflows_own_rows_from_request_to_return(people: People) -> None:
    loan = borrow(people)
    assert Process.objects.get().flow_class.__name__ == "EquipmentLoanFlow"
    approve = open_task()
    assert titles(people, "三田村") == [("プロジェクターの貸出", "課の承認", f"/work/flow/{approve.pk}/")]
    assert titles(people, "佐久間") == []
    do(people, "三田村", note="よろしい")
    approve.refresh_from_db()
    assert (approve.status, approve.owner_id, approve.data["actor"]["post"]) == (
        STATUS.DONE,
        people.staff["三田村"].pk,
        "デジタル推進課 課長",
    )
    assert [row[1] for row in titles(people, "白井")] == ["返却確認"]
    ended = do(people, "白井")
    stored = EquipmentLoan.objects.get(pk=loan.id)
    assert (ended.status, stored.status, stored.finished is not None) == (PROCESS.DONE, PROCESS.DONE, True)
    assert list(Task.objects.order_by("pk").values_list("flow_task_type", flat=True)) == [
        "START",
        "HUMAN",
        "HUMAN",
        "END",
    ]
    assert not ItemCandidate.objects.filter(is_open=True).exists()
    assert ledger() == ["workflow.loan.started", "workflow.item.completed", "workflow.item.completed"]
    who, details = last_entry("workflow.loan.started")
    assert (who, details["item"], details["lent_from"]) == ("佐久間 陽向", "プロジェクター", "2025-11-11")


def test_it_is_called_off_with_a_reason(people: People) -> None:
    loan = borrow(people)
    task = open_task()
    with pytest.raises(Invalid):
        commands.cancel_instance(instance_id=loan.id, reason="", family=Family.FLOW, actor=people.actor("佐久間"))
    commands.cancel_instance(
        instance_id=loan.id, reason="会議が延びた", family=Family.FLOW, actor=people.actor("佐久間")
    )
    task.refresh_from_db()
    stored = EquipmentLoan.objects.get()
    assert (task.status, stored.status, stored.data["cancelled"]["reason"]) == (
        STATUS.CANCELED,
        PROCESS.CANCELED,
        "会議が延びた",
    )
    assert titles(people, "三田村") == []
    assert last_entry("workflow.instance.cancelled")[1]["reason"] == "会議が延びた"
    with pytest.raises(Conflict) as over:
        commands.cancel_instance(instance_id=loan.id, reason="また", family=Family.FLOW, actor=people.actor("佐久間"))
    assert over.value.code == "over"


def test_who_may_not(people: People) -> None:
    loan = borrow(people)
    with pytest.raises(NotFound):
        do(people, "森脇")
    with pytest.raises(NotAllowed):
        do(people, "佐久間")
    with pytest.raises(NotAllowed):
        do(people, "仁科")
    for name, refusal in (("森脇", NotFound), ("管理者", NotFound), ("仁科", NotAllowed)):
        with pytest.raises(refusal):
            commands.cancel_instance(instance_id=loan.id, reason="不要", family=Family.FLOW, actor=people.actor(name))
    with pytest.raises(NotAllowed):
        borrow(people, "管理者")
    assert EquipmentLoan.objects.get().status == PROCESS.NEW


def test_the_second_is_told_and_a_stale_page_changes_nothing(people: People) -> None:
    borrow(people)
    task = open_task()
    with pytest.raises(Conflict) as stale:
        do(people, "三田村", revision=7)
    assert (stale.value.code, open_task().pk) == ("stale", task.pk)
    do(people, "三田村", revision=1)
    with pytest.raises(Conflict, match=r"既に三田村 涼さんが処理しました\(11/11 09:40\)"):
        commands.complete_item(
            item_id=task.pk, seen_revision=None, variables={}, family=Family.FLOW, actor=people.actor("三田村")
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("item", "  "),
        ("purpose", "x" * 201),
        ("lent_from", TODAY - dt.timedelta(days=1)),
        ("lent_to", TODAY - dt.timedelta(days=2)),
        ("lent_to", TODAY + dt.timedelta(days=93)),
    ],
)
def test_odd_requests_are_refused_at_their_field(people: People, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        borrow(people, **{field: value})
    assert field in refused.value.fields
    assert not Process.objects.exists()


def test_through_the_pages(people: People, visit: Callable[[str], Client]) -> None:
    clerk, manager = visit("佐久間"), visit("三田村")
    asked = {"item": "椅子", "lent_from": "2025-11-11", "lent_to": "2025-11-12", "purpose": "会議"}
    answer = clerk.post("/processes/loan/", asked | {"lent_to": "2025-11-01"})
    assert answer.status_code == 422
    assert 'value="椅子"' in answer.content.decode()
    answer = clerk.post("/processes/loan/", asked)
    page = clerk.get(answer["Location"]).content.decode()
    assert "椅子の貸出" in page
    assert "三田村 涼" in page
    assert "課の承認" in page
    work = f"/work/flow/{open_task().pk}/"
    assert work in manager.get("/").content.decode()
    assert clerk.post(work, {"revision": 1}).status_code == 403
    stale = manager.post(work, {"revision": 9, "note": "書きかけ"})
    assert (stale.status_code, "画面を開いたあとに動きました" in stale.content.decode()) == (409, True)
    assert "書きかけ" in stale.content.decode()
    assert manager.post(work, {"revision": 1, "note": "よい"})["Location"] == "/"
    again = manager.post(work, {"revision": 2})
    assert (again.status_code, "既に三田村 涼さんが処理しました" in again.content.decode()) == (409, True)
    instance = f"/processes/flow/{EquipmentLoan.objects.get().pk}/"
    assert clerk.post(instance, {"revision": 2, "reason": ""}).status_code == 422
    assert clerk.post(instance, {"revision": 2, "reason": "不要"}).status_code == 302
    shown = clerk.get(instance).content.decode()
    assert "取消し" in shown
    assert "不要" in shown
    assert visit("森脇").get(instance).status_code == 404
    assert visit("仁科").get(instance).status_code == 200
