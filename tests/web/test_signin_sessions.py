"""Log-ins under way: listed, ended, limited in number, and ended by themselves."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine

from config import clock
from config.errors import NotAllowed, NotFound
from tests.web.conftest import SYSTEM, post_login
from tests.web.doors import acts, come_in, details, door, inside, last_entry
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.signin.models import StaffSession

pytestmark = pytest.mark.django_db
CLERK, IDLE = "700001", "700004"


def handles(client) -> list[str]:
    return re.findall(r"/accounts/sessions/(\w+)/end/", client.get("/accounts/sessions/").content.decode())


def is_in(client) -> bool:
    return client.get("/session/").status_code == 200


def test_a_session_says_whose_it_is_since_when_and_from_where(staff) -> None:
    door().get("/accounts/login/")
    come_in(CLERK)
    rows = StaffSession.objects.exclude(staff=None)
    assert [(row.staff.code, row.address, row.browser) for row in rows] == [(CLERK, "127.0.0.1", "Mozilla/5.0 試験")]
    assert abs((rows[0].started_at - clock.now()).total_seconds()) < 60


def test_ones_log_ins_are_listed_and_another_one_is_ended(staff) -> None:
    here, there, somebody = come_in(CLERK), come_in(CLERK), come_in(IDLE)
    before, page = last_entry(), here.get("/accounts/sessions/").content.decode()
    assert page.count("Mozilla/5.0 試験") == 2 and page.count(">この端末<") == 1
    (handle,) = handles(here)
    answer = here.post(f"/accounts/sessions/{handle}/end/", follow=True)
    assert "その端末のログインを終えました。" in answer.content.decode()
    assert (is_in(here), is_in(there), is_in(somebody)) == (True, False, True)
    assert acts(since=before) == ["session.ended"]
    assert details("session.ended")["why"] == "own"
    assert here.post(f"/accounts/sessions/{handle}/end/").status_code == 404


def test_the_list_holds_no_key_that_lets_in(staff) -> None:
    here = come_in(CLERK)
    come_in(CLERK)
    text = here.get("/accounts/sessions/").content.decode()
    assert not [row for row in StaffSession.objects.all() if row.session_key in text]


@pytest.mark.parametrize("others", [1, 3])
def test_as_many_queries_for_one_log_in_as_for_three(staff, others: int, django_assert_num_queries) -> None:
    here = come_in(CLERK)
    for _ in range(others):
        come_in(CLERK)
    with django_assert_num_queries(QUERIES):
        here.get("/accounts/sessions/")


QUERIES = 6  # session, person, his posts, units; the rows; the menu's count


def test_another_persons_log_in_is_not_ended(staff) -> None:
    somebody, other = come_in(IDLE), come_in(IDLE)
    (handle,) = handles(somebody)
    assert come_in(CLERK).post(f"/accounts/sessions/{handle}/end/").status_code == 404
    assert is_in(other)
    with pytest.raises(NotAllowed):
        organization.end_session(handle=handle, actor=SYSTEM)
    with pytest.raises(NotFound):
        organization.end_session(handle=handle, actor=actor_for(staff=staff["clerk"], channel="web"))


def test_all_log_ins_of_a_person_are_ended_by_the_administrator_only(staff) -> None:
    one, two, somebody = come_in(CLERK), come_in(CLERK), come_in(IDLE)
    with pytest.raises(NotAllowed):
        organization.end_all_sessions(code=CLERK, actor=actor_for(staff=staff["idle"], channel="web"))
    assert is_in(one) and is_in(two)
    organization.end_all_sessions(code=CLERK, actor=actor_for(staff=staff["administrator"], channel="web"))
    assert (is_in(one), is_in(two), is_in(somebody)) == (False, False, True)
    assert acts()[-1] == "session.all_ended"


def test_the_newest_wins_where_one_log_in_is_allowed(staff, settings) -> None:
    settings.SESSIONS_PER_PERSON = 1
    first, somebody, before = come_in(CLERK), come_in(IDLE), last_entry()
    second = come_in(CLERK)
    assert (is_in(first), is_in(second), is_in(somebody)) == (False, True, True)
    assert acts(since=before) == ["session.ended", "login.done"]
    assert details("session.ended")["why"] == "surplus"
    assert "同時に使える端末は1台です。" in second.get("/accounts/sessions/").content.decode()


def test_where_three_are_allowed_the_oldest_ends(staff, settings) -> None:
    settings.SESSIONS_PER_PERSON = 3
    with time_machine.travel(clock.now(), tick=False) as now:
        clients = []
        for _ in range(5):
            clients.append(come_in(CLERK))
            now.shift(dt.timedelta(minutes=1))
        assert [is_in(client) for client in clients] == [False, False, True, True, True]


def test_without_a_limit_all_stay(staff) -> None:
    assert all(is_in(client) for client in [come_in(CLERK) for _ in range(4)])


def test_a_log_in_without_an_act_ends(staff, settings) -> None:
    settings.SESSION_COOKIE_AGE = 15 * 60
    with time_machine.travel(clock.now(), tick=False) as now:
        client = come_in(CLERK)
        now.shift(dt.timedelta(minutes=14))
        assert client.get("/").status_code == 200
        now.shift(dt.timedelta(minutes=14))
        assert client.get("/").status_code == 200
        now.shift(dt.timedelta(minutes=15, seconds=1))
        assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_what_a_script_asks_by_itself_is_no_act(staff, settings) -> None:
    settings.SESSION_COOKIE_AGE = 15 * 60
    with time_machine.travel(clock.now(), tick=False) as now:
        client = come_in(CLERK)
        for _ in range(3):
            now.shift(dt.timedelta(minutes=4))
            assert client.get("/session/").status_code == 200
        now.shift(dt.timedelta(minutes=4))
        assert client.get("/session/").status_code == 401


def test_the_longest_log_in_ends_whatever_is_done(staff, settings) -> None:
    settings.SESSION_COOKIE_AGE, settings.SESSION_LONGEST = 3600, 2 * 3600
    with time_machine.travel(clock.now(), tick=False) as now:
        client = come_in(CLERK)
        for _ in range(3):
            now.shift(dt.timedelta(minutes=39))
            assert client.get("/").status_code == 200
        assert client.get("/session/").json()["ends_in"] == 180
        now.shift(dt.timedelta(minutes=3, seconds=1))
        assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_an_act_is_not_written_down_each_time(staff, django_assert_max_num_queries) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        client = come_in(CLERK)
        client.get("/accounts/sessions/")
        with django_assert_max_num_queries(QUERIES):
            client.get("/accounts/sessions/")
        seen = StaffSession.objects.get(staff=staff["clerk"]).seen_at
        now.shift(dt.timedelta(seconds=31))
        client.get("/accounts/sessions/")
        assert StaffSession.objects.get(staff=staff["clerk"]).seen_at > seen


def test_a_changed_password_keeps_this_log_in_and_its_row(staff) -> None:
    client, words = come_in(CLERK), ("kawara-no-uta-7", "atarashii-kotoba-9")
    client.post("/accounts/password/", {"oldpassword": words[0], "password1": words[1], "password2": words[1]})
    assert is_in(client) and StaffSession.objects.filter(staff=staff["clerk"]).count() == 1


def test_logging_out_leaves_no_row(staff) -> None:
    client = come_in(CLERK)
    client.post("/accounts/logout/")
    assert not inside(client) and not StaffSession.objects.filter(staff=staff["clerk"]).exists()
    assert post_login(client, CLERK).status_code == 302
