"""Help where it is needed: explained words, keys that can be turned off, summaries that lead to fields, counts, paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Person

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
CLERK, AUDITOR = "200401", "290301"


@pytest.fixture(scope="module")
def clerk(browser: Browser, served: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """The drafter's window, and a draft to look at."""
    somebody = Person(browser, served, tmp_path_factory.mktemp("shots"))
    somebody.page.on("dialog", lambda dialog: dialog.accept())
    somebody.log_in(CLERK)
    yield somebody
    somebody.context.close()


@pytest.fixture
def page(clerk: Person) -> Page:
    """The window at its usual size."""
    clerk.page.set_viewport_size({"width": 1366, "height": 768})
    return clerk.page


def new_draft(page: Page, served: str) -> None:
    page.goto(served + "/cases/")
    page.get_by_role("button", name="新しく起案する").click()
    page.wait_for_url("**/draft/")


def test_a_word_is_explained_by_keyboard_and_the_focus_comes_back(page: Page, served: str) -> None:
    new_draft(page, served)
    mark = page.locator("a[data-term=bosatsu]")
    mark.focus()
    page.keyboard.press("Enter")
    pop = page.locator("#term-bosatsu")
    expect(pop).to_be_visible()
    expect(pop).to_be_focused()
    expect(pop).to_contain_text("年度ごとにまとめる綴り")
    box = pop.bounding_box()
    assert (
        box and box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= 1366 and box["y"] + box["height"] <= 768
    )
    page.keyboard.press("Escape")
    expect(pop).to_be_hidden()
    expect(mark).to_be_focused()
    mark.click()
    expect(pop).to_be_visible()
    pop.get_by_role("button", name="閉じる").click()
    expect(pop).to_be_hidden()


def test_a_word_is_explained_by_a_touch(browser: Browser, served: str, tmp_path: Path) -> None:
    somebody = Person(browser, served, tmp_path)
    somebody.context.close()
    somebody.context = browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True, locale="ja-JP")
    somebody.page = somebody.context.new_page()
    somebody.log_in(CLERK)
    new_draft(somebody.page, served)
    mark = somebody.page.locator("a[data-term=bosatsu]")
    mark.tap()
    pop = somebody.page.locator("#term-bosatsu")
    expect(pop).to_be_visible()
    box = pop.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    somebody.page.touchscreen.tap(380, 20)
    expect(pop).to_be_hidden()
    somebody.context.close()


def test_without_scripts_a_word_leads_to_the_glossary(browser: Browser, clerk: Person, served: str) -> None:
    new_draft(clerk.page, served)
    context = browser.new_context(java_script_enabled=False, storage_state=clerk.context.storage_state())
    plain = context.new_page()
    plain.goto(clerk.page.url)
    plain.locator("a[data-term=bosatsu]").click()
    plain.wait_for_url("**/help/glossary/#bosatsu")
    assert "年度ごとにまとめる綴り" in plain.locator("#bosatsu").inner_text()
    context.close()


def test_single_keys_can_be_turned_off_and_stay_off(page: Page, served: str) -> None:
    page.goto(served + "/help/keys/")
    switch = page.get_by_role("checkbox", name="1文字のキーを使う").first
    switch.uncheck()
    page.goto(served + "/documents/binders/")
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#q")).not_to_be_focused()
    page.goto(served + "/help/keys/")
    expect(switch).not_to_be_checked()
    switch.check()
    page.keyboard.press("Tab")
    page.goto(served + "/documents/binders/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")


def test_the_summary_takes_the_focus_and_leads_to_the_field(page: Page, served: str) -> None:
    page.goto(served + "/processes/loan/")
    page.locator("#id_purpose").fill("説明会で使うため")
    page.locator("main button.main").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert "エラー: " in page.title()
    link = summary.get_by_role("link").first
    link.click()
    expect(page.locator("#id_item")).to_be_focused()
    expect(page.locator("#id_item")).to_have_attribute("aria-invalid", "true")
    tied = page.locator("#id_item").get_attribute("aria-describedby")
    assert tied and page.locator(f"#{tied.split()[-1]}").inner_text().strip()
    assert page.input_value("#id_purpose") == "説明会で使うため"


def test_counts_change_without_reloading_and_the_title_tells_them(page: Page, served: str) -> None:
    answers = [
        {"entries": {"workflow:inbox": 2}, "tabs": {"": 2}, "new": 1, "latest": "2026-01-01T00:00:00+00:00"},
        {"entries": {"workflow:inbox": 3}, "tabs": {"": 3}, "new": 2, "latest": "2026-01-01T00:01:00+00:00"},
    ]
    page.clock.install()
    asked: list[str] = []

    def answer(route: object) -> None:
        asked.append("")
        route.fulfill(json=answers[min(len(asked), 2) - 1])  # type: ignore[attr-defined]  # Playwright's route

    page.route("**/notices/counts/", answer)
    page.goto(served + "/cases/")
    badge = page.locator("nav.nav [data-count='workflow:inbox']")
    expect(badge).to_have_text("2")
    assert page.title().startswith("(2) ")
    expect(page.locator(".bell [data-count=notices]")).to_have_text("1")
    page.clock.fast_forward(61_000)
    expect(badge).to_have_text("3")
    assert page.title().startswith("(3) ")
    expect(page.locator(".messages")).to_contain_text("新しい知らせがあります。")
    page.unroute("**/notices/counts/")


PLACES = ["/", "/cases/", "/documents/search/?q=契約", "/documents/binders/", "/notices/", "/help/", "/help/glossary/"]
CUT = """() => [...document.querySelectorAll("a, button, .badge, .count, th, label, summary, h1, h2, input")]
  .filter((node) => node.checkVisibility() && !node.closest(".vh, .skip") && getComputedStyle(node).overflowY !== "visible")
  .filter((node) => node.scrollHeight > node.clientHeight + 2 && node.tagName !== "INPUT")
  .map((node) => `${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 20)}`)"""


@pytest.mark.parametrize("address", PLACES)
def test_letters_of_twice_the_size_fit(page: Page, served: str, address: str) -> None:
    page.goto(served + address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("address", PLACES)
def test_the_keyboard_reaches_everything_in_order_and_one_sees_where_it_is(
    page: Page, served: str, address: str
) -> None:
    page.goto(served + address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    assert (
        page.evaluate('document.querySelectorAll(\'[tabindex]:not([tabindex="0"]):not([tabindex^="-"])\').length') == 0
    )
    for _step in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const node = document.activeElement; if (node === document.body) return ["", 9, true];
                 const box = node.getBoundingClientRect(); const style = getComputedStyle(node);
                 const inView = box.bottom > 0 && box.top < innerHeight;
                 return [node.outerHTML.slice(0, 80), parseFloat(style.outlineWidth), inView]; }"""
        )
        assert seen[1] >= 2 and seen[2], seen
    page.goto(served + address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


PAPER = [
    ("/documents/search/?q=契約", "文書をさがす"),
    ("/help/glossary/", "代決"),
    ("/cases/", "起案"),
    ("/notices/", "知らせ"),
]


@pytest.mark.parametrize(("address", "words"), PAPER)
def test_paper_shows_the_content_and_none_of_the_controls(
    page: Page, served: str, address: str, words: str, tmp_path: Path
) -> None:
    page.goto(served + address)
    page.emulate_media(media="print")
    try:
        for control in ("header.top", ".skip", ".actbar", ".filters", ".pager", "dialog", ".messages", "button"):
            assert [part for part in page.locator(control).all() if part.is_visible()] == [], control
        assert words in page.locator("main").inner_text()
        assert page.pdf(format="A4", path=tmp_path / "page.pdf").startswith(b"%PDF")
    finally:
        page.emulate_media(media="screen")
