"""Before a dangerous act the person proves anew who he is, and what he sent goes on afterwards."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from config import clock
from config.web.pages import rules_of
from tests.web.conftest import PASSWORD
from tests.web.doors import app_code, come_in, enrol
from tests.web.test_access import ALL_VIEWS

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]
CLERK, AUDITOR = "700001", "700002"
LATER = dt.timedelta(minutes=11)


@pytest.fixture
def late(staff):
    """A clock that can be moved on."""
    with time_machine.travel(clock.now(), tick=False) as now:
        yield now


def confirm(client: Client, answer, **typed: str):
    """Open the confirmation to which one was led, and prove it."""
    address = answer.headers["Location"]
    page = client.get(address)
    assert "<h1>本人の確認</h1>" in page.content.decode()
    (following,) = re.findall(r'name="next" value="([^"]+)"', page.content.decode().split("<main")[1])
    return client.post(address.split("?")[0], typed | {"next": following})


def test_shortly_after_the_log_in_nothing_is_asked(late) -> None:
    client = come_in(CLERK)
    assert client.get("/t/danger/").content.decode() == "開きました"


def test_later_the_password_is_asked_and_the_page_opens(late) -> None:
    client = come_in(CLERK)
    late.shift(LATER)
    answer = client.get("/t/danger/?q=1")
    assert answer.headers["Location"] == "/accounts/confirm/?next=%2Ft%2Fdanger%2F%3Fq%3D1"
    answer = confirm(client, answer, password=PASSWORD)
    assert answer.headers["Location"] == "/t/danger/?q=1"
    assert client.get("/t/danger/?q=1").status_code == 200
    late.shift(LATER)
    assert client.get("/t/danger/").status_code == 302


def test_a_wrong_password_opens_nothing_and_counts(late) -> None:
    client = come_in(CLERK)
    late.shift(LATER)
    answer = confirm(client, client.get("/t/danger/"), password="chigau-kotoba-1")
    assert answer.status_code == 200 and "パスワードが違います。" in answer.content.decode()
    assert client.get("/t/danger/").status_code == 302


def test_who_has_a_second_factor_confirms_with_it(late) -> None:
    enrol(AUDITOR)
    client = come_in(AUDITOR)
    late.shift(LATER)
    answer = client.get("/t/danger/")
    assert answer.headers["Location"].startswith("/accounts/confirm/code/")
    assert client.get("/accounts/confirm/").headers["Location"].startswith("/accounts/confirm/code/")
    answer = confirm(client, answer, code=app_code())
    assert answer.headers["Location"] == "/t/danger/"
    assert client.get("/t/danger/").status_code == 200


def test_a_form_waits_for_the_confirmation_and_goes_on_unchanged(late) -> None:
    client = come_in(CLERK)
    late.shift(LATER)
    answer = client.post("/t/danger/?x=1", {"title": "<b>防犯灯</b>", "lines": ["一", "二"], "old_password": "x"})
    assert answer.headers["Location"] == "/accounts/confirm/?next=%2Faccounts%2Fconfirm%2Fform%2F"
    answer = confirm(client, answer, password=PASSWORD)
    text = client.get(answer.headers["Location"]).content.decode()
    assert 'action="/t/danger/?x=1"' in text and "data-sends-itself" in text
    assert 'name="title" value="&lt;b&gt;防犯灯&lt;/b&gt;"' in text
    assert text.count('name="lines"') == 2 and "old_password" not in text
    assert client.get("/accounts/confirm/form/").headers["Location"] == "/"  # once
    assert client.post("/t/danger/?x=1", {"title": "x"}).status_code == 200


def test_a_form_that_waited_too_long_is_gone(late) -> None:
    client = come_in(CLERK)
    late.shift(LATER)
    client.post("/t/danger/", {"title": "x"})
    late.shift(LATER)
    assert client.get("/accounts/confirm/form/").headers["Location"] == "/"


def test_scripts_are_told_where_to_go(late) -> None:
    client = come_in(CLERK)
    late.shift(LATER)
    answer = client.post("/t/danger/", {"title": "x"}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer.json()["code"]) == (403, "confirm")
    assert answer.headers["HX-Redirect"].startswith("/accounts/confirm/?next=")


def test_the_time_is_a_setting(late, settings) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600 * 0.5
    client = come_in(CLERK)
    late.shift(LATER)
    assert client.get("/t/danger/").status_code == 200


DANGEROUS = {"ledger/csv/", "accounts/factors/app/remove/", "accounts/factors/codes/new/", "accounts/manage/"}


def test_the_dangerous_pages_say_so() -> None:
    asking = {route for route, view in ALL_VIEWS if rules_of(view).confirms}
    assert asking >= DANGEROUS and "cases/<int:pk>/" in asking


def test_a_decision_asks_only_where_the_city_wants_it(rf, settings) -> None:
    from approvals.views.case import CaseView

    rules = rules_of(CaseView.as_view())
    for wanted in (False, True):
        settings.CONFIRM_DECISIONS = wanted
        assert rules.wants_confirmation(rf.post("/", {"verb": "decide"})) is wanted
        assert rules.wants_confirmation(rf.post("/", {"verb": "approve"})) is False
        assert rules.wants_confirmation(rf.get("/")) is False


def test_the_ledgers_file_asks(late) -> None:
    enrol(AUDITOR)
    client = come_in(AUDITOR)
    assert client.post("/ledger/csv/?who=700002").status_code == 200
    late.shift(LATER)
    assert client.get("/ledger/").status_code == 200
    assert client.post("/ledger/csv/?who=700002").headers["Location"].startswith("/accounts/confirm/code/")
