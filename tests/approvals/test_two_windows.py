"""One draft or one case in two windows: the later one overwrites nothing, loses nothing and is told who was first."""

from __future__ import annotations

import pytest

from approvals import commands
from approvals.models import Act, Case, CaseState
from config.errors import Conflict
from documents.ledger.models import LedgerEntry
from tests.approvals.cast import TEXT, Cast, decided, draft, submitted
from tests.approvals.test_pages import FORM, client, page_form, text

FIRST = "佐久間 陽向さんが別の画面で先に保存しました(11/11 09:40)。"


def test_a_stale_autosave_says_who_saved_when_and_what_and_notes_nothing(cast: Cast) -> None:
    case = draft(cast, files=0)
    noted = LedgerEntry.objects.filter(action="case.draft_saved").count()
    form = FORM | {"revision": 1, "binder": cast.binder_id, "grounds": "古い画面の文"}
    answer = client(cast, "佐久間").post(f"/cases/{case.pk}/draft/save/", form)
    shown = text(answer)
    assert answer.status_code == 409
    assert FIRST in shown
    assert TEXT["grounds"] in shown
    assert 'data-keep-mine="2"' in shown
    assert Case.objects.get().grounds == TEXT["grounds"]
    assert LedgerEntry.objects.filter(action="case.draft_saved").count() == noted


@pytest.mark.parametrize("verb", ["keep", "submit"])
def test_a_stale_page_that_is_sent_twice_overwrites_nothing(cast: Cast, verb: str) -> None:
    case = draft(cast, files=0)
    browser = client(cast, "佐久間")
    form = FORM | {"revision": 1, "binder": cast.binder_id, "grounds": "古い画面の文", "verb": verb}
    for _ in range(2):
        answer = browser.post(f"/cases/{case.pk}/draft/", form)
        shown = text(answer)
        assert answer.status_code == 409
        assert FIRST in shown
        assert "古い画面の文" in shown
        assert '<input type="hidden" name="revision" id="id_revision" value="1">' in shown
        assert Case.objects.get().grounds == TEXT["grounds"]
    answer = browser.post(f"/cases/{case.pk}/draft/", form | {"revision": 2, "verb": "keep"})
    assert answer.status_code == 302
    assert Case.objects.get().grounds == "古い画面の文"


def test_a_page_with_a_wrong_field_keeps_the_state_it_was_typed_on(cast: Cast) -> None:
    """Otherwise mending the field would overwrite what another window saved."""
    case = draft(cast, files=0)
    form = FORM | {"revision": 1, "binder": cast.binder_id, "wanted_on": "いつか", "verb": "keep"}
    answer = client(cast, "佐久間").post(f"/cases/{case.pk}/draft/", form)
    assert answer.status_code == 422
    assert 'id="id_revision" value="1"' in text(answer)


def test_a_refused_submission_has_saved_the_text_and_goes_on_from_there(cast: Cast) -> None:
    case = draft(cast, files=0)
    browser = client(cast, "佐久間")
    form = FORM | {"revision": 2, "binder": cast.binder_id, "inquiry": "", "verb": "submit"}
    answer = browser.post(f"/cases/{case.pk}/draft/", form)
    assert answer.status_code == 422
    assert 'id="id_revision" value="3"' in text(answer)
    assert Case.objects.get().state == CaseState.DRAFT
    answer = browser.post(f"/cases/{case.pk}/draft/", form | {"revision": 3, "inquiry": "伺います。"})
    assert answer.headers["Location"] == f"/cases/{case.pk}/"


def test_the_window_left_open_is_told_that_the_case_was_submitted_and_keeps_its_text(cast: Cast) -> None:
    case = submitted(cast)
    browser = client(cast, "佐久間")
    form = FORM | {"revision": 2, "binder": cast.binder_id, "grounds": "出したあとの文", "verb": "submit"}
    for path in ("draft/save/", "draft/"):
        answer = browser.post(f"/cases/{case.pk}/{path}", form)
        shown = text(answer)
        assert answer.status_code == 409
        assert "佐久間 陽向さんの提出が先に済んでいるため、いまは直せません(11/11 09:40)。" in shown
    assert "出したあとの文" in shown
    assert 'value="submit"' not in shown
    assert Act.objects.filter(verb="submit").count() == 1
    assert client(cast, "三田村").post(f"/cases/{case.pk}/draft/save/", form).status_code == 404


def test_who_acts_on_a_case_that_was_taken_back_is_told_by_whom(cast: Cast) -> None:
    case = submitted(cast)
    browser = client(cast, "白井")
    form = page_form(text(browser.get(f"/cases/{case.pk}/")))
    case.refresh_from_db()
    commands.take_back(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("佐久間"))
    answer = browser.post(f"/cases/{case.pk}/", form | {"verb": "approve", "comment": "打った意見"})
    shown = text(answer)
    assert answer.status_code == 409
    assert "佐久間 陽向さんの引戻しが先に済んでいます(11/11 09:40)。" in shown
    assert "打った意見" in shown
    assert not Act.objects.filter(verb="approve").exists()


def test_of_two_who_complete_the_second_is_told(cast: Cast) -> None:
    case = decided(cast)
    commands.complete_case(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("佐久間"))
    with pytest.raises(Conflict) as refused:
        commands.complete_case(case_id=case.pk, seen_revision=case.revision, actor=cast.actor("白井"))
    assert str(refused.value.message).startswith("佐久間 陽向さんの完結が先に済んでいます(11/11 09:40)。")


def test_a_draft_is_thrown_away_even_with_a_wrong_field(cast: Cast) -> None:
    case = draft(cast, files=0)
    form = FORM | {"revision": 1, "wanted_on": "いつか", "verb": "discard"}
    answer = client(cast, "佐久間").post(f"/cases/{case.pk}/draft/", form)
    assert answer.headers["Location"] == "/cases/"
    assert Case.objects.get().discarded_at is not None
    assert LedgerEntry.objects.filter(action="case.draft_discarded").count() == 1
