"""Files on the screen: pages, keys, search, pictures, lines, PDFs of Office files; and only as many bytes as are needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys import papers, viewer_papers
from tests.journeys.axe import violations
from tests.journeys.conftest import PASSWORD, SIZE

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
MIB = 1024 * 1024
PLAYED = "the server responded with a status of 500"
NAME = (
    """(({ activeElement: e }) => e.getAttribute("aria-label") || e.labels?.[0]?.innerText || e.innerText)(document)"""
)
TABLET = {"width": 768, "height": 1024}


@pytest.fixture(scope="module")
def desk(browser: Browser, served: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict, dict]]:
    """The clerk's log-in, and the addresses of the files that he attached to a draft, by name."""
    folder = tmp_path_factory.mktemp("papers")
    files = [
        papers.text_pdf(folder),
        viewer_papers.large_pdf(folder),
        viewer_papers.transparent_pdf(folder),
        viewer_papers.fax(folder),
        viewer_papers.memo(folder),
        viewer_papers.table(folder),
        viewer_papers.photograph(folder),
        papers.word_file(folder),
    ]
    context = browser.new_context(viewport=SIZE, locale="ja-JP")
    page = context.new_page()
    page.goto(served + "/")
    page.locator("#id_login").fill("200401")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main button.main").click()
    page.wait_for_url(served + "/")
    page.goto(served + "/cases/")
    page.get_by_role("button", name="新しく起案する").click()
    page.wait_for_url("**/draft/")
    page.set_input_files("#file-input", files)
    for file in files:
        expect(page.locator("#files a", has_text=file.name)).to_be_visible(timeout=60_000)
    links = {link.inner_text(): str(link.get_attribute("href")) for link in page.locator("#files a").all()}
    state = context.storage_state()
    context.close()
    yield state, links


@pytest.fixture
def look(browser: Browser, served: str, desk: tuple[dict, dict]) -> Iterator[Callable[..., Page]]:
    """Opens the viewer of a file by its name; at the end the browser may not have complained."""
    state, links = desk
    contexts, complaints = [], []

    def make(name: str, query: str = "", **options: object) -> Page:
        context = browser.new_context(**({"viewport": SIZE, "locale": "ja-JP", "storage_state": state} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" and PLAYED not in m.text else None)
        context.on("request", lambda r: None if r.url.startswith((served, "data:")) else complaints.append(r.url))
        page.goto(served + links[name] + query)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def drawn(page: Page, number: int) -> None:
    """Page `number` is there, with its text."""
    expect(page.locator(f'.pdfViewer .page[data-page-number="{number}"][data-loaded] canvas')).to_be_visible()


class Wire:
    """What came over the wire for file contents, as the browser's own network layer counts it."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.answers: list[tuple[int, str]] = []
        self.bytes = 0
        self._ours: set[str] = set()
        self.session.send("Network.enable")
        self.session.on("Network.responseReceived", self._received)
        self.session.on("Network.dataReceived", self._data)

    def _received(self, event: dict) -> None:
        if event["response"]["url"].endswith("/content/"):
            self._ours.add(event["requestId"])
            headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
            self.answers.append((event["response"]["status"], headers.get("content-range", "")))

    def _data(self, event: dict) -> None:
        if event["requestId"] in self._ours:
            self.bytes += event["dataLength"]


def test_the_first_page_of_a_large_pdf_comes_before_the_whole(look: Callable[..., Page]) -> None:
    large = look("図面集.pdf")
    wire = Wire(large)
    large.reload()
    drawn(large, 1)
    expect(large.locator("[data-pages-count]")).to_have_text("40")
    large.wait_for_timeout(1_000)  # whatever else would be fetched by itself has begun by now
    assert {status for status, _ in wire.answers} == {206}
    size = int(wire.answers[0][1].rpartition("/")[2])
    assert size > 20 * MIB
    assert 0 < wire.bytes < size / 5, wire.answers
    before = wire.bytes
    large.locator("[data-page-no]").fill("40")
    large.keyboard.press("Enter")
    drawn(large, 40)
    assert before < wire.bytes < size / 4


def test_keys_move_turn_and_zoom(look: Callable[..., Page]) -> None:
    page = look("調査報告書.pdf")
    drawn(page, 1)
    field, zoom = page.locator("[data-page-no]"), page.locator("[data-zoom]")
    for key, number in (("PageDown", "2"), ("]", "3"), ("PageUp", "2"), ("End", "30"), ("Home", "1")):
        page.keyboard.press(key)
        expect(field).to_have_value(number)
    size = page.locator('.page[data-page-number="1"]').bounding_box()
    assert size is not None and size["height"] > size["width"]
    page.keyboard.press("r")
    expect(page.locator('.page[data-page-number="1"] canvas')).to_be_visible()
    turned = page.locator('.page[data-page-number="1"]').bounding_box()
    assert turned is not None and turned["width"] > turned["height"]
    page.keyboard.press("Shift+R")
    page.keyboard.press("0")
    expect(zoom).to_have_value("page-fit")
    page.keyboard.press("9")
    expect(zoom).to_have_value("page-width")
    zoom.select_option("1")
    page.keyboard.press("Escape")
    page.locator("[data-scroll]").focus()
    page.keyboard.press("+")
    expect(zoom.locator("option:checked")).to_have_text("120%")
    page.keyboard.press("-")
    expect(zoom.locator("option:checked")).to_have_text("100%")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#keys")).to_contain_text("このファイルの中をさがす")


def test_search_counts_marks_and_moves(look: Callable[..., Page]) -> None:
    page = look("調査報告書.pdf")
    drawn(page, 1)
    page.keyboard.press("Control+f")
    field, told = page.locator("[data-find-field]"), page.locator("[data-find-count]")
    expect(field).to_be_focused()
    page.keyboard.type("水害避難経路")
    expect(told).to_have_text("1件中 1件目")
    expect(page.locator("[data-page-no]")).to_have_value("27")
    expect(page.locator(".textLayer .highlight.selected").first).to_be_visible()
    assert violations(page) == []
    field.fill("調査報告書")
    expect(told).to_have_text(re.compile("^30件中 "))
    start = told.inner_text()
    page.keyboard.press("Enter")
    expect(told).not_to_have_text(start)
    page.keyboard.press("Shift+Enter")
    expect(told).to_have_text(start)
    page.get_by_role("button", name="次の一致").click()
    expect(told).not_to_have_text(start)
    field.fill("ない言葉")
    expect(told).to_have_text("見つかりません")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    page.keyboard.press("/")
    expect(field).to_be_focused()


def test_words_of_the_search_are_marked_at_once(look: Callable[..., Page]) -> None:
    page = look("調査報告書.pdf", "?page=27&q=水害避難経路")
    expect(page.locator("[data-page-no]")).to_have_value("27")
    expect(page.locator(".textLayer .highlight").first).to_be_visible()
    expect(page.locator("[data-find-count]")).to_have_text("1件中 1件目")


def test_the_list_of_pages(look: Callable[..., Page]) -> None:
    page = look("調査報告書.pdf")
    drawn(page, 1)
    opener = page.get_by_role("button", name="頁の一覧")
    opener.click()
    thumbs = page.locator("[data-thumbs]")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(thumbs.get_by_role("button")).to_have_count(30)
    expect(thumbs.locator('button[data-page="1"] canvas')).to_be_visible()
    picture = thumbs.locator('button[data-page="1"]').bounding_box()
    assert picture is not None and picture["height"] > 110, "the whole page is seen, and its number"
    assert thumbs.locator("canvas").count() < 20, "only those in view are drawn"
    expect(thumbs.get_by_role("button", name="1頁", exact=True)).to_have_attribute("aria-current", "page")
    thumbs.get_by_role("button", name="3頁", exact=True).click()
    expect(page.locator("[data-page-no]")).to_have_value("3")
    page.keyboard.press("ArrowDown")
    expect(thumbs.get_by_role("button", name="4頁", exact=True)).to_be_focused()
    expect(page.locator("[data-page-no]")).to_have_value("4")
    assert violations(page) == []
    page.keyboard.press("t")
    expect(thumbs).to_be_hidden()


def test_every_control_is_reached_by_tab_and_has_a_name(look: Callable[..., Page]) -> None:
    page = look("調査報告書.pdf")
    drawn(page, 1)
    page.locator(".case-head a").focus()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(NAME).strip())
    wanted = [
        "頁の一覧",
        "前の頁",
        "頁",
        "次の頁",
        "小さく",
        "大きさ",
        "大きく",
        "右に90度回す",
        "このファイルの中をさがす",
    ]
    assert reached == [*wanted, "印刷", "取り出す", "調査報告書.pdf の内容"]


def test_printing_is_asked_noted_and_done(look: Callable[..., Page]) -> None:
    page = look("調査報告書.pdf")
    page.add_init_script(
        "window.print = () => (window.printed = document.querySelectorAll('.print-sheets > *').length)"
    )
    page.reload()
    drawn(page, 1)
    page.get_by_role("button", name="印刷", exact=True).click()
    dialog = page.locator("[data-print-dialog]")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    dialog.get_by_label("頁", exact=True).fill("31")
    dialog.get_by_role("button", name="印刷する").click()
    expect(dialog.get_by_role("alert")).to_contain_text("ある頁の番号で")
    dialog.get_by_label("頁", exact=True).fill("1-2, ５")
    with page.expect_response("**/printed/") as noted:
        dialog.get_by_role("button", name="印刷する").click()
    assert noted.value.status == 204
    expect(page.locator(".print-sheets canvas")).to_have_count(3)
    assert page.evaluate("window.printed") == 3
    page.emulate_media(media="print")
    assert page.locator(".print-sheets canvas").first.is_visible() and not page.locator("main").is_visible()


def test_jpeg_2000_and_a_fax(look: Callable[..., Page]) -> None:
    red = "(c) => [...c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data].slice(0, 3)"
    page = look("透かし.pdf")
    drawn(page, 1)
    assert page.locator(".page canvas").first.evaluate(red) == [200, 0, 0]
    page = look("ファクス.tif")
    drawn(page, 1)
    expect(page.locator("[data-pages-count]")).to_have_text("3")
    expect(page.locator(".bar").first).to_contain_text("表示用に変換したPDF")


def test_a_word_file_is_shown_as_pdf_and_searched(look: Callable[..., Page]) -> None:
    page = look("仕様書.docx")
    drawn(page, 1)
    page.keyboard.press("Control+f")
    page.keyboard.type("読取精度")
    expect(page.locator("[data-find-count]")).to_have_text("1件中 1件目")
    with page.expect_download() as taken:
        page.get_by_role("link", name="取り出す").click()
    assert taken.value.suggested_filename == "仕様書.docx"
    assert Path(taken.value.path()).read_bytes().startswith(b"PK")


def test_lines_of_a_text(look: Callable[..., Page]) -> None:
    page = look("議事メモ.txt")
    expect(page.locator(".text-facts")).to_contain_text("Shift_JIS")
    expect(page.locator(".lines li").first).to_contain_text("1番目の発言")
    assert page.locator(".lines li").count() < 4_100
    room = page.locator("[data-scroll]")
    assert room.evaluate("(e) => e.scrollWidth <= e.clientWidth"), "long lines are folded"
    page.get_by_role("button", name="行を折り返す").click()
    assert room.evaluate("(e) => e.scrollWidth > e.clientWidth")
    page.keyboard.press("Control+f")
    page.keyboard.type("排水路")
    expect(page.locator("[data-find-count]")).to_have_text("2件中 1件目")
    page.keyboard.press("Enter")
    expect(page.locator("[data-find-count]")).to_have_text("2件中 2件目")
    expect(page.locator('.lines li[value="4000"]')).to_be_in_viewport()
    assert page.evaluate("[CSS.highlights.get('found').size, CSS.highlights.get('found-now').size]") == [2, 1]
    page.locator("[data-find-field]").fill("ﾊｲｽｲﾛ")
    expect(page.locator("[data-find-count]")).to_have_text("1件中 1件目")


def test_a_table_and_its_lines(look: Callable[..., Page]) -> None:
    page = look("物品一覧.csv")
    expect(page.locator(".cells tr").nth(1)).to_contain_text("端末, 業務用")
    assert violations(page) == []
    page.get_by_role("button", name="表にしない").click()
    expect(page.locator(".lines li").nth(1)).to_have_text('1,"端末, 業務用",3,1番庁舎')


def test_a_picture_is_turned_and_zoomed(look: Callable[..., Page]) -> None:
    page = look("現場写真.png")
    picture = page.locator("[data-picture]")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None and box["width"] < SIZE["width"] and box["width"] > 2 * box["height"] - 5
    page.keyboard.press("r")
    turned = picture.bounding_box()
    assert turned is not None and turned["height"] > turned["width"]
    assert abs(turned["x"] + turned["width"] / 2 - SIZE["width"] / 2) < 10, "it stays in the middle"
    page.keyboard.press("0")
    page.locator("[data-zoom]").select_option("1")
    assert picture.evaluate("(e) => e.width") == 2_400
    assert violations(page) == []


@pytest.mark.parametrize("name", ["調査報告書.pdf", "議事メモ.txt", "物品一覧.csv", "現場写真.png", "仕様書.docx"])
@pytest.mark.parametrize("size", [SIZE, TABLET], ids=["desk", "tablet"])
def test_no_sideways_scroll_and_nothing_for_axe(look: Callable[..., Page], name: str, size: dict) -> None:
    page = look(name, viewport=size)
    expect(page.locator(".pdfViewer canvas, .lines li, .cells tr, [data-picture]").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    if page.get_by_role("button", name="このファイルの中をさがす").count():
        page.get_by_role("button", name="このファイルの中をさがす").click()
    if page.get_by_role("button", name="頁の一覧").count():
        page.get_by_role("button", name="頁の一覧").click()
        expect(page.locator("[data-thumbs] canvas").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert page.evaluate("document.documentElement.scrollHeight") == size["height"], "the controls stay in sight"
    assert violations(page) == []


def test_what_is_damaged_is_told(look: Callable[..., Page]) -> None:
    """The sentence and the value for the administrator; the journey plays the server's refusal."""
    digest = "ab" * 32
    page = look("調査報告書.pdf")
    refusal = {"status": 500, "headers": {"X-Content-Damaged": digest}, "body": "<p>damaged</p>"}
    page.context.route("**/content/", lambda route: route.fulfill(**refusal))
    page.reload()
    told = page.locator("[data-damaged]")
    expect(told).to_contain_text("ハッシュと一致しないため、表示しません")
    expect(told).to_contain_text(digest)
    expect(page.locator("[data-loading]")).to_be_hidden()
    assert violations(page) == []
