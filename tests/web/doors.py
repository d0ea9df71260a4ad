"""What tests of logging in share: an app's codes, a ledger that is read back, a browser on its way in."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client

from config.demo.codes import code_now
from documents.ledger.models import LedgerEntry
from tests.web.conftest import SYSTEM, post_login
from workflow.organization import commands as organization

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PREFIX = "organization."


def app_code(steps: int = 0) -> str:
    """What the app shows now; other steps where one code is already used."""
    return code_now(SECRET, steps=steps)


def enrol(code: str) -> None:
    """Give somebody the app of these tests."""
    organization.add_app(code=code, secret=SECRET, actor=SYSTEM)


def acts(*, since: int = 0) -> list[str]:
    """What the ledger says of logging in, in order, without the setting up of people."""
    rows = LedgerEntry.objects.filter(action__startswith=PREFIX, pk__gt=since).order_by("pk")
    named = [row.action.removeprefix(PREFIX) for row in rows]
    return [name for name in named if name.split(".")[0] in ("login", "factor", "session") or "password" in name]


def last_entry() -> int:
    """The newest row, to read on from there."""
    return LedgerEntry.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def details(action: str) -> dict[str, Any]:
    """The details of the newest entry of that action."""
    row = LedgerEntry.objects.filter(action=PREFIX + action).order_by("pk").last()
    assert row is not None, action
    return dict(json.loads(row.body)["details"])


def door() -> Client:
    """A browser before the log-in."""
    return Client(HTTP_ACCEPT="text/html", HTTP_USER_AGENT="Mozilla/5.0 試験")


def come_in(code: str, *, steps: int | None = 0) -> Client:
    """Log in by the forms, with a code where there is an app."""
    client = door()
    answer = post_login(client, code)
    if steps is not None and answer.headers["Location"] == "/accounts/factor/":
        answer = client.post("/accounts/factor/", {"code": app_code(steps)})
    assert answer.status_code == 302 and inside(client), answer.content.decode()
    return client


def inside(client: Client) -> bool:
    """Whether somebody is logged in with this browser."""
    return "_auth_user_id" in client.session


def factors_of(person: Any) -> list[str]:
    """The kinds of second factors somebody has."""
    return sorted(Authenticator.objects.filter(user=person).values_list("type", flat=True))
