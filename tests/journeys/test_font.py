"""The served font: there for whoever has no Japanese font, and asked for by nobody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import SIZE

pytestmark = pytest.mark.journey

LOADED = """async () => {
  document.documentElement.style.setProperty("--font", "'Noto Sans JP Variable'");
  document.body.getBoundingClientRect();
  await document.fonts.ready;
  return [...document.fonts].filter(face => face.status !== "unloaded").map(face => face.status);
}"""


def test_the_font_is_served_to_a_browser_that_lacks_one(browser: Browser, served: str) -> None:
    context = browser.new_context(viewport=SIZE, locale="ja-JP")
    asked: list[tuple[str, int]] = []
    context.on("response", lambda r: asked.append((r.url, r.status)) if ".woff2" in r.url else None)
    try:
        page = context.new_page()
        page.goto(served + "/accounts/login/")
        page.wait_for_load_state("networkidle")
        assert asked == [], "the machine's own fonts come first"
        states = page.evaluate(LOADED)
        assert len(states) >= 3 and set(states) == {"loaded"}
        assert len(asked) == len(states) and all(
            url.startswith(f"{served}/static/npm/@fontsource-variable/noto-sans-jp/files/") and status == 200
            for url, status in asked
        )
    finally:
        context.close()
