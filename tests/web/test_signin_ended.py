"""Whoever's log-in was ended is told why, on the log-in form and by what scripts ask; what was saved of a draft stays."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.http import HttpRequest
from django.test import Client

from approvals.models import Case
from config import clock
from config.web.session import ENDED_BECAUSE
from tests.journeys import furnish
from tests.web.conftest import PASSWORD, SYSTEM, post_login
from tests.web.doors import come_in, door, inside
from workflow.organization import commands as organization
from workflow.organization.accounts import StaffAdapter
from workflow.organization.actors import actor_for
from workflow.organization.commands.logins import KEPT
from workflow.organization.models import Staff
from workflow.organization.signin.models import EndedSession, StaffSession

CLERK = "700001"
SCRIPT = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}


def told(client: Client, language: str = "ja") -> str:
    """What the log-in form says after the browser was sent to it."""
    client.cookies["django_language"] = language
    answer = client.get("/documents/search/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/"), answer.redirect_chain
    found = re.search(r'<div class="note care" role="status">.*?<div>(.*?)</div></div>', answer.content.decode(), re.S)
    return found.group(1) if found else ""


@pytest.mark.django_db
def test_a_newer_log_in_is_named(staff, settings) -> None:
    settings.SESSIONS_PER_PERSON = 1
    first, second = come_in(CLERK), come_in(CLERK)
    assert "同じ職員番号で新しくログインがあったため" in told(first)
    assert "保存された下書きは残っています。" in told(first)
    assert inside(second)


@pytest.mark.django_db
def test_a_log_in_that_is_outrun_before_its_answer_is_sent_is_told_too(staff, monkeypatch) -> None:
    """Between the check that the log-in still stands and the writing of its session, another one may end it."""
    super_response = StaffAdapter.get_login_redirect_url

    def outrun(self: StaffAdapter, request: HttpRequest) -> str:
        organization.end_all_sessions(code=CLERK, why="surplus", actor=SYSTEM)
        return super_response(self, request)

    monkeypatch.setattr(StaffAdapter, "get_login_redirect_url", outrun)
    client = door()
    assert post_login(client, CLERK).status_code == 302
    assert not StaffSession.objects.filter(staff__code=CLERK).exists() and not inside(client)
    assert "同じ職員番号で新しくログインがあったため" in told(client)


@pytest.mark.django_db
def test_it_is_said_until_somebody_logs_in_and_in_english_too(staff, settings) -> None:
    settings.SESSIONS_PER_PERSON = 1
    first, _second = come_in(CLERK), come_in(CLERK)
    assert told(first) and told(first)
    assert "Somebody logged in with the same staff number" in told(first, "en")
    post_login(first, CLERK)
    assert inside(first)
    first.post("/accounts/logout/")
    assert told(first, "ja") == ""


@pytest.mark.django_db
def test_who_ended_it_is_named(staff) -> None:
    here, there = come_in(CLERK), come_in(CLERK)
    handle = re.findall(r"/accounts/sessions/(\w+)/end/", here.get("/accounts/sessions/").content.decode())[0]
    here.post(f"/accounts/sessions/{handle}/end/")
    assert "別の端末での操作" in told(there)
    organization.end_all_sessions(code=CLERK, actor=actor_for(staff=staff["administrator"], channel="web"))
    assert "システム管理者が" in told(here)


@pytest.mark.django_db
def test_a_changed_password_is_named_elsewhere_only(staff) -> None:
    here, there, new = come_in(CLERK), come_in(CLERK), "atarashii-kotoba-9"
    here.post("/accounts/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert "パスワードが変わったため" in told(there)
    assert here.get("/session/").status_code == 200


@pytest.mark.django_db
def test_a_password_set_by_the_administrator_is_named(staff) -> None:
    here = come_in(CLERK)
    organization.set_password(code=CLERK, password="kari-no-kotoba-3", actor=SYSTEM)
    assert "パスワードが変わったため" in told(here)


@pytest.mark.django_db
def test_whoever_retired_is_told_so(staff) -> None:
    here = come_in(CLERK)
    organization.retire_staff(code=CLERK, actor=actor_for(staff=staff["administrator"], channel="web"))
    assert "退職か休職" in told(here) and not StaffSession.objects.filter(staff=staff["clerk"]).exists()
    # Also where no command ended the log-in: somebody whose last day was yesterday.
    other = come_in("700004")
    Staff.objects.filter(code="700004").update(is_active=False)
    assert "退職か休職" in told(other)


@pytest.mark.django_db
def test_an_idle_log_in_and_a_long_one_are_told_apart(staff, settings) -> None:
    settings.SESSION_COOKIE_AGE, settings.SESSION_LONGEST = 3600, 2 * 3600
    with time_machine.travel(clock.now(), tick=False) as now:
        idle, busy = come_in(CLERK), come_in(CLERK)
        now.shift(dt.timedelta(minutes=50))
        busy.get("/")
        now.shift(dt.timedelta(minutes=11))
        assert "しばらく操作がなかったため" in told(idle)
        busy.get("/")
        now.shift(dt.timedelta(minutes=58))
        busy.get("/")
        now.shift(dt.timedelta(minutes=2))
        assert "長い時間がたったため" in told(busy)


@pytest.mark.django_db
def test_nobody_is_told_anything_without_a_log_in_that_ended(staff) -> None:
    assert told(door()) == ""
    stranger = door()
    stranger.cookies["sessionid"] = "a" * 32
    assert told(stranger) == ""
    left = come_in(CLERK)
    left.post("/accounts/logout/")
    assert told(left) == ""


@pytest.mark.django_db
def test_no_key_is_kept_and_old_ends_are_forgotten(staff, settings) -> None:
    settings.SESSIONS_PER_PERSON = 1
    with time_machine.travel(clock.now()) as now:
        first = come_in(CLERK)
        key = first.session.session_key
        come_in(CLERK)
        assert EndedSession.objects.count() == 1 and not EndedSession.objects.filter(key_hash__contains=key).exists()
        now.shift(KEPT + dt.timedelta(hours=1))
        come_in(CLERK), come_in(CLERK)
        assert EndedSession.objects.filter(ended_at__lt=clock.now() - KEPT).count() == 0


@pytest.mark.django_db
def test_a_form_sent_after_the_end_is_kept_with_the_reason(staff, settings) -> None:
    settings.SESSIONS_PER_PERSON = 1
    first, _second = come_in(CLERK), come_in(CLERK)
    page = first.post("/accounts/sessions/abc/end/", {"note": "まだ送っていない文"}).content.decode()
    assert "新しくログインがあったため" in page and "まだ送っていない文" in page


def test_a_draft_is_kept_when_the_log_in_ends_in_the_middle(city: None, settings) -> None:
    from config.demo.city import PASSWORD as WORD

    settings.SESSIONS_PER_PERSON = 1
    first = door()
    post_login(first, "200401", WORD)
    draft = Case.objects.get(pk=furnish.cases()["draft"])
    address = f"/cases/{draft.pk}/draft/"
    form = first.get(address).context["form"]
    sent = {field.html_name: field.value() or "" for field in form} | {"title": "防犯灯の設置について"}
    assert first.post(f"{address}save/", sent, **SCRIPT).status_code == 200
    second = door()
    post_login(second, "200401", WORD)
    refused = first.post(f"{address}save/", sent | {"title": "二丁目"}, **SCRIPT)
    assert refused.status_code == 401 and refused.json()["why"] == ENDED_BECAUSE["surplus"]
    assert first.get("/session/").json()["why"] == ENDED_BECAUSE["surplus"]
    assert "新しくログインがあったため" in told(first)
    back = post_login(first, "200401", WORD, next=address)
    assert back.headers["Location"] == address
    assert 'value="防犯灯の設置について"' in first.get(address).content.decode()
