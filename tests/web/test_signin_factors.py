"""The second factor: who must have one, how it is enrolled, used, removed, and what the ledger says of it."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from config.errors import Conflict, NotAllowed, NotFound
from tests.web.conftest import SYSTEM, post_login
from tests.web.doors import SECRET, acts, app_code, come_in, details, door, enrol, factors_of, inside, last_entry
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff

pytestmark = pytest.mark.django_db
CLERK, AUDITOR, ADMINISTRATOR = "700001", "700002", "700003"


def person(code: str) -> Staff:
    return Staff.objects.get(code=code)


def actor(code: str):
    return actor_for(staff=person(code), channel="web")


@pytest.mark.parametrize("code", [AUDITOR, ADMINISTRATOR])
def test_who_must_have_a_second_factor_is_led_to_it_before_any_page(staff, code: str) -> None:
    client = come_in(code)
    for address in ("/", "/documents/search/", "/accounts/factors/", "/accounts/sessions/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/factors/enrol/?next=")
    page = client.get("/accounts/factors/enrol/?next=/documents/search/").content.decode()
    assert "認証アプリを登録する" in page and "セキュリティキーを登録する" in page
    assert client.post("/language/", {"language": "en"}).status_code == 302
    assert client.post("/accounts/logout/").status_code == 302 and not inside(client)


def test_scripts_are_told_so_instead_of_being_led(staff) -> None:
    client = come_in(AUDITOR)
    answer = client.get("/", HTTP_SEC_FETCH_DEST="empty")
    assert (answer.status_code, answer.json()["code"]) == (403, "entrance")
    assert client.get("/session/", HTTP_SEC_FETCH_DEST="empty").json()["code"] == AUDITOR


def test_others_need_none_unless_the_city_says_so(staff, settings) -> None:
    client = come_in(CLERK)
    assert client.get("/").status_code == 200
    settings.TWO_FACTOR_ALL = True
    assert client.get("/").headers["Location"].startswith("/accounts/factors/enrol/")


def test_a_role_given_during_the_day_asks_for_the_second_factor_at_once(staff) -> None:
    client = come_in(CLERK)
    organization.set_roles(code=CLERK, roles=["auditor"], actor=SYSTEM)
    assert client.get("/").headers["Location"].startswith("/accounts/factors/enrol/")


def enrol_by_page(client: Client, following: str = ""):
    page = client.get("/accounts/factors/app/")
    secret = page.context["form"].secret
    from config.demo.codes import code_now

    return page, client.post("/accounts/factors/app/", {"code": code_now(secret), "next": following})


def test_enrolling_an_app_shows_the_codes_once_and_then_lets_in(staff) -> None:
    client, before = come_in(AUDITOR), last_entry()
    page, answer = enrol_by_page(client, "/ledger/")
    text = page.content.decode()
    assert page.context["form"].secret in text and 'src="data:image/svg+xml;base64,' in text
    assert answer.headers["Location"] == "/accounts/factors/codes/?next=%2Fledger%2F"
    codes = client.get(answer.headers["Location"]).content.decode()
    assert "このコードが見られるのは今だけです" in codes and 'href="/ledger/"' in codes
    assert codes.count('<li class="code">') == 10
    again = client.get("/accounts/factors/codes/").content.decode()
    assert '<li class="code">' not in again and "使っていないコードが 10 個あります" in again
    assert client.get("/").status_code == 200
    assert factors_of(person(AUDITOR)) == ["recovery_codes", "totp"]
    assert acts(since=before) == ["factor.added", "factor.codes"]
    assert details("factor.added") == {"staff_code": AUDITOR, "kind": "totp", "name": ""}


def test_a_next_page_elsewhere_is_not_offered(staff) -> None:
    client = come_in(AUDITOR)
    enrol_by_page(client)
    text = client.get("/accounts/factors/codes/?next=https://example.com/").content.decode()
    assert "example.com" not in text.split("<main")[1]


def test_a_wrong_first_code_enrols_nothing(staff) -> None:
    client = come_in(AUDITOR)
    client.get("/accounts/factors/app/")
    text = client.post("/accounts/factors/app/", {"code": "000000"}).content.decode()
    assert "コードかセキュリティキーを確かめられませんでした。" in text
    assert factors_of(person(AUDITOR)) == []


def test_the_secret_is_under_lock_in_the_database(staff) -> None:
    enrol(AUDITOR)
    row = Authenticator.objects.get(user=person(AUDITOR), type="totp")
    assert SECRET not in str(row.data)
    assert row.wrap().validate_code(app_code())


def test_the_log_in_asks_for_the_code_and_goes_where_one_wanted_to(staff) -> None:
    enrol(AUDITOR)
    client = door()
    answer = post_login(client, AUDITOR, next="/ledger/")
    assert answer.headers["Location"] == "/accounts/factor/" and not inside(client)
    assert client.get("/ledger/").status_code == 302
    page = client.get("/accounts/factor/").content.decode()
    assert "<h1>二要素認証</h1>" in page and "もう一つの方法" in page
    answer = client.post("/accounts/factor/", {"code": app_code()})
    assert answer.headers["Location"] == "/ledger/" and inside(client)
    assert client.get("/ledger/").status_code == 200


def test_a_wrong_code_lets_nobody_in_and_is_recorded(staff) -> None:
    enrol(AUDITOR)
    client, before = door(), last_entry()
    post_login(client, AUDITOR)
    text = client.post("/accounts/factor/", {"code": "000000"}).content.decode()
    assert "コードかセキュリティキーを確かめられませんでした。" in text and not inside(client)
    assert acts(since=before) == ["login.code_refused"]


def test_a_code_is_taken_once(staff) -> None:
    enrol(AUDITOR)
    code, one, other = app_code(), door(), door()
    for client in (one, other):
        post_login(client, AUDITOR)
        client.post("/accounts/factor/", {"code": code})
    assert inside(one) and not inside(other)


def test_a_code_of_the_half_minute_before_is_taken_and_an_older_one_is_not(staff) -> None:
    enrol(AUDITOR)
    early, late = door(), door()
    for client, steps in ((early, -3), (late, -1)):
        post_login(client, AUDITOR)
        client.post("/accounts/factor/", {"code": app_code(steps)})
    assert inside(late) and not inside(early)


def test_a_recovery_code_lets_in_once_and_is_recorded(staff) -> None:
    enrol(AUDITOR)
    codes = Authenticator.objects.get(user=person(AUDITOR), type="recovery_codes").wrap().get_unused_codes()
    one, other, before = door(), door(), last_entry()
    for client in (one, other):
        post_login(client, AUDITOR)
        client.post("/accounts/factor/", {"code": codes[3]})
    assert inside(one) and not inside(other)
    assert acts(since=before) == ["factor.code_used", "login.done", "login.code_refused"]
    assert details("factor.code_used") == {"staff_code": AUDITOR, "left": 9}


def test_without_the_password_there_is_no_asking_for_a_code(staff) -> None:
    assert door().get("/accounts/factor/").headers["Location"].startswith("/accounts/login/")


def test_who_must_have_one_keeps_the_last_one(staff) -> None:
    enrol(AUDITOR)
    client = come_in(AUDITOR)
    answer = client.post("/accounts/factors/app/remove/")
    assert answer.status_code == 403 and "最後の方法は外せません" in answer.content.decode()
    assert "totp" in factors_of(person(AUDITOR))


def test_who_need_not_have_one_may_remove_it_and_its_codes_go_too(staff) -> None:
    enrol(CLERK)
    client, before = come_in(CLERK), last_entry()
    assert "認証アプリ" in client.get("/accounts/factors/app/remove/").content.decode()
    assert client.post("/accounts/factors/app/remove/").headers["Location"] == "/accounts/factors/"
    assert factors_of(person(CLERK)) == []
    assert acts(since=before) == ["factor.removed"]
    assert client.post("/accounts/factors/app/remove/").status_code == 404


def test_new_codes_make_the_old_ones_void(staff) -> None:
    enrol(CLERK)
    old = Authenticator.objects.get(user=person(CLERK), type="recovery_codes").wrap().get_unused_codes()
    client, before = come_in(CLERK), last_entry()
    assert client.post("/accounts/factors/codes/new/").status_code == 302
    assert '<li class="code">' in client.get("/accounts/factors/codes/").content.decode()
    late = door()
    post_login(late, CLERK)
    late.post("/accounts/factor/", {"code": old[0]})
    assert not inside(late)
    assert acts(since=before) == ["factor.codes", "login.code_refused"]


def test_an_administrator_takes_lost_factors_away_and_the_log_ins_end(staff) -> None:
    enrol(AUDITOR)
    client, before = come_in(AUDITOR), last_entry()
    organization.reset_factors(code=AUDITOR, actor=actor(ADMINISTRATOR))
    assert factors_of(person(AUDITOR)) == [] and client.get("/session/").status_code == 401
    assert acts(since=before) == ["factor.reset"]


def test_the_commands_refuse_others(staff) -> None:
    enrol(AUDITOR)
    own = Authenticator.objects.get(user=person(AUDITOR), type="totp")
    before = last_entry()
    with pytest.raises(NotAllowed, match="自分の認証の方法だけ"):
        organization.add_app(code=CLERK, secret=SECRET, actor=actor(AUDITOR))
    with pytest.raises(NotAllowed, match="自分の認証の方法だけ"):
        organization.add_key(code=CLERK, name="x", credential={}, actor=actor(AUDITOR))
    with pytest.raises(NotFound):
        organization.remove_factor(authenticator_id=own.pk, required=False, actor=actor(CLERK))
    with pytest.raises(NotAllowed):
        organization.remove_factor(authenticator_id=own.pk, required=False, actor=SYSTEM)
    with pytest.raises(NotAllowed, match="先に"):
        organization.make_recovery_codes(actor=actor(CLERK))
    with pytest.raises(NotAllowed):
        organization.make_recovery_codes(actor=SYSTEM)
    with pytest.raises(NotAllowed, match="システム管理者だけ"):
        organization.reset_factors(code=AUDITOR, actor=actor(CLERK))
    with pytest.raises(NotAllowed, match="ほかの管理者"):
        organization.reset_factors(code=ADMINISTRATOR, actor=actor(ADMINISTRATOR))
    with pytest.raises(Conflict, match="既に登録"):
        organization.add_app(code=AUDITOR, secret=SECRET, actor=SYSTEM)
    assert acts(since=before) == [] and factors_of(person(AUDITOR)) == ["recovery_codes", "totp"]


def test_the_page_shows_what_one_has(staff) -> None:
    bare = come_in(CLERK).get("/accounts/factors/").content.decode()
    assert bare.count("登録されていません。") == 2 and "予備のコード" not in bare.split("<main")[1]
    enrol(AUDITOR)
    text = come_in(AUDITOR).get("/accounts/factors/").content.decode()
    assert "最後の方法は外せません" in text and "使っていないコードが 10 個" in text
