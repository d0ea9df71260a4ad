"""The demo people who must have a second factor have one, and their codes are printed for them alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from config.commands import Role
from config.demo import city as demo
from config.demo import codes
from tests.web.doors import door, inside
from workflow.organization import commands as organization
from workflow.organization.actors import actor_for
from workflow.organization.models import Staff

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def printed(settings, capsys):
    """What the command prints in a demo city."""
    settings.DEMO = True

    def run(code: str) -> str:
        call_command("otp", code)
        return capsys.readouterr().out.strip()

    return run


def test_whoever_must_have_a_second_factor_has_one_in_the_demo_city(city) -> None:
    must = {s.code for s in Staff.objects.all() if {Role.AUDITOR, Role.ADMINISTRATOR} & set(s.roles)}
    assert must == set(codes.ENROLLED)
    assert set(Authenticator.objects.filter(type="totp").values_list("user__code", flat=True)) == must


@pytest.mark.parametrize("code", codes.ENROLLED)
def test_the_printed_code_lets_in(city, printed, code: str) -> None:
    client = door()
    client.post("/accounts/login/", {"login": code, "password": demo.PASSWORD})
    assert not inside(client)
    client.post("/accounts/factor/", {"code": printed(code)})
    assert inside(client)


def test_loading_again_keeps_what_there_is(city) -> None:
    before = list(Authenticator.objects.order_by("pk").values_list("pk", flat=True))
    demo.load()
    assert list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)) == before


def test_nothing_is_printed_outside_the_demo(city, settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo data only"):
        call_command("otp", "290301")


def test_nothing_is_printed_of_anybody_else(city, printed) -> None:
    organization.add_app(
        code="200401", secret="JBSWY3DPEHPK3PXP", actor=actor_for(staff=Staff.objects.get(code="200401"), channel="web")
    )
    for code in ("200401", "999999"):
        with pytest.raises(CommandError, match="no second factor of the demo data"):
            printed(code)


def test_nothing_is_printed_once_somebody_has_an_app_of_his_own(city, printed) -> None:
    auditor, administrator = (Staff.objects.get(code=code) for code in codes.ENROLLED)
    organization.reset_factors(code=auditor.code, actor=actor_for(staff=administrator, channel="web"))
    organization.add_app(code=auditor.code, secret="JBSWY3DPEHPK3PXP", actor=actor_for(staff=auditor, channel="web"))
    with pytest.raises(CommandError):
        printed("290301")


def test_make_asks_whose() -> None:
    done = subprocess.run(
        ["make", "-n", "otp", "USER=290301", "-o", ".venv/.synced"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert 'manage.py otp "290301"' in done.stdout
    done = subprocess.run(
        ["make", "-n", "otp", "-o", ".venv/.synced"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "Whose?" in done.stdout and "manage.py" not in done.stdout
