"""What a command refuses becomes a page, and what was typed stays on it."""

from __future__ import annotations

import pytest

from config.errors import Invalid
from config.web.views import put_errors
from tests.web.pages import NoteForm

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]


def send(browser, title: str, **headers: str):
    return browser("clerk", **headers).post("/t/note/", {"title": title, "note": "消えては困る備考"})


def test_a_command_that_ends_well_goes_on(browser) -> None:
    answer = send(browser, "よい件名")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/t/staff/")


def test_a_refused_field_is_shown_at_the_field_with_the_input_kept(browser) -> None:
    answer = send(browser, "field")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="field"' in text and "消えては困る備考" in text
    assert 'href="#id_title"' in text and text.count("別の件名にしてください。") == 2
    assert 'aria-invalid="true"' in text and 'class="in bad"' in text
    assert "相手がいません。" in text  # of a field the form does not have: above the form


def test_a_refusal_of_the_whole_stands_above_the_form(browser) -> None:
    answer = send(browser, "whole")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "いまは受け付けていません。" in text and 'role="alert"' in text and "消えては困る備考" in text


def test_what_the_form_itself_refuses_is_answered_in_the_same_way(browser) -> None:
    answer = send(browser, "")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "直すところが1件あります" in text and "消えては困る備考" in text


def test_a_conflict_tells_by_whom_and_keeps_the_input(browser) -> None:
    answer = send(browser, "conflict")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "既に白井さんが処理しました(11/11 10:42)。" in text and "消えては困る備考" in text


@pytest.mark.parametrize(
    ("title", "status", "heading", "sentence"),
    [
        ("rights", 403, "この操作は許されていません", "文書主任だけができます。"),
        ("missing", 404, "見つかりません", "どちらであるかは、文書を守るため示しません。"),
    ],
)
def test_rights_and_missing_things_have_pages_of_their_own(
    browser, title: str, status: int, heading: str, sentence: str
) -> None:
    answer = send(browser, title)
    text = answer.content.decode()
    assert answer.status_code == status
    assert f"</i>{heading}</h1>" in text and sentence in text
    assert "その文書はありません" not in text


@pytest.mark.parametrize(("title", "status", "code"), [("rights", 403, "not_allowed"), ("missing", 404, "not_found")])
def test_machines_get_the_stable_code(browser, title: str, status: int, code: str) -> None:
    client = browser("clerk")
    answer = client.post("/t/note/", {"title": title}, HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_refusal_that_no_page_shows_becomes_one(browser) -> None:
    answer = browser("clerk").get("/t/refuses/")
    assert answer.status_code == 409
    assert "ほかの人の処理と重なりました" in answer.content.decode()
    assert "先に処理されました。" in answer.content.decode()
    assert browser().get("/t/refuses/").status_code == 302


@pytest.mark.parametrize(
    ("came_from", "offered"),
    [("http://testserver/t/note/", True), ("https://example.com/t/note/", False), ("javascript:alert(1)", False)],
)
def test_a_refusal_leads_back_to_the_page_before_when_it_is_ours(browser, came_from: str, offered: bool) -> None:
    text = browser("clerk").get("/t/refuses/", HTTP_REFERER=came_from).content.decode()
    assert ("前の画面を開き直す" in text) is offered
    assert (came_from in text) is offered
    assert "最新の内容を開いて" in text


def test_errors_are_put_only_where_the_form_has_a_place() -> None:
    form = NoteForm({"title": "x"})
    form.is_valid()
    put_errors(form, Invalid("直してください。", fields={"title": ["一"], "elsewhere": ["二"]}))
    assert form.errors["title"] == ["一"]
    assert form.non_field_errors() == ["二"]
