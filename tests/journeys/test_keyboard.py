"""Without a mouse: one drafts a case with a file and sends it, another decides it.  The focus is seen all the time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Person

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

TITLE = "窓口案内板の作成"

# Name of what has the focus, or why nobody can see that it has it.
FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return { lost: "nothing has the focus" };
  const shown = node.matches(".vh, [type=radio].vh") ? node.closest("label") : node;
  const box = shown.getBoundingClientRect();
  const style = getComputedStyle(shown);
  const ringed = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  const name = node.getAttribute("aria-label") || node.labels?.[0]?.innerText || node.innerText || node.id;
  const middle = [box.left + box.width / 2, Math.max(box.top, 0) + Math.min(box.height, innerHeight) / 2];
  const inside = middle[0] >= 0 && middle[0] <= innerWidth && middle[1] >= 0 && middle[1] <= innerHeight;
  const over = inside && document.elementFromPoint(...middle);
  const free = over && (shown.contains(over) || over.contains(shown) || over.closest("label")?.control === node);
  const covered = free ? "" : "covered by " + over?.outerHTML.slice(0, 80);
  const lost = !ringed ? "no ring" : !inside ? "outside of the window" : covered;
  return { name: name.trim().replace(/\\s+/g, " "), id: node.id, lost };
}"""


def focused(page: Page) -> str:
    """The name of what has the focus, which must be seen to have it."""
    found = page.evaluate(FOCUS)
    assert not found["lost"], f"{found.get('name', '')}: {found['lost']}"
    return str(found["name"])


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Go on with the tabulator until that has the focus; every stop on the way is seen."""
    seen = []
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        seen.append(focused(page))
        if re.match(name, seen[-1]):
            return
    raise AssertionError(f"{name} is not reached: {seen}")


def write(page: Page, name: str, text: str) -> None:
    """Into the field of that name, as an input method does it; the focus stays through what autosave answers."""
    tab_to(page, name)
    page.keyboard.insert_text(text)


def enter(somebody: Person, code: str) -> Page:
    """Log in."""
    page = somebody.page
    page.goto(somebody.address + "/")
    if not page.evaluate("document.activeElement.matches('input')"):
        tab_to(page, "職員番号")
    page.keyboard.insert_text(code)
    tab_to(page, "パスワード")
    page.keyboard.insert_text(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(somebody.address + "/")
    page.wait_for_load_state()
    return page


def test_a_case_is_drafted_and_decided_by_keys_alone(person, tmp_path: Path) -> None:
    drafter = person("200301", logged_in=False)
    page = enter(drafter, "200301")
    page.keyboard.press("Tab")
    assert focused(page) == "本文へ移動"
    tab_to(page, "起案$")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/")
    tab_to(page, "新しく起案する")
    page.keyboard.press("Enter")
    page.wait_for_url("**/draft/")

    fill_in(page, tmp_path)
    drafter.shot("keyboard-draft")
    discard_is_not_meant(page)
    tab_to(page, "提出する")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    expect(page.locator(".case-head")).to_contain_text("決裁待ち")
    decide(person("200201", logged_in=False))
    assert drafter.refused == []


def fill_in(page: Page, folder: Path) -> None:
    """Text, route, a file, binder; nothing that the page does by itself takes the focus away."""
    write(page, "件名", TITLE)
    write(page, "伺い文", "案内板を作ってよろしいか伺います。")
    write(page, "理由・経過", "改修に合わせるため。")
    expect(page.locator("#todo")).not_to_contain_text("理由・経過を入力")
    assert focused(page).startswith("理由・経過")
    tab_to(page, "決裁区分")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#verdict")).to_contain_text("部長専決")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#verdict")).to_contain_text("課長専決")
    assert focused(page).startswith("決裁区分")

    for name in ("位置図.txt", "見積.txt"):
        path = folder / name
        path.write_text("案内板の" + name, encoding="utf-8")
        at = focused(page)
        if not at.startswith("ファイルを選ぶ"):
            tab_to(page, "ファイルを選ぶ")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files(path)
        expect(page.locator("#files")).to_contain_text(name)
        expect(page.locator("#upload-list li")).to_have_count(0)
        assert focused(page).startswith("ファイルを選ぶ")
    tab_to(page, "見積.txtを上へ")
    page.keyboard.press("Enter")
    expect(page.locator("#files li").first).to_contain_text("見積.txt")
    expect(page.locator("#upload-say")).to_have_text("見積.txtを1番目に移しました")
    assert focused(page) == "見積.txtを下へ"
    tab_to(page, "簿冊")
    page.keyboard.press("ArrowDown")
    tab_to(page, "公開区分")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#todo-left")).to_have_text("そろいました")
    assert focused(page).startswith("公開区分")


def discard_is_not_meant(page: Page) -> None:
    """A dialog takes the focus, keeps it, and gives it back."""
    tab_to(page, "下書きを捨てる")
    page.keyboard.press("Enter")
    assert focused(page) == "やめる"
    page.keyboard.press("Tab")
    assert focused(page).startswith("捨てる")
    page.keyboard.press("Escape")
    assert focused(page).startswith("下書きを捨てる")


def decide(decider: Person) -> None:
    """From the inbox by J and Enter; the files by arrows; A leads to the verb, and only Enter presses it."""
    page = enter(decider, "200201")
    page.keyboard.press("j")
    while TITLE not in focused(page):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    focused(page)
    page.keyboard.press("Escape")

    tab_to(page, "1 見積.txt")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "2 位置図.txt"
    expect(page.get_by_role("tabpanel", name="2 位置図.txt")).to_be_visible()
    page.keyboard.press("r")
    assert focused(page).startswith("差戻す")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="差戻しの内容を決める")
    expect(dialog.get_by_label("理由")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reason-problem")).to_be_visible()
    page.keyboard.insert_text("よく分かりません。")
    expect(page.locator("#reason-problem")).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("button", name="差戻す 起案者へ・再開は三田村から")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert focused(page).startswith("差戻す")
    tab_to(page, "意見・理由", back=True)
    page.keyboard.insert_text("よく分かります。")
    tab_to(page, "差戻す")
    page.keyboard.press("a")
    assert focused(page).startswith("決裁する")
    decider.shot("keyboard-decide")
    page.keyboard.press("Enter")
    expect(page.locator(".case-head")).to_contain_text("決裁済")
    expect(page.locator(".route")).to_contain_text("よく分かります。")
    decider.shot("keyboard-decided")
    assert decider.refused == []
