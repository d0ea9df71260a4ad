"""The page frame: menus by role, language, headers, and the pages of failures."""

from __future__ import annotations

import re

import pytest
from django.test import Client, override_settings

from config.web import navigation
from config.web.pages import Access
from tests.web.pages import NoteView

pytestmark = pytest.mark.django_db
PAGE = "/accounts/password/"


@pytest.fixture
def menus(monkeypatch):
    """A menu of our own: one entry for each rule that can show one."""
    monkeypatch.setattr(navigation, "_entries", [])
    for number, rule in enumerate((Access.STAFF, Access.DRAFTER, Access.AUDITOR, Access.ADMINISTRATOR)):
        navigation.register(
            navigation.Entry(
                order=-number, label=f"入口-{rule.value}", url_name=f"t-{rule.value}", access=rule, prefix=f"/t/{rule}/"
            )
        )
    navigation.register(
        navigation.Entry(9, "自分の入口", "t-note", Access.STAFF, "/t/note/", badge=lambda actor: 7, personal=True)
    )


@pytest.mark.urls("tests.web.pages")
@pytest.mark.parametrize(
    ("key", "rules"),
    [
        ("clerk", ["drafter", "staff"]),
        ("auditor", ["auditor", "drafter", "staff"]),
        ("administrator", ["administrator", "staff"]),
        ("idle", ["staff"]),
    ],
)
def test_everybody_sees_exactly_his_menu_in_order(browser, menus, key: str, rules: list[str]) -> None:
    text = browser(key).get(PAGE).content.decode()
    main = text[text.index('<nav class="nav"') :]
    main = main[: main.index("</nav>")]
    assert re.findall(r"入口-(\w+)", main) == rules
    assert "自分の入口" in text and "自分の入口" not in main


def test_who_holds_a_post_may_choose_among_his_posts(browser) -> None:
    link = '<a href="/organization/post/">職を選ぶ</a>'
    assert link in browser("clerk").get(PAGE).content.decode()
    assert link not in browser("idle").get(PAGE).content.decode()


@pytest.mark.urls("tests.web.pages")
def test_nobody_logged_in_sees_no_menu(browser, menus) -> None:
    text = browser().get("/accounts/login/").content.decode()
    assert "入口" not in text and '<nav class="nav"' not in text


@pytest.mark.urls("tests.web.pages")
def test_the_current_entry_is_marked_and_a_count_is_shown(browser, monkeypatch) -> None:
    monkeypatch.setattr(navigation, "_entries", [])
    navigation.register(navigation.Entry(1, "一", "t-note", Access.STAFF, "/t/note/", badge=lambda actor: 12))
    navigation.register(navigation.Entry(2, "二", "t-staff", Access.STAFF, "/t/staff/"))
    navigation.register(navigation.Entry(3, "二度目", "t-staff", Access.STAFF, "/t/staff/"))
    text = browser("clerk").get("/t/note/").content.decode()
    assert 'aria-current="page">一 <b class="count" data-count="t-note">12</b><span class="vh">件</span>' in text
    assert '<a href="/t/staff/">二</a>' in text and "二度目" not in text


@pytest.mark.urls("tests.web.pages")
def test_a_page_may_name_the_entry_it_belongs_to(browser, monkeypatch) -> None:
    monkeypatch.setattr(navigation, "_entries", [])
    navigation.register(navigation.Entry(1, "一", "t-note", Access.STAFF, "/t/note/"))
    navigation.register(navigation.Entry(2, "二", "t-staff", Access.STAFF, "/t/staff/"))
    monkeypatch.setitem(NoteView.extra_context, "current_entry", "t-staff")
    text = browser("clerk").get("/t/note/").content.decode()
    assert 'aria-current="page">二<' in text and 'aria-current="page">一<' not in text


def test_the_frame_says_who_acts_in_which_post(browser) -> None:
    text = browser("clerk").get(PAGE).content.decode()
    assert "試験 clerk" in text and "監査委員事務局 書記clerk" in text
    assert "今日任用されている職はありません" in browser("idle").get(PAGE).content.decode()


def test_japanese_comes_first_whatever_the_browser_prefers(browser) -> None:
    answer = browser(None, HTTP_ACCEPT_LANGUAGE="en-US,en;q=0.9").get("/accounts/login/")
    assert '<html lang="ja">' in answer.content.decode()
    assert answer.headers["Content-Language"] == "ja"


def test_english_is_chosen_by_the_switch_and_stays(browser) -> None:
    client = browser("clerk")
    answer = client.post("/language/", {"language": "en", "next": PAGE})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    text = client.get(PAGE).content.decode()
    assert '<html lang="en">' in text and "Change password" in text and "パスワードを変える" not in text
    client.post("/language/", {"language": "ja", "next": PAGE})
    assert "パスワードを変える" in client.get(PAGE).content.decode()


def test_a_language_that_does_not_exist_is_japanese(browser) -> None:
    client = browser()
    client.cookies["django_language"] = "xx"
    assert '<html lang="ja">' in client.get("/accounts/login/").content.decode()


def test_every_answer_carries_the_content_security_policy(browser) -> None:
    policy = browser().get("/accounts/login/").headers["Content-Security-Policy"]
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'" and rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["connect-src"] == rules["worker-src"] == rules["form-action"] == "'self'"
    assert "http" not in policy and "unsafe-eval" not in policy and "*" not in policy
    # bpmn-js and pdf.js place parts by style attributes; style elements stay forbidden.
    assert [name for name, sources in rules.items() if "unsafe-inline" in sources] == ["style-src-attr"]
    for address in ("/nothing/", "/session/"):
        assert browser().get(address).headers["Content-Security-Policy"] == policy


def test_security_headers(browser) -> None:
    headers = browser("clerk").get(PAGE).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "private" in headers["Cache-Control"] or "no-cache" in headers["Cache-Control"]
    assert "Cookie" in headers["Vary"]


@override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True, SECURE_HSTS_SECONDS=60)
def test_behind_tls_cookies_are_secure(staff) -> None:
    from tests.web.conftest import post_login

    client = Client(HTTP_ACCEPT="text/html")
    client.get("/accounts/login/", secure=True)
    client.post("/accounts/login/", {"login": "700001", "password": "kawara-no-uta-7"}, secure=True)
    assert client.cookies["sessionid"]["secure"] and client.cookies["sessionid"]["httponly"]
    assert client.cookies["csrftoken"]["secure"] and client.cookies["sessionid"]["samesite"] == "Lax"
    assert post_login(client, "700001").status_code == 302


def test_pages_ask_for_nothing_outside_and_carry_no_inline_code(browser) -> None:
    for client, address in ((browser(), "/accounts/login/"), (browser("clerk"), PAGE), (browser("clerk"), "/nothing/")):
        text = client.get(address).content.decode()
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)
        assert not re.search(r'<style|style="| on[a-z]+="|<script(?![^>]* src=)', text)


def test_a_form_with_a_strange_token_is_refused_with_a_way_back(staff) -> None:
    client = Client(HTTP_ACCEPT="text/html", enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "700001", "password": "x"})
    assert answer.status_code == 403
    assert "この場所の Cookie を許すと使えます" in answer.content.decode()
    client.get("/accounts/login/")
    text = client.post("/accounts/login/", {"login": "700001", "password": "x"}).content.decode()
    assert "画面が古くなりました" in text and "「戻る」" in text
    script = client.post("/accounts/login/", {}, HTTP_HX_REQUEST="true")
    assert (script.status_code, script.json()["code"]) == (403, "csrf")


def test_a_strange_host_is_a_bad_request() -> None:
    answer = Client(HTTP_ACCEPT="text/html").get("/accounts/login/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert "送られた内容を読めませんでした" in answer.content.decode()
    assert "受付番号" in answer.content.decode()


@pytest.mark.urls("tests.web.pages")
def test_a_defect_hides_its_cause(staff) -> None:
    client = Client(HTTP_ACCEPT="text/html", raise_request_exception=False)
    answer = client.get("/t/breaks/")
    text = answer.content.decode()
    assert answer.status_code == 500 and "障害が起きました" in text
    assert "RuntimeError" not in text and "a defect" not in text
    assert "Content-Security-Policy" in answer.headers
