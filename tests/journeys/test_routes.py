"""合議 side by side: added with a reason, disagreed with, ruled upon, decided; seen by everybody who takes part."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import violations

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

TITLE = "申請書読取端末の賃貸借契約の変更"
WIDTH = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def test_those_beside_the_line_are_asked_side_by_side(person) -> None:
    drafter = person("200401")
    page: Page = drafter.page
    write(page)
    page.get_by_role("link", name="合議・審査を加える").click()
    expect(page.get_by_role("heading", name="経路を整える")).to_be_visible()
    ask_three(page)
    assert page.evaluate(WIDTH)
    drafter.shot("route")
    page.get_by_role("link", name="起案へ戻る").click()
    drafter.shot("route-draft")
    page.get_by_role("button", name="提出する").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    case = page.url

    for code in ("200301", "200201"):
        page = at(person, code, case)
        page.get_by_role("button", name="承認する").click()
        expect(page.get_by_role("button", name="引き戻す")).to_be_visible()
    manager = person("220201")
    manager.page.goto(case)
    manager.shot("route-consulted")
    assert manager.page.evaluate(WIDTH)
    assert violations(manager.page) == []
    manager.page.get_by_label("意見・理由").fill("財源欄の時点が不一致")
    manager.page.get_by_role("button", name="不同意 共通の上司の裁定へ").click()
    expect(manager.page.get_by_text("財源欄の時点が不一致").first).to_be_visible()
    page = at(person, "220202", case)
    page.get_by_role("button", name="同意する").click()
    expect(page.get_by_role("button", name="引き戻す")).to_be_visible()
    page = at(person, "240101", case)
    page.get_by_role("button", name="意見を出す").click()
    expect(page.get_by_role("button", name="引き戻す")).to_be_visible()
    page = at(person, "100002", case)
    page.get_by_label("意見・理由").fill("補正予算で措置するため進める")
    page.get_by_role("button", name="裁定する").click()
    director = person("200101")
    director.page.goto(case)
    for words in ("財源欄の時点が不一致", "補正予算で措置するため進める"):
        expect(director.page.get_by_text(words).first).to_be_visible()
    director.shot("route-ruled")
    assert violations(director.page) == []
    director.page.set_viewport_size({"width": 768, "height": 1024})
    assert director.page.evaluate(WIDTH)
    director.shot("route-tablet")
    director.page.set_viewport_size({"width": 1366, "height": 768})
    director.page.get_by_text("経過と予定").scroll_into_view_if_needed()
    director.shot("route-course")
    director.page.get_by_role("button", name="決裁する").click()
    expect(director.page.get_by_text("決裁済").first).to_be_visible()


def write(page: Page) -> None:
    """A draft that could be submitted."""
    page.get_by_role("link", name="起案", exact=True).click()
    page.get_by_role("button", name="新しく起案する").click()
    page.get_by_label("件名").fill(TITLE)
    page.get_by_label("伺い文").fill("賃貸借契約を次のとおり変更してよろしいか伺います。")
    page.get_by_label("理由・経過").fill("台数が増えるため。")
    page.locator("#id_level").select_option(label="部長専決")
    page.locator("#id_binder").select_option(index=1)
    page.locator("#id_disclosure").select_option(label="部分公開")
    expect(page.locator("#saved")).to_contain_text("保存")
    expect(page.locator("#route-preview")).to_contain_text("羽鳥 修平")


def ask_three(page: Page) -> None:
    """Three are added beside the own line, and kept under a name."""
    for post, consent, reason in (
        ("契約検査課長 真鍋 修二", "同意型", "契約の変更のため"),
        ("財政課長 久遠 聡", "同意型", "債務負担行為のため"),
        ("会計課長", "意見型", "支払時期が変わるため"),
    ):
        choice = page.locator("#id_post option", has_text=post).first
        page.get_by_label("だれに").select_option(choice.get_attribute("value"))
        page.get_by_label("合議の型").select_option(label=consent)
        page.get_by_label("加える理由").fill(reason)
        page.get_by_role("button", name="経路に加える").click()
        expect(page.locator(".added").get_by_text(reason)).to_be_visible()
    page.get_by_label("経路の名前").fill("契約の変更")
    page.get_by_role("button", name="この経路を保存").click()
    expect(page.get_by_role("heading", name="保存した経路")).to_be_visible()


def at(person, code: str, address: str) -> Page:
    """That person's page of the case."""
    page: Page = person(code).page
    page.goto(address)
    return page
