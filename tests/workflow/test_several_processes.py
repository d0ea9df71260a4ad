"""A file with several processes: each that is to run gets its own versions, all or none; the others are drawn for people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config.errors import Invalid, NotFound
from tests.workflow.people import HEAD, SYSTEM, People, ledger
from workflow import commands
from workflow.models import ProcessDefinition, ProcessInstance, WorkItem

pytestmark = pytest.mark.usefixtures("at_office")


def process(key: str, name: str, runs: str = 'isExecutable="true"') -> str:
    """A line of one task."""
    return (
        f'<bpmn:process id="{key}" name="{name}" {runs}><bpmn:startEvent id="{key}_s"/>'
        f'<bpmn:userTask id="{key}_t" name="{name}を見る" camunda:assignee="200401"/><bpmn:endEvent id="{key}_e"/>'
        f'<bpmn:sequenceFlow id="{key}_1" sourceRef="{key}_s" targetRef="{key}_t"/>'
        f'<bpmn:sequenceFlow id="{key}_2" sourceRef="{key}_t" targetRef="{key}_e"/></bpmn:process>'
    )


def file(*processes: str) -> bytes:
    return f"{HEAD}{''.join(processes)}</bpmn:definitions>".encode()


BOTH = file(process("pay", "支払"), process("apply", "申請"), process("shop", "店", 'isExecutable="false"'))


def test_each_that_is_to_run_gets_a_version(people: People) -> None:
    made = commands.deploy_definition(xml=BOTH, actor=SYSTEM)
    assert [(view.key, view.version) for view in (made, *made.others)] == [("pay", 1), ("apply", 1)]
    assert set(ProcessDefinition.objects.values_list("key", "version")) == {("pay", 1), ("apply", 1)}
    assert ledger().count("workflow.definition.deployed") == 2
    for key, name in (("pay", "支払を見る"), ("apply", "申請を見る")):
        commands.start_instance(key=key, title=key, business_key="", variables={}, actor=people.actor("佐久間"))
        assert WorkItem.objects.get(process__definition__key=key).element_name == name
    with pytest.raises(NotFound):
        commands.start_instance(key="shop", title="x", business_key="", variables={}, actor=people.actor("佐久間"))
    assert ProcessInstance.objects.count() == 2


def test_the_same_file_again_makes_nothing_and_a_changed_one_makes_both(people: People) -> None:
    commands.deploy_definition(xml=BOTH, actor=SYSTEM)
    again = commands.deploy_definition(xml=BOTH, actor=SYSTEM)
    assert [view.is_new for view in (again, *again.others)] == [False, False]
    changed = commands.deploy_definition(xml=BOTH.replace("支払を見る".encode(), "支払う".encode()), actor=SYSTEM)
    assert [(view.key, view.version) for view in (changed, *changed.others)] == [("pay", 2), ("apply", 2)]


def test_a_fault_in_one_keeps_all_out(people: People) -> None:
    broken = process("apply", "申請").replace('targetRef="apply_e"', 'targetRef="nowhere"')
    with pytest.raises(Invalid) as refused:
        commands.deploy_definition(xml=file(process("pay", "支払"), broken), actor=SYSTEM)
    assert refused.value.code == "bad_model"
    assert not ProcessDefinition.objects.exists()


def test_several_of_which_none_is_to_run_are_refused(people: People) -> None:
    with pytest.raises(Invalid) as refused:
        commands.deploy_definition(xml=file(process("pay", "支払", ""), process("apply", "申請", "")), actor=SYSTEM)
    assert [finding.code for finding in refused.value.details["findings"]] == ["none_executable"]
    assert not ProcessDefinition.objects.exists()


def test_the_page_tells_of_each(people: People, visit: Callable[[str], Client]) -> None:
    client = visit("管理者")
    sent = {"file": SimpleUploadedFile("二つ.bpmn", BOTH, content_type="application/xml")}
    checked = client.post("/definitions/", sent | {"verb": "check"}).content.decode()
    assert "支払、申請" in checked and not ProcessDefinition.objects.exists()
    sent = {"file": SimpleUploadedFile("二つ.bpmn", BOTH, content_type="application/xml")}
    page = client.post("/definitions/", sent, follow=True).content.decode()
    assert "「支払」の第1版を登録しました。" in page and "「申請」の第1版を登録しました。" in page
    refused = visit("佐久間").post("/definitions/", {"file": SimpleUploadedFile("二つ.bpmn", BOTH)})
    assert refused.status_code in (403, 404)
