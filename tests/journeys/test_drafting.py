"""Drafting as it goes wrong and right: two windows, files in order, a log-in that ends, a case that comes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PASSWORD, Person

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

DRAFT = {
    "件名": "防災備蓄品の更新",
    "伺い文": "備蓄品を更新してよろしいか伺います。",
    "理由・経過": "保存の期限が近いため。",
}
WHEN = r"\d+/\d+ \d\d:\d\d"


def new_draft(somebody: Person) -> Page:
    page = somebody.page
    page.goto(somebody.address + "/cases/")
    page.get_by_role("button", name="新しく起案する").first.click()
    page.wait_for_url("**/draft/")
    return page


def write(page: Page) -> None:
    """Everything that a submission needs, decided by the 課長."""
    for label, text in DRAFT.items():
        page.get_by_label(label).fill(text)
    page.locator("#id_binder").select_option(index=1)
    page.locator("#id_disclosure").select_option(label="公開")
    expect(page.locator("#todo-left")).to_have_text("そろいました")


def told(somebody: Person, *answers: str) -> None:
    """Exactly these answers of 400 and more came; what the browser says of them itself is no complaint."""
    assert [re.sub(r"\d+/", "n/", answer) for answer in somebody.refused] == list(answers)
    somebody.refused.clear()
    somebody.complaints[:] = [line for line in somebody.complaints if "status of 4" not in line]


def is_seen(place: Locator) -> bool:
    """Whether the middle of a thing is on the screen and nothing lies over it."""
    script = """node => { const b = node.getBoundingClientRect(), x = b.x + b.width / 2, y = b.y + b.height / 2;
    const over = document.elementFromPoint(x, y); return Boolean(over) && (node.contains(over) || over.contains(node)) }"""
    return bool(place.evaluate(script))


def test_two_windows_on_one_draft_overwrite_nothing(person) -> None:
    somebody = person("200401")
    first = new_draft(somebody)
    write(first)
    second = somebody.context.new_page()
    second.goto(first.url)

    first.get_by_label("理由・経過").fill("一つ目の画面で書いた理由。")
    expect(first.locator("#id_revision")).not_to_have_value(second.locator("#id_revision").input_value())
    second.get_by_label("伺い文").fill("二つ目の画面で書いた伺い。")
    second.locator("#id_disclosure").scroll_into_view_if_needed()
    alert = second.locator("#draft-conflict .note")
    expect(alert).to_contain_text(re.compile(rf"佐久間 陽向さんが別の画面で先に保存しました\({WHEN}\)"))
    expect(alert).to_contain_text("一つ目の画面で書いた理由。")
    assert is_seen(alert.locator("b").first)
    second.screenshot(path=somebody.shots / "draft-conflict.png")
    told(somebody, "409 POST /cases/n/draft/save/")

    # Pressing on does not overwrite either, as often as it is tried; what was typed stays.
    for _ in range(2):
        second.get_by_role("button", name="提出する").click()
        expect(second.get_by_label("伺い文")).to_have_value("二つ目の画面で書いた伺い。")
        expect(alert).to_contain_text("先に保存しました")
        told(somebody, "409 POST /cases/n/draft/")
    first.reload()
    expect(first.get_by_label("理由・経過")).to_have_value("一つ目の画面で書いた理由。")
    expect(first.get_by_label("伺い文")).to_have_value(DRAFT["伺い文"])

    # Whoever chooses his own text keeps it; the first window is then the one that is told.
    second.get_by_role("button", name="この画面の内容で保存する").click()
    expect(alert).to_have_count(0)
    expect(second.locator("#saved")).to_contain_text("に自動で保存しました")
    assert second.evaluate("document.activeElement.matches('input, textarea, select')")
    first.get_by_label("件名").fill("一つ目の画面の件名")
    expect(first.locator("#draft-conflict")).to_contain_text("二つ目の画面で書いた伺い。")
    told(somebody, "409 POST /cases/n/draft/save/")

    # One window submits: the other, with text that was not saved, is told so and keeps it.
    second.get_by_role("button", name="提出する").click()
    second.wait_for_url(re.compile(r"/cases/\d+/$"))
    first.get_by_role("button", name="提出する").click()
    expect(first.locator("#draft-conflict")).to_contain_text(
        re.compile(rf"佐久間 陽向さんの提出が先に済んでいる.*{WHEN}")
    )
    expect(first.get_by_label("件名")).to_have_value("一つ目の画面の件名")
    expect(first.get_by_role("button", name=re.compile("提出"))).to_have_count(0)
    somebody.shot("draft-submitted-elsewhere")
    told(somebody, "409 POST /cases/n/draft/")


def test_what_is_typed_at_the_last_moment_is_submitted_without_a_quarrel(person) -> None:
    """Autosave and the button at once: the last letter counts, and nothing is saved after the case has gone."""
    somebody = person("200401")
    page = new_draft(somebody)
    write(page)
    page.route("**/draft/save/", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.get_by_label("理由・経過").press_sequentially("追記")
    with page.expect_request("**/draft/save/"):
        page.get_by_label("理由・経過").press_sequentially("1")
    page.get_by_label("理由・経過").press_sequentially("2")
    page.get_by_role("button", name="提出する").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    expect(page.locator(".grounds")).to_have_text(re.compile("追記|12"))
    expect(page.locator(".grounds")).to_contain_text("12")
    page.wait_for_timeout(1500)
    told(somebody)


def test_files_are_put_in_order_by_mouse_and_by_keys_and_a_bad_one_costs_nothing(person) -> None:
    somebody = person("200401")
    page = new_draft(somebody)
    page.get_by_label("件名").fill("順を直す")
    names = ["一.txt", "二.txt", "三.txt"]
    page.set_input_files("#file-input", [{"name": n, "mimeType": "text/plain", "buffer": n.encode()} for n in names])
    lines = page.locator("#files li")
    expect(lines).to_have_count(3)
    before = [line.get_attribute("data-name") for line in lines.all()]

    lines.nth(2).locator(".i-grip").drag_to(lines.nth(0), target_position={"x": 80, "y": 4})
    order = [before[2], before[0], before[1]]
    expect_order(page, order)
    expect(page.locator("#upload-say")).to_have_text(f"{order[0]}を1番目に移しました")

    page.get_by_role("button", name=f"{order[2]}を上へ").focus()
    page.keyboard.press("Enter")
    expect_order(page, [order[0], order[2], order[1]])
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"{order[2]}を上へ"
    page.keyboard.press("Enter")
    order = [order[2], order[0], order[1]]
    expect_order(page, order)
    # The button at the end has no further use, and its neighbour has the focus.
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"{order[0]}を下へ"

    # Let go outside of the list, nothing moves.
    lines.nth(2).locator(".i-grip").drag_to(page.locator("#h-todo"))
    expect_order(page, order)
    page.reload()
    expect_order(page, order)

    page.get_by_label("伺い文").fill("まだ保存していない伺い")
    page.set_input_files("#file-input", {"name": "x.exe", "mimeType": "text/plain", "buffer": b"MZ"})
    expect(page.locator("#uploads [role=alert]")).to_contain_text("x.exe")
    expect(page.get_by_label("件名")).to_have_value("順を直す")
    expect(page.get_by_label("伺い文")).to_have_value("まだ保存していない伺い")
    expect_order(page, order)
    somebody.shot("draft-files")
    somebody.complaints[:] = [line for line in somebody.complaints if "status of 4" not in line]


def expect_order(page: Page, names: list[str | None]) -> None:
    for place, name in enumerate(names):
        expect(page.locator("#files li").nth(place)).to_have_attribute("data-name", str(name))


def test_the_log_in_ends_in_the_middle_of_a_draft(person) -> None:
    somebody = person("200401")
    page = new_draft(somebody)
    page.get_by_label("件名").fill("続きを書く")
    expect(page.locator("#todo")).not_to_contain_text("件名を")
    somebody.context.clear_cookies(name=re.compile("session"))

    page.get_by_label("理由・経過").fill("ログインが切れたあとに書いた理由。")
    band = page.locator(".notices")
    expect(band).to_contain_text("ログインが切れました")
    expect(page.locator("#saved")).to_have_text("保存していません。")
    assert is_seen(band.get_by_role("link"))
    expect(page.get_by_label("理由・経過")).to_have_value("ログインが切れたあとに書いた理由。")
    expect(page.get_by_label("理由・経過")).to_be_focused()
    somebody.shot("draft-log-in-ended")

    log_in_beside(somebody, band.get_by_role("link", name="ログインする"))
    page.evaluate("dispatchEvent(new Event('focus'))")  # what the browser tells a window that is in front again
    expect(band).not_to_contain_text("ログインが切れました")
    expect(page.locator("#todo")).not_to_contain_text("理由・経過を入力")
    page.reload()
    expect(page.get_by_label("理由・経過")).to_have_value("ログインが切れたあとに書いた理由。")

    # The button pressed without a log-in: what was sent is held, and sent again after the log-in.
    somebody.context.clear_cookies(name=re.compile("session"))
    page.get_by_label("伺い文").fill("送る直前に切れた伺い")
    page.get_by_role("button", name="下書きで置く").click()
    expect(page.get_by_text("送る直前に切れた伺い")).to_be_visible()
    somebody.shot("draft-log-in-ended-at-sending")
    log_in_beside(somebody, page.get_by_role("link", name="ログインする"))
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url("**/cases/")
    page.get_by_role("link", name="続きを書く").first.click()
    expect(page.get_by_label("伺い文")).to_have_value("送る直前に切れた伺い")
    assert {line.split()[0] for line in somebody.refused} == {"401"}
    somebody.complaints[:] = [line for line in somebody.complaints if "status of 401" not in line]


def log_in_beside(somebody: Person, link: Locator) -> None:
    """In a window of its own, which is closed again."""
    with somebody.context.expect_page() as opened:
        link.click()
    other = opened.value
    other.get_by_label("職員番号").fill("200401")
    other.get_by_label("パスワード").fill(PASSWORD)
    other.get_by_role("button", name="ログイン", exact=True).click()
    other.wait_for_url("**/session/back/")
    other.close()


def test_a_draft_is_thrown_away_only_when_it_is_confirmed(person) -> None:
    somebody = person("200401")
    page = new_draft(somebody)
    url = page.url
    button = page.get_by_role("button", name="下書きを捨てる…")
    button.click()
    dialog = page.get_by_role("dialog", name="下書きを捨てますか")
    expect(dialog.get_by_role("button", name="やめる")).to_be_focused()
    somebody.shot("draft-discard")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    button.click()
    dialog.get_by_role("button", name="捨てる").click()
    page.wait_for_url("**/cases/")
    assert page.request.get(url).status == 404


def test_a_case_comes_back_and_its_versions_are_compared(person) -> None:
    drafter, chief = person("200401"), person("200301")
    page = new_draft(drafter)
    write(page)
    page.get_by_role("button", name="提出する").click()
    page.wait_for_url(re.compile(r"/cases/\d+/$"))
    case = page.url

    # 引戻し: the drafter has it back while the chief's window still shows it.
    look = chief.page
    look.goto(case)
    expect(look.get_by_role("button", name="承認する")).to_be_visible()
    page.get_by_label("引き戻す理由").fill("数量を直します。")
    page.get_by_role("button", name="引き戻す").click()
    expect(page.get_by_role("link", name="起案を直す")).to_be_visible()
    look.locator("#id_comment").fill("このまま進めてください。")
    look.get_by_role("button", name="承認する").click()
    alert = look.locator(".pane [role=alert]")
    expect(alert).to_contain_text(re.compile(rf"佐久間 陽向さんの引戻しが先に済んでいます\({WHEN}\)"))
    expect(look.locator(".pane")).to_contain_text("このまま進めてください。")
    chief.shot("case-taken-back")
    told(chief, "409 POST /cases/n/")

    page.get_by_role("link", name="起案を直す").click()
    page.get_by_label("直した内容").fill("数量を直しました。")
    page.get_by_label("伺い文").fill("備蓄品を200箱更新してよろしいか伺います。")
    page.get_by_role("button", name="再提出する").click()
    expect(page.locator(".case-head")).to_contain_text("第2版")

    # 差戻し: not without a reason, and the page says so at the field.
    look.goto(case)
    look.get_by_role("link", name="差戻す").click()
    look.get_by_role("button", name="差戻す").click()
    expect(look.locator("#id_reason")).to_be_focused()
    expect(look.locator("#reason-problem")).to_have_text("差戻しの理由を入力してください。")
    chief.shot("case-return-needs-reason")
    look.locator("#id_reason").fill("保存の場所を書いてください。")
    look.get_by_role("button", name="差戻す").click()
    expect(look.locator(".case-head")).to_contain_text("差戻し中")

    page.goto(case)
    expect(page.locator(".note.stop")).to_contain_text("白井 千尋")
    page.get_by_role("link", name="起案を直す").click()
    expect(page.locator(".note.stop")).to_contain_text("保存の場所を書いてください。")
    page.get_by_label("理由・経過").fill("保存の期限が近いため。保存は本庁の倉庫。")
    page.set_input_files("#file-input", {"name": "一覧.txt", "mimeType": "text/plain", "buffer": b"list"})
    expect(page.locator("#files li")).to_have_count(1)
    drafter.shot("draft-returned")
    page.get_by_role("button", name="再提出する").click()
    expect(page.locator(".case-head")).to_contain_text("第3版")

    compared_and_approved_once(chief, look, case)


def compared_and_approved_once(chief: Person, look: Page, case: str) -> None:
    """What changed is shown word by word; of two windows one wins, the other is told."""
    second = chief.context.new_page()
    second.goto(case)
    look.goto(case)
    changes = look.locator(".changes")
    expect(changes).to_contain_text("第2版から")
    expect(changes).to_contain_text("一覧.txt")
    changes.locator("summary").first.click()
    expect(changes.locator("del").first).to_have_text("保存の期限が近いため。")
    expect(changes.locator("ins").first).to_have_text("保存の期限が近いため。保存は本庁の倉庫。")
    chief.shot("case-compared")
    look.set_viewport_size({"width": 768, "height": 1024})
    chief.shot("case-compared-tablet")
    look.get_by_role("button", name="承認する").click()
    expect(look.locator(".case-head")).to_contain_text("決裁待ち")
    second.locator("#id_comment").fill("場所が分かりました。")
    second.get_by_role("button", name="承認する").click()
    alert = second.locator(".pane [role=alert]")
    expect(alert).to_contain_text(re.compile(rf"既に白井 千尋さんが処理しました\({WHEN}\)"))
    expect(second.locator(".pane, .actbar").filter(has_text="場所が分かりました。").first).to_be_visible()
    second.screenshot(path=chief.shots / "case-already-done.png")
    told(chief, "409 POST /cases/n/")
