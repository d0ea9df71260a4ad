"""合議 and 審査 side by side: who is asked, when a group is over, what a return calls off, and taking back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from approvals import commands
from approvals.models import Act, CaseState, Happening, RouteStep, StepNote, StepState
from config.errors import Conflict, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry
from tests.approvals.cast import SYSTEM, Cast
from tests.approvals.offices import add, ask, do, fresh, past_own_section, sent, states, step_of, verbs
from tests.approvals.test_pages import client, text
from tests.approvals.test_returning import told
from workflow import commands as workflow
from workflow.models import Incident, ItemCandidate, ProcessInstance
from workflow.organization import commands as organization
from workflow.organization import open_work
from workflow.organization.models import Appointment

TODAY = dt.date(2025, 11, 11)


@pytest.fixture
def city(cast: Cast) -> Cast:
    return add(cast)


def waits_for(cast: Cast, name: str) -> int:
    """How much stands in the person's inbox."""
    return ItemCandidate.objects.filter(staff=cast.staff[name], is_open=True).count()


def noted(what: Happening) -> list[str]:
    found = StepNote.objects.filter(what=what).order_by("id")
    return [note.step.person_name.split(" ")[0] for note in found]


def vacate(code: str) -> None:
    Appointment.objects.filter(staff__code=code).delete()


def test_all_of_a_group_are_asked_at_once_and_the_next_after_the_last(city: Cast) -> None:
    case = sent(city, "真鍋", "久遠")
    assert waits_for(city, "真鍋") == 0
    past_own_section(city, case)
    assert states(case) == {"白井": "done", "三田村": "done", "真鍋": "open", "久遠": "open", "羽鳥": "planned"}
    assert [waits_for(city, name) for name in ("真鍋", "久遠", "羽鳥")] == [1, 1, 0]
    do(city, case, "久遠", comment="財源は確認した")
    assert [waits_for(city, name) for name in ("真鍋", "久遠", "羽鳥")] == [1, 0, 0]
    do(city, case, "真鍋")
    assert waits_for(city, "羽鳥") == 1
    do(city, case, "羽鳥", "decide")
    assert fresh(case).state == CaseState.DECIDED
    assert verbs(case)[-3:] == [("agree", "久遠"), ("agree", "真鍋"), ("decide", "羽鳥")]
    said = Act.objects.get(verb="agree", comment="財源は確認した")
    assert (said.post_name, said.unit_name, said.right) == ("課長", "財政課", "main")
    assert LedgerEntry.objects.filter(action="case.answered").count() == 2


def test_who_stands_beside_acts_on_his_page_although_another_was_faster(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠"))
    seen = fresh(case).revision
    do(city, case, "久遠")
    step = step_of(case, "真鍋")
    commands.approve_step(case_id=case.pk, step_id=step.pk, seen_revision=seen, actor=city.actor("真鍋"))
    assert states(case)["羽鳥"] == "open"
    with pytest.raises(Conflict) as refused:
        commands.approve_step(case_id=case.pk, step_id=step.pk, seen_revision=seen, actor=city.actor("真鍋"))
    assert refused.value.code == "already_done"


@pytest.mark.parametrize(
    ("rule", "acting", "unneeded"),
    [
        ({"completion": "first"}, ["遠山"], ["真鍋", "久遠"]),
        ({"completion": "count", "needed": 2}, ["久遠", "真鍋"], ["遠山"]),
        ({"completion": "majority"}, ["遠山", "真鍋"], ["久遠"]),
        ({"completion": "all"}, ["遠山", "真鍋", "久遠"], []),
    ],
)
def test_a_group_is_over_by_its_rule(city: Cast, rule: dict[str, Any], acting: list[str], unneeded: list[str]) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠", "遠山", **rule))
    for name in acting:
        assert states(case)["羽鳥"] == "planned"
        do(city, case, name)
    assert states(case)["羽鳥"] == "open"
    assert [name for name, state in states(case).items() if state == "unneeded"] == unneeded
    assert noted(Happening.UNNEEDED) == unneeded
    assert [waits_for(city, name) for name in unneeded] == [0] * len(unneeded)
    assert LedgerEntry.objects.filter(action="case.step_changed").count() == len(unneeded)
    for name in unneeded:
        with pytest.raises((Conflict, NotAllowed)):
            commands.approve_step(
                case_id=case.pk,
                step_id=RouteStep.objects.get(case=case, person_name__startswith=name).pk,
                seen_revision=fresh(case).revision,
                actor=city.actor(name),
            )


def test_examination_comes_after_consultation_and_no_rule_makes_it_unneeded(city: Cast) -> None:
    case = sent(city, "真鍋")
    assert case.version == 1
    other = sent(city, "遠山", "久遠", kind="examine", completion="first")
    past_own_section(city, other)
    do(city, other, "遠山")
    assert states(other)["久遠"] == "open"
    do(city, other, "久遠")
    assert verbs(other)[-2:] == [("examine", "遠山"), ("examine", "久遠")]
    assert states(other)["羽鳥"] == "open"


def test_a_return_by_one_calls_off_the_others_and_tells(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠", "遠山"))
    do(city, case, "遠山")
    do(city, case, "真鍋", "return", reason="比較表がない")
    assert fresh(case).state == CaseState.RETURNED
    assert states(case)["久遠"] == "void"
    assert noted(Happening.CALLED_OFF) == ["久遠"]
    assert waits_for(city, "久遠") == 0
    entry = LedgerEntry.objects.get(action="case.step_changed")
    assert (told(entry)["what"], told(entry)["reason"]) == ("called_off", "比較表がない")
    page = text(client(city, "佐久間").get(f"/cases/{case.pk}/"))
    assert "差戻しにより取消し" in page
    assert "比較表がない" in page


def test_what_is_noted_never_changes(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠"))
    do(city, case, "真鍋", "return", reason="比較表がない")
    notes = StepNote.objects.all()
    for change in (lambda: notes.update(reason="x"), notes.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert noted(Happening.CALLED_OFF) == ["久遠"]


def test_directly_back_to_one_of_a_group_keeps_the_word_of_the_others(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠", "遠山"))
    do(city, case, "遠山")
    do(city, case, "真鍋", "return", reason="比較表がない", resume="direct")
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    assert states(case) == {
        "白井": "carried", "三田村": "carried", "遠山": "carried", "真鍋": "open", "久遠": "open", "羽鳥": "planned",
    }  # fmt: skip
    do(city, case, "久遠")
    do(city, case, "真鍋")
    do(city, case, "羽鳥", "decide")
    assert fresh(case).state == CaseState.DECIDED


def test_another_consultation_begins_the_route_anew(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋"))
    do(city, case, "真鍋", "return", reason="比較表がない", resume="direct")
    ask(city, case, "久遠")
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    assert states(case)["白井"] == "carried", "who came before the one who returned it is asked as before"
    do(city, case, "真鍋", "return", reason="なお足りない", resume="direct")
    commands.remove_consultation(
        case_id=case.pk, consultation_id=case.consultations.first().pk, actor=city.actor("佐久間")
    )
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    assert states(case)["白井"] == "open"


def test_asking_somebody_for_less_begins_the_route_anew(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠"))
    do(city, case, "久遠")
    do(city, case, "真鍋", "return", reason="比較表がない", resume="direct")
    row = case.consultations.get(post=city.posts["久遠"])
    commands.remove_consultation(case_id=case.pk, consultation_id=row.pk, actor=city.actor("佐久間"))
    ask(city, case, "久遠", consent="opinion")
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    assert (states(case)["白井"], states(case)["久遠"]) == ("open", "planned")
    entry = LedgerEntry.objects.filter(action="case.submitted").order_by("id").last()
    assert entry is not None
    assert told(entry)["forced"] == "経路の職が変わったため、最初から回ります。"


@pytest.mark.parametrize(("resume", "left"), [("restart", "planned"), ("direct", "done")])
def test_back_to_a_step_before_the_group_and_on_again(city: Cast, resume: str, left: str) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠", "遠山"))
    do(city, case, "遠山")
    target = RouteStep.objects.get(case=case, person_name__startswith="白井")
    do(city, case, "真鍋", "return", reason="見直してください", to_step_id=target.pk, resume=resume)
    now = states(case)
    assert (now["白井"], now["三田村"], now["遠山"], now["真鍋"], now["久遠"]) == (
        "open", left, left, "planned", "planned",
    )  # fmt: skip
    assert noted(Happening.CALLED_OFF) == ["久遠"]
    do(city, case, "白井")
    if resume == "restart":
        do(city, case, "三田村")
        do(city, case, "遠山")
    do(city, case, "久遠")
    do(city, case, "真鍋")
    do(city, case, "羽鳥", "decide")
    assert fresh(case).state == CaseState.DECIDED


def test_back_to_one_of_a_group_asks_him_alone(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠"))
    do(city, case, "久遠")
    do(city, case, "真鍋")
    target = RouteStep.objects.get(case=case, person_name__startswith="久遠")
    do(city, case, "羽鳥", "return", reason="財源をもう一度", to_step_id=target.pk, resume="restart")
    assert (states(case)["久遠"], states(case)["真鍋"], states(case)["羽鳥"]) == ("open", "done", "planned")
    do(city, case, "久遠")
    assert states(case)["羽鳥"] == "open"


def test_the_last_who_acted_takes_back_until_another_has(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠", completion="first"))
    do(city, case, "真鍋")
    assert (states(case)["久遠"], states(case)["羽鳥"]) == ("unneeded", "open")
    commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("真鍋"))
    assert (states(case)["真鍋"], states(case)["久遠"], states(case)["羽鳥"]) == ("open", "open", "planned")
    do(city, case, "久遠")
    with pytest.raises((Conflict, NotAllowed)):
        commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("三田村"))


def test_one_of_an_unfinished_group_takes_back_while_the_others_wait_on(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠"))
    do(city, case, "真鍋")
    commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("真鍋"))
    assert [waits_for(city, name) for name in ("真鍋", "久遠")] == [1, 1]
    do(city, case, "久遠")
    do(city, case, "真鍋")
    assert states(case)["羽鳥"] == "open"


def test_a_vacant_consulted_post_goes_up_and_tells(city: Cast) -> None:
    case = sent(city, "久遠")
    vacate("220201")
    past_own_section(city, case)
    step = step_of(case, "八神")
    assert (step.post_name, step.rank, step.kind) == ("財政経営部長", 50, "consult")
    assert "財政課長が欠員のため、上の職が見ます" in step.reason
    assert StepNote.objects.get(what=Happening.RAISED).before == "財政課長"
    do(city, case, "八神")
    assert states(case)["羽鳥"] == "open"


def test_nobody_at_all_is_left_among_the_exceptions_until_somebody_is_appointed(city: Cast) -> None:
    case = past_own_section(city, sent(city, "真鍋", "久遠"))
    for code in ("200101", "100002", "100001"):
        vacate(code)
    do(city, case, "真鍋")
    do(city, case, "久遠")
    assert (fresh(case).state, states(case)["羽鳥"]) == (CaseState.CIRCULATING, "planned")
    assert Incident.objects.get(resolved_at=None).code == "no_candidate"
    page = text(client(city, "佐久間").get(f"/cases/{case.pk}/"))
    assert "企画戦略部長" in page
    (waiting,) = open_work.unattended()
    assert waiting.number == case.number
    organization.end_appointment(
        appointment_id=Appointment.objects.get(staff=city.staff["八神"]).pk, valid_to=TODAY, actor=SYSTEM
    )
    organization.appoint(staff_code="220101", post_id=city.posts["羽鳥"], valid_from=TODAY, actor=SYSTEM)
    incident = Incident.objects.get(resolved_at=None)
    revision = ProcessInstance.objects.get(pk=case.instance_id).revision
    admin = city.actor("管理者")
    workflow.retry_incident(incident_id=incident.pk, variables={}, seen_revision=revision, actor=admin)
    do(city, case, "八神", "decide")
    assert (fresh(case).state, open_work.unattended()) == (CaseState.DECIDED, [])


@pytest.mark.parametrize(
    ("name", "refusal"), [("佐久間", NotAllowed), ("白井", NotAllowed), ("羽鳥", NotAllowed), ("森脇", NotFound)]
)
def test_only_who_is_asked_answers(city: Cast, name: str, refusal: type[Exception]) -> None:
    case = past_own_section(city, sent(city, "真鍋"))
    step = step_of(case, "真鍋")
    which: dict[str, Any] = {"case_id": case.pk, "step_id": step.pk, "seen_revision": fresh(case).revision}
    with pytest.raises(refusal):
        commands.approve_step(**which, actor=city.actor(name))
    with pytest.raises(refusal):
        commands.oppose(**which, reason="反対", actor=city.actor(name))
    assert states(case)["真鍋"] == "open"
    assert not LedgerEntry.objects.filter(action__in=("case.answered", "case.opposed")).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_case_page_costs_the_same_for_one_and_three_side_by_side(
    city: Cast, count: int, django_assert_num_queries: Any
) -> None:
    from approvals import access
    from approvals.sheets import case as sheet

    case = past_own_section(city, sent(city, *["真鍋", "久遠", "遠山"][:count], completion="first"))
    do(city, case, "真鍋")
    actor, shown = city.actor("羽鳥"), access.case_for(case_id=case.pk, actor=city.actor("羽鳥"))
    with django_assert_num_queries(9):
        page = sheet.page(shown, actor)
    assert len([box for box in page["beside"] if box.head.startswith("合議")]) == count
    assert StepState.UNNEEDED in set(states(case).values()) or count == 1
