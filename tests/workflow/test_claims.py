"""Work that several people may do: taken by one, seen by all, given back."""

from __future__ import annotations

import datetime as dt

import pytest
from viewflow.workflow.status import STATUS

from config import clock
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.workflow.people import MANAGER, SYSTEM, TWO_CLERKS, People, complete, deploy, item_at, last_entry, start
from workflow import commands
from workflow.enums import Family
from workflow.inbox import inbox
from workflow.models import WorkItem
from workflow.organization import commands as organization


@pytest.fixture
def shared(people: People) -> WorkItem:
    """Work of 佐久間 and 桐生."""
    deploy(("take", TWO_CLERKS), ("look", MANAGER))
    return item_at(start(people), "take")


def holds(people: People, name: str) -> list[tuple[str, str]]:
    rows = [row for group in inbox(actor=people.actor(name)).groups for row in group.rows]
    return [(str(row.item.hold), row.item.holder) for row in rows]


def test_taken_work_stays_in_sight_of_the_others_with_the_name(people: People, shared: WorkItem) -> None:
    assert holds(people, "佐久間") == [("free", "")]
    commands.take_item(item_id=shared.pk, actor=people.actor("佐久間"))
    shared.refresh_from_db()
    assert (shared.status, shared.owner_id, shared.assigned) == (
        STATUS.ASSIGNED,
        people.staff["佐久間"].pk,
        pytest.approx(clock.now(), abs=dt.timedelta(minutes=1)),
    )
    assert holds(people, "佐久間") == [("mine", "佐久間 陽向")]
    assert holds(people, "桐生") == [("other", "佐久間 陽向")]
    who, details = last_entry("workflow.item.taken")
    assert (who, details["name"], details["element"]) == ("佐久間 陽向", "係で受ける", "take")


def test_a_colleague_neither_takes_nor_does_what_is_taken(people: People, shared: WorkItem) -> None:
    commands.take_item(item_id=shared.pk, actor=people.actor("佐久間"))
    other = people.actor("桐生")
    with pytest.raises(Conflict, match="佐久間 陽向さんが受け持っています") as taken:
        commands.take_item(item_id=shared.pk, actor=other)
    with pytest.raises(Conflict) as done:
        commands.complete_item(item_id=shared.pk, seen_revision=None, variables={}, actor=other)
    assert (taken.value.code, done.value.code) == ("held", "held")
    with pytest.raises(Conflict) as mine:
        commands.take_item(item_id=shared.pk, actor=people.actor("佐久間"))
    assert mine.value.code == "already_mine"


def test_whoever_took_it_does_it(people: People, shared: WorkItem) -> None:
    commands.take_item(item_id=shared.pk, actor=people.actor("佐久間"))
    commands.complete_item(item_id=shared.pk, seen_revision=None, variables={}, actor=people.actor("佐久間"))
    shared.refresh_from_db()
    assert (shared.status, shared.finished_by_name) == (STATUS.DONE, "佐久間 陽向")
    assert holds(people, "桐生") == []


def test_given_back_it_is_everybodys_again(people: People, shared: WorkItem) -> None:
    commands.take_item(item_id=shared.pk, actor=people.actor("佐久間"))
    commands.give_back_item(item_id=shared.pk, actor=people.actor("佐久間"))
    shared.refresh_from_db()
    assert (shared.status, shared.owner_id, shared.assigned) == (STATUS.NEW, None, None)
    assert holds(people, "桐生") == [("free", "")]
    commands.complete_item(item_id=shared.pk, seen_revision=None, variables={}, actor=people.actor("桐生"))


def test_a_colleague_gives_back_for_whoever_is_away_with_a_reason(people: People, shared: WorkItem) -> None:
    commands.take_item(item_id=shared.pk, actor=people.actor("佐久間"))
    with pytest.raises(Invalid):
        commands.give_back_item(item_id=shared.pk, actor=people.actor("桐生"))
    commands.give_back_item(item_id=shared.pk, reason="急病のため", actor=people.actor("桐生"))
    shared.refresh_from_db()
    assert shared.owner_id is None
    who, details = last_entry("workflow.item.given_back")
    assert (who, details["holder"], details["reason"]) == ("桐生 朔", "佐久間 陽向", "急病のため")


def test_whoever_is_no_candidate_neither_takes_nor_gives_back(people: People, shared: WorkItem) -> None:
    with pytest.raises(NotFound):
        commands.take_item(item_id=shared.pk, actor=people.actor("森脇"))
    with pytest.raises(NotAllowed):
        commands.take_item(item_id=shared.pk, actor=people.actor("仁科"))
    commands.take_item(item_id=shared.pk, actor=people.actor("桐生"))
    with pytest.raises(NotAllowed):
        commands.give_back_item(item_id=shared.pk, reason="監査", actor=people.actor("仁科"))
    shared.refresh_from_db()
    assert shared.owner_id == people.staff["桐生"].pk


def test_finished_work_and_free_work(people: People, shared: WorkItem) -> None:
    with pytest.raises(Conflict) as free:
        commands.give_back_item(item_id=shared.pk, actor=people.actor("佐久間"))
    assert free.value.code == "not_held"
    commands.complete_item(item_id=shared.pk, seen_revision=None, variables={}, actor=people.actor("桐生"))
    with pytest.raises(Conflict, match="既に桐生 朔さんが処理しました") as over:
        commands.take_item(item_id=shared.pk, actor=people.actor("佐久間"))
    assert over.value.code == "already_done"


def test_a_return_frees_what_was_taken(people: People) -> None:
    deploy(("take", TWO_CLERKS), ("again", TWO_CLERKS))
    instance = start(people)
    complete(people, instance, "take", "佐久間")
    commands.take_item(item_id=item_at(instance, "again").pk, actor=people.actor("桐生"))
    commands.return_to(instance_id=instance.id, element_id="take", reason="直す", actor=people.actor("佐久間"))
    assert item_at(instance, "take").owner_id is None
    assert holds(people, "桐生") == [("free", "")]


def test_a_task_of_the_hand_written_flow_is_taken_the_same_way(people: People) -> None:
    organization.appoint(
        staff_code="200402", post_id=people.posts["三田村"], valid_from=dt.date(2025, 4, 1), kind="acting", actor=SYSTEM
    )
    today = clock.today()
    commands.start_loan(item="椅子", lent_from=today, lent_to=today, purpose="会議", actor=people.actor("佐久間"))
    row = next(row for group in inbox(actor=people.actor("三田村")).groups for row in group.rows)
    which = {"item_id": row.item.id, "family": Family.FLOW}
    commands.take_item(**which, actor=people.actor("三田村"))
    assert holds(people, "桐生") == [("other", "三田村 涼")]
    with pytest.raises(Conflict) as held:
        commands.complete_item(**which, seen_revision=None, variables={}, actor=people.actor("桐生"))
    assert held.value.code == "held"
    commands.give_back_item(**which, actor=people.actor("三田村"))
    commands.take_item(**which, actor=people.actor("桐生"))
    commands.complete_item(**which, seen_revision=None, variables={}, actor=people.actor("桐生"))
    assert last_entry("workflow.item.completed")[0] == "桐生 朔"
    assert [row.item.element_name for group in inbox(actor=people.actor("白井")).groups for row in group.rows] == [
        "返却確認"
    ]
