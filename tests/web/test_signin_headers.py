"""What browsers are told with every page, how cookies are set behind TLS, and how much of a thing is too much."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import get_resolver

from tests.architecture.test_urls import routes
from tests.web.conftest import PASSWORD, post_login
from tests.web.doors import come_in, door

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]
ROOT = Path(__file__).resolve().parent.parent.parent
CLERK = "700001"
PLAIN = sorted(route for route, _ in routes(get_resolver().url_patterns) if "<" not in route)
POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "style-src-attr": ["'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "worker-src": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
}


def policy_of(answer) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: sorted(values) for name, *values in parts}


def is_strict(policy: dict[str, list[str]]) -> bool:
    """The policy of the house, or one that allows less."""
    return all(
        set(values) <= set(POLICY.get(name, [])) | {"'none'"} for name, values in policy.items() if name != "sandbox"
    )


def test_the_policy_is_this_one(staff) -> None:
    assert policy_of(door().get("/accounts/login/")) == {name: sorted(values) for name, values in POLICY.items()}


@pytest.mark.parametrize("key", [None, "clerk", "auditor", "administrator"])
def test_every_page_has_a_strict_policy(browser, key: str | None) -> None:
    client = browser(key)
    client.raise_request_exception = False
    for route in PLAIN:
        answer = client.get(f"/{route}")
        assert is_strict(policy_of(answer)), (route, answer.headers["Content-Security-Policy"])
        assert answer.headers["X-Content-Type-Options"] == "nosniff", route
        assert policy_of(answer)["frame-ancestors"] == ["'none'"], route
        assert answer.headers["Referrer-Policy"] == "same-origin", route


def test_the_check_sees_a_loose_policy() -> None:
    assert not is_strict({"script-src": ["'self'", "'unsafe-inline'"]})
    assert not is_strict({"media-src": ["*"]})
    assert is_strict({"default-src": ["'none'"], "sandbox": []})


def settings_with(**variables: str) -> dict[str, object]:
    """What the settings say under these variables, in a process of their own."""
    names = [f"{kind}_COOKIE_{rule}" for kind in ("SESSION", "CSRF", "LANGUAGE") for rule in ("SECURE", "SAMESITE")]
    names += [
        "SESSION_COOKIE_HTTPONLY",
        "SECURE_HSTS_SECONDS",
        "SESSION_COOKIE_AGE",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
    ]
    code = f"import json; from config import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names}}}))"
    environment = {"PATH": os.environ["PATH"], "KESSAI_VAR": os.environ.get("KESSAI_VAR", "var"), **variables}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    return dict(json.loads(done.stdout))


def test_cookies_are_secure_behind_tls(tmp_path) -> None:
    said = settings_with(KESSAI_HTTPS="1", KESSAI_VAR=str(tmp_path), KESSAI_IDLE_MINUTES="20")
    assert [said[f"{kind}_COOKIE_SECURE"] for kind in ("SESSION", "CSRF", "LANGUAGE")] == [True] * 3
    assert [said[f"{kind}_COOKIE_SAMESITE"] for kind in ("SESSION", "CSRF", "LANGUAGE")] == ["Lax"] * 3
    assert said["SESSION_COOKIE_HTTPONLY"] is True and said["SECURE_HSTS_SECONDS"] == 31536000
    assert said["SESSION_COOKIE_AGE"] == 1200
    assert said["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False


def test_the_cookie_of_a_log_in_is_out_of_reach_of_scripts_and_ends_with_the_browser(staff) -> None:
    cookie = come_in(CLERK).cookies["sessionid"]
    assert cookie["httponly"] is True and cookie["samesite"] == "Lax" and cookie["max-age"] == ""


def test_the_key_of_a_session_is_new_after_the_log_in(staff) -> None:
    client = door()
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    post_login(client, CLERK)
    assert client.cookies["sessionid"].value != before


def test_too_many_log_in_forms_of_one_address_have_a_page(staff, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    answers = [post_login(door(), "", "") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert "しばらく受け付けません" in answers[3].content.decode()


def test_too_much_brought_by_one_person_is_refused_and_others_go_on(browser, settings) -> None:
    settings.RATE_LIMITS = {"upload": "2/m/user"}
    cache.clear()
    client, other = browser("clerk"), browser("idle")
    assert [client.post("/t/limited/").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.post("/t/limited/", HTTP_SEC_FETCH_DEST="empty")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert "しばらく受け付けません" in client.post("/t/limited/").content.decode()
    assert other.post("/t/limited/").status_code == 200
    assert client.post("/t/note/", {"title": "x"}).status_code == 302


def test_what_brings_files_is_counted() -> None:
    from config.web.pages import rules_of

    counted = {route for route, view in routes(get_resolver().url_patterns) if rules_of(view).limit == "upload"}
    assert "cases/<int:pk>/draft/files/" in counted


def test_too_many_confirmations_are_refused(browser, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reauthenticate": "2/m/user"}
    client = browser("clerk")
    answers = [client.post("/accounts/confirm/", {"password": PASSWORD}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
