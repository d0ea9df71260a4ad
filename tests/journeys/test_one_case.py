"""One real case from draft to archive, seen by everybody who takes part."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import papers

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]

TITLE = "申請書読取端末運用支援業務委託契約の締結"  # no other journey's: the furnished city has a case of its own


def test_a_case_goes_from_draft_to_archive(person, tmp_path: Path) -> None:
    files = [papers.word_file(tmp_path), papers.text_pdf(tmp_path), papers.scanned_pdf(tmp_path)]

    drafter = person("200401")
    everybody = [drafter]
    draft(drafter.page, files)
    drafter.shot("draft")
    drafter.page.get_by_role("button", name="提出する").click()
    expect(drafter.page.get_by_role("heading", name=TITLE)).to_be_visible()
    case_url = drafter.page.url
    number = drafter.page.locator(".case-head .sub").inner_text().split()[0]
    assert number.startswith("起-R")
    drafter.shot("case-drafter")

    chief = person("200301")
    everybody.append(chief)
    open_from_inbox(chief.page)
    chief.page.get_by_role("link", name="差戻す").click()
    dialog = chief.page.get_by_role("dialog", name="差戻しの内容を決める")
    dialog.get_by_role("button", name="差戻す").click()
    expect(dialog.get_by_text("差戻しの理由を入力してください。")).to_be_visible()
    chief.shot("case-return-dialog")
    dialog.get_by_label("理由").fill("見積2者の比較表の説明を理由に足してください。")
    dialog.get_by_role("button", name="差戻す 起案者へ・最初から").click()
    expect(chief.page.get_by_text("差戻し中").first).to_be_visible()

    drafter.page.goto(case_url)
    drafter.page.get_by_role("link", name="起案を直す").click()
    expect(drafter.page.get_by_text("見積2者の比較表の説明を理由に足してください。").first).to_be_visible()
    drafter.page.get_by_label("理由・経過").fill("見積2者を比べ、安い方と契約する。比較表は添付のとおり。")
    drafter.page.get_by_role("button", name="再提出する").click()
    expect(drafter.page.get_by_text("第2版").first).to_be_visible()

    for code, button in (("200301", "承認する"), ("200201", "承認する"), ("200101", "決裁する")):
        somebody = chief if code == "200301" else person(code)
        everybody.append(somebody)
        open_from_inbox(somebody.page)
        somebody.shot(f"case-{code}")
        somebody.page.get_by_role("button", name=button).click()
        somebody.page.wait_for_load_state()

    drafter.page.goto(case_url)
    expect(drafter.page.get_by_text("決裁済").first).to_be_visible()
    drafter.page.get_by_role("button", name="完結する").click()
    expect(drafter.page.get_by_text("完結").first).to_be_visible()

    auditor = person("290301")
    the_auditor_finds_it(auditor, number)
    assert [line for somebody in [*everybody, auditor] for line in somebody.refused] == []
    others_do_not(person("230402"), person("900001"), case_url)


def draft(page: Page, files: list[Path]) -> None:
    """Write a 伺い with three attachments."""
    page.get_by_role("link", name="起案", exact=True).click()
    page.get_by_role("button", name="新しく起案する").click()
    page.get_by_label("件名").fill(TITLE)
    page.get_by_label("伺い文").fill("運用支援業務について、次のとおり委託契約を締結してよろしいか伺います。")
    page.get_by_label("理由・経過").fill("紙の申請書の読取りを支援するため。")
    page.locator("#id_level").select_option(label="部長専決")
    page.locator("#id_binder").select_option(index=1)
    page.locator("#id_disclosure").select_option(label="部分公開")
    page.set_input_files("#file-input", files)
    for file in files:
        expect(page.locator("#files").get_by_text(file.name)).to_be_visible()
    expect(page.locator("#saved")).to_contain_text("保存")
    page.locator("#files li").nth(2).get_by_role("button", name="上へ").click()
    expect(page.locator("#files li").nth(1)).to_contain_text(files[2].name)
    expect(page.locator("#route-preview")).to_contain_text("白井 千尋")
    expect(page.locator("#route-preview")).to_contain_text("羽鳥 修平")


def open_from_inbox(page: Page) -> None:
    """Open the case from the inbox."""
    page.get_by_role("link", name="決裁箱").first.click()
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def the_auditor_finds_it(auditor, number: str) -> None:
    """By a word of the Word file, by one on page 27 of the PDF; he sees every act, and cannot change anything."""
    page = auditor.page
    for word, place in (("読取精度", "仕様書.docx"), ("水害避難経路", "調査報告書.pdf")):
        for _ in range(60):
            page.locator("#q").fill(word)
            page.locator("#q").press("Enter")
            page.wait_for_load_state()
            if page.get_by_text(place).count():
                break
            page.wait_for_timeout(1000)
        expect(page.get_by_text(place).first).to_be_visible()
        expect(page.locator("mark").first).to_have_text(word)
    auditor.shot("search")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_text(number).first).to_be_visible()
    for act in ("佐久間 陽向", "白井 千尋", "三田村 涼", "羽鳥 修平"):
        expect(page.get_by_text(act).first).to_be_visible()
    auditor.shot("record")
    assert page.get_by_role("button", name="承認する").count() == 0
    page.get_by_role("link", name="台帳", exact=True).click()
    expect(page.get_by_text(number).first).to_be_visible()
    auditor.shot("ledger")


def others_do_not(outsider, administrator, case_url: str) -> None:
    """Neither another unit nor the システム管理者 sees the case."""
    for somebody in (outsider, administrator):
        answer = somebody.page.request.get(case_url)
        assert answer.status == 404
        somebody.page.locator("#q").fill("読取精度")
        somebody.page.locator("#q").press("Enter")
        somebody.page.wait_for_load_state()
        assert somebody.page.get_by_text(TITLE).count() == 0
