"""What Camunda 7 models say of people takes effect when they run: who, until when, how urgent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from config.errors import NotAllowed
from tests.workflow.camunda_runs import deploy, drain, incidents, is_over, run, variables_of
from tests.workflow.people import SYSTEM, People, complete, item_at, start
from workflow import commands, hooks
from workflow.models import ItemCandidate, WorkItem
from workflow.values import InstanceView

EVENING = dt.timezone(dt.timedelta(hours=9))


def who(instance: InstanceView, element: str = "it") -> set[str]:
    """The 職員番号 of those who have the work."""
    rows = ItemCandidate.objects.filter(item=item_at(instance, element), is_open=True)
    return set(rows.values_list("staff__code", flat=True))


def test_the_assignee_is_worked_out_and_is_the_only_one(people: People) -> None:
    instance = run(people, "assignee", chief="200301")
    assert who(instance) == {"200301"}
    complete(people, instance, "it", "白井")
    assert is_over(instance)


def test_an_assignee_beside_candidates_gets_the_work_alone_and_without_a_value_they_get_it(people: People) -> None:
    both = ('c:assignee="${chief}"', 'c:assignee="${chief}" c:candidateUsers="200402,200201"')
    assert who(run(people, "assignee", both, chief="200301")) == {"200301"}
    assert who(start(people, key="assignee", chief=None)) == {"200402", "200201"}


def test_whom_nobody_knows_is_an_incident_and_so_is_an_unknown_variable(people: People) -> None:
    run(people, "assignee", chief="999999")
    assert incidents() == [("it", "no_candidate")]
    start(people, key="assignee")
    assert incidents()[1:] == [("it", "expression_error")]
    assert not WorkItem.objects.exists()


@pytest.fixture
def pick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_beans", {"pick": lambda *names: [name for name in names if name]})


def test_candidates_are_users_and_groups_and_expressions_give_lists(people: People, pick: None) -> None:
    instance = run(people, "candidates", a="地域協働課", b="推進係")
    assert who(instance) == {"200201", "200301", "230401", "200401", "200402"}
    clerks = start(people, key="candidates", a="推進係", b=None)
    assert who(clerks) == {"200201", "200301", "200401", "200402"}
    complete(people, clerks, "it", "桐生")
    assert is_over(clerks)


def test_groups_are_units_with_what_is_below_posts_and_roles(people: People, settings: Any) -> None:
    def group(name: str) -> set[str]:
        return who(run(people, "assignee", ('c:assignee="${chief}"', f'c:candidateGroups="{name}"')))

    assert group("1010") == group("デジタル推進課") == group("デジ") == {"200201", "200301", "200401", "200402"}
    assert group("課長") == {"200201"}
    assert group("auditor") == {"290301"}
    settings.GROUP_NAMES = {"accounting": "地域協働課"}
    assert group("accounting") == {"230401"}
    settings.GROUP_NAMES = {}
    run(people, "assignee", ('c:assignee="${chief}"', 'c:candidateGroups="accounting"'))
    assert incidents() == [("it", "no_candidate")]


LANES = (
    '<startEvent id="start" />',
    '<laneSet id="ls"><lane id="l1" name="{0}"><flowNodeRef>it</flowNodeRef></lane></laneSet><startEvent id="start" />',
)


def test_a_lane_is_the_group_of_tasks_that_name_nobody(people: People) -> None:
    lanes = (LANES[0], LANES[1].format("地域協働課"))
    instance = run(people, "assignee", (' c:assignee="${chief}"', ""), lanes)
    assert who(instance) == {"230401"}
    assert who(run(people, "assignee", lanes, chief="200301")) == {"200301"}
    run(people, "assignee", (' c:assignee="${chief}"', ""))
    assert incidents() == [("it", "no_assignment")]


def test_dates_and_priority_are_literal_or_worked_out(people: People) -> None:
    deploy("dates")
    calm = item_at(start(people, key="dates", urgent=False), "it")
    hasty = item_at(start(people, key="dates", urgent=True), "it")
    assert (calm.priority, hasty.priority) == (50, 80)
    assert calm.due_on == dt.date(2025, 11, 13)
    assert calm.scheduled == dt.datetime(2026, 4, 1, 9, tzinfo=EVENING)
    assert set(ItemCandidate.objects.values_list("due_on", "priority")) == {
        (dt.date(2025, 11, 13), 50),
        (dt.date(2025, 11, 13), 80),
    }


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-12-01", dt.date(2025, 12, 1)),
        ("P1M", dt.date(2025, 12, 11)),
        ("5営業日", dt.date(2025, 11, 18)),
        ("${until}", dt.date(2026, 1, 31)),
        ("2025-12-01T23:30:00Z", dt.date(2025, 12, 2)),
    ],
)
def test_a_due_date_is_a_day_a_moment_or_a_span(people: People, text: str, day: dt.date) -> None:
    instance = run(people, "dates", ("${dateTime().plusDays(2)}", text), urgent=False, until="2026-01-31")
    assert item_at(instance, "it").due_on == day


def test_odd_dates_and_priorities_are_incidents_with_their_names(people: People) -> None:
    run(people, "dates", ("${dateTime().plusDays(2)}", "soon"), urgent=True)
    run(people, "dates", ("${urgent ? 80 : 50}", "high"), urgent=True)
    assert incidents() == [("it", "bad_time"), ("it", "bad_priority")]


def test_whoever_starts_is_told_in_the_variable_of_the_start(people: People) -> None:
    instance = run(people, "initiator", who="白井")
    assert variables_of(instance) == {"applicant": "200301"}
    assert who(instance) == {"200301"}


def test_nobody_is_the_initiator_of_what_the_system_begins(people: People) -> None:
    deploy("initiator")
    commands.start_instance(key="initiator", title="", business_key="", variables={}, actor=SYSTEM)
    assert incidents() == [("it", "no_candidate")]


def test_each_run_of_repeated_work_has_its_own_item_and_enough_is_enough(people: People) -> None:
    instance = run(people, "multi_instance", people=["200301", "200201", "200402", "200401"])
    rows = ItemCandidate.objects.filter(item__process_id=instance.id, is_open=True)
    assert sorted(rows.values_list("staff__code", flat=True)) == ["200201", "200301", "200401", "200402"]
    for name in ("桐生", "三田村"):
        assert not is_over(instance)
        item = WorkItem.objects.get(process_id=instance.id, finished=None, candidates__staff=people.staff[name])
        commands.complete_item(item_id=item.pk, seen_revision=None, variables={}, actor=people.actor(name))
    assert is_over(instance)
    assert WorkItem.objects.filter(process_id=instance.id, status="CANCELED").count() == 2


def test_parameters_come_in_and_go_out(people: People) -> None:
    instance = run(people, "parameters", amount=4)
    assert is_over(instance)
    assert variables_of(instance) == {"amount": 4, "answer": 5, "told": 5}
    deploy("parameters", ("${answer}", "${items[1] + table.y}"))
    other = start(people, key="parameters", amount=4)
    assert variables_of(other)["told"] == 6


def test_save_points_leave_a_job_before_and_after(people: People) -> None:
    instance = run(people, "async_settings")
    assert not is_over(instance)
    assert drain() == 2
    assert is_over(instance)


def test_only_the_named_starters_begin_and_what_is_not_offered_has_no_form(people: People, visit: Any) -> None:
    deploy("process_settings")
    start(people, "佐久間", key="process_settings")
    start(people, "三田村", key="process_settings")
    with pytest.raises(NotAllowed):
        start(people, "森脇", key="process_settings")
    assert visit("佐久間").get("/definitions/process_settings/start/").status_code == 403
    deploy("process_settings", ('c:isStartableInTasklist="false"', ""))
    assert visit("佐久間").get("/definitions/process_settings/start/").status_code == 200
    assert visit("森脇").get("/definitions/process_settings/start/").status_code == 403


def test_settings_that_are_taken_as_they_are_leave_no_finding(people: People) -> None:
    assert deploy("process_settings").warnings == ()
    assert deploy("properties").warnings == ()


def test_when_to_look_after_it_stands_on_the_page(people: People, visit: Any) -> None:
    instance = run(people, "dates", urgent=False)
    page = visit("佐久間").get(f"/work/bpmn/{item_at(instance, 'it').pk}/").content.decode()
    assert "見直す日時" in page and "2026/4/1 09:00" in page


ROLE = (
    "<{0}><resourceAssignmentExpression><formalExpression>{1}</formalExpression></resourceAssignmentExpression></{0}>"
)


def test_whoever_is_named_in_the_words_of_bpmn_gets_the_work(people: People) -> None:
    def named(kind: str, text: str) -> set[str]:
        roles = ('c:assignee="${chief}" />', f">{ROLE.format(kind, text)}</userTask>")
        return who(run(people, "assignee", roles, chief="200301"))

    assert named("humanPerformer", "${chief}") == {"200301"}
    assert named("potentialOwner", "user(200402), group(地域協働課)") == {"200402", "230401"}
    assert named("potentialOwner", "課長") == {"200201"}


def test_a_collection_may_be_named_plainly_and_gone_through_one_by_one(people: People) -> None:
    instance = run(
        people,
        "multi_instance",
        ('c:collection="${people}"', 'isSequential="true" c:collection="people"'),
        ("/ nrOfInstances &gt;= 0.5", "&gt; 5"),
        people=["200301", "200201"],
    )
    assert who(instance) == {"200301"}
    complete(people, instance, "it", "白井")
    assert who(instance) == {"200201"}
    complete(people, instance, "it", "三田村")
    assert is_over(instance)
