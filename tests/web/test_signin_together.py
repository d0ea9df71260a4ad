"""Log-ins of one person at the same moment, in threads, with real commits: the limit holds, and somebody is in.

Never more than five at once: until a password has proved right it counts as a try, and five tries lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.web.conftest import PASSWORD, SYSTEM, post_login
from tests.web.doors import door
from workflow.organization import commands as organization
from workflow.organization.models import Staff
from workflow.organization.signin.models import EndedSession, StaffSession

CODE, OTHER = "700001", "700002"


@pytest.fixture(autouse=True)
def people(fresh_database: str, settings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    for code in (CODE, OTHER):
        organization.hire_staff(code=code, name="試験", actor=SYSTEM)
        organization.set_password(code=code, password=PASSWORD, temporary=False, actor=SYSTEM)
    yield


def together(*doings: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each in a thread of its own; results or exceptions, in order."""
    begin, results = threading.Barrier(len(doings)), [None] * len(doings)

    def run(number: int) -> None:
        try:
            begin.wait()
            results[number] = doings[number]()
        except Exception as odd:
            results[number] = odd
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(doings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def coming(client: Client, code: str = CODE) -> Callable[[], tuple[int, str]]:
    def come() -> tuple[int, str]:
        answer = post_login(client, code)
        return answer.status_code, answer.headers.get("Location", "")

    return come


def live(code: str = CODE) -> int:
    return StaffSession.objects.filter(staff__code=code).count()


def is_in(client: Client) -> bool:
    return client.get("/session/").status_code == 200


@pytest.mark.parametrize(("limit", "arrivals"), [(1, 2), (1, 5), (2, 3), (3, 5)])
def test_as_many_as_are_allowed_stay_and_no_more(settings, limit: int, arrivals: int) -> None:
    settings.SESSIONS_PER_PERSON = limit
    for _ in range(3):
        clients = [door() for _ in range(arrivals)]
        results = together(*(coming(client) for client in clients))
        # Whoever was outrun is sent back to the log-in form, everybody else inside: nobody sees a failure.
        assert {status for status, _address in results} == {302}, results
        assert {address for _status, address in results} <= {"/", reverse("account_login")}
        assert live() == limit
        assert [is_in(client) for client in clients].count(True) == limit
    assert EndedSession.objects.filter(why="surplus").count() == 3 * arrivals - limit


def test_whoever_was_ended_is_told_by_what(settings) -> None:
    settings.SESSIONS_PER_PERSON = 1
    clients = [door() for _ in range(4)]
    together(*(coming(client) for client in clients))
    pages = [client.get("/documents/search/", follow=True).content.decode() for client in clients if not is_in(client)]
    assert len(pages) == 3 and all("新しくログインがあったため" in page for page in pages)


def test_log_ins_of_others_are_left_alone(settings) -> None:
    settings.SESSIONS_PER_PERSON = 2
    clients = [(door(), (CODE, OTHER)[number % 2]) for number in range(8)]
    results = together(*(coming(client, code) for client, code in clients))
    assert {status for status, _address in results} == {302}
    assert (live(CODE), live(OTHER)) == (2, 2)


def test_without_a_limit_everybody_stays(settings) -> None:
    settings.SESSIONS_PER_PERSON = 0
    clients = [door() for _ in range(5)]
    together(*(coming(client) for client in clients))
    assert live() == 5 and all(is_in(client) for client in clients)


def test_an_answer_under_way_while_its_log_in_ends_is_still_given(settings) -> None:
    """Pages asked for at the moment of the end: each is given or leads to the log-in form, none fails."""
    client = door()
    coming(client)()
    staff = Staff.objects.get(code=CODE)
    together_with = [lambda: organization.end_all_sessions(code=CODE, actor=SYSTEM)]
    same = [door() for _ in range(4)]
    for other in same:
        other.cookies["sessionid"] = client.cookies["sessionid"].value
    asking = [lambda other=other: other.post("/session/extend/").status_code for other in same]
    results = together(*asking, *together_with)
    assert set(results[:4]) <= {204, 401}, results
    assert not StaffSession.objects.filter(staff=staff).exists() and not is_in(client)
