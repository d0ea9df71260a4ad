"""A log-in that ended never costs what was typed."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config import clock
from config.web.session import SEEN

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_HX_REQUEST": "true"}, {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}, {"HTTP_SEC_FETCH_DEST": "empty"}],
)
def test_a_script_is_told_instead_of_being_sent_the_login_form(headers: dict[str, str]) -> None:
    answer = Client(**headers).post("/t/note/", {"title": "x"})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {"status": 401, "code": "logged_out", "detail": "ログインが切れました。"}


def test_a_boosted_link_is_a_page_and_goes_to_the_login_form() -> None:
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_BOOSTED": "true", "HTTP_SEC_FETCH_DEST": "empty"}
    assert Client(**headers).get("/t/note/").status_code == 302


def test_a_form_sent_after_the_login_ended_is_kept_and_can_be_sent_again(browser) -> None:
    client = browser()
    typed = {"title": "防犯灯の設置", "note": "1行目\n<b>2行目</b>", "oldpassword": "himitsu-no-kotoba"}
    page = client.post("/t/note/", typed | {"file": SimpleUploadedFile("見積.pdf", b"x")})
    text = page.content.decode()
    assert page.status_code == 401
    assert 'action="/t/note/"' in text
    assert 'name="title" value="防犯灯の設置"' in text
    assert "&lt;b&gt;2行目&lt;/b&gt;" in text and "<b>2行目" not in text
    assert "himitsu" not in text
    assert "付け直してください" in text


def test_without_files_nothing_is_said_of_files(browser) -> None:
    assert "付け直してください" not in browser().post("/t/note/", {"title": "x"}).content.decode()


def test_who_is_logged_in_is_told_to_scripts(browser) -> None:
    answer = browser("clerk").get("/session/")
    assert (answer.status_code, answer.json()["code"]) == (200, "700001")
    assert "no-store" in answer.headers["Cache-Control"]
    assert browser().get("/session/").status_code == 401


def idle_until(client: Client, seconds_left: int) -> None:
    """As if the last act lay so far back that the log-in ends in so many seconds."""
    session = client.session
    session[SEEN] = int(clock.now().timestamp()) + seconds_left - settings.SESSION_COOKIE_AGE
    session.save()


def test_the_end_of_the_login_is_told_and_can_be_put_off(browser) -> None:
    client = browser("clerk")
    idle_until(client, 200)
    assert 190 < client.get("/session/").json()["ends_in"] <= 200
    assert client.post("/session/extend/").status_code == 204
    assert client.get("/session/").json()["ends_in"] > settings.SESSION_COOKIE_AGE - 60
    assert client.get("/session/extend/").status_code == 405
    assert browser(None, HTTP_SEC_FETCH_DEST="empty").post("/session/extend/").status_code == 401


def test_looking_does_not_put_the_end_off(browser) -> None:
    client = browser("clerk")
    idle_until(client, 200)
    client.get("/session/")
    assert client.get("/session/").json()["ends_in"] <= 200


def test_the_login_in_another_tab_ends_on_a_page_that_says_so(browser) -> None:
    assert "元の画面" in browser("clerk").get("/session/back/").content.decode()
    assert browser().get("/session/back/").status_code == 302
