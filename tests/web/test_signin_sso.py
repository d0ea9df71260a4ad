"""Single sign-on through an OpenID provider: the 職員番号 finds the account, nobody is created, odd answers let nobody in."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from config import env
from tests.web import identity_provider
from tests.web.conftest import SYSTEM
from tests.web.doors import acts, app_code, come_in, details, door, enrol, inside, last_entry
from tests.web.identity_provider import CLIENT, SECRET, Provider
from workflow.organization import commands as organization
from workflow.organization.models import Staff

pytestmark = pytest.mark.django_db
AUDITOR = "700002"


@pytest.fixture
def provider(staff, settings) -> Iterator[Provider]:
    with identity_provider.running() as found:
        values = {
            "KESSAI_OIDC_ISSUER": found.issuer,
            "KESSAI_OIDC_CLIENT_ID": CLIENT,
            "KESSAI_OIDC_CLIENT_SECRET": SECRET,
            "KESSAI_OIDC_NAME": "水瀬市認証",
        }
        settings.OIDC = env.openid(values)
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [settings.OIDC]},
        }
        yield found


def to_provider(client: Client, following: str = "") -> str:
    """Begin; the address at the provider."""
    answer = client.get("/accounts/sso/", {"next": following} if following else {})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def back(client: Client, address: str):
    """Let the provider ask whom it likes, and come back."""
    returned = requests.get(address, allow_redirects=False, timeout=5).headers["Location"]
    place = urlsplit(returned)
    return client.get(f"{place.path}?{place.query}")


def come(client: Client, following: str = ""):
    return back(client, to_provider(client, following))


def test_without_a_provider_there_is_none(staff) -> None:
    assert "accounts/sso" not in door().get("/accounts/login/").content.decode()
    assert door().get("/accounts/sso/").status_code == 404
    assert door().get("/accounts/sso/sso/back/?code=x&state=y").status_code == 404


def test_the_log_in_page_offers_it_by_its_name(provider) -> None:
    text = door().get("/accounts/login/?next=/ledger/").content.decode()
    assert "水瀬市認証でログイン" in text and 'href="/accounts/sso/?next=/ledger/"' in text


def test_whoever_the_provider_names_is_logged_in_and_recorded(provider) -> None:
    client, before, people = door(), last_entry(), Staff.objects.count()
    answer = come(client, "/documents/search/")
    assert answer.headers["Location"] == "/documents/search/" and inside(client)
    assert client.get("/session/").json()["code"] == "700001"
    assert acts(since=before) == ["login.sso"]
    assert Staff.objects.count() == people and not SocialAccount.objects.exists()


def test_what_is_asked_of_the_provider_is_bound_to_this_browser(provider) -> None:
    asked = [parse_qs(urlsplit(to_provider(door())).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 16 and asked[0][name] != asked[1][name]
    assert asked[0]["redirect_uri"] == ["http://testserver/accounts/sso/sso/back/"]


def test_a_next_page_elsewhere_is_not_followed(provider) -> None:
    assert come(door(), "https://example.com/").headers["Location"] == "/"


def test_nobody_is_created(provider) -> None:
    people = Staff.objects.count()
    for claims, sentence, action, told in (
        ({"preferred_username": "999999"}, "この認証の職員番号では使えません", "sso_refused", ("unknown", "999999")),
        ({"preferred_username": "9" * 500}, "この認証の職員番号では使えません", "sso_refused", ("unknown", "9" * 20)),
        ({"preferred_username": ""}, "答えに職員番号がありません", "sso_failed", ("no_code", None)),
        ({}, "答えに職員番号がありません", "sso_failed", ("no_code", None)),
    ):
        provider.person = {"sub": "u-2", "email": "x@example.com", **claims}
        client, before = door(), last_entry()
        answer = come(client)
        assert answer.status_code == 403 and sentence in answer.content.decode()
        assert not inside(client) and acts(since=before) == [f"login.{action}"]
        found = details(f"login.{action}")
        assert (found["why"], found.get("staff_code")) == told and "試験" in found["browser"]
    assert Staff.objects.count() == people


@pytest.mark.parametrize(
    ("way", "why", "sentence"), [("retire_staff", "left", "退職"), ("suspend_staff", "leave", "休職")]
)
def test_who_left_does_not_come_in(provider, way: str, why: str, sentence: str) -> None:
    getattr(organization, way)(code="700001", reason="試験のため", actor=SYSTEM)
    client, before = door(), last_entry()
    answer = come(client)
    assert answer.status_code == 403 and not inside(client)
    assert f"この職員番号は{sentence}のため使えません" in answer.content.decode()
    assert acts(since=before) == ["login.sso_refused"]
    assert details("login.sso_refused") | {"browser": ""} == {"staff_code": "700001", "why": why, "browser": ""}


def test_who_may_not_come_in_yet_is_told_so(provider) -> None:
    Staff.objects.filter(code="700001").update(is_active=False)
    answer = come(door())
    assert answer.status_code == 403 and "この職員番号はまだ使えません" in answer.content.decode()
    assert details("login.sso_refused")["why"] == "inactive"


def test_the_ledger_says_in_words_why_somebody_was_refused(provider, browser) -> None:
    provider.person = {"sub": "u-2", "preferred_username": "999999"}
    come(door())
    enrol(AUDITOR)
    auditor = come_in(AUDITOR)
    assert (
        "職員番号 999999 の庁内認証のログインを断りました(その番号の職員はいません)"
        in auditor.get("/ledger/").content.decode()
    )


def test_made_up_answers_do_not_fill_the_ledger(provider, settings) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"sso_refused": "3/5m/ip"}
    client, before = door(), last_entry()
    for number in range(6):
        assert client.get(f"/accounts/sso/sso/back/?code=x&state={number}").status_code == 403
    assert acts(since=before) == ["login.sso_failed"] * 3


def test_the_claim_is_a_setting(provider, settings) -> None:
    settings.OIDC_STAFF_CLAIM = "employee_number"
    provider.person = {"sub": "u-3", "preferred_username": "700002", "employee_number": "700004"}
    client = door()
    come(client)
    assert client.get("/session/").json()["code"] == "700004"


def test_the_second_factor_is_asked_here_all_the_same(provider) -> None:
    enrol(AUDITOR)
    provider.person = {"sub": "u-4", "preferred_username": AUDITOR}
    client, before = door(), last_entry()
    assert come(client, "/ledger/").headers["Location"] == "/accounts/factor/" and not inside(client)
    answer = client.post("/accounts/factor/", {"code": app_code()})
    assert answer.headers["Location"] == "/ledger/" and inside(client)
    assert acts(since=before) == ["login.sso"]


def test_who_must_have_one_and_has_none_is_led_to_it(provider) -> None:
    provider.person = {"sub": "u-4", "preferred_username": AUDITOR}
    client = door()
    come(client)
    assert client.get("/ledger/").headers["Location"].startswith("/accounts/factors/enrol/")


@pytest.mark.parametrize(
    ("wrong", "why", "sentence"),
    [
        ("state", "state", "ログインの画面からやり直してください"),
        ("nonce", "nonce", "この画面からの求めに対するものではありません"),
        ("no_nonce", "nonce", "この画面からの求めに対するものではありません"),
        *(
            (wrong, "answer", "庁内認証の答えを確かめられませんでした")
            for wrong in ("audience", "issuer", "expired", "signature", "unsigned", "kid", "no_token")
        ),
        ("denied", "denied", "ログインがやめられました"),
    ],
)
def test_an_odd_answer_lets_nobody_in(provider, wrong: str, why: str, sentence: str) -> None:
    provider.wrong = wrong
    client, before = door(), last_entry()
    answer = come(client)
    text = answer.content.decode()
    assert answer.status_code == 403 and "<h1>ログインできません</h1>" in text and "ログインの画面へ" in text
    assert sentence in text
    assert not inside(client) and acts(since=before) == ["login.sso_failed"]
    assert details("login.sso_failed")["why"] == why


@pytest.mark.parametrize("wrong", ["down", "discovery"])
def test_a_provider_that_does_not_answer_has_a_page(provider, wrong: str) -> None:
    provider.wrong = wrong
    answer = door().get("/accounts/sso/")
    assert answer.status_code == 403 and "庁内認証につながりません" in answer.content.decode()
    assert details("login.sso_failed")["why"] == "unreachable"


def test_a_provider_that_is_gone_when_somebody_comes_back_has_a_page(provider) -> None:
    client = door()
    address = to_provider(client)
    returned = urlsplit(requests.get(address, allow_redirects=False, timeout=5).headers["Location"])
    provider.wrong = "down"
    answer = client.get(f"{returned.path}?{returned.query}")
    assert answer.status_code == 403 and not inside(client)
    assert details("login.sso_failed")["why"] in ("unreachable", "answer")


def test_an_answer_for_another_browser_is_refused(provider) -> None:
    mine, other = door(), door()
    address = to_provider(mine)
    assert back(other, address).status_code == 403 and not inside(other)


def test_an_answer_is_taken_once(provider) -> None:
    client = door()
    address = to_provider(client)
    returned = urlsplit(requests.get(address, allow_redirects=False, timeout=5).headers["Location"])
    assert client.get(f"{returned.path}?{returned.query}").status_code == 302
    client.post("/accounts/logout/")
    assert client.get(f"{returned.path}?{returned.query}").status_code == 403 and not inside(client)
    assert provider.tokens_given == 1


def test_another_provider_than_ours_does_not_exist(provider) -> None:
    assert door().get("/accounts/sso/another/back/?code=x&state=y").status_code in (403, 404)


def test_a_provider_without_our_name_stops_the_start() -> None:
    with pytest.raises(env.OddSetting, match="KESSAI_OIDC_CLIENT_ID"):
        env.openid({"KESSAI_OIDC_ISSUER": "https://example.com", "KESSAI_OIDC_CLIENT_ID": ""})
    assert env.openid({"KESSAI_OIDC_ISSUER": "", "KESSAI_OIDC_CLIENT_ID": ""}) is None
