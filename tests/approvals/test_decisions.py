"""承認, 決裁, 差戻し, 引戻し, 完結; each with its refusal."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from approvals import commands
from approvals.models import Act, Case, CaseState, CaseVersion, RouteStep, StepState
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry
from documents.models import Record
from tests.approvals.cast import SINCE, SYSTEM, Cast, act, attach, decided, draft, submitted
from workflow.organization import commands as organization


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def open_step(case: Case) -> RouteStep:
    return RouteStep.objects.get(case=case, state=StepState.OPEN)


def test_an_approval_moves_on_and_names_person_post_unit_and_right(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve", comment="確認しました")
    assert open_step(case).person_name == "三田村 涼"
    done = Act.objects.get(verb="approve")
    assert (done.staff_name, done.post_name, done.unit_name, done.right, done.comment) == (
        "白井 千尋", "係長", "推進係", "main", "確認しました",
    )  # fmt: skip
    entry = LedgerEntry.objects.get(action="case.approved")
    assert (entry.actor_code, entry.record_id) == ("200301", case.record_id)


@pytest.mark.parametrize("name", ["佐久間", "三田村", "仁科"])
def test_nobody_approves_out_of_turn(cast: Cast, name: str) -> None:
    case = submitted(cast)
    with pytest.raises(NotAllowed):
        act(cast, case, name, "approve")
    with pytest.raises(NotAllowed):
        act(cast, case, name, "return", comment="理由")
    assert fresh(case).revision == case.revision
    assert Act.objects.count() == 1


def test_the_administrator_and_strangers_do_not_even_see_it(cast: Cast) -> None:
    case = submitted(cast)
    for name in ("管理者", "森脇"):
        with pytest.raises(NotFound):
            act(cast, case, name, "approve")


def test_a_reviewer_does_not_decide_and_the_decider_does_not_approve(cast: Cast) -> None:
    case = submitted(cast)
    with pytest.raises(NotAllowed):
        act(cast, case, "白井", "decide")
    act(cast, case, "白井", "approve")
    act(cast, case, "三田村", "approve")
    with pytest.raises(NotAllowed):
        act(cast, case, "羽鳥", "approve")
    assert not Act.objects.filter(verb="decide").exists()


def test_a_decision_fixes_the_original(cast: Cast) -> None:
    case = decided(cast)
    record = Record.objects.get(pk=case.record_id)
    assert (case.state, record.state) == (CaseState.DECIDED, "decided")
    assert record.original_id is not None
    assert case.decided_at is not None
    assert LedgerEntry.objects.get(action="case.decided").actor_name == "羽鳥 修平"
    assert not RouteStep.objects.filter(state__in=(StepState.OPEN, StepState.PLANNED)).exists()


def test_after_the_decision_nothing_of_the_case_changes(cast: Cast) -> None:
    case = decided(cast)
    with pytest.raises(Conflict, match="羽鳥 修平さんの決裁が先に済んでいる"):
        attach(cast, case, "後から.txt")
    with pytest.raises(NotAllowed):
        commands.discard_draft(case_id=case.pk, actor=cast.actor("佐久間"))
    with pytest.raises(NotAllowed):
        commands.take_back(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("羽鳥"))
    with pytest.raises(Conflict):
        commands.take_back(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("三田村"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE approvals_case SET inquiry = 'x' WHERE id = %s",
        "UPDATE approvals_case SET number = 'x' WHERE id = %s",
        "DELETE FROM approvals_case WHERE id = %s",
        "UPDATE approvals_caseversion SET sha256 = 'x' WHERE case_id = %s",
        "DELETE FROM approvals_caseversion WHERE case_id = %s",
        "UPDATE approvals_routestep SET person_name = 'x' WHERE case_id = %s",
        "DELETE FROM approvals_routestep WHERE case_id = %s",
        "UPDATE approvals_act SET comment = 'x' WHERE case_id = %s",
        "DELETE FROM approvals_act WHERE case_id = %s",
    ],
)
def test_the_database_itself_refuses_to_change_a_decided_case(cast: Cast, statement: str) -> None:
    case = decided(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [case.pk])


def test_a_second_decision_is_refused_by_the_database(cast: Cast) -> None:
    case = decided(cast)
    row = Act.objects.get(verb="decide")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    assert Act.objects.filter(case=case, verb="decide").count() == 1


def test_a_return_needs_a_reason_and_keeps_every_comment(cast: Cast) -> None:
    case = submitted(cast)
    with pytest.raises(Invalid) as refused:
        act(cast, case, "白井", "return", comment="  ")
    assert set(refused.value.fields) == {"reason"}
    assert fresh(case).state == CaseState.CIRCULATING
    act(cast, case, "白井", "return", comment="理由を足してください")
    assert fresh(case).state == CaseState.RETURNED
    assert Record.objects.get(pk=case.record_id).state == "returned"
    assert Act.objects.get(verb="return").comment == "理由を足してください"
    assert LedgerEntry.objects.filter(action="case.returned").count() == 1
    attach(cast, case, "追加.txt")


def test_the_drafter_takes_back_while_nobody_has_acted(cast: Cast) -> None:
    case = submitted(cast)
    back = commands.take_back(
        case_id=case.pk, seen_revision=case.revision, reason="添付もれ", actor=cast.actor("佐久間")
    )
    assert (back.state, back.number, back.version) == (CaseState.DRAFT, case.number, 1)
    assert set(RouteStep.objects.values_list("state", flat=True)) == {StepState.VOID}
    assert LedgerEntry.objects.filter(action="case.taken_back").count() == 1
    again = commands.resubmit(case_id=case.pk, seen_revision=back.revision, actor=cast.actor("佐久間"))
    assert (again.version, open_step(again).person_name) == (2, "白井 千尋")
    with pytest.raises(NotAllowed):
        commands.discard_draft(case_id=case.pk, actor=cast.actor("佐久間"))


def test_taking_back_is_refused_once_the_next_person_has_acted(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve")
    with pytest.raises(Conflict) as refused:
        commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("佐久間"))
    assert str(refused.value) == "次の処理者が処理済みのため引戻しできません"
    assert open_step(case).person_name == "三田村 涼"
    with pytest.raises(NotAllowed):
        commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("仁科"))


def test_an_approver_takes_his_own_approval_back(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve")
    commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("白井"))
    assert open_step(case).person_name == "白井 千尋"
    states = list(RouteStep.objects.order_by("position").values_list("state", flat=True))
    assert states == [StepState.OPEN, StepState.PLANNED, StepState.PLANNED]
    act(cast, case, "白井", "approve", comment="見直しました")
    act(cast, case, "三田村", "approve")
    with pytest.raises(Conflict):
        commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("白井"))
    commands.take_back(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("三田村"))
    assert (open_step(case).kind, open_step(case).person_name) == ("review", "三田村 涼")
    act(cast, case, "三田村", "approve")
    act(cast, case, "羽鳥", "decide")
    assert fresh(case).state == CaseState.DECIDED


def test_the_slower_of_two_holders_is_told_by_whom_and_when(cast: Cast) -> None:
    organization.appoint(staff_code="230401", post_id=cast.posts["白井"], valid_from=SINCE, kind="acting", actor=SYSTEM)
    case = submitted(cast)
    step = open_step(case)
    assert step.person_name == "白井 千尋・森脇 ひなた"
    commands.approve_step(case_id=case.pk, step_id=step.pk, seen_revision=case.revision, actor=cast.actor("森脇"))
    done = Act.objects.get(verb="approve")
    assert (done.staff_name, done.post_name, done.unit_name, done.right) == ("森脇 ひなた", "係長", "推進係", "acting")
    with pytest.raises(Conflict) as refused:
        commands.approve_step(case_id=case.pk, step_id=step.pk, seen_revision=case.revision, actor=cast.actor("白井"))
    assert (refused.value.code, str(refused.value)) == (
        "already_done", "既に森脇 ひなたさんが処理しました(11/11 09:40)",
    )  # fmt: skip


def test_a_stale_page_never_acts(cast: Cast) -> None:
    case = submitted(cast)
    step = open_step(case)
    with pytest.raises(Conflict) as refused:
        commands.approve_step(
            case_id=case.pk, step_id=step.pk, seen_revision=case.revision - 1, actor=cast.actor("白井")
        )
    assert refused.value.code == "stale"
    assert open_step(case) == step


def test_a_post_vacated_on_the_way_is_passed_over_visibly(cast: Cast) -> None:
    case = submitted(cast)
    vacate("200201")
    act(cast, case, "白井", "approve")
    passed = RouteStep.objects.get(position=2)
    assert (passed.state, passed.reason) == (StepState.SKIPPED, "欠員のため、次の職が見ます")
    assert open_step(case).person_name == "羽鳥 修平"
    assert LedgerEntry.objects.filter(action="case.step_skipped").count() == 1


def test_a_deciding_post_vacated_on_the_way_goes_to_the_next_above(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve")
    vacate("200101")
    act(cast, case, "三田村", "approve")
    step = open_step(case)
    assert (step.kind, step.post_name, step.person_name) == ("decide", "水瀬市 副市長", "南雲 佐知子")
    assert step.reason == "部長専決(企画戦略部長が欠員のため、上の職が見ます)"
    assert LedgerEntry.objects.filter(action="case.step_changed").count() == 1
    with pytest.raises(NotAllowed):
        act(cast, case, "三田村", "decide")
    act(cast, case, "南雲", "decide")
    assert fresh(case).state == CaseState.DECIDED


def vacate(code: str) -> None:
    from workflow.organization.models import Appointment

    Appointment.objects.filter(staff__code=code).delete()


def test_completion_files_the_record_with_its_expiry(cast: Cast) -> None:
    case = decided(cast)
    done = commands.complete_case(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("佐久間"))
    record = Record.objects.get(pk=case.record_id)
    assert (done.state, record.state, record.binder_order) == (CaseState.COMPLETED, "completed", 1)
    assert (record.retention_from, record.expires_on) == (dt.date(2026, 4, 1), dt.date(2031, 3, 31))
    assert LedgerEntry.objects.get(action="case.completed").record_id == case.record_id
    with pytest.raises(NotAllowed):
        commands.complete_case(case_id=case.pk, seen_revision=done.revision, actor=cast.actor("佐久間"))


def test_the_records_officer_may_complete_and_others_may_not(cast: Cast) -> None:
    case = decided(cast)
    for name in ("桐生", "三田村", "仁科"):
        with pytest.raises(NotAllowed):
            commands.complete_case(case_id=case.pk, seen_revision=case.revision, actor=cast.actor(name))
    with pytest.raises(Conflict):
        commands.complete_case(case_id=case.pk, seen_revision=1, actor=cast.actor("白井"))
    commands.complete_case(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("白井"))
    assert fresh(case).state == CaseState.COMPLETED


def test_nothing_is_completed_before_the_decision(cast: Cast) -> None:
    case = submitted(cast)
    with pytest.raises(NotAllowed):
        commands.complete_case(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("佐久間"))


def test_the_first_look_of_whose_turn_it_is_is_noted_once(cast: Cast) -> None:
    case = submitted(cast)
    commands.note_opened(case_id=case.pk, actor=cast.actor("白井"))
    assert open_step(case).opened_at is not None
    for name in ("白井", "三田村", "佐久間"):
        with pytest.raises(Conflict):
            commands.note_opened(case_id=case.pk, actor=cast.actor(name))
    assert LedgerEntry.objects.filter(action="case.step_opened").count() == 1


def test_versions_follow_each_other(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "return", comment="直してください")
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("佐久間"))
    assert list(CaseVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert draft(cast).version == 0
