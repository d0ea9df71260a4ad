"""The people of the demo city 水瀬市 as fixtures, for tests of any app.

Each is a member of staff as stored; `actor_of(person)` makes what commands want, `client_of(person)` a browser in which he
is logged in.  Ask for `fresh_city` beside them where threads or real commits are needed: then they live in that copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from config.commands import Actor
    from workflow.organization.models import Staff


def _person(name: str, code: str, part: str) -> object:
    @pytest.fixture(name=name)
    def one(request: pytest.FixtureRequest) -> Staff:
        from workflow.organization.models import Staff

        request.getfixturevalue("fresh_city" if "fresh_city" in request.fixturenames else "city")
        return Staff.objects.get(code=code)

    one.__doc__ = part
    return one


drafter = _person("drafter", "200401", "佐久間, a clerk of 推進係: 起案者.")
chief = _person("chief", "200301", "白井, 係長 of 推進係 and 文書主任.")
manager = _person("manager", "200201", "三田村, 課長 of デジタル推進課.")
director = _person("director", "200101", "羽鳥, 部長 of 企画戦略部.")
auditor = _person("auditor", "290301", "仁科, 監査者: reads everything but drafts.")
administrator = _person("administrator", "900001", "The システム管理者: masters, never a record.")
outsider = _person("outsider", "230402", "Somebody of another office without any right here.")


@pytest.fixture(scope="session", autouse=True)
def forced_log_ins_are_whole() -> Iterator[None]:
    """Whom a test logs in by force has proved all there is to prove: password, second factor, a moment ago.

    Log-ins through the forms are left as they are.
    """
    from allauth.account.internal.flows.login import record_authentication
    from django.contrib.auth.signals import user_logged_in

    def prove(request: Any, user: Any, **_: Any) -> None:
        if (
            request is not None and "REMOTE_ADDR" not in request.META
        ):  # the test client's own request comes from nowhere
            record_authentication(request, user, "password", reauthenticated=True)
            record_authentication(request, user, "mfa", type="totp", reauthenticated=True)

    user_logged_in.connect(prove, dispatch_uid="tests.cast.prove")
    yield
    user_logged_in.disconnect(dispatch_uid="tests.cast.prove")


@pytest.fixture
def actor_of() -> Callable[[Staff], Actor]:
    """Makes the actor of a person as he is today, in his main post, before a browser."""
    from workflow.organization.actors import actor_for

    def make(person: Staff) -> Actor:
        return actor_for(staff=person, channel="web")

    return make


@pytest.fixture
def client_of() -> Callable[[Staff], Client]:
    """Makes a browser in which that person is logged in."""
    from django.test import Client

    def make(person: Staff) -> Client:
        client = Client(HTTP_ACCEPT="text/html")
        client.force_login(person)
        return client

    return make
