"""Files on their way in: a large one broken off and gone on with, files that are dropped, and the form without a script."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import PASSWORD, SIZE

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

MIB = 1024 * 1024
SIDE = 7_200


def plan(folder: Path) -> Path:
    """A drawing of 49 MiB: one picture without any packing."""
    dots = os.urandom(SIDE * SIDE)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 2384 3370]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length 28>>stream\nq 2384 0 0 3370 0 0 cm /I Do\nendstream",
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray/Length %d>>stream\n"
        % (SIDE, SIDE, len(dots))
        + dots
        + b"\nendstream",
    ]
    path = folder / "全体計画図.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.4\n")
        for number, content in enumerate(objects, start=1):
            file.write(b"%d 0 obj\n" % number + content + b"\nendobj\n")
        file.write(b"trailer<</Root 1 0 R>>\n%%EOF\n")
    assert 49 * MIB < path.stat().st_size < 50 * MIB
    return path


def new_draft(page: Page, address: str) -> None:
    page.goto(address + "/cases/")
    page.get_by_role("button", name="新しく起案する").first.click()
    page.wait_for_url("**/draft/")


def sent(page: Page) -> int:
    """How much of the only file on its way has been sent, in percent."""
    return int(page.locator("#upload-list progress").evaluate("bar => Math.round(bar.value / bar.max * 100)"))


def wait_for_percent(page: Page, percent: int) -> None:
    page.wait_for_function(
        "percent => [...document.querySelectorAll('#upload-list progress')].some(b => b.value / b.max * 100 >= percent)",
        arg=percent,
    )


def test_a_file_of_50_megabytes_is_broken_off_and_resumed(person, tmp_path: Path) -> None:
    somebody = person("200401")
    page, path = somebody.page, plan(tmp_path)
    new_draft(page, somebody.address)
    offsets: list[int] = []
    page.on("request", lambda r: offsets.append(int(r.headers["upload-offset"])) if r.method == "PATCH" else None)
    network = somebody.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": 8 * MIB}
    network.send("Network.emulateNetworkConditions", {"offline": False, **slow})

    page.set_input_files("#file-input", path)
    wait_for_percent(page, 10)
    network.send("Network.emulateNetworkConditions", {"offline": True, **slow})
    expect(page.locator("#upload-list")).to_contain_text("つながるのを待っています")
    somebody.shot("upload-cut")
    network.send("Network.emulateNetworkConditions", {"offline": False, **slow})
    wait_for_percent(page, 25)

    pause = page.get_by_role("button", name="全体計画図.pdfの送信を一時停止")
    pause.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#upload-list")).to_contain_text("一時停止中")
    page.keyboard.press("Enter")  # the focus has gone to the button that goes on
    wait_for_percent(page, 45)

    page.reload()
    expect(page.locator("#upload-list")).to_contain_text("同じファイルを選ぶと続きから送ります")
    assert 40 <= sent(page) < 100
    somebody.shot("upload-after-reload")
    assert violations(page) == []
    before = len(offsets)
    page.set_input_files("#file-input", path)
    expect(page.locator("#files")).to_contain_text("全体計画図.pdf", timeout=60_000)
    expect(page.locator("#upload-list li")).to_have_count(0)
    assert min(offsets[before:]) >= 0.4 * path.stat().st_size
    somebody.shot("upload-done")

    # What the browser and the frame's own asking say of the cut line, and of a piece that had arrived after all.
    cut = ("ERR_INTERNET_DISCONNECTED", "htmx:", "status of 409")
    somebody.complaints[:] = [line for line in somebody.complaints if not any(words in line for words in cut)]
    url = page.locator("#files a", has_text="全体計画図.pdf").get_attribute("href")
    kept = page.request.get(f"{somebody.address}{url}download/")
    assert hashlib.sha256(kept.body()).hexdigest() == hashlib.sha256(path.read_bytes()).hexdigest()


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    """Let files fall onto the list, as from a folder."""
    carried = page.evaluate_handle(
        """files => { const d = new DataTransfer();
        for (const [name, text] of files) {
          d.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
        }
        return d }""",
        [[name, base64.b64encode(content).decode()] for name, content in files],
    )
    page.dispatch_event("#drop", "dragover", {"dataTransfer": carried})
    assert page.locator("#drop").evaluate("zone => zone.classList.contains('is-over')")
    page.dispatch_event("#drop", "drop", {"dataTransfer": carried})


def test_files_are_dropped_and_a_refused_one_stops_no_other(person) -> None:
    somebody = person("200401")
    page = somebody.page
    new_draft(page, somebody.address)
    hostile = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(x)>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
    drop(page, ("通知.pdf", hostile), ("控え.txt", "控え".encode()), ("計算.csv", "款,項\n1,2\n".encode("cp932")))
    expect(page.locator("#files")).to_contain_text("控え.txt")
    expect(page.locator("#files")).to_contain_text("計算.csv")
    refused = page.locator("#uploads [role=alert]")
    expect(refused).to_contain_text("「通知.pdf」: 開くと動き出す仕掛け")
    assert page.locator("#files").get_by_text("通知.pdf").count() == 0
    expect(page.locator("#upload-say")).to_contain_text("添付しました")
    somebody.shot("upload-refused-beside-accepted")
    assert violations(page) == []
    drop(page, ("setup.exe", b"MZ\x90\x00"))
    expect(refused).to_contain_text("「setup.exe」: 登録できない種類です")
    refused.get_by_role("button", name="閉じる").click()
    expect(refused).to_have_count(0)
    # What the browser itself tells of an answer of 413 or 422.
    somebody.complaints[:] = [line for line in somebody.complaints if "status of 4" not in line]
    page.set_viewport_size({"width": 768, "height": 1024})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    somebody.shot("upload-tablet")


def test_the_ordinary_form_takes_files_without_a_script(browser: Browser, served: str) -> None:
    context = browser.new_context(viewport=SIZE, locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.goto(served + "/")
    page.get_by_label("職員番号").fill("200401")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()
    new_draft(page, served)
    page.get_by_label("件名").fill("紙の控えの保存")
    page.set_input_files("#file-plain", [file("控え.txt", b"text"), file("偽.pdf", b"no pdf")])
    page.get_by_role("button", name="添付する", exact=True).click()
    page.wait_for_url("**/draft/")
    expect(page.locator("#files")).to_contain_text("控え.txt")
    expect(page.get_by_text("「偽.pdf」: 中身が、名前の末尾が示す種類ではありません。")).to_be_visible()
    expect(page.get_by_label("件名")).to_have_value("紙の控えの保存")
    context.close()


def file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}
