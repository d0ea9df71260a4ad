"""起案: creating, saving, files, discarding; each with its refusal."""

from __future__ import annotations

from typing import Any

import pytest

from approvals import access, commands
from approvals.models import Act, Case, CaseState
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry
from documents.queries import current_files
from tests.approvals.cast import TEXT, Cast, attach, draft
from tests.documents.makers import checked


def last_entry(action: str) -> LedgerEntry:
    return LedgerEntry.objects.filter(action=action).latest("id")


def text(cast: Cast, **changes: Any) -> dict[str, Any]:
    return TEXT | {"binder_id": cast.binder_id} | changes


def test_a_draft_begins_empty_in_the_post_of_the_drafter(cast: Cast) -> None:
    case = commands.create_draft(actor=cast.actor("佐久間"))
    assert (case.state, case.version, case.number, case.drafter_name) == (CaseState.DRAFT, 0, "", "佐久間 陽向")
    assert (case.drafter_post_name, case.unit_name) == ("主事", "推進係")
    assert last_entry("case.drafted").record_id == case.record_id


def test_nobody_drafts_without_a_post(cast: Cast) -> None:
    with pytest.raises(NotAllowed) as refused:
        commands.create_draft(actor=cast.actor("管理者"))
    assert refused.value.code == "no_post"
    assert not Case.objects.exists()


def test_saving_keeps_the_text_and_tells_which_fields_changed(cast: Cast) -> None:
    case = draft(cast, files=0)
    again = commands.save_draft(
        case_id=case.pk, seen_revision=case.revision, actor=cast.actor("佐久間"), **text(cast, title="別の件名")
    )
    assert (again.revision, again.record.title) == (3, "別の件名")
    assert b'"changed":["title"]' in bytes(last_entry("case.draft_saved").body)


def test_saving_the_same_text_twice_is_no_conflict_and_no_new_revision(cast: Cast) -> None:
    case = draft(cast, files=0)
    again = commands.save_draft(case_id=case.pk, seen_revision=1, actor=cast.actor("佐久間"), **text(cast))
    assert again.revision == case.revision == 2


def test_a_stale_page_never_overwrites_and_is_told_what_is_kept(cast: Cast) -> None:
    case = draft(cast, files=0)
    with pytest.raises(Conflict) as refused:
        commands.save_draft(
            case_id=case.pk, seen_revision=1, actor=cast.actor("佐久間"), **text(cast, grounds="古い画面の文")
        )
    assert (refused.value.code, refused.value.details["revision"]) == ("stale", 2)
    assert refused.value.details["kept"] == {"grounds": TEXT["grounds"]}
    assert Case.objects.get(pk=case.pk).grounds == TEXT["grounds"]


def test_only_fileable_binders_and_known_levels_are_taken(cast: Cast) -> None:
    case = draft(cast, files=0)
    for changes, name in (({"binder_id": cast.other_binder_id}, "binder"), ({"level": 45}, "level")):
        with pytest.raises(Invalid) as refused:
            commands.save_draft(case_id=case.pk, seen_revision=2, actor=cast.actor("佐久間"), **text(cast, **changes))
        assert set(refused.value.fields) == {name}
    assert Case.objects.get(pk=case.pk).revision == 2


@pytest.mark.parametrize("name", ["白井", "三田村", "森脇", "仁科", "管理者"])
def test_a_draft_is_its_drafters_alone(cast: Cast, name: str) -> None:
    case = draft(cast, files=0)
    actor = cast.actor(name)
    with pytest.raises(NotFound):
        access.case_for(case_id=case.pk, actor=actor)
    with pytest.raises(NotFound):
        commands.save_draft(case_id=case.pk, seen_revision=2, actor=actor, **text(cast, title="x"))
    with pytest.raises(NotFound):
        commands.submit_draft(case_id=case.pk, seen_revision=2, actor=actor)
    with pytest.raises(NotFound):
        commands.discard_draft(case_id=case.pk, actor=actor)
    with pytest.raises(NotFound):
        commands.attach_to_draft(case_id=case.pk, upload=checked("x.txt", b"x"), actor=actor)


def test_files_are_added_ordered_and_taken_out(cast: Cast) -> None:
    case, actor = draft(cast, files=3), cast.actor("佐久間")
    first, second, third = (file.attachment_id for file in current_files(case.record_id))
    commands.reorder_draft_files(case_id=case.pk, order=[third, first, second], actor=actor)
    assert [file.name for file in current_files(case.record_id)] == ["仕様書3.txt", "仕様書1.txt", "仕様書2.txt"]
    commands.remove_from_draft(case_id=case.pk, attachment_id=first, actor=actor)
    assert [file.attachment_id for file in current_files(case.record_id)] == [third, second]


def test_a_file_of_another_draft_is_not_taken_out_through_this_one(cast: Cast) -> None:
    one, other = draft(cast), draft(cast)
    foreign = current_files(other.record_id)[0].attachment_id
    with pytest.raises(NotFound):
        commands.remove_from_draft(case_id=one.pk, attachment_id=foreign, actor=cast.actor("佐久間"))
    assert len(current_files(other.record_id)) == 1


def test_a_discarded_draft_is_gone_without_a_number(cast: Cast) -> None:
    case, actor = draft(cast), cast.actor("佐久間")
    commands.discard_draft(case_id=case.pk, actor=actor)
    with pytest.raises(NotFound):
        access.case_for(case_id=case.pk, actor=actor)
    assert not access.own_cases(actor).exists()
    assert last_entry("case.draft_discarded").actor_code == "200401"
    with pytest.raises(NotFound):
        attach(cast, case, "後から.txt")
    assert not Act.objects.exists()
