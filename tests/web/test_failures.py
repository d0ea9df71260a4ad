"""Pages of failures: the right words, in the frame, with a number that stands in the log as well."""

from __future__ import annotations

import logging
import re

import pytest
from django.db import connection
from django.template import TemplateDoesNotExist
from django.test import Client, RequestFactory

from config.web import failures
from config.web.failure_words import CSRF, FAILURES, failure_of
from config.web.references import LETTERS, ReferenceFilter, reference_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]
NUMBER = re.compile(rf'受付番号 <b class="code">(\d{{4}}-[{LETTERS}]{{6}})</b>')


def number_in(text: str) -> str:
    found = NUMBER.search(text)
    assert found, text
    return found[1]


def lines(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "kessai.failures"]


@pytest.mark.parametrize(
    ("address", "status", "code", "heading"),
    [
        ("/t/bare/400/", 400, "unreadable", "送られた内容を読めませんでした"),
        ("/t/denies/", 403, "not_allowed", "この操作は許されていません"),
        ("/t/bare/403/", 403, "not_allowed", "この操作は許されていません"),
        ("/nothing/", 404, "not_found", "見つかりません"),
        ("/t/bare/404/", 404, "not_found", "見つかりません"),
        ("/t/post-only/", 405, "wrong_method", "この画面は直接開けません"),
        ("/t/refuses/", 409, "taken", "ほかの人の処理と重なりました"),
        ("/t/bare/413/", 413, "too_large", "送られた内容が大きすぎます"),
        ("/t/bare/429/", 429, "too_many", "回数が多すぎます"),
        ("/t/breaks/", 500, "failure", "障害が起きました"),
    ],
)
def test_each_failure_keeps_the_frame_and_its_number_stands_in_the_log(
    browser, caplog, address: str, status: int, code: str, heading: str
) -> None:
    client = browser("clerk")
    client.raise_request_exception = False
    answer = client.get(address + "?q=個人のこと")
    text = answer.content.decode()
    assert answer.status_code == status
    assert f"</i>{heading}</h1>" in text and "次にできること" in text
    assert "試験 clerk" in text and 'aria-label="主なメニュー"' in text  # still logged in, still in the frame
    assert f"{number_in(text)} {status} {code} GET {address} by 700001" in lines(caplog)
    assert "個人のこと" not in "".join(lines(caplog))


def test_somebody_logged_out_keeps_the_frame_without_menus(caplog) -> None:
    text = Client(HTTP_ACCEPT="text/html").get("/nothing/").content.decode()
    assert "ログインの画面へ" in text and 'aria-label="主なメニュー"' not in text
    assert lines(caplog) == [f"{number_in(text)} 404 not_found GET /nothing/ by -"]


def test_absent_and_forbidden_make_the_same_page(browser) -> None:
    """But for the number and the token there is no difference, in words or headers."""

    def shape(answer) -> tuple[str, dict[str, str]]:
        text = NUMBER.sub("", answer.content.decode())
        text = re.sub(r' aria-current="page"|name="csrfmiddlewaretoken" value="\w+"', "", text)
        text = text.replace(answer.request["PATH_INFO"], "")
        return text, dict(answer.headers)

    client = browser("clerk")
    absent, closed = client.get("/documents/99999999/"), client.get("/t/administrator/")
    refused = client.post("/t/note/", {"title": "missing"})
    assert absent.status_code == closed.status_code == refused.status_code == 404
    assert shape(absent)[0] == shape(closed)[0] == shape(refused)[0]
    assert shape(absent)[1].keys() == shape(closed)[1].keys()


@pytest.mark.parametrize(
    ("address", "status", "code"), [("/nothing/", 404, "not_found"), ("/t/breaks/", 500, "failure")]
)
@pytest.mark.parametrize("headers", [{"HTTP_ACCEPT": "application/json"}, {"HTTP_HX_REQUEST": "true"}])
def test_scripts_get_the_number_in_their_own_form(caplog, address: str, status: int, code: str, headers) -> None:
    client = Client(raise_request_exception=False, **headers)
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert any(line.startswith(answer.json()["reference"]) for line in lines(caplog))


def test_a_database_that_does_not_answer_is_told_so_without_asking_it(browser, caplog) -> None:
    client = browser("clerk")
    client.raise_request_exception = False
    answer = client.get("/t/busy/")
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "いま混み合っているか、点検中です" in text and "10.0.0.7" not in text
    assert "試験 clerk" not in text  # the frame would ask the database
    assert f"{number_in(text)} 503 busy GET /t/busy/ by 700001" in lines(caplog)


def test_a_frame_that_is_broken_itself_leaves_the_plain_page(browser, caplog, monkeypatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise TemplateDoesNotExist("web/failure.html")

    monkeypatch.setattr(failures, "render", broken)
    client = browser("clerk")
    client.raise_request_exception = False
    answer = client.get("/t/breaks/")
    text = answer.content.decode()
    assert answer.status_code == 500 and "障害が起きました" in text and "Something went wrong" in text
    assert any(number_in(text) in line and "frame is broken" in line for line in lines(caplog))


def test_the_plain_page_asks_no_database(django_assert_num_queries) -> None:
    request = RequestFactory().get("/x/", HTTP_ACCEPT="text/html")
    with django_assert_num_queries(0, connection=connection):
        answer = failures.plain_failure(request, 500)
    assert reference_of(request) in answer.content.decode()


def test_a_body_that_is_too_large(browser, settings, caplog) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = browser("clerk").post("/t/note/", {"title": "長い" * 200})
    text = answer.content.decode()
    assert answer.status_code == 413 and "送られた内容が大きすぎます" in text and "試験 clerk" in text
    assert any("413 too_large POST /t/note/" in line for line in lines(caplog))


def test_a_page_with_its_own_words_is_left_alone(browser) -> None:
    assert browser("clerk").get("/t/own/").content.decode() == "<html><body>自分の画面</body></html>"


def test_what_may_be_sent_is_still_said(browser) -> None:
    assert browser("clerk").get("/t/post-only/").headers["Allow"] == "POST"


def test_the_traceback_carries_the_number() -> None:
    request = RequestFactory().get("/x/")
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "%s: %s", ("Internal Server Error", "/x/"), None)
    record.request = request
    assert ReferenceFilter().filter(record)
    assert record.getMessage() == f"{reference_of(request)} Internal Server Error: /x/"
    other = logging.LogRecord("jobs", logging.ERROR, "", 1, "done", (), None)
    assert ReferenceFilter().filter(other) and other.getMessage() == "done"


def test_two_requests_have_two_numbers() -> None:
    made = {reference_of(RequestFactory().get("/")) for _turn in range(50)}
    assert len(made) == 50


@pytest.mark.parametrize("status", sorted(FAILURES))
def test_every_failure_says_what_happened_and_what_to_do(status: int) -> None:
    failure = failure_of(status)
    assert str(failure.happened).endswith("。") and failure.steps
    assert all(str(step).endswith("。") for step in failure.steps)


def test_a_status_nobody_described_has_the_words_of_its_class() -> None:
    assert failure_of(418).code == "unreadable"
    assert failure_of(502).code == "failure"
    assert failure_of(403, "csrf") is CSRF
