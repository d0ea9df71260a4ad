"""Pages of cases, through the test client."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from approvals.models import Act, Case, CaseState
from documents.models import Record
from documents.queries import current_files
from tests.approvals.cast import Cast, act, decided, draft, submitted


def client(cast: Cast, name: str) -> Client:
    browser = Client()
    browser.force_login(cast.staff[name])
    return browser


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


FORM = {
    "title": "研修の実施",
    "inquiry": "実施してよろしいか伺います。",
    "grounds": "毎年行っているため。",
    "level": "40",
    "disclosure": "open",
}


def test_a_link_to_new_changes_nothing_and_the_button_begins_a_draft(cast: Cast) -> None:
    browser = client(cast, "佐久間")
    assert browser.get("/cases/new/").headers["Location"] == "/cases/"
    assert not Case.objects.exists()
    answer = browser.post("/cases/new/")
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/cases/{case.pk}/draft/"
    page = text(browser.get(answer.headers["Location"]))
    assert "起案の処理" in page
    assert "あと5件" in page
    assert "番号が付き、白井 推進係長へ回ります" in page


def test_people_without_a_post_cannot_begin(cast: Cast) -> None:
    assert client(cast, "管理者").post("/cases/new/").status_code == 404
    assert not Case.objects.exists()


def test_autosave_answers_with_the_parts_that_change(cast: Cast) -> None:
    browser = client(cast, "佐久間")
    case = draft(cast, files=0)
    form = FORM | {"revision": case.revision, "binder": cast.binder_id, "wanted_on": "2025-11-13"}
    answer = browser.post(f"/cases/{case.pk}/draft/save/", form)
    page = text(answer)
    assert answer.status_code == 200
    assert "09:40 に自動で保存しました" in page
    assert 'id="id_revision" value="3"' in page
    assert "課長専決 → デジタル推進課長が決裁" in page
    assert "令和7年11月13日(木)" in page
    assert "必須の項目をすべて入力" in page
    assert Case.objects.get().record.title == "研修の実施"


def test_a_stale_autosave_is_409_with_both_texts(cast: Cast) -> None:
    browser = client(cast, "佐久間")
    case = draft(cast, files=0)
    form = FORM | {"revision": 1, "binder": cast.binder_id}
    answer = browser.post(f"/cases/{case.pk}/draft/save/", form)
    assert answer.status_code == 409
    assert "先に保存された内容は次のとおりです" in text(answer)
    assert case.record.title in text(answer)
    whole = browser.post(f"/cases/{case.pk}/draft/", form | {"verb": "submit"})
    assert whole.status_code == 409
    assert "研修の実施" in text(whole), "what was typed stays in the form"
    assert case.record.title in text(whole), "what was kept is shown beside"
    assert Case.objects.get().record.title == case.record.title


def test_a_refused_submission_keeps_the_text_and_names_the_fields(cast: Cast) -> None:
    browser = client(cast, "佐久間")
    case = draft(cast, files=0)
    form = FORM | {"revision": case.revision, "binder": cast.binder_id, "grounds": "", "verb": "submit"}
    answer = browser.post(f"/cases/{case.pk}/draft/", form)
    assert answer.status_code == 422
    assert "理由・経過を入力してください。" in text(answer)
    saved = Case.objects.get()
    assert (saved.record.title, saved.state) == ("研修の実施", CaseState.DRAFT)


def test_an_unreadable_field_is_told_at_its_place(cast: Cast) -> None:
    browser = client(cast, "佐久間")
    case = draft(cast, files=0)
    form = FORM | {"revision": case.revision, "wanted_on": "ばらばら"}
    assert browser.post(f"/cases/{case.pk}/draft/save/", form).status_code == 422
    assert browser.post(f"/cases/{case.pk}/draft/", form | {"verb": "keep"}).status_code == 422
    assert Case.objects.get().revision == case.revision


def test_files_are_dropped_ordered_and_removed(cast: Cast) -> None:
    browser = client(cast, "佐久間")
    case = draft(cast, files=0)
    url = f"/cases/{case.pk}/draft/files/"
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    for name in ("甲.txt", "乙.txt"):
        answer = browser.post(url, {"file": SimpleUploadedFile(name, "本文".encode() + name.encode())}, headers=ajax)
        assert answer.status_code == 200
    assert "乙.txt" in text(answer)
    first, second = (file.attachment_id for file in current_files(case.record_id))
    browser.post(f"{url}order/", {"order": f"{second},{first}"}, headers=ajax)
    assert [file.name for file in current_files(case.record_id)] == ["乙.txt", "甲.txt"]
    assert browser.post(f"{url}order/", {"order": f"{second}"}, headers=ajax).status_code == 422
    assert browser.post(f"{url}order/", {"order": "x"}, headers=ajax).status_code == 422
    browser.post(f"{url}{first}/remove/", headers=ajax)
    assert [file.name for file in current_files(case.record_id)] == ["乙.txt"]
    refused = browser.post(url, {"file": SimpleUploadedFile("悪.exe", b"MZ\x90\x00" + b"\0" * 100)}, headers=ajax)
    assert refused.status_code == 422
    assert "「悪.exe」" in text(refused)
    assert browser.post(url, headers=ajax).status_code == 422


def test_strangers_get_not_found_on_every_page_of_a_draft(cast: Cast) -> None:
    case = draft(cast)
    browser = client(cast, "三田村")
    for path in ("", "draft/"):
        assert browser.get(f"/cases/{case.pk}/{path}").status_code == 404
    for path in ("draft/", "draft/save/", "draft/files/", "draft/files/order/"):
        assert browser.post(f"/cases/{case.pk}/{path}", FORM | {"revision": 2, "order": "1"}).status_code == 404
    assert Client().get(f"/cases/{case.pk}/").status_code == 302


def test_the_whole_story(cast: Cast) -> None:
    drafter = client(cast, "佐久間")
    page = drafter.post("/cases/new/").headers["Location"]
    case_id = int(re.findall(r"\d+", page)[0])
    upload = SimpleUploadedFile("仕様書.txt", "仕様の本文".encode())
    drafter.post(f"{page}files/", {"file": upload}, headers={"X-Requested-With": "XMLHttpRequest"})
    form = FORM | {"revision": 1, "binder": cast.binder_id, "level": "50", "verb": "submit"}
    answer = drafter.post(page, form)
    assert answer.headers["Location"] == f"/cases/{case_id}/"
    shown = text(drafter.get(f"/cases/{case_id}/"))
    assert "起-R07-デジ-00001" in shown
    assert "引き戻す" in shown
    assert "承認する" not in shown
    do(cast, case_id, "白井", "approve", sees=["承認する", "次は三田村課長", "差戻す"])
    do(cast, case_id, "三田村", "return", "見積がありません", sees=["次は羽鳥部長(決裁)"])
    back = text(drafter.get(f"/cases/{case_id}/"))
    assert "三田村 涼課長からの差戻し" in back
    assert "見積がありません" in back
    assert "起案を直す" in back
    revision = Case.objects.get().revision
    again = form | {"revision": revision, "grounds": "見積を加えました。", "comment": "見積を添付"}
    assert drafter.post(page, again).status_code == 302
    assert "第1版から" in text(drafter.get(f"/cases/{case_id}/"))
    do(cast, case_id, "白井", "approve", sees=["承認する"])
    do(cast, case_id, "三田村", "approve", sees=["承認する"])
    do(cast, case_id, "羽鳥", "decide", sees=["決裁する", "決裁済になり原議が確定"])
    decided_page = text(drafter.get(f"/cases/{case_id}/"))
    assert "完結する" in decided_page
    assert "決裁印 部長 羽鳥 修平 令和7年11月11日" in decided_page
    do(cast, case_id, "佐久間", "complete", sees=["簿冊に綴ります"])
    auditor = text(client(cast, "仁科").get(f"/cases/{case_id}/"))
    assert "2031年3月31日" not in auditor
    assert "令和13年3月31日(月)" in auditor
    assert "見積がありません" in auditor
    assert "actbar" not in auditor
    assert Record.objects.get().state == "completed"


def do(cast: Cast, case_id: int, name: str, verb: str, comment: str = "", *, sees: list[str]) -> None:
    browser = client(cast, name)
    shown = text(browser.get(f"/cases/{case_id}/"))
    for words in sees:
        assert words in shown
    if verb == "return":
        answer = browser.post(f"/cases/{case_id}/return/", page_form(shown) | RESTART | {"reason": comment})
    else:
        answer = browser.post(f"/cases/{case_id}/", page_form(shown) | {"verb": verb, "comment": comment})
    assert answer.status_code == 302, text(answer)


RESTART = {"to": "", "resume": "restart"}


def page_form(shown: str) -> dict[str, str]:
    """The hidden fields of the action bar."""
    return dict(re.findall(r'<input type="hidden" name="(revision|step)" value="(\d+)">', shown))


def test_a_stale_act_is_409_with_the_fresh_state_and_the_typed_comment(cast: Cast) -> None:
    case = submitted(cast)
    browser = client(cast, "白井")
    form = page_form(text(browser.get(f"/cases/{case.pk}/")))
    act(cast, case, "白井", "approve")
    answer = browser.post(f"/cases/{case.pk}/", form | {"verb": "approve", "comment": "打った意見"})
    page = text(answer)
    assert answer.status_code == 409
    assert "既に白井 千尋さんが処理しました" in page
    assert "三田村" in page
    assert Act.objects.filter(verb="approve").count() == 1


def test_the_slower_page_keeps_what_was_typed(cast: Cast) -> None:
    case = submitted(cast)
    browser = client(cast, "白井")
    form = page_form(text(browser.get(f"/cases/{case.pk}/")))
    Case.objects.filter(pk=case.pk).update(revision=9)
    answer = browser.post(f"/cases/{case.pk}/return/", form | RESTART | {"reason": "打った理由"})
    assert answer.status_code == 409
    assert "打った理由" in text(answer)
    assert 'name="revision" value="9"' in text(answer)


def test_a_return_without_a_reason_is_refused_at_the_field(cast: Cast) -> None:
    case = submitted(cast)
    browser = client(cast, "白井")
    form = page_form(text(browser.get(f"/cases/{case.pk}/")))
    answer = browser.post(f"/cases/{case.pk}/return/", form | RESTART | {"reason": ""})
    assert answer.status_code == 422
    assert "差戻しの理由を入力してください。" in text(answer)
    assert Case.objects.get().state == CaseState.CIRCULATING


@pytest.mark.parametrize(("name", "status"), [("三田村", 403), ("仁科", 403), ("管理者", 404), ("森脇", 404)])
def test_others_cannot_act_by_post(cast: Cast, name: str, status: int) -> None:
    case = submitted(cast)
    step = case.steps.get(state="open")
    form = {"verb": "approve", "step": step.pk, "revision": case.revision}
    assert client(cast, name).post(f"/cases/{case.pk}/", form).status_code == status
    assert not Act.objects.filter(verb="approve").exists()


def test_the_process_page_leads_to_the_case(cast: Cast) -> None:
    case = submitted(cast)
    url = f"/cases/of/{case.instance_id}/"
    assert client(cast, "白井").get(url).headers["Location"] == f"/cases/{case.pk}/"
    assert client(cast, "森脇").get(url).status_code == 404


def test_the_case_page_costs_the_same_for_one_version_and_three(cast: Cast, django_assert_num_queries: Any) -> None:
    one, three = submitted(cast), submitted(cast, files=3)
    from approvals import commands

    for _ in range(2):
        act(cast, three, "白井", "return", comment="もう一度")
        fresh = Case.objects.get(pk=three.pk)
        commands.resubmit(case_id=three.pk, seen_revision=fresh.revision, actor=cast.actor("佐久間"))
    browser = client(cast, "三田村")
    for case in (one, three):
        with django_assert_num_queries(CASE_QUERIES + (case == three)):
            assert browser.get(f"/cases/{case.pk}/").status_code == 200


CASE_QUERIES = 20


def test_the_list_costs_the_same_for_one_row_and_three(cast: Cast, django_assert_num_queries: Any) -> None:
    browser = client(cast, "佐久間")
    submitted(cast)
    for _ in range(2):
        with django_assert_num_queries(9):
            page = text(browser.get("/cases/"))
        assert "回議 白井 推進係長" in page
        draft(cast)
        decided(cast)


def test_the_list_shows_only_ones_own_by_state(cast: Cast) -> None:
    submitted(cast)
    draft(cast, title="下書きの件")
    browser = client(cast, "佐久間")
    assert "下書きの件" in text(browser.get("/cases/"))
    assert "下書きの件" not in text(browser.get("/cases/?state=circulating"))
    assert "ここにはありません。" in text(browser.get("/cases/?state=decided"))
    assert "起案はまだありません。" in text(client(cast, "桐生").get("/cases/"))
    assert "新しく起案する" not in text(client(cast, "管理者").get("/cases/"))


def test_the_list_goes_on_after_fifty(cast: Cast) -> None:
    first = draft(cast, files=0, title="いちばん古い件")
    from approvals import commands

    for _ in range(50):
        commands.create_draft(actor=cast.actor("佐久間"))
    browser = client(cast, "佐久間")
    page = text(browser.get("/cases/"))
    assert "いちばん古い件" not in page
    link = re.search(r"after=(\d+)", page)
    assert link is not None
    assert "いちばん古い件" in text(browser.get(f"/cases/?after={link[1]}"))
    assert first.pk < int(link[1])


def test_the_drafters_own_post_is_shown_with_his_name_not_as_vacant(cast: Cast) -> None:
    browser = client(cast, "三田村")
    case = draft(cast, "三田村", files=0, level=50)
    own = r'<span class="who">三田村 涼</span> デジタル推進課長 <span class="badge">省略</span>'
    assert own in text(browser.get(f"/cases/{case.pk}/draft/"))
    case = submitted(cast, "三田村", files=0, level=50)
    assert re.search(
        r'<span class="who">三田村 涼</span> デジタル推進課長 省略', text(browser.get(f"/cases/{case.pk}/"))
    )
