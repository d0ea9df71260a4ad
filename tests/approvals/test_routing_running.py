"""Cases that were on their way when the drawing learnt groups go on; with 合議 they ask one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from approvals import commands
from approvals.models import CaseState
from tests.approvals.cast import SYSTEM, Cast, submitted
from tests.approvals.offices import add, ask, do, fresh, past_own_section, sent, states, verbs
from workflow import commands as workflow
from workflow.models import ProcessDefinition

BEFORE = Path(__file__).parent / "standard_one_by_one.bpmn"
NOW = Path(commands.__file__).parent.parent / "processes" / "standard.bpmn"


@pytest.fixture
def city(cast: Cast) -> Cast:
    add(cast)
    workflow.deploy_definition(xml=BEFORE.read_bytes(), actor=SYSTEM)
    return cast


def learn(cast: Cast) -> None:
    """The drawing with groups becomes the newest, as an upgrade makes it."""
    drawing = NOW.read_bytes().replace(b'name="\xe6\xb8\x88\xe3\x82\x93\xe3\x81\xa0"', b'name="\xe6\xb8\x88"')
    workflow.deploy_definition(xml=drawing, actor=SYSTEM)


def test_a_case_on_its_way_goes_on_to_its_end(city: Cast) -> None:
    case = submitted(city)
    do(city, case, "白井")
    learn(city)
    assert ProcessDefinition.objects.filter(key="standard").count() == 3
    do(city, case, "三田村")
    do(city, case, "羽鳥", "return", reason="見直し", to_step_id=case.steps.get(position=1).pk)
    do(city, case, "白井")
    commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("白井"))
    do(city, case, "白井")
    do(city, case, "三田村")
    do(city, case, "羽鳥", "decide")
    assert fresh(case).state == CaseState.DECIDED


def test_a_returned_case_asks_those_beside_the_line_one_after_the_other(city: Cast) -> None:
    case = submitted(city)
    do(city, case, "白井", "return", reason="財政課にも聞くこと")
    learn(city)
    ask(city, case, "久遠")
    ask(city, case, "真鍋")
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    past_own_section(city, case)
    assert (states(case)["久遠"], states(case)["真鍋"]) == ("open", "planned")
    do(city, case, "久遠")
    assert (states(case)["真鍋"], states(case)["羽鳥"]) == ("open", "planned")
    do(city, case, "真鍋", "oppose", reason="予定価格が未定", to="superior")
    do(city, case, "南雲", comment="入札前に定めればよい")
    do(city, case, "羽鳥", "decide")
    assert verbs(case)[-4:] == [("agree", "久遠"), ("oppose", "真鍋"), ("rule", "南雲"), ("decide", "羽鳥")]


def test_a_new_case_is_asked_side_by_side(city: Cast) -> None:
    learn(city)
    case = past_own_section(city, sent(city, "久遠", "真鍋"))
    assert (states(case)["久遠"], states(case)["真鍋"]) == ("open", "open")
