"""知らせ: what arrived and what happened to one's own cases, and the counts that pages ask for by themselves."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from config import clock
from config.web import notices
from tests.approvals.cast import Cast, act, decided, draft, submitted

ALWAYS = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def client(cast: Cast, name: str) -> Client:
    made = Client(HTTP_ACCEPT="text/html")
    made.force_login(cast.staff[name])
    return made


def told(cast: Cast, name: str) -> list[str]:
    return [str(notice.sentence) for notice in notices.recent(cast.actor(name), since=ALWAYS)]


def test_who_is_next_is_told_that_work_arrived_and_nobody_else(cast: Cast) -> None:
    case = submitted(cast)
    (notice,) = notices.recent(cast.actor("白井"))
    assert notice.title == case.record.title and notice.url == f"/cases/of/{case.instance_id}/"
    assert told(cast, "白井") == ["「回議」の仕事が届きました。"]
    assert told(cast, "三田村") == told(cast, "森脇") == told(cast, "佐久間") == []


def test_a_drafter_is_told_what_others_did_and_not_what_he_did(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve")
    act(cast, case, "三田村", "return", comment="見積の比較を足してください。")
    own = cast.actor("佐久間")
    first, second = (notice for notice in notices.recent(own, since=ALWAYS) if "仕事" not in str(notice.sentence))
    assert [str(row.sentence) for row in (first, second)] == [
        "三田村 涼(課長)が差し戻しました。",
        "白井 千尋(係長)が承認しました。",
    ]
    assert first.detail == "見積の比較を足してください。" and first.url == f"/cases/{case.pk}/"
    assert not any("佐久間" in sentence for sentence in told(cast, "佐久間"))


def test_a_decision_is_told_to_the_drafter_only(cast: Cast) -> None:
    decided(cast)
    assert told(cast, "佐久間")[0] == "羽鳥 修平(部長)が決裁しました。"
    assert all("決裁しました" not in sentence for name in ("白井", "三田村", "森脇") for sentence in told(cast, name))


def test_what_is_older_than_the_list_is_not_told(cast: Cast, at_office) -> None:
    submitted(cast)
    at_office.shift(dt.timedelta(days=notices.KEPT_DAYS + 1))
    assert told(cast, "白井") == []


def test_the_list_marks_what_is_new_once(cast: Cast, at_office) -> None:
    submitted(cast)
    browser = client(cast, "白井")
    at_office.shift(60)
    first = browser.get("/notices/").content.decode()
    assert first.count('<span class="badge now">新着</span>') == 1 and "新しい知らせが1件あります。" in first
    again = browser.get("/notices/").content.decode()
    assert "新着" not in again and "「回議」の仕事が届きました。" in again
    assert browser.get("/notices/counts/").json()["new"] == 0


def test_on_a_shared_terminal_everybody_has_his_own_mark(cast: Cast, at_office) -> None:
    submitted(cast)
    at_office.shift(60)
    browser = client(cast, "森脇")
    browser.get("/notices/")
    browser.force_login(cast.staff["白井"])
    assert browser.get("/notices/counts/").json()["new"] == 1


@pytest.mark.parametrize("kept", ["", "xx", "2025-11-11", "2999-01-01T00:00:00+00:00"])
def test_a_strange_mark_is_as_good_as_none(cast: Cast, kept: str) -> None:
    submitted(cast)
    browser = client(cast, "白井")
    browser.cookies["notices-200301"] = kept
    assert browser.get("/notices/counts/").json()["new"] == 1


def test_counts_follow_the_inbox_and_are_not_kept(cast: Cast) -> None:
    browser = client(cast, "白井")
    assert browser.get("/notices/counts/").json()["entries"] == {"workflow:inbox": 0}
    submitted(cast)
    answer = browser.get("/notices/counts/")
    body = answer.json()
    assert body["entries"] == {"workflow:inbox": 1} and body["tabs"][""] == 1 and body["new"] == 1
    assert dt.datetime.fromisoformat(body["latest"]) <= clock.now()
    assert "no-store" in answer.headers["Cache-Control"]
    page = browser.get("/").content.decode()
    shown = dict(re.findall(r'data-tab-count="([^"]*)">(\d+)<', page))
    assert {code: int(number) for code, number in shown.items()} == body["tabs"]


def test_without_a_login_there_are_no_counts(db: None) -> None:
    assert (
        Client(HTTP_ACCEPT="application/json", HTTP_SEC_FETCH_DEST="empty").get("/notices/counts/").status_code == 401
    )
    assert Client(HTTP_ACCEPT="text/html").get("/notices/").status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(cast: Cast, rows: int, django_assert_num_queries) -> None:
    for _turn in range(rows):
        submitted(cast)
    browser = client(cast, "白井")
    browser.get("/notices/")
    # Session, person, his posts, units; the work that arrived, what happened to his own; the menu's count.
    with django_assert_num_queries(7):
        text = browser.get("/notices/").content.decode()
    assert text.count("の仕事が届きました。") == rows


def test_nothing_happened(cast: Cast) -> None:
    draft(cast)
    assert "知らせはありません。" in client(cast, "佐久間").get("/notices/").content.decode()
