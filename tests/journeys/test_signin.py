"""First log-ins with an app and with a security key, a log-in that ends in the middle of a draft, and step-up."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import PASSWORD, ROOT, SIZE, Person, free_port, fresh_code

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
HOUR = 3660
TABLET = {"width": 768, "height": 1024}
KEY = {
    "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Hall:
    """A city hall where everybody has a second factor, and its clock."""

    def __init__(self, address: str, ahead: Path) -> None:
        self.address, self.ahead = address, ahead
        self.later(0)

    def later(self, seconds: int) -> None:
        """Let it be so much later than it is."""
        before = float(self.ahead.read_text()) if self.ahead.exists() else 0.0
        fresh = self.ahead.with_suffix(".new")
        fresh.write_text(str(before + seconds))
        fresh.replace(self.ahead)

    def today(self) -> None:
        """Let it be what it is: the framework ends sessions by the true clock alone."""
        self.later(-round(float(self.ahead.read_text())))


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Served on `localhost`, where browsers speak to security keys."""
    port, var = free_port(), tmp_path_factory.mktemp("signin")
    found = Hall(f"http://localhost:{port}", var / "ahead")
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    environment |= {
        "KESSAI_VAR": str(var), "KESSAI_DEMO": "1", "KESSAI_TWO_FACTOR_ALL": "1", "PYTHONUNBUFFERED": "1",
        "MOVED_CLOCK": str(found.ahead),
        "PYTHONPATH": f"{ROOT / 'tests/journeys/moved_clock'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    log = (var / "serve.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        for _ in range(1200):
            if f":{port}" in (var / "serve.log").read_text() or process.poll() is not None:
                break
            time.sleep(0.1)
        assert process.poll() is None, (var / "serve.log").read_text()
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        log.close()
        print((var / "serve.log").read_text()[-4000:])


Come = Callable[[], Person]


@pytest.fixture
def come(browser: Browser, hall: Hall, tmp_path: Path) -> Iterator[Come]:
    """Somebody with a browser of his own, before the log-in; in the end none may have broken the policy."""
    shots = Path(os.environ.get("SHOTS", tmp_path))
    shots.mkdir(parents=True, exist_ok=True)
    people: list[Person] = []

    def make() -> Person:
        people.append(Person(browser, hall.address, shots))
        return people[-1]

    yield make
    complaints = [line for somebody in people for line in somebody.complaints if "Content Security Policy" in line]
    for somebody in people:
        somebody.context.close()
    assert complaints == []


def look(somebody: Person, name: str, *, page: Page | None = None) -> None:
    """Nothing for axe, nothing wider than either screen; a picture."""
    page = page or somebody.page
    assert violations(page) == [], name
    for size in (TABLET, SIZE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # two numbers
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (name, size)
    page.screenshot(path=somebody.shots / f"signin-{name}.png")


def give_password(page: Page, code: str) -> None:
    """Fill the log-in form in and send it."""
    page.get_by_label("職員番号").fill(code)
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン", exact=True).click()


def give_code(page: Page, code: str) -> None:
    """What an app shows, or a recovery code."""
    page.get_by_label("コード").fill(code)
    page.get_by_role("button", name="ログイン", exact=True).click()


def log_out(page: Page) -> None:
    page.locator("summary.me").click()
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_label("職員番号")).to_be_visible()


def app_code(secret: str, steps: int = 0) -> str:
    from config.demo.codes import code_now

    return code_now(secret, steps=steps)


def enrol_app(somebody: Person, code: str, *, seen: bool = False) -> tuple[str, list[str]]:
    """The first log-in with an app: its secret, and the recovery codes."""
    page = somebody.page
    page.goto(somebody.address + "/cases/")
    give_password(page, code)
    page.wait_for_url("**/accounts/factors/enrol/**")
    if seen:
        look(somebody, "enrol")
    page.get_by_role("link", name="認証アプリを登録する").click()
    secret = page.locator(".secret").inner_text()
    if seen:
        look(somebody, "app")
    page.get_by_label("アプリに出たコード").fill(app_code(secret))
    page.get_by_role("button", name="登録する").click()
    page.wait_for_url("**/accounts/factors/codes/**")
    codes = page.locator(".codes li").all_inner_texts()
    if seen:
        look(somebody, "codes")
    page.get_by_role("link", name="保管したので先へ進む").click()
    page.wait_for_url(somebody.address + "/cases/")
    return secret, codes


def test_the_first_log_in_enrols_an_app_and_the_next_asks_for_it(come: Come) -> None:
    somebody = come()
    page = somebody.page
    secret, codes = enrol_app(somebody, "200301", seen=True)
    assert len(codes) == 10
    log_out(page)
    give_password(page, "200301")
    page.wait_for_url("**/accounts/factor/")
    look(somebody, "factor")
    give_code(page, "000000")
    expect(page.get_by_text("コードかセキュリティキーを確かめられませんでした。").first).to_be_visible()
    look(somebody, "factor-wrong")
    give_code(page, app_code(secret, 1))
    page.wait_for_url(somebody.address + "/")
    log_out(page)
    give_password(page, "200301")
    give_code(page, codes[0])
    page.wait_for_url(somebody.address + "/")
    page.goto(somebody.address + "/accounts/factors/")
    expect(page.get_by_text("使っていないコードが 9 個あります。")).to_be_visible()
    look(somebody, "factors")


def test_the_first_log_in_enrols_a_security_key_and_the_next_asks_for_it(come: Come) -> None:
    somebody = come()
    page = somebody.page
    channel = somebody.context.new_cdp_session(page)
    channel.send("WebAuthn.enable")
    channel.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(somebody.address + "/")
    give_password(page, "200201")
    page.get_by_role("link", name="セキュリティキーを登録する").click()
    page.get_by_label("キーの名前").fill("机の引出しのキー")
    look(somebody, "key")
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("link", name="保管したので先へ進む").click()
    page.wait_for_url(somebody.address + "/")
    log_out(page)
    give_password(page, "200201")
    page.wait_for_url("**/accounts/factor/")
    look(somebody, "factor-key")
    page.get_by_role("button", name="セキュリティキーを使う").click()
    page.wait_for_url(somebody.address + "/")
    page.goto(somebody.address + "/accounts/confirm/key/")
    look(somebody, "confirm-key")
    page.get_by_role("button", name="セキュリティキーで確かめる").click()
    page.wait_for_url(somebody.address + "/")
    page.goto(somebody.address + "/accounts/factors/")
    expect(page.get_by_role("cell", name="机の引出しのキー", exact=True)).to_be_visible()
    page.get_by_role("link", name="外す 机の引出しのキー").click()
    look(somebody, "remove-key")


def test_another_key_does_not_let_in(come: Come) -> None:
    somebody = come()
    page = somebody.page
    channel = somebody.context.new_cdp_session(page)
    channel.send("WebAuthn.enable")
    made = channel.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(somebody.address + "/")
    give_password(page, "200101")
    page.get_by_role("link", name="セキュリティキーを登録する").click()
    page.get_by_role("button", name="登録する").click()
    page.get_by_role("link", name="保管したので先へ進む").click()
    log_out(page)
    channel.send("WebAuthn.removeVirtualAuthenticator", made)
    channel.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    give_password(page, "200101")
    page.get_by_role("button", name="セキュリティキーを使う").click()
    expect(page.get_by_text("キーを確かめられませんでした。")).to_be_visible()
    assert page.url.endswith("/accounts/factor/")
    look(somebody, "key-problem")


def test_a_log_in_that_ends_in_the_middle_of_a_draft_loses_nothing(come: Come, hall: Hall) -> None:
    somebody = come()
    page = somebody.page
    secret, _codes = enrol_app(somebody, "200401")
    page.get_by_role("button", name="新しく起案する").click()
    page.wait_for_url("**/draft/")
    page.locator("#id_title").fill("防犯灯の設置について")
    expect(page.locator("#saved")).to_contain_text(re.compile("保存"))
    page.wait_for_timeout(1500)
    hall.later(HOUR)
    page.locator("#id_title").fill("防犯灯の設置について(二丁目)")
    band = page.locator("#notices [data-shown=session-ended]")
    expect(band).to_be_visible()
    look(somebody, "ended")
    with somebody.context.expect_page() as opening:
        band.get_by_role("link").click()
    other = opening.value
    give_password(other, "200401")
    give_code(other, app_code(secret, 1))
    expect(other.get_by_text("元の画面").first).to_be_visible()
    look(somebody, "back", page=other)
    other.close()
    assert page.input_value("#id_title") == "防犯灯の設置について(二丁目)"
    with page.expect_response(lambda answer: "/draft/save/" in answer.url) as saving:
        page.locator("#id_title").fill("防犯灯の設置について(二丁目、三丁目)")
    assert saving.value.status == 200
    expect(band).to_have_count(0)
    page.reload()
    assert page.input_value("#id_title") == "防犯灯の設置について(二丁目、三丁目)"


def test_the_end_is_told_before_and_can_be_put_off(come: Come, hall: Hall) -> None:
    somebody = come()
    page = somebody.page
    enrol_app(somebody, "230401")
    hall.later(HOUR - 60 - 200)
    warning = page.locator("#notices [data-shown=session-ending]")
    expect(warning).to_be_visible(timeout=20_000)
    look(somebody, "ending")
    warning.get_by_role("button", name="延長する").click()
    expect(warning).to_have_count(0)
    assert page.evaluate("fetch('/session/').then((answer) => answer.json())")["ends_in"] > HOUR - 120


def test_the_ledgers_file_is_given_after_a_fresh_confirmation(come: Come, hall: Hall) -> None:
    somebody = come()
    page = somebody.page
    page.goto(somebody.address + "/ledger/")
    give_password(page, "290301")
    give_code(page, fresh_code("290301"))
    page.wait_for_url("**/ledger/")
    hall.later(11 * 60)
    page.get_by_role("button", name=re.compile("CSV")).click()
    page.wait_for_url("**/accounts/confirm/code/**")
    look(somebody, "confirm")
    page.get_by_label("コード").fill(fresh_code("290301"))
    with page.expect_download() as taking:
        page.get_by_role("button", name="確かめる").click()
    assert taking.value.suggested_filename.endswith(".csv")


def test_ones_other_log_in_is_ended_from_the_list(come: Come, hall: Hall) -> None:
    hall.today()
    here, there = come(), come()
    _secret, codes = enrol_app(here, "230402")
    there.page.goto(there.address + "/")
    give_password(there.page, "230402")
    give_code(there.page, codes[1])
    there.page.wait_for_url(there.address + "/")
    here.page.locator("summary.me").click()
    here.page.get_by_role("link", name="ログイン中の端末").click()
    look(here, "sessions")
    here.page.get_by_role("button", name=re.compile("終える")).click()
    expect(here.page.get_by_text("その端末のログインを終えました。")).to_be_visible()
    there.page.goto(there.address + "/")
    expect(there.page.get_by_label("職員番号")).to_be_visible()
