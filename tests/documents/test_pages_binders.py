"""簿冊: the list by year and class, and what is filed in one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from documents.views import binders
from tests.documents import town as place
from tests.documents.town import Town


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def test_the_list_shows_the_binders_of_ones_own_office(town: Town) -> None:
    place.completed(town, "一件目")
    place.circulating(town, "まだ回議中")
    page = town.browser("colleague").get("/documents/binders/?year=2025").content.decode()
    assert "03-02-05" in page and "情報 › 情報システム › 契約" in page
    assert "委託契約綴" in page and "1件" in page and "監査綴" not in page
    assert "自分の所属が読める簿冊です。" in page and "令和7年度" in page


def test_an_auditor_sees_all_an_administrator_none(town: Town) -> None:
    page = town.browser("auditor").get("/documents/binders/").content.decode()
    assert "委託契約綴" in page and "監査綴" in page and "すべての課の簿冊" in page
    page = town.browser("administrator").get("/documents/binders/").content.decode()
    assert "委託契約綴" not in page and "読める簿冊はありません。" in page


@pytest.mark.parametrize(
    "asked", ["?year=x", "?year=1999", "?after=x", "?after=99999999999999999999", "?year=２０２５"]
)
def test_odd_places_do_no_harm(town: Town, asked: str) -> None:
    assert "委託契約綴" in town.browser("colleague").get(f"/documents/binders/{asked}").content.decode()


@pytest.mark.parametrize("count", [1, 3, 50])
def test_as_many_queries_for_one_binder_as_for_fifty(town: Town, count: int, django_assert_num_queries) -> None:
    for number in range(count - 1):
        place.binder("1010", f"綴{number}")
    browser = town.browser("colleague")
    with django_assert_num_queries(7):
        page = browser.get("/documents/binders/?year=2025")
    assert sum(len(shelf.binders) for shelf in page.context["shelves"]) == count


def test_a_long_list_goes_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binders, "SHELVED", 2)
    for name in ("甲綴", "乙綴", "丙綴"):
        place.binder("1010", name)
    browser, seen, after = town.browser("colleague"), [], ""
    for _ in range(3):
        page = browser.get(f"/documents/binders/?year=2025&after={after}")
        seen += [row.name for shelf in page.context["shelves"] for row in shelf.binders]
        after = page.context["next_after"] or ""
        if not after:
            break
    assert sorted(seen) == sorted(["甲綴", "乙綴", "丙綴", "委託契約綴"]) and len(seen) == 4


def test_a_binder_shows_what_is_filed_in_order(town: Town) -> None:
    first, second = place.completed(town, "一件目"), place.completed(town, "二件目")
    place.circulating(town, "まだ綴られない")
    answer = town.browser("colleague").get(f"/documents/binders/{town.binder_id}/")
    page = answer.content.decode()
    assert [row.pk for row in answer.context["rows"]] == [first.pk, second.pk]
    assert "保存 5年" in page and "令和13年3月31日" in page and "令和7年11月11日" in page and first.number in page
    assert "まだ綴られない" not in page


def test_a_binder_goes_on_after_fifty(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binders, "PAGE", 2)
    for number in range(3):
        place.completed(town, f"件名{number}")
    browser, url = town.browser("colleague"), f"/documents/binders/{town.binder_id}/"
    first = browser.get(url)
    assert len(first.context["rows"]) == 2 and first.context["next_after"] == 2
    assert [row.title for row in browser.get(f"{url}?after=2").context["rows"]] == ["件名2"]


def test_an_empty_binder_says_so(town: Town) -> None:
    page = town.browser("colleague").get(f"/documents/binders/{town.binder_id}/").content.decode()
    assert "この簿冊に綴られた文書はまだありません。" in page


def test_a_reader_of_one_record_cannot_open_its_binder(town: Town) -> None:
    row = place.completed(town, "一件だけ")
    place.commands.grant_reading(record_id=row.pk, user_id=town.staff["outsider"].pk, actor=place.SYSTEM)
    browser = town.browser("outsider")
    page = browser.get(f"/documents/{row.pk}/").content.decode()
    assert "一件だけ" in page and f"/documents/binders/{town.binder_id}/" not in page
    assert browser.get(f"/documents/binders/{town.binder_id}/").status_code == 404


@pytest.mark.parametrize(
    ("part", "entries"),
    [("auditor", {"文書・簿冊", "台帳"}), ("colleague", {"文書・簿冊"}), ("administrator", {"文書・簿冊"})],
)
def test_the_menu_by_role(town: Town, part: str, entries: set[str]) -> None:
    answer = town.browser(part).get("/documents/binders/")
    shown = {entry for entry in ("文書・簿冊", "台帳") if f">{entry}</a>" in answer.content.decode()}
    assert shown == entries and 'action="/documents/search/"' in answer.content.decode()
