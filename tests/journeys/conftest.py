"""A served demo city and a browser: journeys see what a newcomer sees."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "minase-2025-demo"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE = {"width": 1366, "height": 768}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the application, served as `make run` serves it, on a database and files of its own."""
    port, var = free_port(), tmp_path_factory.mktemp("journey")
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    environment |= {"KESSAI_VAR": str(var), "KESSAI_DEMO": "1", "PYTHONUNBUFFERED": "1"}
    log = (var / "serve.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(3000):
            if address in (var / "serve.log").read_text():
                break
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            raise AssertionError("the application did not start in five minutes")
        assert process.poll() is None, (var / "serve.log").read_text()
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        print((var / "serve.log").read_text()[-4000:])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the system."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is needed: install the package chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running
        running.close()


ENROLLED = ("290301", "900001")
used_codes: set[tuple[str, str]] = set()


def fresh_code(code: str) -> str:
    """A code that the server takes now and has not seen: of this half minute, the next or the last; else it waits."""
    from config.demo.codes import code_now, secret_of

    while True:
        for steps in (0, 1, -1):
            found = code_now(secret_of(code), steps=steps)
            if (code, found) not in used_codes:
                used_codes.add((code, found))
                return found
        time.sleep(1)


class Person:
    """Somebody with a browser of his own; complaints of the browser are collected."""

    def __init__(self, browser: Browser, address: str, shots: Path) -> None:
        self.context: BrowserContext = browser.new_context(viewport=SIZE, locale="ja-JP", accept_downloads=True)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.address, self.shots = address, shots
        self.complaints: list[str] = []
        self.refused: list[str] = []  # every answer of 400 and more, with what was asked
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.context.on("response", self._answered)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.on("request", self._outside)

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self.refused.append(f"{answer.status} {answer.request.method} {answer.url.removeprefix(self.address)}")

    def _outside(self, request: object) -> None:
        url: str = request.url  # type: ignore[attr-defined]  # Playwright's request
        if not url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked for {url}")

    def log_in(self, code: str) -> Page:
        """Open the first page, which is the log-in form, and log in; with the app's code where one is asked for."""
        self.page.goto(self.address + "/")
        self.page.get_by_label("職員番号").fill(code)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="ログイン").click()
        if code in ENROLLED:
            self.give_code(code)
        self.page.wait_for_url(self.address + "/")
        return self.page

    def give_code(self, code: str) -> None:
        """Type what the app of that demo person shows, each code once."""
        self.page.get_by_label("コード").fill(fresh_code(code))
        self.page.get_by_role("button", name="ログイン", exact=True).click()

    def shot(self, name: str) -> None:
        """Keep a picture of what is seen."""
        self.page.screenshot(path=self.shots / f"{name}.png")


@pytest.fixture
def person(browser: Browser, served: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Makes people; at the end none of their browsers may have complained or asked for anything outside."""
    shots = Path(os.environ["SHOTS"]) if "SHOTS" in os.environ else tmp_path_factory.mktemp("shots")
    shots.mkdir(parents=True, exist_ok=True)
    people: list[Person] = []

    def make(code: str, *, logged_in: bool = True) -> Person:
        somebody = Person(browser, served, shots)
        people.append(somebody)
        if logged_in:
            somebody.log_in(code)
        return somebody

    yield make
    complaints = [line for somebody in people for line in somebody.complaints]
    for somebody in people:
        somebody.context.close()
    assert complaints == [], [line for somebody in people for line in somebody.refused]
