"""Models that break rules of BPMN: refused as a matter of course, taken when an administrator says so, never with errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from config.errors import Invalid, NotAllowed
from tests.workflow.people import MANAGER, STARTER, SYSTEM, People, last_entry, ledger, model
from tests.workflow.test_definition_pages import upload
from workflow import commands
from workflow.model_check import examine
from workflow.models import ProcessDefinition

LINE = (("ask", STARTER), ("look", MANAGER))
Visit = Callable[[str], Client]
TAKEN = "workflow.definition.taken_with_breaches"
ANYWAY = "このまま登録する"


def breaking() -> bytes:
    """A model with one task that no flow leaves, although there is an end."""
    more = (
        b'<bpmn:sequenceFlow id="aside" sourceRef="ask" targetRef="u"/>\n'
        b'<bpmn:userTask id="u" name="x" kessai:assignment="workflow.starter"/></bpmn:process>'
    )
    return model(*LINE).replace(b"</bpmn:process>", more)


def test_the_schema_names_the_place_and_leaves_other_vocabularies_alone() -> None:
    foreign = model(*LINE).replace(b"<bpmn:process ", b'<bpmn:process xmlns:z="urn:z" z:colour="red" ')
    assert [f for f in examine(foreign)[1] if f.code == "schema"] == []
    wrong = model(*LINE).replace(b"<bpmn:process ", b'<bpmn:process colour="red" ')
    (finding,) = [f for f in examine(wrong)[1] if f.code == "schema"]
    line = next(n for n, text in enumerate(wrong.decode().splitlines(), 1) if "<bpmn:process" in text)
    assert (finding.level, finding.line, "colour" in finding.ja) == ("rule", line, True)
    assert finding.element_id


def test_what_breaks_rules_is_refused_and_taken_only_when_said_so(people: People) -> None:
    with pytest.raises(Invalid) as refused:
        commands.deploy_definition(xml=breaking(), actor=SYSTEM)
    assert refused.value.code == "breaks_rules"
    assert ("rule", "u") in {(f.level, f.element_id) for f in refused.value.details["findings"]}
    assert not ProcessDefinition.objects.exists()

    view = commands.deploy_definition(xml=breaking(), actor=people.actor("管理者"), with_breaches=True)
    assert bytes(ProcessDefinition.objects.get().xml) == breaking() and view.is_new
    _who, detail = last_entry(TAKEN)
    assert detail["count"] == 1 and detail["breaches"][0].startswith("no_outgoing u ")


def test_a_lawful_model_leaves_no_such_record(people: People) -> None:
    commands.deploy_definition(xml=model(*LINE), actor=SYSTEM, with_breaches=True)
    assert ledger() == ["workflow.definition.deployed"]


def test_errors_are_refused_however_it_is_said_and_others_may_not_say_it(people: People) -> None:
    broken = breaking().replace(b'targetRef="u"', b'targetRef="nowhere"')
    with pytest.raises(Invalid) as refused:
        commands.deploy_definition(xml=broken, actor=SYSTEM, with_breaches=True)
    assert refused.value.code == "bad_model"
    with pytest.raises(NotAllowed):
        commands.deploy_definition(xml=breaking(), actor=people.actor("佐久間"), with_breaches=True)
    assert not ProcessDefinition.objects.exists()


def test_the_page_offers_it_only_after_the_findings_were_shown(people: People, visit: Visit) -> None:
    admin = visit("管理者")
    assert ANYWAY not in admin.get("/definitions/").content.decode()
    answer = admin.post("/definitions/", upload(breaking()))
    page = answer.content.decode()
    assert answer.status_code == 422 and ANYWAY in page and "決まり" in page
    broken = admin.post("/definitions/", upload(breaking().replace(b'targetRef="u"', b'targetRef="nowhere"')))
    assert broken.status_code == 422 and ANYWAY not in broken.content.decode()
    assert not ProcessDefinition.objects.exists()
    taken = admin.post("/definitions/", upload(breaking()) | {"with_breaches": "on"}, follow=True)
    assert taken.status_code == 200 and ProcessDefinition.objects.count() == 1
