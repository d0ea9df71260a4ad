"""The pages of a process: where it stands, what happened, the diagram, doing, returning, cancelling, mending."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from viewflow.workflow.status import PROCESS, STATUS

from config import clock
from tests.workflow.people import MANAGER, STARTER, People, complete, deploy, item_at, model, start
from workflow import commands
from workflow.models import Incident, ProcessInstance, WorkItem
from workflow.sheets import begun
from workflow.values import InstanceView

LINE = (("ask", STARTER), ("look", MANAGER))
DECISION = 'name="決裁" kessai:assignment="workflow.manager" kessai:itemKind="decision"'
Visit = Callable[[str], Client]


def url(instance: InstanceView, verb: str = "") -> str:
    return f"/processes/bpmn/{instance.id}/{verb}"


def marks(page: str) -> dict[str, str]:
    return {element: mark for mark, element in re.findall(r'data-mark="(\w+)" data-element="([\w]+)"', page)}


def revision() -> int:
    return ProcessInstance.objects.get().revision


def test_the_page_tells_where_it_stands_and_what_happened(people: People, visit: Visit) -> None:
    deploy(*LINE, gateway="again = true")
    instance = start(people, 金額=4_800_000)
    complete(people, instance, "ask", "佐久間", again=False)
    page = visit("佐久間").get(url(instance)).content.decode()
    text = re.sub(r"<[^>]+>|\s+", " ", page)
    text = re.sub(r" +", " ", text)
    assert "申請 第1版" in text
    assert "課長が見る 三田村 涼 課長 11/11 09:40 から" in text
    assert "11/11 09:40 開始 佐久間 陽向 済" in text
    assert "11/11 09:40 申請する 佐久間 陽向 推進係 主事 済" in text
    assert "金額 4,800,000" in text
    assert "again いいえ" in text
    assert marks(page) == {
        "start": "done",
        "f0": "done",
        "ask": "done",
        "f1": "done",
        "again": "done",
        "f2": "done",
        "look": "now",
    }
    assert "分岐 again = true → 申請する" in text
    assert f'data-model="/processes/bpmn/{instance.id}/model/"' in page


def test_the_model_is_given_byte_for_byte_to_those_who_see_the_process(people: People, visit: Visit) -> None:
    deploy(*LINE)
    instance = start(people)
    answer = visit("佐久間").get(url(instance, "model/"))
    assert (answer.content, answer["Content-Type"]) == (model(*LINE), "application/xml")
    assert visit("仁科").get(url(instance, "model/")).status_code == 200
    for name in ("森脇", "管理者", "三田村"):
        assert visit(name).get(url(instance, "model/")).status_code == 404
        assert visit(name).get(url(instance)).status_code == 404
    assert Client().get(url(instance)).status_code == 302


def test_an_auditor_reads_everything_and_changes_nothing(people: People, visit: Visit) -> None:
    deploy(*LINE)
    instance = start(people, 金額=100)
    complete(people, instance, "ask", "佐久間")
    auditor = visit("仁科")
    page = auditor.get(url(instance)).content.decode()
    assert "封筒の購入" in page
    assert "金額" in page
    assert "この処理を取り消す" not in page
    assert "前の作業へ戻す" not in page
    assert auditor.post(url(instance), {"revision": revision(), "reason": "監査"}).status_code == 403
    sent = {"revision": revision(), "reason": "監査", "element": "ask"}
    assert auditor.post(url(instance, "return/"), sent).status_code == 422
    assert item_at(instance, "look").status == STATUS.NEW


def test_it_is_sent_back_from_its_page(people: People, visit: Visit) -> None:
    deploy(*LINE)
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    manager = visit("三田村")
    sent = {"revision": revision(), "element": "ask", "reason": ""}
    refused = manager.post(url(instance, "return/"), sent)
    assert (refused.status_code, '<details class="cancel" open>' in refused.content.decode()) == (422, True)
    stale = manager.post(url(instance, "return/"), sent | {"reason": "数量", "revision": 1})
    assert (stale.status_code, "画面を開いたあとに動きました" in stale.content.decode()) == (409, True)
    assert 'value="数量"' in stale.content.decode()
    assert manager.post(url(instance, "return/"), sent | {"reason": "数量"})["Location"] == url(instance)
    page = manager.get(url(instance)).content.decode()
    assert "やり直し" in page
    assert "数量" in page
    assert marks(page) == {"start": "done", "f0": "done", "ask": "now"}


def test_it_is_called_off_from_its_page(people: People, visit: Visit) -> None:
    deploy(*LINE)
    instance = start(people)
    clerk = visit("佐久間")
    refused = clerk.post(url(instance), {"revision": revision(), "reason": " "})
    assert (refused.status_code, ProcessInstance.objects.get().status) == (422, PROCESS.NEW)
    assert clerk.post(url(instance), {"revision": 1, "reason": "二重"}).status_code == 409
    assert clerk.post(url(instance), {"revision": revision(), "reason": "二重"}).status_code == 302
    page = clerk.get(url(instance)).content.decode()
    assert "に終わりました(取消し)" in page
    assert "この処理を取り消す" not in page


def test_work_of_another_apps_pages_is_neither_done_nor_moved_here(people: People, visit: Visit) -> None:
    deploy(("ask", STARTER), ("look", DECISION))
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    item, manager = item_at(instance, "look"), visit("三田村")
    before = revision()
    page = manager.get(url(instance)).content.decode()
    assert "この処理を取り消す" not in page
    assert "案件を開く" in page
    assert manager.get(f"/work/bpmn/{item.pk}/")["Location"] == f"/cases/of/{instance.id}/"
    assert manager.post(f"/work/bpmn/{item.pk}/", {"revision": before}).status_code == 403
    assert manager.post(url(instance), {"revision": before, "reason": "不要"}).status_code == 403
    sent = {"revision": before, "reason": "戻す", "element": "ask"}
    assert manager.post(url(instance, "return/"), sent).status_code in (403, 422)
    assert (revision(), item_at(instance, "look").pk) == (before, item.pk)


def test_a_task_asks_for_what_the_branch_reads(people: People, visit: Visit) -> None:
    deploy(*LINE, gateway="again = true")
    instance = start(people)
    item, clerk = item_at(instance, "ask"), visit("佐久間")
    work = f"/work/bpmn/{item.pk}/"
    assert ">again<" in clerk.get(work).content.decode()
    missing = clerk.post(work, {"revision": revision(), "note": "数量は2箱"})
    assert (missing.status_code, "数量は2箱" in missing.content.decode()) == (422, True)
    assert clerk.post(work, {"revision": revision(), "value_0": "はい"})["Location"] == "/"
    again = item_at(instance, "ask")
    assert again.pk != item.pk
    clerk.post(f"/work/bpmn/{again.pk}/", {"revision": revision(), "value_0": "いいえ", "note": "よい"})
    assert ProcessInstance.objects.get().variables["root"] == {"again": False, "note": "よい"}
    assert item_at(instance, "look")


def test_a_stale_page_of_work_changes_nothing_and_keeps_what_was_typed(people: People, visit: Visit) -> None:
    deploy(*LINE)
    instance = start(people)
    item, clerk = item_at(instance, "ask"), visit("佐久間")
    work = f"/work/bpmn/{item.pk}/"
    stale = clerk.post(work, {"revision": revision() - 1, "note": "書きかけの所見"})
    assert (stale.status_code, "画面を開いたあとに動きました" in stale.content.decode()) == (409, True)
    assert "書きかけの所見" in stale.content.decode()
    assert f'name="revision" value="{revision()}"' in stale.content.decode()
    assert item_at(instance, "ask").pk == item.pk
    complete(people, instance, "ask", "佐久間")
    late = clerk.post(work, {"revision": revision()})
    assert (late.status_code, "既に佐久間 陽向さんが処理しました" in late.content.decode()) == (409, True)
    assert visit("森脇").get(work).status_code == 404
    assert visit("森脇").post(work, {"revision": revision()}).status_code == 404


@pytest.fixture
def stuck(people: People) -> InstanceView:
    """A process that waits for somebody who does not exist."""
    deploy(("ask", STARTER), ("next", 'name="空席" camunda:assignee="999999"'), ("look", MANAGER))
    instance = start(people, 金額=100)
    complete(people, instance, "ask", "佐久間")
    return instance


def test_an_operator_sees_where_it_is_stuck_but_not_what_it_is_about(
    people: People, visit: Visit, stuck: InstanceView
) -> None:
    admin = visit("管理者")
    for page in (admin.get("/processes/stuck/").content.decode(), admin.get(url(stuck)).content.decode()):
        assert "申-00001" in page
        assert "空席" in page
        assert "封筒の購入" not in page
    page = admin.get(url(stuck)).content.decode()
    assert marks(page)["next"] == "stuck"
    assert "この処理を取り消す" not in page
    starter = visit("佐久間").get(url(stuck)).content.decode()
    assert "「空席」で止まっています" in starter
    assert "やり直す" not in starter
    assert visit("佐久間").get("/processes/stuck/").status_code == 404
    assert visit("三田村").get(url(stuck)).status_code == 404


def test_an_operator_mends_from_the_page(people: People, visit: Visit, stuck: InstanceView) -> None:
    admin, incident = visit("管理者"), Incident.objects.get()
    sent = {"revision": revision(), "incident": incident.pk, "verb": "move", "element": "look", "reason": ""}
    mend = url(stuck, "mend/")
    assert visit("佐久間").post(mend, sent | {"reason": "早く"}).status_code == 404
    assert admin.post(mend, sent).status_code == 422
    assert admin.post(mend, sent | {"verb": "retry", "values": "{"}).status_code == 422
    assert admin.post(mend, sent | {"reason": "移す", "revision": 1}).status_code == 409
    assert admin.post(mend, sent | {"reason": "職がなくなった"})["Location"] == "/processes/stuck/"
    assert "止まった処理はありません。" in admin.get("/processes/stuck/").content.decode()
    assert admin.get(url(stuck)).status_code == 404
    page = visit("佐久間").get(url(stuck)).content.decode()
    assert "再開しました" in page
    assert "職がなくなった" in page
    assert WorkItem.objects.get(element_id="look").candidates.count() == 1


def test_the_list_of_processes_costs_the_same(
    people: People, visit: Visit, django_assert_num_queries: Callable[[int], object]
) -> None:
    deploy(*LINE)
    clerk = visit("佐久間")
    for rows in (1, 3):
        while ProcessInstance.objects.count() < rows:
            start(people)
        with django_assert_num_queries(7):  # type: ignore[attr-defined]  # a context manager of pytest-django
            page = clerk.get("/processes/").content.decode()
        assert page.count("封筒の購入") == rows
    assert "封筒の購入" not in visit("森脇").get("/processes/").content.decode()


def test_the_list_of_processes_goes_on_without_gap_or_double(people: People, visit: Visit) -> None:
    deploy(*LINE)
    clerk, today = people.actor("佐久間"), clock.today()
    for number in range(3):
        start(people)
        which = {"lent_from": today, "lent_to": today, "purpose": "会議"}
        commands.start_loan(item=f"椅子{number}", **which, actor=clerk)
    everything = begun(actor=clerk).rows
    assert [str(row.family) for row in everything] == ["flow", "bpmn"] * 3
    seen, after = [], ""
    for _ in range(9):
        page = begun(actor=clerk, after=after, size=2)
        seen += page.rows
        after = page.next_after
        if not after:
            break
    assert seen == everything
    assert begun(actor=clerk, after="odd").rows == everything
    assert len(begun(actor=people.actor("仁科")).rows) == 6
    assert [row.title for row in begun(actor=people.actor("三田村")).rows] == [
        "椅子2の貸出",
        "椅子1の貸出",
        "椅子0の貸出",
    ]
    assert begun(actor=people.actor("森脇")).rows == []
    assert begun(actor=people.actor("管理者")).rows == []


def test_the_page_costs_the_same_after_many_steps(
    people: People, visit: Visit, django_assert_num_queries: Callable[[int], object]
) -> None:
    deploy(*LINE, gateway="again = true")
    instance, clerk = start(people), visit("佐久間")
    for rounds in (1, 3):
        for _ in range(rounds):
            complete(people, instance, "ask", "佐久間", again=True)
        # Session, person, posts, units; the process, its incidents, history, work, candidates and people, what it listens
        # for, work of machines, answers of decisions; the menu's count.
        with django_assert_num_queries(14):  # type: ignore[attr-defined]  # a context manager of pytest-django
            assert clerk.get(url(instance)).status_code == 200
