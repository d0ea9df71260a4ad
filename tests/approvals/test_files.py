"""The ordinary form of files, without a script: attaches, refuses in words, and keeps the text that was typed."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.models import Case
from documents import partial
from documents.ledger.models import LedgerEntry
from documents.models import PartialUpload
from documents.queries import current_files
from tests.approvals.cast import Cast, draft
from tests.approvals.test_pages import FORM, client
from workflow.organization.actors import actor_for


def text_of(answer) -> str:
    return answer.content.decode()


def test_the_form_attaches_and_keeps_what_was_typed(cast: Cast) -> None:
    case, browser = draft(cast, files=0), client(cast, "佐久間")
    page = f"/cases/{case.pk}/draft/"
    shown = text_of(browser.get(page))
    assert 'name="file"' in shown and f'formaction="{page}files/"' in shown
    files = [SimpleUploadedFile("控え.txt", b"text"), SimpleUploadedFile("偽.pdf", b"no pdf")]
    form = FORM | {"revision": case.revision, "binder": cast.binder_id, "title": "打ちかけの件名", "file": files}
    answer = browser.post(f"{page}files/", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert [file.name for file in current_files(case.record_id)] == ["控え.txt"]
    after = text_of(browser.get(page))
    assert "「偽.pdf」: 中身が、名前の末尾が示す種類ではありません。" in after
    assert 'value="打ちかけの件名"' in after
    assert Case.objects.get().record.title == "打ちかけの件名"


def test_a_form_that_is_older_than_what_is_kept_says_so_and_attaches_all_the_same(cast: Cast) -> None:
    case, browser = draft(cast, files=0), client(cast, "佐久間")
    page = f"/cases/{case.pk}/draft/"
    form = FORM | {"revision": case.revision - 1, "binder": cast.binder_id, "title": "古い画面"}
    browser.post(f"{page}files/", form | {"file": SimpleUploadedFile("控え.txt", b"text")})
    assert [file.name for file in current_files(case.record_id)] == ["控え.txt"]
    assert Case.objects.get().record.title == case.record.title
    assert "先に保存" in text_of(browser.get(page))


def test_nothing_chosen_is_said(cast: Cast) -> None:
    case, browser = draft(cast, files=0), client(cast, "佐久間")
    answer = browser.post(f"/cases/{case.pk}/draft/files/")
    assert answer.status_code == 302
    assert "ファイルを選んでください。" in text_of(browser.get(f"/cases/{case.pk}/draft/"))


def test_the_page_shows_what_is_half_sent_to_its_drafter_alone(cast: Cast) -> None:
    case, browser = draft(cast, files=1), client(cast, "佐久間")
    actor = actor_for(staff=cast.staff["佐久間"], channel="web")
    upload = partial.begin(record_id=case.record_id, name="図面.pdf", size=2_000_000, mark="m", actor=actor)
    shown = text_of(browser.get(f"/cases/{case.pk}/draft/"))
    assert f'data-url="/documents/uploads/{upload.pk}/"' in shown and "同じファイルを選ぶと続きから送ります" in shown
    assert "ウイルス未検査(検査ソフトの設定なし)" in shown
    partial.remove(upload.pk)
    assert "data-url" not in text_of(browser.get(f"/cases/{case.pk}/draft/"))
    assert not PartialUpload.objects.exists()


def test_the_list_is_asked_for_by_the_script_and_hidden_from_others(cast: Cast) -> None:
    case = draft(cast, files=1)
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    answer = client(cast, "佐久間").get(f"/cases/{case.pk}/draft/files/", headers=ajax)
    assert answer.status_code == 200 and "仕様書1.txt" in text_of(answer) and "<html" not in text_of(answer)
    before = LedgerEntry.objects.count()
    assert client(cast, "三田村").get(f"/cases/{case.pk}/draft/files/", headers=ajax).status_code == 404
    assert LedgerEntry.objects.count() == before


def test_too_many_requests_in_a_minute_are_put_off(cast: Cast, settings) -> None:
    settings.RATE_LIMITS = {"upload": "2/m/user"}
    case, browser = draft(cast, files=0), client(cast, "佐久間")
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    url = f"/cases/{case.pk}/draft/files/"
    answers = [browser.get(url, headers=ajax).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
