"""What stands still, and how an administrator sets it going again."""

from __future__ import annotations

import pytest
from viewflow.workflow.status import PROCESS

from config.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.workflow.people import MANAGER, SINCE, STARTER, SYSTEM, People, complete, deploy, item_at, last_entry, start
from workflow import commands
from workflow.models import Incident, ProcessInstance
from workflow.organization import commands as organization
from workflow.values import InstanceView

VACANT = 'name="新しい人" camunda:assignee="240001"'


@pytest.fixture
def stuck(people: People) -> InstanceView:
    """A process whose second work nobody can receive."""
    deploy(("ask", STARTER), ("next", VACANT), ("look", MANAGER))
    instance = start(people)
    complete(people, instance, "ask", "佐久間")
    return instance


def revision() -> int:
    return ProcessInstance.objects.get().revision


def test_a_retry_that_finds_nobody_again_leaves_a_new_incident(people: People, stuck: InstanceView) -> None:
    first = Incident.objects.get()
    commands.retry_incident(incident_id=first.pk, variables={}, seen_revision=revision(), actor=people.actor("管理者"))
    first.refresh_from_db()
    assert (first.resolution, first.resolved_at is not None) == ("やり直し", True)
    assert Incident.objects.get(resolved_at=None).code == "no_candidate"
    who, details = last_entry("workflow.incident.retried")
    assert (who, details["problem"], details["solved"]) == ("システム管理者", "no_candidate", False)


def test_a_retry_goes_on_once_the_post_is_filled(people: People, stuck: InstanceView) -> None:
    organization.hire_staff(code="240001", name="新任 花子", actor=SYSTEM)
    post = organization.create_post(unit_code="101010", name="主事補", rank=10, valid_from=SINCE, actor=SYSTEM)
    organization.appoint(staff_code="240001", post_id=post.pk, valid_from=SINCE, actor=SYSTEM)
    incident = Incident.objects.get()
    commands.retry_incident(
        incident_id=incident.pk, variables={}, seen_revision=revision(), actor=people.actor("管理者")
    )
    assert item_at(stuck, "next").candidates.get().staff.name == "新任 花子"
    assert not Incident.objects.filter(resolved_at=None).exists()
    assert last_entry("workflow.incident.retried")[1]["solved"] is True


def test_a_stuck_token_is_moved_on_for_a_reason(people: People, stuck: InstanceView) -> None:
    incident, admin = Incident.objects.get(), people.actor("管理者")
    which = {"incident_id": incident.pk, "seen_revision": revision(), "actor": admin}
    with pytest.raises(Invalid):
        commands.move_token(element_id="look", reason="", **which)
    commands.move_token(element_id="look", reason="職がなくなった", **which)
    incident.refresh_from_db()
    assert (incident.resolution, item_at(stuck, "look").candidates.count()) == ("職がなくなった", 1)
    who, details = last_entry("workflow.incident.moved")
    assert (who, details["target"], details["reason"]) == ("システム管理者", "課長が見る", "職がなくなった")


@pytest.mark.parametrize("name", ["佐久間", "三田村", "仁科"])
def test_only_an_administrator_mends(people: People, stuck: InstanceView, name: str) -> None:
    which = {"incident_id": Incident.objects.get().pk, "seen_revision": revision(), "actor": people.actor(name)}
    with pytest.raises(NotAllowed):
        commands.retry_incident(variables={}, **which)
    with pytest.raises(NotAllowed):
        commands.move_token(element_id="look", reason="早く", **which)
    assert Incident.objects.filter(resolved_at=None).count() == 1


def test_a_stale_page_and_a_mended_incident_are_refused(people: People, stuck: InstanceView) -> None:
    incident, admin = Incident.objects.get(), people.actor("管理者")
    with pytest.raises(Conflict) as stale:
        commands.retry_incident(incident_id=incident.pk, variables={}, seen_revision=1, actor=admin)
    assert stale.value.code == "stale"
    commands.move_token(
        incident_id=incident.pk, element_id="look", reason="移す", seen_revision=revision(), actor=admin
    )
    with pytest.raises(NotFound):
        commands.retry_incident(incident_id=incident.pk, variables={}, seen_revision=revision(), actor=admin)


def test_what_is_stuck_can_be_called_off_by_whoever_takes_part(people: People, stuck: InstanceView) -> None:
    commands.cancel_instance(instance_id=stuck.id, reason="やめる", actor=people.actor("佐久間"))
    incident = Incident.objects.get()
    assert (incident.resolution, ProcessInstance.objects.get().status) == ("やめる", PROCESS.CANCELED)
