"""人事異動 on the way: open steps find their people anew at the moment it takes effect, acted ones keep their names."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from approvals.models import Happening, RouteStep, StepNote
from config.jobs import worker
from documents.access import visible_records
from documents.ledger.models import LedgerEntry
from tests.approvals.cast import SYSTEM, Cast, submitted
from tests.approvals.offices import add, do, past_own_section, sent, states, step_of
from tests.approvals.test_pages import client, text
from tests.approvals.test_returning import told
from workflow.models import ItemCandidate
from workflow.organization import commands as organization
from workflow.organization.models import Appointment

EFFECTIVE = dt.date(2025, 11, 13)
MIDNIGHT = dt.datetime(2025, 11, 12, 15, 0, tzinfo=dt.UTC)


@pytest.fixture
def city(cast: Cast) -> Cast:
    return add(cast)


def run_jobs() -> None:
    while worker.run_once(worker="test", limit=50):
        pass


def swap(cast: Cast, leaver: str, heir: str) -> None:
    """From the effective day on, `heir` sits in the post of `leaver`; known beforehand, as an order is."""
    post = cast.posts[leaver]
    for name in (leaver, heir):
        held = Appointment.objects.get(staff=cast.staff[name])
        organization.end_appointment(appointment_id=held.pk, valid_to=EFFECTIVE, actor=SYSTEM)
    organization.appoint(staff_code=cast.staff[heir].code, post_id=post, valid_from=EFFECTIVE, actor=SYSTEM)


def inbox(cast: Cast, name: str) -> int:
    return ItemCandidate.objects.filter(staff=cast.staff[name], is_open=True).count()


def test_what_waits_goes_to_the_successor_at_midnight(city: Cast, at_office: time_machine.Coordinates) -> None:
    case = submitted(city)
    do(city, case, "白井")
    do(city, case, "三田村")
    swap(city, "羽鳥", "八神")
    swap(city, "三田村", "桐生")
    run_jobs()
    assert (inbox(city, "羽鳥"), inbox(city, "八神")) == (1, 0), "not before the day"
    at_office.move_to(MIDNIGHT + dt.timedelta(minutes=2))
    run_jobs()
    assert (inbox(city, "羽鳥"), inbox(city, "八神")) == (0, 1)
    assert step_of(case, "八神").post_name == "企画戦略部長"
    note = StepNote.objects.get(what=Happening.HANDED_ON)
    assert (note.before, note.after, note.reason) == ("羽鳥 修平", "八神 俊", "人事異動")
    page = text(client(city, "佐久間").get(f"/cases/{case.pk}/"))
    assert "人事異動により処理者を再決定 羽鳥→八神" in page
    entry = LedgerEntry.objects.get(action="case.step_handed_on")
    assert (told(entry)["before"], told(entry)["after"]) == ("羽鳥 修平", "八神 俊")
    acted = RouteStep.objects.get(case=case, position=2)
    assert (acted.person_name, acted.acted_by) == ("三田村 涼", city.staff["三田村"]), "what was done keeps its name"
    assert case.record in visible_records(city.actor("八神"))
    do(city, case, "八神", "decide")
    assert states(case)["三田村"] == "done"


def test_of_a_group_only_the_changed_post_finds_others(city: Cast, at_office: time_machine.Coordinates) -> None:
    case = past_own_section(city, sent(city, "久遠", "真鍋"))
    swap(city, "真鍋", "桐生")
    at_office.move_to(MIDNIGHT + dt.timedelta(minutes=2))
    run_jobs()
    assert [inbox(city, name) for name in ("久遠", "真鍋", "桐生")] == [1, 0, 1]
    do(city, case, "桐生")
    do(city, case, "久遠")
    assert states(case)["羽鳥"] == "open"


def test_what_is_still_to_come_finds_its_people_on_arrival(city: Cast, at_office: time_machine.Coordinates) -> None:
    case = submitted(city)
    swap(city, "三田村", "八神")
    at_office.move_to(MIDNIGHT + dt.timedelta(minutes=2))
    run_jobs()
    assert not StepNote.objects.exists(), "nobody was asked yet, so nobody was exchanged"
    do(city, case, "白井")
    assert step_of(case, "八神").post_name == "デジタル推進課長"
