"""Passwords: length, kinds, none of the last ones, and a given one is changed at the first log-in."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from config.errors import Invalid, NotAllowed
from tests.web.conftest import PASSWORD, SYSTEM, post_login
from tests.web.doors import acts, come_in, door, inside, last_entry
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff
from workflow.organization.signin.models import FormerPassword, SignInState
from workflow.organization.signin.passwords import HistoryValidator, KindsValidator

pytestmark = pytest.mark.django_db
CLERK = "700001"


def change(client, old: str, new: str):
    return client.post("/accounts/password/", {"oldpassword": old, "password1": new, "password2": new})


def own(code: str = CLERK):
    return actor_for(staff=Staff.objects.get(code=code), channel="web")


def give(password: str, **more: bool) -> None:
    organization.set_password(code=CLERK, password=password, actor=SYSTEM, **more)


@pytest.mark.parametrize(
    ("password", "kinds"),
    [("abcdefgh", 1), ("abcdEFGH", 2), ("abcd1234", 2), ("abcdEF12", 3), ("abCD12-!", 4), ("ひらがなabc", 2), ("", 0)],
)
def test_kinds_of_signs_are_counted(password: str, kinds: int) -> None:
    if kinds:
        KindsValidator(kinds).validate(password)
    with pytest.raises(ValidationError, match=f"{kinds + 1} 種類以上"):
        KindsValidator(kinds + 1).validate(password)


def test_too_few_kinds_are_refused_in_the_form(staff) -> None:
    client = come_in(CLERK)
    text = change(client, PASSWORD, "chigaukotobadesu").content.decode()
    assert "2 種類以上を使ってください。" in text
    assert Staff.objects.get(code=CLERK).check_password(PASSWORD)


def test_the_last_passwords_are_not_taken_again(staff, settings) -> None:
    words = [f"kotoba-no-{number}-banme" for number in range(5)]
    for word in words:
        organization.change_own_password(password=word, actor=own())
    for word in words[1:]:
        with pytest.raises(Invalid) as refused:
            organization.change_own_password(password=word, actor=own())
        assert refused.value.fields["password"] == ["最近の 4 個のパスワードは使えません。"]
    organization.change_own_password(password=words[0], actor=own())
    assert Staff.objects.get(code=CLERK).check_password(words[0])
    assert FormerPassword.objects.filter(staff__code=CLERK).count() == 6


def test_how_many_are_remembered_is_a_setting() -> None:
    HistoryValidator(0).validate("nani-ka")
    assert HistoryValidator(7).get_help_text() == "最近の 7 個のパスワードは使えません。"


def test_a_history_of_one_is_the_present_password_alone(staff) -> None:
    person = Staff.objects.get(code=CLERK)
    organization.change_own_password(password="kotoba-no-2-banme", actor=own())
    person.refresh_from_db()
    HistoryValidator(1).validate(PASSWORD, person)
    with pytest.raises(ValidationError):
        HistoryValidator(1).validate("kotoba-no-2-banme", person)


def test_a_given_password_is_changed_at_the_first_log_in(staff) -> None:
    give("kari-no-kotoba-5")
    client, before = door(), last_entry()
    post_login(client, CLERK, "kari-no-kotoba-5")
    assert inside(client)
    for address in ("/", "/accounts/factors/", "/documents/search/"):
        assert client.get(address).headers["Location"].startswith("/accounts/password/?next=")
    assert "いまのパスワードは仮のものです。" in client.get("/accounts/password/").content.decode()
    assert change(client, "kari-no-kotoba-5", "jibun-no-kotoba-6").status_code == 302
    assert client.get("/").status_code == 200
    assert "仮のもの" not in client.get("/accounts/password/").content.decode()
    assert acts(since=before) == ["login.done", "staff.own_password"]
    assert not SignInState.objects.get(staff__code=CLERK).must_change_password


def test_the_given_one_cannot_be_kept_and_leaving_does_not_help(staff) -> None:
    give("kari-no-kotoba-5")
    client = door()
    post_login(client, CLERK, "kari-no-kotoba-5")
    assert "最近の 4 個" in change(client, "kari-no-kotoba-5", "kari-no-kotoba-5").content.decode()
    client.post("/accounts/logout/")
    post_login(client, CLERK, "kari-no-kotoba-5")
    assert client.get("/").headers["Location"].startswith("/accounts/password/")


def test_the_city_may_do_without_the_change(staff, settings) -> None:
    settings.PASSWORD_FIRST_CHANGE = False
    give("kari-no-kotoba-5")
    client = door()
    post_login(client, CLERK, "kari-no-kotoba-5")
    assert client.get("/").status_code == 200


def test_a_password_that_is_not_temporary_stays(staff) -> None:
    give("nagai-kotoba-8", temporary=False)
    client = door()
    post_login(client, CLERK, "nagai-kotoba-8")
    assert client.get("/").status_code == 200


def test_only_the_administrator_gives_passwords(staff) -> None:
    for code in (CLERK, "700002"):
        with pytest.raises(NotAllowed):
            organization.set_password(code=CLERK, password="kari-no-kotoba-5", actor=own(code))
    with pytest.raises(Invalid):
        give("mijikai")
    assert Staff.objects.get(code=CLERK).check_password(PASSWORD)


def test_the_page_tells_the_rules(staff) -> None:
    text = come_in(CLERK).get("/accounts/password/").content.decode()
    for rule in ("12 文字以上", "2 種類以上", "最近の 4 個"):
        assert rule in text
