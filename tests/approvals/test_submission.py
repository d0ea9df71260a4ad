"""提出 and 再提出."""

from __future__ import annotations

from typing import Any

import pytest

from approvals import access, commands, snapshot
from approvals.models import Act, Case, CaseState, CaseVersion, RouteStep, StepState
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents.access import record_for
from documents.ledger.models import LedgerEntry
from documents.queries import current_files
from tests.approvals.cast import Cast, act, attach, draft, submitted


def steps(case: Case) -> list[tuple[str, str, str]]:
    rows = case.steps.filter(version=case.version).order_by("position")
    return [(step.kind, step.person_name, step.state) for step in rows]


def test_a_submission_takes_a_number_and_reaches_the_first_person(cast: Cast) -> None:
    case = submitted(cast)
    assert (case.number, case.state, case.version) == ("起-R07-デジ-00001", CaseState.CIRCULATING, 1)
    assert case.record.number == case.number
    assert Case.objects.get(pk=case.pk).record.state == "circulating"
    assert steps(case) == [
        ("review", "白井 千尋", "open"),
        ("review", "三田村 涼", "planned"),
        ("decide", "羽鳥 修平", "planned"),
    ]
    assert access.case_for(case_id=case.pk, actor=cast.actor("白井")) == case
    assert list(Act.objects.values_list("verb", "staff_name", "post_name", "right")) == [
        ("submit", "佐久間 陽向", "主事", "main")
    ]
    entry = LedgerEntry.objects.get(action="case.submitted")
    assert (entry.record_id, entry.actor_code) == (case.record_id, "200401")
    assert LedgerEntry.objects.filter(action="case.step_arrived").count() == 1


def test_the_version_is_frozen_with_its_hash_and_the_files_hashes(cast: Cast) -> None:
    case = submitted(cast, files=2)
    version = CaseVersion.objects.get()
    assert version.sha256 == snapshot.sha256(version.content)
    assert version.content["title"] == case.record.title
    assert [file["sha256"] for file in version.content["attachments"]] == [
        file.blob_id for file in current_files(case.record_id)
    ]


def test_numbers_have_no_gap_when_a_submission_is_refused(cast: Cast) -> None:
    submitted(cast)
    bad = draft(cast, grounds="")
    with pytest.raises(Invalid):
        commands.submit_draft(case_id=bad.pk, seen_revision=bad.revision, actor=cast.actor("佐久間"))
    assert submitted(cast).number == "起-R07-デジ-00002"
    assert submitted(cast, "桐生").number == "起-R07-デジ-00003"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"title": " "}, {"title"}),
        ({"inquiry": "", "grounds": ""}, {"inquiry", "grounds"}),
        ({"binder_id": None}, {"binder"}),
        ({"disclosure": "undecided"}, {"disclosure"}),
        ({"is_urgent": True}, {"urgent_reason"}),
    ],
)
def test_what_is_missing_is_named_field_by_field(cast: Cast, changes: dict[str, Any], fields: set[str]) -> None:
    case = draft(cast, **changes)
    with pytest.raises(Invalid) as refused:
        commands.submit_draft(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("佐久間"))
    assert set(refused.value.fields) == fields
    unchanged = Case.objects.get(pk=case.pk)
    assert (unchanged.state, unchanged.number, unchanged.instance_id) == (CaseState.DRAFT, "", None)
    assert not LedgerEntry.objects.filter(action="case.submitted").exists()


def test_no_decider_is_told_at_the_level(cast: Cast) -> None:
    case = draft(cast, level=60)
    vacate("100002")
    vacate("100001")
    with pytest.raises(Invalid) as refused:
        commands.submit_draft(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("佐久間"))
    assert refused.value.code == "route_decider_vacant"
    assert "水瀬市 副市長が欠員" in str(refused.value.fields["level"][0])


def test_a_vacant_decider_is_decided_for_by_the_superior(cast: Cast) -> None:
    vacate("100002")
    case = submitted(cast, level=60)
    last = RouteStep.objects.filter(case=case).last()
    assert last is not None
    assert (last.post_name, last.reason) == ("水瀬市長", "副市長専決ですが水瀬市 副市長が欠員のため、上司が決裁します")


def vacate(code: str) -> None:
    from workflow.organization.models import Appointment

    Appointment.objects.filter(staff__code=code).delete()


def test_a_stale_page_does_not_submit(cast: Cast) -> None:
    case = draft(cast)
    with pytest.raises(Conflict) as refused:
        commands.submit_draft(case_id=case.pk, seen_revision=1, actor=cast.actor("佐久間"))
    assert refused.value.code == "stale"
    assert Case.objects.get(pk=case.pk).state == CaseState.DRAFT


def test_a_case_on_its_way_is_not_submitted_saved_or_discarded_again(cast: Cast) -> None:
    case, actor = submitted(cast), cast.actor("佐久間")
    with pytest.raises(NotAllowed):
        commands.submit_draft(case_id=case.pk, seen_revision=case.revision, actor=actor)
    with pytest.raises(NotAllowed):
        commands.resubmit(case_id=case.pk, seen_revision=case.revision, actor=actor)
    with pytest.raises(NotAllowed):
        commands.discard_draft(case_id=case.pk, actor=actor)
    with pytest.raises(Conflict) as refused:
        attach(cast, case, "後から.txt")
    assert refused.value.code == "not_editable"
    assert str(refused.value.message) == ("佐久間 陽向さんの提出が先に済んでいるため、いまは直せません(11/11 09:40)。")


def test_a_manager_who_drafts_goes_straight_to_the_director(cast: Cast) -> None:
    case = submitted(cast, "三田村", files=0, level=40)
    assert steps(case) == [("review", "", "skipped"), ("decide", "羽鳥 修平", "open")]
    act(cast, case, "羽鳥", "decide")
    assert Case.objects.get(pk=case.pk).state == CaseState.DECIDED


def test_those_whose_turn_has_not_come_and_strangers_see_nothing(cast: Cast) -> None:
    case = submitted(cast, level=70)
    for name in ("森脇", "浅海", "管理者"):
        with pytest.raises(NotFound):
            access.case_for(case_id=case.pk, actor=cast.actor(name))
    for name in ("白井", "三田村", "仁科"):
        assert access.case_for(case_id=case.pk, actor=cast.actor(name)) == case
    assert record_for(record_id=case.record_id, actor=cast.actor("白井"))


def test_after_a_return_the_case_starts_over_with_the_same_number(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve", comment="よろしい")
    act(cast, case, "三田村", "return", comment="見積比較表がありません")
    attach(cast, case, "見積比較表.txt")
    back = Case.objects.get(pk=case.pk)
    again = commands.resubmit(
        case_id=case.pk, seen_revision=back.revision, comment="比較表を添付", actor=cast.actor("佐久間")
    )
    assert (again.number, again.version, again.state) == ("起-R07-デジ-00001", 2, CaseState.CIRCULATING)
    assert steps(again)[0] == ("review", "白井 千尋", "open")
    assert list(RouteStep.objects.filter(version=1).values_list("state", flat=True)) == [
        StepState.DONE, StepState.RETURNED, StepState.VOID,
    ]  # fmt: skip
    assert list(Act.objects.values_list("verb", "comment")) == [
        ("submit", ""), ("approve", "よろしい"), ("return", "見積比較表がありません"), ("resubmit", "比較表を添付"),
    ]  # fmt: skip
    assert CaseVersion.objects.count() == 2
    for name in ("白井", "三田村", "羽鳥"):
        act(cast, case, name, "decide" if name == "羽鳥" else "approve")
    assert Case.objects.get(pk=case.pk).state == CaseState.DECIDED
    assert Act.objects.filter(verb="decide").count() == 1
