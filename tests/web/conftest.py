"""People for the tests of the page frame: one of each kind of right."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from config.commands import Role, system_actor
from workflow.organization import commands as organization
from workflow.organization.models import Staff

SYSTEM = system_actor("test-people", channel="cli")
SINCE = dt.date(2024, 4, 1)
PASSWORD = "kawara-no-uta-7"


@pytest.fixture(autouse=True)
def _quick_and_apart(settings) -> None:
    """A quick hasher, and none of the counts of wrong log-ins that other tests left in the cache."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def staff(db: None) -> dict[str, Staff]:
    """A clerk with a post, an auditor with a post, an administrator without, and somebody with nothing at all."""
    organization.create_unit(code="90", name="監査委員事務局", valid_from=SINCE, actor=SYSTEM)
    found = {}
    for code, key, roles in [
        ("700001", "clerk", []),
        ("700002", "auditor", [str(Role.AUDITOR)]),
        ("700003", "administrator", [str(Role.ADMINISTRATOR)]),
        ("700004", "idle", []),
    ]:
        found[key] = organization.hire_staff(code=code, name=f"試験 {key}", roles=roles, actor=SYSTEM)
        organization.set_password(code=code, password=PASSWORD, temporary=False, actor=SYSTEM)
    for key in ("clerk", "auditor"):
        post = organization.create_post(unit_code="90", name=f"書記{key}", rank=10, valid_from=SINCE, actor=SYSTEM)
        organization.appoint(staff_code=found[key].code, post_id=post.pk, valid_from=SINCE, actor=SYSTEM)
    return {key: Staff.objects.get(pk=person.pk) for key, person in found.items()}


@pytest.fixture
def browser(staff: dict[str, Staff]):
    """Makes a client of somebody logged in; without a name, of nobody."""

    def make(key: str | None = None, **headers: str) -> Client:
        client = Client(HTTP_ACCEPT="text/html", **headers)
        if key is not None:
            client.force_login(staff[key])
        return client

    return make


def post_login(client: Client, code: str, password: str = PASSWORD, **more: str):
    """Send the log-in form."""
    return client.post("/accounts/login/", {"login": code, "password": password, **more})
