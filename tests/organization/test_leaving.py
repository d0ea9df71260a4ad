"""Whoever retires or is suspended is out at once, and what waited for him goes to somebody or stands in the list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from approvals.models import Case, RouteStep, StepState
from config.errors import Conflict, Invalid, NotAllowed
from config.jobs import worker
from config.jobs.models import Job
from documents.access import visible_records
from documents.ledger.models import LedgerEntry
from tests.approvals.cast import SYSTEM, Cast, act, build, submitted
from workflow import commands as workflow
from workflow.models import ItemCandidate
from workflow.open_work import FIND_AGAIN
from workflow.organization import commands, open_work, queries
from workflow.organization.commands import Rescue, Way
from workflow.organization.models import Appointment, Staff, StaffProfile

NOW = dt.datetime(2025, 11, 11, 1, 0, tzinfo=dt.UTC)
TODAY = dt.date(2025, 11, 11)
TOMORROW = TODAY + dt.timedelta(days=1)
MIDNIGHT = dt.datetime(2025, 11, 11, 15, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(time_machine: Any) -> Cast:
    time_machine.move_to(NOW)
    made = build()
    made.staff["管理"] = made.staff["管理者"]
    return made


def last(code: str) -> LedgerEntry:
    return LedgerEntry.objects.filter(action=code).order_by("id").last()


def acts(code: str) -> int:
    return LedgerEntry.objects.filter(action=code).count()


def waiting(name: str, cast: Cast) -> list[str]:
    """The keys of what waits for somebody."""
    return [work.key for work in open_work.of_person(cast.staff[name].pk)]


def asked(case: Case) -> list[str]:
    """Who may act on the open step."""
    rows = ItemCandidate.objects.filter(item__process=case.instance, item__finished=None, is_open=True)
    return [row.staff.name for row in rows.order_by("id")]


def run_jobs() -> None:
    while worker.run_once(worker="test", limit=50):
        pass


def test_who_retires_is_out_everywhere_at_once(cast: Cast) -> None:
    browser, second = Client(HTTP_ACCEPT="text/html"), Client(HTTP_ACCEPT="text/html")
    for client in (browser, second):
        client.force_login(cast.staff["白井"])
        assert client.get("/").status_code == 200
    staff = commands.retire_staff(code="200301", reason="本人の申出", actor=cast.actor("管理"))
    assert staff.is_active is False
    for client in (browser, second):
        assert client.get("/").status_code == 302
    assert not Appointment.objects.on(TODAY).filter(staff=staff).exists()
    assert queries.appointments_of(staff_id=staff.pk, on=TODAY - dt.timedelta(days=1))[0].post.name == "係長"
    assert StaffProfile.objects.on(TODAY).get(staff=staff).standing == "left"
    assert (acts("organization.staff.left"), acts("organization.appointment.ended")) == (1, 1)
    with pytest.raises(Conflict):
        commands.retire_staff(code="200301", actor=cast.actor("管理"))


def test_work_goes_to_whoever_is_next_in_the_post(cast: Cast) -> None:
    case = submitted(cast)
    assert asked(case) == ["白井 千尋"]
    commands.appoint(staff_code="200402", post_id=cast.posts["白井"], kind="acting", valid_from=TODAY, actor=SYSTEM)
    (key,) = waiting("白井", cast)
    commands.retire_staff(code="200301", reason="急な退職", rescues=[Rescue(key, Way.NEXT)], actor=cast.actor("管理"))
    assert asked(case) == ["桐生 朔"]
    step = RouteStep.objects.get(case=case, state=StepState.OPEN)
    assert step.person_name == "桐生 朔"
    entry = last("case.step_handed_on")
    assert entry.record_id == case.record_id
    assert acts("workflow.item.handed_on") == 1
    assert case.record in visible_records(cast.actor("桐生"))
    act(cast, Case.objects.get(pk=case.pk), "桐生", "approve", comment="事務取扱として")
    assert asked(case) == ["三田村 涼"]


def test_work_goes_to_a_named_person_as_acting_holder(cast: Cast) -> None:
    case = submitted(cast)
    (key,) = waiting("白井", cast)
    rescue = Rescue(key, Way.NAMED, "200402")
    commands.retire_staff(code="200301", reason="急な退職", rescues=[rescue], actor=cast.actor("管理"))
    held = queries.appointments_of(staff_id=cast.staff["桐生"].pk)
    assert [(row.post.name, row.kind) for row in held] == [("主事", "main"), ("係長", "acting")]
    assert asked(case) == ["桐生 朔"]
    act(cast, Case.objects.get(pk=case.pk), "桐生", "approve")
    assert asked(case) == ["三田村 涼"]


@pytest.mark.parametrize("code", ["", "999999", "200301"])
def test_an_odd_heir_is_refused_and_nothing_is_done(cast: Cast, code: str) -> None:
    case = submitted(cast)
    (key,) = waiting("白井", cast)
    before = LedgerEntry.objects.filter(action__startswith="organization").count()
    with pytest.raises(Invalid):
        commands.retire_staff(code="200301", rescues=[Rescue(key, Way.NAMED, code)], actor=cast.actor("管理"))
    assert Staff.objects.get(code="200301").is_active and asked(case) == ["白井 千尋"]
    assert LedgerEntry.objects.filter(action__startswith="organization").count() == before
    with pytest.raises(Conflict):
        commands.retire_staff(code="200301", rescues=[Rescue("bpmn:9999", Way.NEXT)], actor=cast.actor("管理"))


def test_what_nobody_gets_stands_in_the_list_until_somebody_does(cast: Cast) -> None:
    case = submitted(cast)
    commands.retire_staff(code="200301", reason="急逝", actor=cast.actor("管理"))
    run_jobs()
    assert asked(case) == []
    (work,) = open_work.unattended()
    assert (work.number, work.element, work.is_bound) == (case.number, "回議", False)
    admin = cast.actor("管理")
    with pytest.raises(NotAllowed):
        commands.rescue_work(rescue=Rescue(work.key, Way.NEXT), reason="x", actor=cast.actor("三田村"))
    with pytest.raises(Invalid):
        commands.rescue_work(rescue=Rescue(work.key, Way.QUEUE), reason="x", actor=admin)
    with pytest.raises(Invalid):
        commands.rescue_work(rescue=Rescue(work.key, Way.NEXT), reason=" ", actor=admin)
    commands.rescue_work(rescue=Rescue(work.key, Way.NAMED, "200402"), reason="後任が決まるまで", actor=admin)
    assert asked(case) == ["桐生 朔"] and open_work.unattended() == []
    assert acts("organization.work.rescued") == 1
    with pytest.raises(Conflict):
        commands.rescue_work(rescue=Rescue(work.key, Way.NEXT), reason="x", actor=admin)


def test_what_never_reached_anybody_stands_in_the_list_too(cast: Cast) -> None:
    from tests.workflow import people as maker

    maker.deploy(("ask", maker.STARTER), ("next", 'name="新しい人" camunda:assignee="240001"'))
    office = maker.People(staff={"佐久間": cast.staff["佐久間"]})
    begun = maker.start(office)
    maker.complete(office, begun, "ask", "佐久間")
    (work,) = open_work.unattended()
    assert (work.element, work.mended_at) == ("新しい人", f"/processes/bpmn/{begun.id}/")
    admin = Client(HTTP_ACCEPT="text/html")
    admin.force_login(cast.staff["管理"])
    assert f'href="{work.mended_at}"' in admin.get("/organization/exceptions/").content.decode()
    assert admin.get(work.mended_at).status_code == 200
    assert admin.get(f"/organization/exceptions/{work.key}/").status_code == 404
    with pytest.raises(Conflict):
        commands.rescue_work(rescue=Rescue(work.key, Way.NEXT), reason="x", actor=cast.actor("管理"))


def test_a_new_holder_gets_what_waited_for_nobody(cast: Cast) -> None:
    case = submitted(cast)
    commands.retire_staff(code="200301", actor=cast.actor("管理"))
    run_jobs()
    assert asked(case) == []
    commands.appoint(
        staff_code="200402", post_id=cast.posts["白井"], kind="provisional", valid_from=TODAY, actor=SYSTEM
    )
    assert Job.objects.filter(kind=FIND_AGAIN).exists()
    run_jobs()
    assert asked(case) == ["桐生 朔"]


def test_a_draft_of_the_person_himself_is_given_to_nobody(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "return", comment="直してください")
    (key,) = waiting("佐久間", cast)
    (work,) = open_work.of_person(cast.staff["佐久間"].pk)
    assert work.is_bound
    with pytest.raises(Invalid):
        commands.retire_staff(code="200401", rescues=[Rescue(key, Way.NAMED, "200402")], actor=cast.actor("管理"))
    commands.retire_staff(code="200401", actor=cast.actor("管理"))
    run_jobs()
    assert [work.key for work in open_work.unattended()] == [key]


def test_who_is_suspended_keeps_his_post_and_may_come_back(cast: Cast) -> None:
    case = submitted(cast)
    with pytest.raises(Invalid):
        commands.suspend_staff(code="200301", reason="", actor=cast.actor("管理"))
    commands.suspend_staff(code="200301", reason="病気休職", actor=cast.actor("管理"))
    run_jobs()
    assert Staff.objects.get(code="200301").is_active is False and asked(case) == []
    assert queries.holders_of(post_id=cast.posts["白井"]) == []
    assert Appointment.objects.on(TODAY).filter(staff__code="200301").count() == 1
    with pytest.raises(NotAllowed):
        commands.reinstate_staff(code="200301", reason="回復", actor=cast.actor("三田村"))
    commands.reinstate_staff(code="200301", reason="回復", actor=cast.actor("管理"))
    run_jobs()
    assert asked(case) == ["白井 千尋"] and Staff.objects.get(code="200301").is_active
    assert (acts("organization.staff.suspended"), acts("organization.staff.back")) == (1, 1)
    with pytest.raises(Conflict):
        commands.reinstate_staff(code="200301", reason="回復", actor=cast.actor("管理"))


def test_a_later_retirement_takes_effect_at_midnight_by_itself(cast: Cast, time_machine: Any) -> None:
    case, browser = submitted(cast), Client(HTTP_ACCEPT="text/html")
    commands.retire_staff(code="200301", on=TOMORROW, actor=cast.actor("管理"))
    time_machine.move_to(MIDNIGHT - dt.timedelta(seconds=1), tick=False)
    browser.force_login(cast.staff["白井"])
    assert browser.get("/").status_code == 200
    assert [holder.code for holder in queries.holders_of(post_id=cast.posts["白井"])] == ["200301"]
    time_machine.move_to(MIDNIGHT, tick=False)
    assert browser.get("/").status_code == 302
    assert queries.holders_of(post_id=cast.posts["白井"]) == []
    assert asked(case) == ["白井 千尋"], "whose work it was is told by the job"
    run_jobs()
    assert asked(case) == [] and len(open_work.unattended()) == 1


def test_what_is_registered_for_later_brings_nobody_back_who_left(cast: Cast, time_machine: Any) -> None:
    later = TODAY + dt.timedelta(days=30)
    commands.suspend_staff(code="200301", reason="病気", actor=SYSTEM)
    commands.reinstate_staff(code="200301", on=later, reason="復職予定", actor=SYSTEM)
    commands.retire_staff(code="200301", actor=SYSTEM)
    time_machine.move_to(dt.datetime.combine(later, dt.time(3), dt.UTC))
    assert Staff.objects.get(code="200301").is_active is False


@pytest.mark.parametrize("name", ["三田村", "仁科", "白井"])
def test_only_the_administrator_retires_or_suspends(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        commands.retire_staff(code="200301", actor=cast.actor(name))
    with pytest.raises(NotAllowed):
        commands.suspend_staff(code="200301", reason="x", actor=cast.actor(name))
    assert Staff.objects.get(code="200301").is_active
    case = submitted(cast)
    (key,) = waiting("白井", cast)
    with pytest.raises(NotAllowed):
        workflow.hand_on_item(item_id=int(key[5:]), find_again=True, reason="x", actor=cast.actor(name))
    assert asked(case) == ["白井 千尋"]


def test_a_post_that_another_took_over_hands_its_work_on(cast: Cast, time_machine: Any) -> None:
    from tests.organization.files import applied, sent
    from workflow.organization.models import FileKind

    case = submitted(cast)
    act(cast, case, "白井", "approve")
    assert asked(case) == ["三田村 涼"]
    applied(
        sent(FileKind.UNITS, "1020,情報政策課,情政,水情,課,10,", "101010,推進係,,,係,1020,",
             "1010,デジタル推進課,デジ,水デ,,10,廃止"),
        sent(FileKind.POSTS, "1020,課長,課長,"),
        sent(FileKind.APPOINTMENTS, "230201,1020,課長,本務,", "200201,2010,課長,本務,"),
        sent(FileKind.SUCCESSIONS, "1010,1020"),
        on=TOMORROW,
    )  # fmt: skip
    assert asked(case) == ["三田村 涼"]
    time_machine.move_to(MIDNIGHT, tick=False)
    run_jobs()
    assert asked(case) == ["浅海 由紀"]
    step = RouteStep.objects.get(case=case, state=StepState.OPEN)
    assert (step.post_name, step.person_name, step.post.unit.name) == ("情報政策課長", "浅海 由紀", "情報政策課")
    entry = last("case.step_handed_on")
    assert entry.record_id == case.record_id
    old = Case.objects.get(pk=case.pk)
    assert old.unit_name == "推進係"
    act(cast, old, "浅海", "approve")


def test_readers_and_binders_follow_the_correspondence(cast: Cast, time_machine: Any) -> None:
    from documents.access import visible_binders
    from tests.organization.files import applied, sent
    from workflow.organization.models import FileKind

    assert cast.binder_id not in visible_binders(cast.actor("森脇")).values_list("pk", flat=True)
    applied(sent(FileKind.SUCCESSIONS, "1010,2010"), on=TOMORROW)
    assert cast.binder_id not in visible_binders(cast.actor("森脇")).values_list("pk", flat=True)
    time_machine.move_to(MIDNIGHT, tick=False)
    assert cast.binder_id in visible_binders(cast.actor("森脇")).values_list("pk", flat=True)
    assert cast.other_binder_id not in visible_binders(cast.actor("桐生")).values_list("pk", flat=True)


def test_the_page_lists_open_work_and_does_as_told(cast: Cast) -> None:
    case = submitted(cast)
    (key,) = waiting("白井", cast)
    admin, other = Client(HTTP_ACCEPT="text/html"), Client(HTTP_ACCEPT="text/html")
    admin.force_login(cast.staff["管理"])
    other.force_login(cast.staff["三田村"])
    address = "/organization/staff/200301/leave/"
    page = admin.get(address).content.decode()
    assert case.number in page and "起案の件名" not in page
    posted = {"standing": "left", "on": "2025-11-11", "reason": "退職", f"way-{key}": "named", f"to-{key}": "9"}
    refused = admin.post(address, posted)
    assert refused.status_code == 422 and "職員番号 9 の在職者はいません" in refused.content.decode()
    assert other.post(address, posted).status_code == 404
    assert Staff.objects.get(code="200301").is_active
    assert admin.post(address, posted | {f"way-{key}": "queue"}).status_code == 302
    run_jobs()
    exceptions = admin.get("/organization/exceptions/").content.decode()
    assert case.number in exceptions
    rescue = f"/organization/exceptions/{key}/"
    assert admin.get(rescue).status_code == 200
    assert admin.post(rescue, {"way": "named", f"to-{key}": "200402", "reason": "代わり"}).status_code == 302
    assert asked(case) == ["桐生 朔"] and admin.get(rescue).status_code == 404


def test_the_list_of_work_costs_the_same_however_long(cast: Cast, django_assert_num_queries: Any) -> None:
    for count in (1, 3):
        while len(waiting("白井", cast)) < count:
            submitted(cast)
        with django_assert_num_queries(2):
            open_work.of_person(cast.staff["白井"].pk)
    commands.retire_staff(code="200301", actor=SYSTEM)
    with django_assert_num_queries(4):
        assert len(open_work.unattended()) == 3
