"""Every page of the product, as the right person: axe finds nothing, nothing is wider than the screen or cut off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.axe import violations
from tests.journeys.conftest import PASSWORD, ROOT, Person
from tests.journeys.pages import NOBODY, NOT_PAGES, UNPROVEN, VISITS, Visit, names

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
DESK, TABLET = {"width": 1366, "height": 768}, {"width": 768, "height": 1024}
NARROW = {"width": 320, "height": 640}  # 1280 at 400 %
DOUBLED = {"width": 683, "height": 384}  # 1366 at 200 %
World = dict[str, Any]
At = Callable[[str], Page]


@pytest.fixture(scope="module")
def world(served: str, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The served city with one of everything."""
    logs = tmp_path_factory.getbasetemp().glob("journey*/serve.log")
    (var,) = {log.resolve().parent for log in logs if served in log.read_text()}
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    environment |= {"KESSAI_VAR": str(var), "KESSAI_DEMO": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.furnish"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def at(browser: Browser, served: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[At]:
    """A window of that person, logged in once."""
    people: dict[str, Person] = {}

    def window(code: str) -> Page:
        if code not in people:
            people[code] = Person(browser, served, tmp_path_factory.mktemp("shots"))
            people[code].page.on("dialog", lambda dialog: dialog.accept())
            if code == UNPROVEN:
                half_log_in(people[code], code.split()[0])
            elif code != NOBODY:
                people[code].log_in(code)
        return people[code].page

    yield window
    for somebody in people.values():
        somebody.context.close()


def half_log_in(person: Person, code: str) -> None:
    """The password is given, the code is not."""
    page = person.page
    page.goto(person.address + "/")
    page.locator("#id_login").fill(code)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main button.main").click()
    page.wait_for_url("**/accounts/factor/**")


def open_at(page: Page, served: str, world: World, visit: Visit, language: str) -> None:
    """Open the page and do what makes it look as wanted."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]  # a plain mapping of two numbers
    page.context.add_cookies([{"name": "django_language", "value": language, "url": served}])
    answer = page.goto(served + visit.address.format(**world))
    assert answer is not None
    for do in visit.doing:
        do(page)
    page.wait_for_load_state("networkidle")
    if not visit.doing:
        assert answer.status == visit.status, visit.address
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1


def widths(page: Page, size: dict[str, int]) -> list[str]:
    """What sticks out of a screen of that size, named; nothing on a page that fits."""
    page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain mapping of two numbers
    page.wait_for_timeout(50)
    return list(
        page.evaluate(
            """() => {
              const wide = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= wide) return [];
              const kept = ["auto", "scroll", "hidden", "clip"];
              const scrolls = (node) => node && (kept.includes(getComputedStyle(node).overflowX)
                || scrolls(node.parentElement));
              return [...document.querySelectorAll("body *")]
                .filter((node) => node.getBoundingClientRect().right > wide + 1 && !scrolls(node.parentElement))
                .slice(0, 5).map((node) => `${node.tagName}.${node.className} ${node.textContent.trim().slice(0, 30)}`);
            }"""
        )
    )


def looks_with_everything_open(page: Page) -> Iterator[str]:
    """Opens one thing after another: what it is called, while it is open."""
    if page.locator("dialog[open]").count():
        yield "dialog that the visit opened"
        page.evaluate("document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close())")
    for fold in page.locator("details:not(.menu-list):not([open]) > summary:visible").element_handles():
        fold.click()
    yield "as it is"
    for number in range(page.locator("details.menu-list > summary:visible").count()):
        page.locator("details.menu-list > summary:visible").nth(number).click()
        yield f"menu {number}"
        page.keyboard.press("Escape")
    openers = page.evaluate("[...new Set([...document.querySelectorAll('[data-opens]')].map((b) => b.dataset.opens))]")
    for name in openers:
        page.evaluate("(name) => document.getElementById(name).showModal()", name)
        yield f"dialog {name}"
        page.keyboard.press("Escape")
    for mark in page.locator("main a[data-term]:visible").all()[:1]:
        mark.click()
        yield "explanation"
        page.keyboard.press("Escape")
    for tab in page.locator("main [role=tab][aria-selected=false]:visible").all()[:1]:
        tab.click()
        page.wait_for_load_state("networkidle")
        yield "second tab"


def test_every_page_is_known() -> None:
    known = {visit.page for visit in VISITS} | set(NOT_PAGES)
    assert sorted({name for name, _view in names()} - known) == []


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_a_page_is_accessible_and_fits(at: At, served: str, world: World, visit: Visit) -> None:
    page = at(visit.person)
    open_at(page, served, world, visit, "ja")
    found = {what: lines for what in looks_with_everything_open(page) if (lines := violations(page))}
    fits = {size["width"]: stuck for size in (DESK, DOUBLED, TABLET, NARROW) if (stuck := widths(page, size))}
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]  # a plain mapping of two numbers
    if lines := violations(page):
        found["tablet"] = lines
    assert (found, fits) == ({}, {})


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_a_page_in_english_is_accessible_and_fits(at: At, served: str, world: World, visit: Visit) -> None:
    page = at(visit.person)
    open_at(page, served, world, visit, "en")
    found = violations(page)
    fits = {size["width"]: stuck for size in (DESK, DOUBLED, TABLET, NARROW) if (stuck := widths(page, size))}
    assert (found, fits) == ([], {})
