"""Too many wrong tries lock one person for a while; an administrator unlocks."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.management import CommandError, call_command

from config import clock
from config.errors import NotAllowed, NotFound
from tests.web.conftest import SYSTEM, post_login
from tests.web.doors import acts, app_code, come_in, door, enrol, inside, last_entry
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff
from workflow.organization.signin.models import SignInState

pytestmark = pytest.mark.django_db
CLERK, AUDITOR, ADMINISTRATOR = "700001", "700002", "700003"
WRONG = "chigau-kotoba-1"


def fail(code: str, times: int) -> None:
    for _ in range(times):
        post_login(door(), code, WRONG)


def is_locked(code: str) -> bool:
    client = door()
    answer = post_login(client, code)
    return not inside(client) and "ログインを止めています" in answer.content.decode()


def test_the_lock_holds_in_the_database_whatever_the_cache_forgets(staff) -> None:
    from django.core.cache import cache

    fail(CLERK, 5)
    cache.clear()
    assert is_locked(CLERK)
    assert acts(since=0)[-6:] == ["login.refused"] * 5 + ["login.locked"]


@pytest.mark.parametrize(("tries", "minutes"), [(3, 30), (2, 1)])
def test_number_and_minutes_are_settings(staff, settings, tries: int, minutes: int) -> None:
    settings.LOCK_AFTER, settings.LOCK_MINUTES = tries, minutes
    settings.ACCOUNT_RATE_LIMITS = {}
    with time_machine.travel(clock.now(), tick=False) as now:
        fail(CLERK, tries - 1)
        assert not SignInState.objects.get(staff__code=CLERK).locked_until
        fail(CLERK, 1)
        assert SignInState.objects.get(staff__code=CLERK).locked_until == clock.now() + dt.timedelta(minutes=minutes)
        now.shift(dt.timedelta(minutes=minutes, seconds=-1))
        assert is_locked(CLERK)
        now.shift(dt.timedelta(seconds=2))
        come_in(CLERK)


def test_tries_far_apart_are_not_in_a_row(staff, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(8):
            fail(CLERK, 1)
            now.shift(dt.timedelta(minutes=6))
        come_in(CLERK)


def test_coming_in_begins_the_count_anew(staff) -> None:
    for _ in range(3):
        fail(CLERK, 4)
        come_in(CLERK)
    assert "login.locked" not in acts()


def test_wrong_codes_lock_too_and_the_right_password_does_not_help(staff) -> None:
    enrol(AUDITOR)
    client, before = door(), last_entry()
    post_login(client, AUDITOR)
    for number in range(5):
        client.post("/accounts/factor/", {"code": f"00000{number}"})
    text = client.post("/accounts/factor/", {"code": app_code()}).content.decode()
    assert "ログインを止めています" in text and not inside(client)
    assert is_locked(AUDITOR)
    assert acts(since=before) == ["login.code_refused"] * 5 + ["login.locked"]


def test_half_a_log_in_does_not_begin_the_count_anew(staff) -> None:
    enrol(AUDITOR)
    for number in range(4):
        client = door()
        post_login(client, AUDITOR)
        client.post("/accounts/factor/", {"code": f"00000{number}"})
    fail(AUDITOR, 1)
    assert is_locked(AUDITOR)


def test_an_administrator_unlocks(staff) -> None:
    fail(CLERK, 5)
    before = last_entry()
    organization.unlock_login(code=CLERK, actor=actor_for(staff=staff["administrator"], channel="web"))
    come_in(CLERK)
    assert acts(since=before) == ["login.unlocked", "login.done"]


def test_nobody_else_unlocks(staff) -> None:
    fail(CLERK, 5)
    for key in ("clerk", "auditor"):
        with pytest.raises(NotAllowed, match="システム管理者だけ"):
            organization.unlock_login(code=CLERK, actor=actor_for(staff=staff[key], channel="web"))
    with pytest.raises(NotFound):
        organization.unlock_login(code="999999", actor=SYSTEM)
    assert is_locked(CLERK) and "login.unlocked" not in acts()


def test_numbers_that_nobody_has_are_answered_alike(staff) -> None:
    seen = {}
    for code in (CLERK, "799999"):
        texts = [post_login(door(), code, WRONG).content.decode() for _ in range(6)]
        seen[code] = ["ログインを止めています" in text for text in texts]
    assert seen[CLERK] == seen["799999"] == [False] * 5 + [True]
    assert not Staff.objects.filter(code="799999").exists()


def test_the_page_of_the_administrator_unlocks_resets_ends_and_gives_a_password(staff, browser) -> None:
    fail(CLERK, 5)
    enrol(CLERK)
    client = browser("administrator")
    text = client.get(f"/accounts/manage/?code={CLERK}").content.decode()
    assert "まで停止" in text and "停止を解く" in text and text.count(CLERK) >= 2
    before = last_entry()
    for act in ("unlock", "reset", "end"):
        assert client.post("/accounts/manage/", {"code": CLERK, "act": act}).status_code == 302
    given = {"code": CLERK, "act": "password", "password": "kari-no-kotoba-5"}
    assert client.post("/accounts/manage/", given).status_code == 302
    assert acts(since=before) == ["login.unlocked", "factor.reset", "session.all_ended", "staff.password"]
    text = client.get(f"/accounts/manage/?code={CLERK}").content.decode()
    assert "次のログインで変える" in text and "停止を解く" not in text
    assert "いまログインを止めている職員はいません。" in text


def test_the_page_tells_what_is_wrong(staff, browser) -> None:
    client = browser("administrator")
    assert "その職員番号の職員はいません。" in client.get("/accounts/manage/?code=1").content.decode()
    answer = client.post("/accounts/manage/", {"code": CLERK, "act": "password", "password": "mijikai"})
    assert answer.status_code == 422 and "12 文字" in answer.content.decode()
    assert browser("auditor").get("/accounts/manage/").status_code == 404
    assert browser("clerk").post("/accounts/manage/", {"code": CLERK, "act": "unlock"}).status_code == 404


def test_the_console_unlocks_too(staff, capsys) -> None:
    fail(CLERK, 5)
    call_command("sign_in", "unlock", CLERK)
    assert "done" in capsys.readouterr().out
    come_in(CLERK)
    with pytest.raises(CommandError, match="999999"):
        call_command("sign_in", "unlock", "999999")
