"""The page frame in a browser: keys, menus, the log-in page, and nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import ENROLLED, PASSWORD, SIZE, fresh_code

pytestmark = pytest.mark.journey
CLERK = "200401"
Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, served: str) -> Iterator[Opener]:
    """Makes pages; at the end none may have broken the content security policy or asked for anything outside."""
    contexts, complaints = [], []

    def make(address: str = "/", **options: object) -> Page:
        context = browser.new_context(**({"viewport": SIZE, "locale": "ja-JP"} | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
        context.on("request", lambda r: None if r.url.startswith((served, "data:")) else complaints.append(r.url))
        page.goto(served + address)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page: Page, code: str = CLERK) -> Page:
    page.locator("#id_login").fill(code)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main button.main").click()
    if code in ENROLLED:
        page.locator("#id_code").fill(fresh_code(code))
        page.locator("main button.main").click()
    expect(page.locator("summary.me")).to_be_visible()
    return page


def new_draft(page: Page, served: str) -> None:
    page.goto(served + "/cases/")
    page.get_by_role("button", name="新しく起案する").click()
    page.wait_for_url("**/draft/")


def test_one_click_on_a_demo_person_fills_the_form_in(opened: Opener, served: str) -> None:
    page = opened()
    assert violations(page) == []
    page.get_by_role("button", name="佐久間 陽向").click()
    assert (page.input_value("#id_login"), page.input_value("#id_password")) == (CLERK, PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(served + "/")
    expect(page.locator("summary.me")).to_contain_text("佐久間 陽向")


def test_axe_finds_what_is_wrong_under_the_policy(opened: Opener) -> None:
    page = opened()
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert [line.split(":")[0] for line in violations(page)] == ["image-alt"]
    assert violations(page, without=("main",)) == []


def test_keys_menus_and_dialogs(opened: Opener) -> None:
    page = log_in(opened())
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("/?")
    assert page.input_value("#q") == "/?"  # while typing, keys are letters
    expect(page.locator("#keys")).to_be_hidden()

    menu = page.locator("header > details.menu-list").last
    menu.locator("summary").click()
    expect(menu.locator(".pop")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(menu.locator(".pop")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.mouse.click(600, 700)
    expect(menu.locator(".pop")).to_be_hidden()

    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_tablet_has_its_menu_and_no_sideways_scroll(opened: Opener) -> None:
    page = log_in(opened(viewport={"width": 768, "height": 1024}))
    expect(page.locator("nav.nav")).to_be_hidden()
    page.locator("summary.menu").click()
    menu = page.locator(".narrow-menu .pop")
    expect(menu.get_by_role("link", name="決裁箱")).to_have_attribute("aria-current", "page")
    assert menu.get_by_role("link", name="起案").bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") == 768
    assert violations(page) == []


def test_an_autosave_after_the_session_ended_keeps_the_text_and_goes_on_after_the_login(
    opened: Opener, served: str
) -> None:
    page = log_in(opened())
    new_draft(page, served)
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_title").fill("消えては困る件名")
    band = page.locator("#notices [data-shown=session-ended]")
    expect(band).to_contain_text("入力した内容はこの画面に残っています")
    expect(page.locator("#id_title")).to_be_focused()
    assert violations(page) == []

    with page.context.expect_page() as second:
        band.get_by_role("link").click()
    log_in(second.value)
    page.locator("#id_title").fill("消えては困る件名です")
    expect(page.locator("#saved")).to_contain_text("保存しました")
    expect(band).to_have_count(0)
    page.reload()
    assert page.input_value("#id_title") == "消えては困る件名です"


def test_a_file_chosen_after_the_session_ended_is_not_lost_silently(opened: Opener, served: str) -> None:
    page = log_in(opened())
    new_draft(page, served)
    page.context.clear_cookies(name="sessionid")
    paper = {"name": "仕様書.txt", "mimeType": "text/plain", "buffer": "仕様".encode()}
    page.set_input_files("#file-input", [paper])
    band = page.locator("#notices [data-shown=session-ended]")
    expect(band).to_be_visible()
    with page.context.expect_page() as second:
        band.get_by_role("link").click()
    log_in(second.value).close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # a page without a window gets none by itself
    page.set_input_files("#file-input", [paper])
    expect(page.locator("#files")).to_contain_text("仕様書.txt")


def test_a_form_sent_after_the_session_ended_is_kept_and_sent_again(opened: Opener, served: str) -> None:
    page = log_in(opened())
    new_draft(page, served)
    address = page.url
    page.locator("#id_title").fill("送る件名")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="下書きで置く").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログインが切れました")
    expect(page.locator("ul.kept")).to_contain_text("送る件名")
    assert violations(page) == []
    with page.context.expect_page() as second:
        page.get_by_role("link", name="ログインする").click()
    log_in(second.value)
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url(served + "/cases/")
    page.goto(address)
    assert page.input_value("#id_title") == "送る件名"


def test_leaving_half_typed_input_asks_first(opened: Opener, served: str) -> None:
    page = log_in(opened("/accounts/password/"))
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(served + "/accounts/password/")
    assert asked == []
    page.locator("#id_password1").press_sequentially("kakikake")
    page.locator("a.brand").click()
    page.wait_for_url(served + "/")
    assert asked == ["beforeunload"]


def test_a_form_is_sent_once(opened: Opener, served: str) -> None:
    page = log_in(opened())
    page.goto(served + "/cases/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate("const b = [...document.querySelectorAll('main button')].at(-1); b.click(); b.click(); b.click();")
    page.wait_for_url("**/draft/")
    assert len(sent) == 1


def test_a_long_page_can_be_read_to_its_end(opened: Opener, served: str) -> None:
    page = log_in(opened(), "290301")
    page.goto(served + "/ledger/")
    last = page.locator("main tbody tr").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == SIZE["width"]


LISTS = [
    "/",
    "/cases/",
    "/documents/search/?q=委託",
    "/documents/binders/",
    "/processes/",
    "/definitions/",
    "/definitions/standard/1/",
    "/organization/post/",
    "/accounts/password/",
    "/nothing/",
]


@pytest.mark.parametrize(
    ("code", "width", "height", "language", "more"),
    [
        (CLERK, 1366, 768, "ja", []),
        ("290301", 768, 1024, "ja", ["/ledger/"]),
        ("290301", 1366, 768, "en", ["/ledger/"]),
        ("900001", 1024, 768, "ja", []),
    ],
)
def test_every_list_is_accessible_and_never_wider_than_the_screen(
    opened: Opener, served: str, code: str, width: int, height: int, language: str, more: list[str]
) -> None:
    page = opened(viewport={"width": width, "height": height})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": served}])
    log_in(page, code)
    for address in LISTS + more:
        page.goto(served + address)
        page.wait_for_load_state("networkidle")
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") == width, address
        assert violations(page) == [], address


def test_the_english_switch_on_the_login_page(opened: Opener) -> None:
    page = opened()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_label("Staff number")).to_be_visible()
    assert violations(page) == []
