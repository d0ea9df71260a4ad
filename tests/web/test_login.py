"""Logging in and out: what is shown, what is refused, and the evidence that stays."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from config.errors import Invalid, NotAllowed
from documents.ledger.models import LedgerEntry
from tests.web.conftest import PASSWORD, SYSTEM, post_login
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff

pytestmark = pytest.mark.django_db
TRIES = 5


@pytest.fixture
def door(staff) -> Client:
    """A browser before the log-in."""
    return Client(HTTP_ACCEPT="text/html", HTTP_USER_AGENT="Mozilla/5.0 試験")


def entries(prefix: str) -> list[tuple[str, str, str]]:
    rows = LedgerEntry.objects.filter(action__startswith=prefix).order_by("pk")
    return [
        (row.action.removeprefix(prefix), row.actor_code, json.loads(row.body)["details"]["staff_code"]) for row in rows
    ]


def details(action: str) -> dict[str, object]:
    return json.loads(LedgerEntry.objects.get(action=action).body)


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_first_page_names_the_city_and_the_product(door) -> None:
    text = door.get("/accounts/login/").content.decode()
    assert "水瀬市" in text and "<h1>文書・決裁</h1>" in text
    assert '<label for="id_login">職員番号</label>' in text and '<label for="id_password">パスワード</label>' in text


@pytest.mark.parametrize("demo", [True, False])
def test_demo_people_are_listed_only_in_the_demo_city(door, settings, demo: bool) -> None:
    settings.DEMO = demo
    text = door.get("/accounts/login/").content.decode()
    assert ("試用の職員" in text) is demo
    assert ('data-demo-code="200401"' in text) is demo
    assert ("minase-2025-demo" in text) is demo


def test_the_right_password_logs_in_and_is_recorded(door) -> None:
    answer = post_login(door, "700001")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert logged_in(door)
    body = details("organization.login.done")
    assert body["details"] == {"staff_code": "700001", "browser": "Mozilla/5.0 試験"}
    assert (body["actor"]["code"], body["actor"]["channel"], body["actor"]["address"]) == ("700001", "web", "127.0.0.1")


def test_a_wrong_password_is_refused_in_japanese_and_recorded(door) -> None:
    answer = post_login(door, "700001", "chigau-kotoba-1")
    text = answer.content.decode()
    assert answer.status_code == 200 and not logged_in(door)
    assert "職員番号かパスワードが違います。" in text
    assert 'value="700001"' in text and "chigau" not in text
    assert entries("organization.login.") == [("refused", "log-in", "700001")]
    assert b"chigau" not in LedgerEntry.objects.get(action="organization.login.refused").body


def test_an_unknown_number_is_refused_alike_and_nothing_typed_is_kept(door, caplog) -> None:
    answer = post_login(door, "watashi-no-himitsu", "chigau-kotoba-1")
    assert "職員番号かパスワードが違います。" in answer.content.decode()
    assert entries("organization.login.") == []
    assert "unknown" in caplog.text and "himitsu" not in caplog.text


def test_empty_fields_are_named(door) -> None:
    text = door.post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    assert "職員番号を入力してください。" in text and "パスワードを入力してください。" in text
    assert 'aria-describedby="login-problem"' in text


def test_five_wrong_passwords_lock_the_number_and_the_lock_is_recorded_once(door) -> None:
    for _ in range(TRIES):
        assert "違います" in post_login(door, "700001", "chigau-kotoba-1").content.decode()
    for _ in range(2):
        answer = post_login(door, "700001")  # the right one: locked all the same
        assert "続けて間違えたため、ログインを止めています。" in answer.content.decode()
    assert not logged_in(door)
    assert entries("organization.login.") == [("refused", "log-in", "700001")] * TRIES + [
        ("locked", "log-in", "700001")
    ]


def test_a_lock_holds_for_one_number_only(door) -> None:
    for _ in range(TRIES + 1):
        post_login(door, "700001", "chigau-kotoba-1")
    assert post_login(door, "700002").status_code == 302
    assert logged_in(door)


def test_four_wrong_passwords_do_not_lock(door) -> None:
    for _ in range(TRIES - 1):
        post_login(door, "700001", "chigau-kotoba-1")
    assert post_login(door, "700001").status_code == 302
    assert entries("organization.login.")[-1] == ("done", "700001", "700001")


def test_who_left_the_city_cannot_log_in(door) -> None:
    Staff.objects.filter(code="700001").update(is_active=False)
    answer = door.post("/accounts/login/", {"login": "700001", "password": PASSWORD}, follow=True)
    assert not logged_in(door)
    assert "この職員番号は使えません" in answer.content.decode()


def test_logging_out_ends_the_session_and_is_recorded(browser) -> None:
    client = browser("clerk")
    asked = client.get("/accounts/logout/")
    assert asked.status_code == 200 and logged_in(client)  # a link alone logs nobody out
    client.post("/accounts/logout/")
    assert not logged_in(client)
    assert entries("organization.login.") == [("ended", "700001", "700001")]
    assert "ログアウトしました。" in client.get("/accounts/login/").content.decode()


def change(client: Client, old: str, new: str, again: str | None = None):
    typed = {"oldpassword": old, "password1": new, "password2": new if again is None else again}
    return client.post("/accounts/password/", typed)


def test_ones_own_password_changes_and_the_session_stays(browser, staff) -> None:
    client = browser("clerk")
    assert change(client, PASSWORD, "atarashii-kotoba-9").status_code == 302
    assert client.get("/session/").json()["code"] == "700001"
    assert Staff.objects.get(code="700001").check_password("atarashii-kotoba-9")
    assert entries("organization.staff.own") == [("_password", "700001", "700001")]
    assert b"atarashii" not in LedgerEntry.objects.get(action="organization.staff.own_password").body


def test_a_changed_password_ends_the_other_sessions(browser) -> None:
    other, own = browser("clerk"), browser("clerk")
    change(own, PASSWORD, "atarashii-kotoba-9")
    assert other.get("/session/").status_code == 401


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("mijikai-1", "最低 12 文字以上"),
        ("70000170000170", "数字しか使われていません"),
        ("1q2w3e4r5t6y", "一般的すぎます"),
        ("kawasemi-hinata", "似すぎています"),
    ],
)
def test_the_rules_for_passwords_speak_japanese(browser, new: str, sentence: str) -> None:
    Staff.objects.filter(code="700001").update(name="kawasemi hinata")
    answer = change(browser("clerk"), PASSWORD, new)
    assert sentence in answer.content.decode()
    assert Staff.objects.get(code="700001").check_password(PASSWORD)
    assert entries("organization.staff.own") == []


def test_the_old_password_must_be_right_and_the_new_one_typed_twice(browser) -> None:
    client = browser("clerk")
    assert "いまのパスワードが違います。" in change(client, "chigau-kotoba-1", "atarashii-kotoba-9").content.decode()
    assert change(client, PASSWORD, "atarashii-kotoba-9", "betsu-no-kotoba-9").status_code == 200
    assert Staff.objects.get(code="700001").check_password(PASSWORD)
    assert entries("organization.staff.own") == []


def test_confirming_that_it_is_oneself_asks_for_the_password(browser) -> None:
    client = browser("clerk")
    page = client.get("/accounts/confirm/").content.decode()
    assert "<h1>本人の確認</h1>" in page and "お忘れ" not in page
    assert "パスワードが違います。" in client.post("/accounts/confirm/", {"password": "chigau"}).content.decode()
    answer = client.post("/accounts/confirm/", {"password": PASSWORD, "next": "/organization/post/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/organization/post/")


def test_too_many_requests_have_a_page(browser, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    client = browser()
    client.post("/accounts/login/", {"login": "", "password": ""})
    answer = client.post("/accounts/login/", {"login": "", "password": ""})
    assert answer.status_code == 429
    assert "回数が多すぎます" in answer.content.decode()


def test_a_machine_has_no_password_to_change(staff) -> None:
    with pytest.raises(NotAllowed, match="自分のパスワード"):
        organization.change_own_password(password="atarashii-kotoba-9", actor=SYSTEM)
    with pytest.raises(Invalid) as refused:
        organization.change_own_password(
            password="mijikai", actor=actor_for(staff=Staff.objects.get(code="700001"), channel="api")
        )
    assert "12 文字" in refused.value.fields["password"][0]
    assert entries("organization.staff.own") == []


def test_nobody_signs_up(browser) -> None:
    assert browser().get("/accounts/closed/signup/").status_code == 404
    assert browser().get("/accounts/signup/").status_code == 404
