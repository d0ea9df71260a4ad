"""People, their absences and deputies; the demo city, loaded twice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps

from config.commands import Role, system_actor
from config.demo import city as demo
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry
from workflow.organization import commands, queries
from workflow.organization.models import Absence, Appointment, Delegation, Staff

SYSTEM = system_actor("test-organization", channel="cli")
HOUR = dt.timedelta(hours=1)
START = dt.datetime(2025, 11, 11, 0, 0, tzinfo=dt.UTC)
END = START + 30 * HOUR


def acts(code: str) -> int:
    return LedgerEntry.objects.filter(action=code).count()


def test_the_city_is_there_and_loading_it_again_doubles_nothing(city: None) -> None:
    def counts() -> dict[str, int]:
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}

    before = counts()
    assert before["organization.Staff"] > 10 and before["documents.Binder"] > 0
    assert before["workflow.ProcessDefinition"] >= 1
    demo.load()
    assert counts() == before


def test_every_demo_login_works_and_has_its_part(city: None) -> None:
    for login in demo.demo_logins():
        staff = Staff.objects.get(code=login.code)
        assert (staff.name, staff.is_active) == (login.name, True)
        assert staff.check_password(demo.PASSWORD)


def test_somebody_is_hired_without_a_password(db: None) -> None:
    staff = commands.hire_staff(code="1", name="新人", roles=[str(Role.AUDITOR)], actor=SYSTEM)
    assert not staff.has_usable_password() and staff.roles == ["auditor"]
    assert queries.users_of_role("auditor") == [staff.pk]
    with pytest.raises(Invalid) as refused:
        commands.hire_staff(code="1", name="別人", actor=SYSTEM)
    assert list(refused.value.fields) == ["code"]
    with pytest.raises(Invalid):
        commands.set_roles(code="1", roles=["king"], actor=SYSTEM)
    with pytest.raises(Invalid) as refused:
        commands.set_password(code="1", password="password", actor=SYSTEM)
    assert list(refused.value.fields) == ["password"]
    assert acts("organization.staff.hired") == 1 and acts("organization.staff.password") == 0


def test_whoever_retires_is_logged_out_and_leaves_his_posts(city: None, drafter: Any, client_of: Any) -> None:
    browser = client_of(drafter)
    assert browser.get("/").status_code == 200
    commands.retire_staff(code=drafter.code, actor=SYSTEM)
    assert browser.get("/").status_code == 302
    assert not drafter.browser_sessions.exists()
    assert not Appointment.objects.filter(staff=drafter, valid_to=None).exists()
    assert acts("organization.staff.left") == 1


def test_an_absence_is_known_at_its_hours(city: None, drafter: Any, actor_of: Any) -> None:
    row = commands.register_absence(
        staff_code=drafter.code, starts_at=START, ends_at=END, reason="travel", actor=actor_of(drafter)
    )
    known = {
        moment: list(queries.absences_at(staff_ids=[drafter.pk], moment=moment))
        for moment in (START - HOUR, START, END - HOUR, END)
    }
    assert known == {START - HOUR: [], START: [drafter.pk], END - HOUR: [drafter.pk], END: []}
    with pytest.raises(Invalid) as refused:
        commands.register_absence(
            staff_code=drafter.code, starts_at=END - HOUR, ends_at=END + HOUR, reason="leave", actor=actor_of(drafter)
        )
    assert list(refused.value.fields) == ["starts_at"]
    commands.cancel_absence(absence_id=row.pk, actor=actor_of(drafter))
    assert queries.absences_at(staff_ids=[drafter.pk], moment=START) == {}
    with pytest.raises(Conflict):
        commands.cancel_absence(absence_id=row.pk, actor=actor_of(drafter))
    assert (acts("organization.absence.registered"), acts("organization.absence.cancelled")) == (1, 1)


@pytest.mark.parametrize(
    ("starts", "ends", "reason"), [(END, START, "travel"), (START, START, "travel"), (START, END, "x")]
)
def test_an_odd_absence_is_refused(
    city: None, drafter: Any, actor_of: Any, starts: Any, ends: Any, reason: str
) -> None:
    with pytest.raises(Invalid):
        commands.register_absence(
            staff_code=drafter.code, starts_at=starts, ends_at=ends, reason=reason, actor=actor_of(drafter)
        )
    assert not Absence.objects.exists()


def test_nobody_is_away_by_the_word_of_another(
    city: None, drafter: Any, outsider: Any, administrator: Any, actor_of: Any
) -> None:
    which: dict[str, Any] = {"staff_code": drafter.code, "starts_at": START, "ends_at": END, "reason": "sick"}
    with pytest.raises(NotAllowed):
        commands.register_absence(**which, actor=actor_of(outsider))
    assert not Absence.objects.exists()
    assert commands.register_absence(**which, actor=actor_of(administrator)).staff_id == drafter.pk


def test_a_deputy_acts_at_his_hours_for_one_person_at_a_time(
    city: None, manager: Any, chief: Any, director: Any, actor_of: Any
) -> None:
    actor = actor_of(manager)
    which: dict[str, Any] = {"staff_code": manager.code, "starts_at": START, "ends_at": END, "actor": actor}
    row = commands.register_delegation(delegate_code=chief.code, **which)
    assert [d.staff_id for d in queries.delegations_to(staff_id=chief.pk, moment=START)] == [manager.pk]
    assert queries.delegations_to(staff_id=chief.pk, moment=END) == []
    with pytest.raises(Invalid):
        commands.register_delegation(delegate_code=director.code, **which)
    with pytest.raises(Invalid) as refused:
        commands.register_delegation(**(which | {"starts_at": END, "ends_at": END + HOUR}), delegate_code=manager.code)
    assert list(refused.value.fields) == ["delegate_code"]
    with pytest.raises(NotFound):
        commands.register_delegation(delegate_code="nobody", **which)
    with pytest.raises(NotAllowed):
        commands.cancel_delegation(delegation_id=row.pk, actor=actor_of(chief))
    commands.cancel_delegation(delegation_id=row.pk, actor=actor)
    assert queries.delegations_to(staff_id=chief.pk, moment=START) == []
    assert Delegation.objects.count() == 1 and acts("organization.delegation.cancelled") == 1


def test_the_administrator_keeps_masters_and_sees_no_record(city: None, administrator: Any, actor_of: Any) -> None:
    from documents.access import visible_binders, visible_records

    actor = actor_of(administrator)
    assert actor.has(Role.ADMINISTRATOR)
    assert not visible_records(actor).exists() and not visible_binders(actor).exists()
    assert commands.hire_staff(code="777777", name="新人", actor=actor).code == "777777"
