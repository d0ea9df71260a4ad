"""不同意 and みなし同意: both opinions stay, a superior rules, and silence counts for 意見型 alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from approvals import commands
from approvals.commands.deeming import deem_consent
from approvals.models import Act, CaseState, Happening, Resume, StepNote, StepState
from config.commands import system_actor
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from config.jobs import worker
from config.jobs.models import Job, JobState
from documents.ledger.models import LedgerEntry
from tests.approvals.cast import Cast
from tests.approvals.conftest import NOW
from tests.approvals.offices import add, do, fresh, past_own_section, sent, states, step_of, verbs
from tests.approvals.test_pages import client, page_form, text
from tests.approvals.test_returning import told
from workflow import commands as workflow
from workflow.models import ItemCandidate

WHY = "財源欄の時点が不一致"
ROUTER = system_actor("case-routing")


@pytest.fixture
def city(cast: Cast) -> Cast:
    return add(cast)


def run_jobs() -> None:
    while worker.run_once(worker="test", limit=50):
        pass


def test_disagreement_goes_to_the_drafter_and_comes_back_to_whoever_disagreed(city: Cast) -> None:
    case = past_own_section(city, sent(city, "久遠", "真鍋"))
    do(city, case, "真鍋")
    do(city, case, "久遠", "oppose", reason=WHY)
    assert (fresh(case).state, states(case)["久遠"]) == (CaseState.RETURNED, "opposed")
    done = Act.objects.get(verb="oppose")
    assert (done.comment, done.resume, done.post_name, done.unit_name) == (WHY, Resume.DIRECT, "課長", "財政課")
    entry = LedgerEntry.objects.get(action="case.opposed")
    assert (told(entry)["reason"], told(entry)["to"], entry.actor_code) == (WHY, "", "220201")
    answer = "時点を10月末に直した"
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, comment=answer, actor=city.actor("佐久間"))
    assert states(case) == {
        "白井": "carried", "三田村": "carried", "久遠": "open", "真鍋": "carried", "羽鳥": "planned",
    }  # fmt: skip
    do(city, case, "久遠")
    page = text(client(city, "羽鳥").get(f"/cases/{case.pk}/"))
    for words in (WHY, answer, "不同意(起案者へ・調整)", "合議(同意型)"):
        assert words in page


def test_disagreement_goes_up_to_the_common_superior_who_rules(city: Cast) -> None:
    case = past_own_section(city, sent(city, "久遠", "真鍋"))
    do(city, case, "久遠", "oppose", reason=WHY, to="superior")
    assert fresh(case).state == CaseState.CIRCULATING
    assert states(case)["南雲"] == "planned", "the others of the group are heard first"
    do(city, case, "真鍋", "oppose", reason="随意契約の理由が弱い", to="superior")
    assert (states(case)["南雲"], states(case)["羽鳥"]) == ("open", "planned")
    ruling = step_of(case, "南雲")
    assert (ruling.kind, ruling.post_name, ruling.rank) == ("rule", "水瀬市 副市長", 60)
    assert StepNote.objects.filter(what=Happening.ADDED).count() == 1, "one ruling for both"
    with pytest.raises(Invalid) as refused:
        do(city, case, "南雲")
    assert refused.value.code == "reason_missing"
    do(city, case, "南雲", comment="補正予算で措置するため進める")
    assert states(case)["羽鳥"] == "open"
    do(city, case, "羽鳥", "decide")
    assert verbs(case)[-4:] == [("oppose", "久遠"), ("oppose", "真鍋"), ("rule", "南雲"), ("decide", "羽鳥")]
    page = text(client(city, "佐久間").get(f"/cases/{case.pk}/"))
    for words in (WHY, "随意契約の理由が弱い", "補正予算で措置するため進める", "水瀬市 副市長の裁定へ"):
        assert words in page


def test_who_rules_may_send_it_back(city: Cast) -> None:
    case = past_own_section(city, sent(city, "久遠"))
    do(city, case, "久遠", "oppose", reason=WHY, to="superior")
    do(city, case, "南雲", "return", reason="調整しなおすこと", resume="direct")
    commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=city.actor("佐久間"))
    assert states(case)["白井"] == "open", "who ruled is no part of the new route: it begins anew"
    sent_again = LedgerEntry.objects.filter(action="case.submitted").order_by("id").last()
    assert sent_again is not None
    assert "裁定した人は新しい経路にいない" in told(sent_again)["forced"]


@pytest.mark.parametrize(
    ("how", "code"),
    [({"reason": " "}, "reason_missing"), ({"reason": WHY, "to": "mayor"}, "no_such_way")],
)
def test_what_is_incomplete_is_refused(city: Cast, how: dict[str, str], code: str) -> None:
    case = past_own_section(city, sent(city, "久遠"))
    with pytest.raises(Invalid) as refused:
        do(city, case, "久遠", "oppose", **how)
    assert (refused.value.code, states(case)["久遠"]) == (code, "open")
    assert not Act.objects.filter(verb="oppose").exists()


@pytest.mark.parametrize("how", [{"consent": "opinion"}, {"consent": "read"}, {"kind": "examine"}])
def test_only_who_is_asked_for_consent_refuses_it(city: Cast, how: dict[str, str]) -> None:
    case = past_own_section(city, sent(city, "久遠", **how))
    with pytest.raises(NotAllowed):
        do(city, case, "久遠", "oppose", reason=WHY)
    assert 'value="oppose"' not in text(client(city, "久遠").get(f"/cases/{case.pk}/"))


def test_the_page_offers_and_does_it(city: Cast) -> None:
    case = past_own_section(city, sent(city, "久遠"))
    browser = client(city, "久遠")
    page = text(browser.get(f"/cases/{case.pk}/"))
    for words in ("同意する", "起案者へ戻して調整", "共通の上司の裁定へ"):
        assert words in page
    form = page_form(page) | {"verb": "oppose_up", "comment": ""}
    assert browser.post(f"/cases/{case.pk}/", form).status_code == 422
    browser.post(f"/cases/{case.pk}/", form | {"comment": WHY})
    assert (states(case)["久遠"], states(case)["南雲"]) == ("opposed", "open")


def test_silence_counts_for_an_opinion_after_its_day(city: Cast, at_office: time_machine.Coordinates) -> None:
    case = past_own_section(city, sent(city, "久遠", consent="opinion", days=2))
    step = step_of(case, "久遠")
    assert step.due_on == dt.date(2025, 11, 13)
    assert "11/13 までに意見がなければ、みなし同意" in text(client(city, "久遠").get(f"/cases/{case.pk}/"))
    at_office.move_to(dt.datetime(2025, 11, 13, 14, 50, tzinfo=dt.UTC))  # 23:50 of the day
    run_jobs()
    assert states(case)["久遠"] == "open"
    at_office.move_to(dt.datetime(2025, 11, 13, 15, 5, tzinfo=dt.UTC))
    run_jobs()
    assert (states(case)["久遠"], states(case)["羽鳥"]) == ("deemed", "open")
    assert not ItemCandidate.objects.filter(staff=city.staff["久遠"], is_open=True).exists()
    note = StepNote.objects.get(what=Happening.DEEMED)
    assert note.reason == "期限 11/13 までに意見なし"
    entry = LedgerEntry.objects.get(action="case.step_changed")
    assert (told(entry)["what"], entry.actor_code) == ("deemed", "case-routing")
    assert "みなし同意" in text(client(city, "羽鳥").get(f"/cases/{case.pk}/"))
    do(city, case, "羽鳥", "decide")
    assert fresh(case).state == CaseState.DECIDED


@pytest.mark.parametrize("how", [{"consent": "agree"}, {"consent": "read"}, {"kind": "examine"}])
def test_nothing_else_is_ever_approved_by_itself(
    city: Cast, at_office: time_machine.Coordinates, how: dict[str, Any]
) -> None:
    case = past_own_section(city, sent(city, "久遠", days=1, **how))
    step = step_of(case, "久遠")
    at_office.move_to(NOW + dt.timedelta(days=60))
    run_jobs()
    assert (states(case)["久遠"], step.due_on) == ("open", None)
    with pytest.raises(NotAllowed):
        deem_consent(step_id=step.pk, item_id=step.item_id or 0, actor=ROUTER)
    assert states(case)["久遠"] == "open"


def test_neither_people_nor_impatience_make_silence_count(city: Cast, at_office: time_machine.Coordinates) -> None:
    case = past_own_section(city, sent(city, "久遠", "真鍋", consent="opinion", days=2))
    step = step_of(case, "久遠")
    which = {"step_id": step.pk, "item_id": step.item_id or 0}
    with pytest.raises(NotAllowed):
        deem_consent(**which, actor=city.actor("佐久間"))
    with pytest.raises(Conflict) as early:
        deem_consent(**which, actor=ROUTER)
    do(city, case, "久遠", comment="意見なし")
    at_office.move_to(NOW + dt.timedelta(days=9))
    with pytest.raises(Conflict) as late:
        deem_consent(**which, actor=ROUTER)
    assert (early.value.code, late.value.code) == ("not_due", "over")
    run_jobs()
    assert (states(case)["久遠"], states(case)["真鍋"], states(case)["羽鳥"]) == ("done", "deemed", "open")
    assert not Job.objects.exclude(state=JobState.DONE).filter(kind="approvals.deem_consent").exists()
    assert StepState.DEEMED in states(case).values()


def test_work_is_ended_for_nobody_by_the_system_alone(city: Cast) -> None:
    case = past_own_section(city, sent(city, "久遠", consent="opinion"))
    item = step_of(case, "久遠").item_id or 0
    with pytest.raises(NotAllowed):
        workflow.expire_item(item_id=item, variables={}, actor=city.actor("久遠"))
    with pytest.raises(NotFound):
        workflow.expire_item(item_id=0, variables={}, actor=ROUTER)
    do(city, case, "久遠", comment="意見なし")
    with pytest.raises(Conflict) as refused:
        workflow.expire_item(item_id=item, variables={}, actor=ROUTER)
    assert refused.value.code == "already_done"
    assert states(case)["羽鳥"] == "open"
