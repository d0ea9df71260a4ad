"""The pictures of the README, taken anew by `make pictures`: the main screens of one working day, as small palette PNGs.

The browser's own fields speak Japanese where the package chromium-l10n is installed, as on a desk of the city.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import FLAGS, ROOT, Person
from tests.journeys.pages import ADMINISTRATOR, AUDITOR, CLERK, MANAGER, NOBODY

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]
FOLDER = ROOT / "docs" / "images"
LARGEST = 150_000  # bytes a picture
DESK, TABLET = {"width": 1366, "height": 768}, {"width": 768, "height": 1024}


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: who looks at what.  `address` may name places of the day in braces."""

    name: str
    person: str
    address: str
    size: tuple[tuple[str, int], ...] = tuple(DESK.items())


SCENES = [
    Scene("log-in", NOBODY, "/accounts/login/"),
    Scene("inbox", MANAGER, "/"),
    Scene("draft", CLERK, "/cases/{draft}/draft/"),
    Scene("case", MANAGER, "/cases/{waiting}/"),
    Scene("case-tablet", MANAGER, "/cases/{waiting}/", tuple(TABLET.items())),
    Scene("record", AUDITOR, "/documents/{filed_record}/"),
    Scene("search", AUDITOR, "/documents/search/?q=読取精度"),
    Scene("viewer", MANAGER, "/documents/files/{version}/"),
    Scene("organization", ADMINISTRATOR, "/organization/"),
    Scene("log-in-security", AUDITOR, "/accounts/factors/"),
    Scene("ledger", AUDITOR, "/ledger/"),
    Scene("process", CLERK, "/definitions/standard/1/"),
    Scene("decision-table", CLERK, "/definitions/decisions/approval_rank/1/"),
]


@pytest.fixture
def japanese() -> Iterator[Browser]:
    """Chromium in Japanese, its own fields for days too."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*FLAGS, "--lang=ja"], env={**os.environ, "LANGUAGE": "ja"}
        )
        yield running
        running.close()


def test_pictures(japanese: Browser, served: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    (var,) = {log.resolve().parent for log in tmp_path_factory.getbasetemp().glob("journey*/serve.log")}
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    environment |= {"KESSAI_VAR": str(var), "KESSAI_DEMO": "1"}
    command = [sys.executable, "-m", "tests.journeys.scenes"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]
    places = json.loads(done.stdout.splitlines()[-1])
    FOLDER.mkdir(parents=True, exist_ok=True)
    people: dict[str, Person] = {}
    for scene in SCENES:
        if scene.person not in people:
            people[scene.person] = Person(japanese, served, FOLDER)
            if scene.person != NOBODY:
                people[scene.person].log_in(scene.person)
                wait_for_texts(people[scene.person].page, served)
        page = people[scene.person].page
        page.set_viewport_size(dict(scene.size))  # type: ignore[arg-type]  # width and height
        page.goto(served + scene.address.format(**places))
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)  # the drawing of a PDF's first page is no request
        keep(page.screenshot(), FOLDER / f"{scene.name}.png")
    for somebody in people.values():
        somebody.context.close()


def wait_for_texts(page: Page, served: str) -> None:
    """Until the worker has read the files, so that the search finds a word inside them."""
    for _ in range(120):
        page.goto(served + "/documents/search/?q=読取精度")
        if page.locator("mark").count() or page.request.get(served + "/ledger/").status == 404:
            return
        page.wait_for_timeout(1000)


def keep(picture: bytes, path: Path) -> None:
    """With as many colours as fit into the size a README bears."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    path.write_bytes(out.getvalue())
    assert path.stat().st_size <= LARGEST, path
