"""Units, posts and appointments are dated: what held on a day can be asked on any other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from config.commands import Actor, Role, system_actor
from config.errors import Invalid, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry
from workflow.organization import commands, queries
from workflow.organization.actors import actor_for
from workflow.organization.models import Appointment, Post, Staff, Unit

SYSTEM = system_actor("test-organization", channel="cli")
EARLY, SINCE, REFORM = dt.date(2000, 1, 1), dt.date(2024, 4, 1), dt.date(2025, 4, 1)
TODAY = dt.datetime(2025, 11, 11, 1, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _that_day(time_machine: Any) -> None:
    time_machine.move_to(TODAY)


def acts(code: str) -> int:
    return LedgerEntry.objects.filter(action=code).count()


def unit(code: str, name: str, parent: str = "", since: dt.date = SINCE, **more: str) -> Unit:
    return commands.create_unit(code=code, name=name, parent_code=parent, valid_from=since, actor=SYSTEM, **more)


def person(code: str, name: str, *roles: str) -> Staff:
    return commands.hire_staff(code=code, name=name, roles=list(roles), actor=SYSTEM)


def seat(code: str, unit_code: str, name: str, rank: int, since: dt.date = SINCE, kind: str = "main") -> Post:
    post = commands.create_post(unit_code=unit_code, name=name, rank=rank, valid_from=since, actor=SYSTEM)
    if code:
        commands.appoint(staff_code=code, post_id=post.pk, valid_from=since, kind=kind, actor=SYSTEM)
    return post


@pytest.fixture
def office() -> dict[str, Any]:
    unit("10", "企画部")
    unit("1010", "デジタル推進課", "10", symbol="水デ", short_name="デジ")
    unit("101010", "推進係", "1010")
    for code, name in (("1", "部長"), ("2", "課長"), ("3", "係長"), ("4", "主事")):
        person(code, name)
    return {
        "director": seat("1", "10", "部長", 50),
        "manager": seat("2", "1010", "課長", 40),
        "deputy": seat("", "1010", "課長補佐", 30),
        "chief": seat("3", "101010", "係長", 20),
        "clerk": seat("4", "101010", "主事", 10),
    }


def actor(code: str) -> Actor:
    return actor_for(staff=Staff.objects.get(code=code), channel="web")


def test_the_line_of_a_clerk_goes_up_by_rank_with_the_vacant_post(office: dict[str, Any]) -> None:
    line = queries.chart().line_up(office["clerk"].pk)
    assert [(post.name, [holder.name for holder in post.holders]) for post in line] == [
        ("係長", ["係長"]), ("課長補佐", []), ("課長", ["課長"]), ("部長", ["部長"]),
    ]  # fmt: skip
    section = queries.chart().section_of(Unit.objects.get(code="101010").pk)
    assert section is not None and (section.name, section.symbol) == ("デジタル推進課", "水デ")


def test_a_transfer_is_seen_on_its_day_and_not_before(office: dict[str, Any]) -> None:
    old = Appointment.objects.get(post=office["manager"])
    commands.end_appointment(appointment_id=old.pk, valid_to=REFORM, actor=SYSTEM)
    person("5", "新課長")
    commands.appoint(staff_code="5", post_id=office["manager"].pk, valid_from=REFORM, actor=SYSTEM)
    names = {
        day: [holder.name for holder in queries.holders_of(post_id=office["manager"].pk, on=day)]
        for day in (REFORM - dt.timedelta(days=1), REFORM)
    }
    assert names == {dt.date(2025, 3, 31): ["課長"], REFORM: ["新課長"]}
    assert queries.appointments_of(staff_id=old.staff_id) == []
    assert [row.post_id for row in queries.appointments_of(staff_id=old.staff_id, on=SINCE)] == [office["manager"].pk]
    assert (acts("organization.appointment.ended"), acts("organization.appointment.made")) == (1, 5)


def test_a_second_main_post_is_refused_an_additional_one_is_not(office: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        commands.appoint(staff_code="2", post_id=office["deputy"].pk, valid_from=REFORM, actor=SYSTEM)
    assert list(refused.value.fields) == ["kind"]
    with pytest.raises(Invalid) as refused:
        commands.appoint(staff_code="2", post_id=office["deputy"].pk, valid_from=REFORM, kind="king", actor=SYSTEM)
    assert list(refused.value.fields) == ["kind"]
    row = commands.appoint(staff_code="2", post_id=office["deputy"].pk, valid_from=REFORM, kind="acting", actor=SYSTEM)
    assert row.get_kind_display() == "事務取扱"
    assert [h.kind for h in queries.holders_of(post_id=office["deputy"].pk)] == ["acting"]
    held = queries.appointments_of(staff_id=row.staff_id)
    assert [appointment.kind for appointment in held] == ["main", "acting"], "the main post comes first"


def test_an_actor_acts_in_his_main_post_or_in_the_one_he_chose(office: dict[str, Any]) -> None:
    commands.appoint(staff_code="2", post_id=office["deputy"].pk, valid_from=SINCE, kind="concurrent", actor=SYSTEM)
    main = actor("2")
    chosen = actor_for(staff=Staff.objects.get(code="2"), post_id=office["deputy"].pk, channel="web")
    stranger = actor_for(staff=Staff.objects.get(code="2"), post_id=office["director"].pk, channel="web")
    assert (main.post, main.unit, str(main.right)) == ("課長", "デジタル推進課", "main")
    assert (chosen.post, str(chosen.right)) == ("課長補佐", "concurrent")
    assert stranger.post == "課長", "a post that is not his is not taken"


def test_principals_follow_the_units(office: dict[str, Any]) -> None:
    unit("2010", "地域協働課", "")
    groups = {code: Unit.objects.get(code=code).group_id for code in ("10", "1010", "101010", "2010")}
    assert actor("1").group_ids == {groups["10"], groups["1010"], groups["101010"]}, "who leads holds what is below"
    assert actor("4").group_ids == {groups["101010"], groups["1010"]}, "a clerk of a 係 works with his 課"
    person("9", "無職")
    assert actor("9").group_ids == frozenset() and actor("9").post_id is None


def test_a_unit_ends_and_its_code_may_be_used_anew(office: dict[str, Any]) -> None:
    chief, clerk = (Appointment.objects.get(post=office[name]) for name in ("chief", "clerk"))
    old = Unit.objects.get(code="101010")
    with pytest.raises(Invalid) as refused:
        commands.end_unit(unit_id=old.pk, valid_to=REFORM, actor=SYSTEM)
    assert refused.value.code == "unit_occupied"
    for row in (chief, clerk):
        commands.end_appointment(appointment_id=row.pk, valid_to=REFORM, actor=SYSTEM)
    commands.end_unit(unit_id=old.pk, valid_to=REFORM, actor=SYSTEM)
    new = unit("101010", "DX係", "1010", since=REFORM)
    names = [node.name for node in queries.chart(REFORM).units.values()]
    assert "DX係" in names and "推進係" not in names
    assert "推進係" in [node.name for node in queries.chart(SINCE).units.values()]
    assert new.group_id != old.group_id, "principals of the old unit are not those of the new one"


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda: unit("1010", "重なる課"), Invalid),
        (lambda: unit("99", "上のない課", "98"), NotFound),
        (lambda: commands.create_post(unit_code="10", name="x", rank=11, valid_from=SINCE, actor=SYSTEM), Invalid),
        (lambda: commands.create_post(unit_code="10", name="x", rank=10, valid_from=EARLY, actor=SYSTEM), NotFound),
        (lambda: commands.appoint(staff_code="4", post_id=10**9, valid_from=SINCE, actor=SYSTEM), NotFound),
        (lambda: commands.appoint(staff_code="nobody", post_id=1, valid_from=SINCE, actor=SYSTEM), NotFound),
    ],
)  # fmt: skip
def test_odd_input_is_refused_and_leaves_nothing(office: dict[str, Any], wrong: Any, kind: type[Exception]) -> None:
    before = (Unit.objects.count(), Post.objects.count(), Appointment.objects.count(), LedgerEntry.objects.count())
    with pytest.raises(kind):
        wrong()
    after = (Unit.objects.count(), Post.objects.count(), Appointment.objects.count(), LedgerEntry.objects.count())
    assert after == before


def test_only_the_administrator_keeps_the_masters(office: dict[str, Any]) -> None:
    person("8", "管理者", str(Role.ADMINISTRATOR))
    made = commands.create_unit(code="30", name="新しい部", valid_from=REFORM, actor=actor("8"))
    assert made.name == "新しい部"
    with pytest.raises(NotAllowed):
        commands.create_unit(code="31", name="勝手な部", valid_from=REFORM, actor=actor("2"))
    assert not Unit.objects.filter(code="31").exists()
