"""決裁箱: what stands there for whom, in which order, and what it costs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.approvals import cast as cases
from tests.workflow.people import MANAGER, STARTER, SYSTEM, TWO_CLERKS, People, complete, deploy, start
from workflow import commands
from workflow.inbox import PAGE, inbox
from workflow.models import ItemCandidate, WorkItem
from workflow.organization import commands as organization

QUERIES = 9
DECISION = 'name="決裁" kessai:assignment="workflow.manager" kessai:itemKind="decision"'


def begin(people: People, number: int, name: str = "佐久間") -> None:
    for index in range(number):
        commands.start_instance(
            key="request", title=f"封筒 {index + 1}", business_key="", variables={}, actor=people.actor(name)
        )


def titles(people: People, name: str, **asked: str) -> list[str]:
    return [row.item.title for group in inbox(actor=people.actor(name), **asked).groups for row in group.rows]


def due(title: str, day: dt.date | None) -> None:
    ItemCandidate.objects.filter(item__process__title=title).update(due_on=day)
    WorkItem.objects.filter(process__title=title).update(due_on=day)


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_page_costs_the_same_for_one_row_and_fifty(
    people: People, visit: Callable[[str], Client], rows: int, django_assert_num_queries: Any
) -> None:
    deploy(("take", TWO_CLERKS))
    begin(people, rows)
    browser = visit("桐生")
    # Session, person, his posts, units; all kinds and days, the page, its work, who else may do them, the menu's count.
    with django_assert_num_queries(QUERIES):
        page = browser.get("/").content.decode()
    assert page.count('class="t" href="/work/bpmn/') == rows
    assert f"決裁箱 未処理{rows}件" in page


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_decisions_cost_the_same_for_one_row_and_fifty(
    db: None, at_office: None, rows: int, django_assert_num_queries: Any
) -> None:
    city = cases.build()
    for _ in range(rows):
        cases.submitted(city, files=0)
    browser = Client(HTTP_ACCEPT="text/html")
    browser.force_login(city.staff["白井"])
    # As above, and the kind's own three: the cases, their attachments, their steps.
    with django_assert_num_queries(QUERIES + 3):
        page = browser.get("/").content.decode()
    assert len(re.findall(r"起-R07-デジ-\d{5} ", page)) == rows


@pytest.mark.parametrize("loans", [1, 3])
def test_work_of_both_families_costs_the_same(
    people: People, visit: Callable[[str], Client], loans: int, django_assert_num_queries: Any
) -> None:
    deploy(("look", MANAGER))
    begin(people, loans)
    today = dt.date(2025, 11, 11)
    for _ in range(loans):
        commands.start_loan(item="椅子", lent_from=today, lent_to=today, purpose="会議", actor=people.actor("佐久間"))
    browser = visit("三田村")
    with django_assert_num_queries(QUERIES):
        page = browser.get("/?tab=作業").content.decode()
    assert (page.count("/work/bpmn/"), page.count("/work/flow/")) == (loans, loans)


def test_pages_follow_each_other_without_gap_or_double(people: People) -> None:
    deploy(("ask", STARTER))
    begin(people, 7)
    for index, day in enumerate((12, 12, 11, None, 12, None, 20)):
        due(f"封筒 {index + 1}", dt.date(2025, 11, day) if day else None)
    expected = {
        "due": ["封筒 3", "封筒 1", "封筒 2", "封筒 5", "封筒 7", "封筒 4", "封筒 6"],
        "new": [f"封筒 {n}" for n in range(7, 0, -1)],
        "old": [f"封筒 {n}" for n in range(1, 8)],
    }
    for order, wanted in expected.items():
        seen, after = [], ""
        for _ in range(9):
            page = inbox(actor=people.actor("佐久間"), order=order, after=after, size=2)
            seen += [row.item.title for group in page.groups for row in group.rows]
            after = page.next_after
            if not after:
                break
        assert seen == wanted


def test_what_is_urgent_stands_on_top_on_every_page(people: People) -> None:
    deploy(("ask", STARTER))
    begin(people, 6)
    for index, day in enumerate((12, 11, None, None, 12, 20)):
        due(f"封筒 {index + 1}", dt.date(2025, 11, day) if day else None)
    ItemCandidate.objects.filter(item__process__title__in=["封筒 4", "封筒 6", "封筒 5"]).update(priority=75)
    ItemCandidate.objects.filter(item__process__title="封筒 3").update(priority=74)
    seen, after = [], ""
    for _ in range(6):
        page = inbox(actor=people.actor("佐久間"), after=after, size=1)
        seen += [(group.label, group.count, row.item.title) for group in page.groups for row in group.rows]
        after = page.next_after
    assert after == ""
    assert [title for _label, _count, title in seen] == ["封筒 5", "封筒 6", "封筒 4", "封筒 2", "封筒 1", "封筒 3"]
    assert [(label, count) for label, count, _title in seen[:3]] == [("至急", 3)] * 3
    assert "至急" not in {label for label, _count, _title in seen[3:]}


def test_an_urgent_case_stands_on_top_for_whoever_decides(db: None, at_office: None) -> None:
    city = cases.build()
    cases.submitted(city, title="ふつうの件")
    cases.submitted(city, title="急ぐ件", is_urgent=True, urgent_reason="契約日が明日のため")
    groups = inbox(actor=city.actor("白井")).groups
    assert [(group.label, [row.item.title for row in group.rows]) for group in groups] == [
        ("至急", ["急ぐ件"]),
        ("期限なし", ["ふつうの件"]),
    ]


def test_more_than_a_page_leads_on(people: People, visit: Callable[[str], Client]) -> None:
    deploy(("ask", STARTER))
    begin(people, PAGE + 2)
    browser = visit("佐久間")
    first = browser.get("/").content.decode()
    onward = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert onward is not None
    second = browser.get("/" + onward.group(1).replace("&amp;", "&")).content.decode()
    assert [page.count('class="t" href') for page in (first, second)] == [PAGE, 2]
    assert f"期限なし({PAGE + 2}件)" in second
    assert "続きを見る" not in second


@pytest.mark.parametrize(
    "asked",
    [{"after": "x"}, {"after": "1_2025-99-99_1"}, {"after": "2_2025-11-11_1"}, {"tab": "ない"}, {"order": "ない"}],
)
def test_odd_addresses_are_the_beginning(people: People, asked: dict[str, str]) -> None:
    deploy(("ask", STARTER))
    begin(people, 1)
    assert titles(people, "佐久間", **asked) == ["封筒 1"]


def test_tabs_count_by_kind_and_by_day(people: People) -> None:
    deploy(("ask", STARTER))
    deploy(("look", DECISION), key="other")
    begin(people, 3, "三田村")
    commands.start_instance(key="other", title="契約", business_key="", variables={}, actor=people.actor("佐久間"))
    due("封筒 1", dt.date(2025, 11, 12))
    due("封筒 2", dt.date(2025, 11, 10))
    due("封筒 3", dt.date(2025, 11, 13))
    box = inbox(actor=people.actor("三田村"))
    assert [(str(tab.label), tab.count) for tab in box.tabs] == [
        ("未処理", 4),
        ("期限", 2),
        ("作業", 3),
        ("決裁・回議", 1),
        ("差戻し", 0),
    ]
    assert (box.soon, [(group.label, group.count) for group in box.groups]) == (
        2,
        [("期限を過ぎています", 1), ("あすまで", 1), ("今週", 1), ("期限なし", 1)],
    )
    assert titles(people, "三田村", tab="due") == ["封筒 2", "封筒 1"]
    assert titles(people, "三田村", tab="決裁・回議") == ["契約"]


def test_columns_of_a_kind_stand_under_its_tab_only(people: People, visit: Callable[[str], Client]) -> None:
    deploy(("look", MANAGER))
    begin(people, 1)
    browser = visit("三田村")
    assert '<th scope="col" class="wide-only">始めた人</th>' in browser.get("/?tab=作業").content.decode()
    assert "始めた人" not in browser.get("/").content.decode()
    row = inbox(actor=people.actor("三田村"), tab="作業").groups[0].rows[0]
    assert row.cells == ["佐久間 陽向"]


def test_days_and_lateness_are_told(people: People, at_office: time_machine.Coordinates) -> None:
    deploy(("ask", STARTER))
    begin(people, 1)
    due("封筒 1", dt.date(2025, 11, 12))
    at_office.move_to(dt.datetime(2025, 11, 13, 0, 40, tzinfo=dt.UTC))
    row = inbox(actor=people.actor("佐久間")).groups[0].rows[0]
    assert (round(row.days, 1), row.days_left) == (2.0, -1)


def test_everybody_sees_his_own_work_only(people: People, visit: Callable[[str], Client]) -> None:
    deploy(("ask", STARTER), ("look", MANAGER))
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    assert titles(people, "三田村") == ["封筒の購入"]
    for name in ("佐久間", "森脇", "仁科", "管理者"):
        assert titles(people, name) == []
        page = visit(name).get("/").content.decode()
        assert "未処理はありません。" in page
        assert "封筒の購入" not in page
    assert '決裁箱 <b class="count" data-count="workflow:inbox">1</b>' in visit("三田村").get("/").content.decode()


def test_an_empty_tab_names_where_something_waits(people: People, visit: Callable[[str], Client]) -> None:
    deploy(("ask", STARTER))
    begin(people, 2)
    page = visit("佐久間").get("/?tab=差戻し").content.decode()
    assert "差戻しはありません。未処理が2件あります。" in page


def test_whoever_leaves_the_post_after_arrival_keeps_the_work_until_it_is_done(people: People) -> None:
    deploy(("look", MANAGER))
    begin(people, 1)
    organization.appoint(
        staff_code="200301",
        post_id=people.posts["三田村"],
        valid_from=dt.date(2025, 11, 1),
        kind="acting",
        actor=SYSTEM,
    )
    assert (titles(people, "三田村"), titles(people, "白井")) == (["封筒 1"], [])


def test_shared_work_is_taken_and_given_back_from_the_list(people: People, visit: Callable[[str], Client]) -> None:
    deploy(("take", TWO_CLERKS))
    begin(people, 1)
    item = WorkItem.objects.get()
    mine, other = visit("佐久間"), visit("桐生")
    hold = f"/work/bpmn/{item.pk}/hold/"
    assert "受け持つ" in mine.get("/").content.decode()
    assert mine.post(hold, {"back": "inbox"})["Location"] == "/"
    assert "自分が受持ち" in mine.get("/").content.decode()
    assert "佐久間 陽向さんが受持ち" in other.get("/").content.decode()
    late = other.post(hold, {"back": "inbox"})
    assert (late.status_code, "佐久間 陽向さんが受け持っています" in late.content.decode()) == (409, True)
    assert visit("森脇").post(hold, {}).status_code == 404
    assert visit("仁科").post(hold, {}).status_code == 409
    assert f'href="{hold}"' in other.get("/").content.decode()
    assert "「係で受ける」の受持ち(佐久間 陽向)を外す" in other.get(hold).content.decode()
    assert visit("森脇").get(hold).status_code == 404
    away = other.post(hold, {"verb": "give_back", "back": "inbox"})
    assert (away.status_code, "理由を入力してください" in away.content.decode()) == (422, True)
    assert mine.post(hold, {"verb": "give_back"})["Location"] == f"/work/bpmn/{item.pk}/"
    item.refresh_from_db()
    assert item.owner_id is None
