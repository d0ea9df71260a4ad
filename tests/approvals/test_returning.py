"""差戻し: to whom, from whom it goes on, what is refused; its dialog and its page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from approvals import commands
from approvals.models import Act, Case, CaseState, RouteStep, StepState
from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents.ledger.models import LedgerEntry
from documents.queries import current_files
from tests.approvals.cast import Cast, act, attach, submitted
from tests.approvals.test_pages import client, page_form, text

WHY = "比較表を添付してください"


def told(entry: LedgerEntry) -> dict[str, Any]:
    """What the entry says besides who and when."""
    details: dict[str, Any] = json.loads(bytes(entry.body))["details"]
    return details


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def open_step(case: Case) -> RouteStep:
    return RouteStep.objects.get(case=case, state=StepState.OPEN)


def states(case: Case) -> list[str]:
    found = RouteStep.objects.filter(case=case, version=fresh(case).version).order_by("position")
    return list(found.values_list("state", flat=True))


def send_back(cast: Cast, case: Case, name: str, **how: Any) -> Case:
    step = open_step(case)
    which: dict[str, Any] = {"case_id": case.pk, "step_id": step.pk, "seen_revision": fresh(case).revision}
    return commands.return_case(**(which | {"reason": WHY} | how), actor=cast.actor(name))


def at_director(cast: Cast) -> Case:
    case = submitted(cast)
    act(cast, case, "白井", "approve", comment="よい")
    act(cast, case, "三田村", "approve")
    return fresh(case)


def again(cast: Cast, case: Case, **changes: Any) -> Case:
    if changes:
        kept = fresh(case)
        text_now = commands.text_of(kept) | changes
        commands.save_draft(case_id=case.pk, seen_revision=kept.revision, actor=cast.actor("佐久間"), **text_now)
    return commands.resubmit(case_id=case.pk, seen_revision=fresh(case).revision, actor=cast.actor("佐久間"))


def test_to_the_drafter_and_straight_back_to_who_returned_it(cast: Cast) -> None:
    case = at_director(cast)
    send_back(cast, case, "羽鳥", resume="direct")
    attach(cast, case, "比較表.txt")
    resent = again(cast, case)
    assert (resent.version, resent.state, open_step(case).person_name) == (2, CaseState.CIRCULATING, "羽鳥 修平")
    assert states(case) == [StepState.CARRIED, StepState.CARRIED, StepState.OPEN]
    carried = RouteStep.objects.get(case=case, version=2, position=1)
    assert carried.carried_from is not None
    assert (carried.carried_from.version, carried.person_name) == (1, "白井 千尋")
    entry = LedgerEntry.objects.filter(action="case.submitted").last()
    assert entry is not None
    assert (told(entry)["resume"], told(entry)["forced"]) == ("direct", "")
    page = text(client(cast, "羽鳥").get(f"/cases/{case.pk}/"))
    assert page.count("前の版で承認済") == 2
    assert "承認印 係長 白井 千尋" in page
    act(cast, case, "羽鳥", "decide")
    assert fresh(case).state == CaseState.DECIDED


def test_twice_straight_back_the_approval_is_still_that_of_the_first_version(cast: Cast) -> None:
    case = at_director(cast)
    for _round in range(2):
        send_back(cast, case, "羽鳥", resume="direct")
        again(cast, case)
    assert fresh(case).version == 3
    origins = RouteStep.objects.filter(case=case, version=3, state=StepState.CARRIED)
    assert [step.carried_from.version for step in origins if step.carried_from] == [1, 1]


def test_earlier_comments_and_files_are_never_lost(cast: Cast) -> None:
    case = at_director(cast)
    for number, resume in enumerate(("direct", "restart"), start=1):
        send_back(cast, case, open_step(case).person_name.split()[0], resume=resume, reason=f"理由その{number}")
        attach(cast, case, f"追加{number}.txt")
        again(cast, case)
    page = text(client(cast, "白井").get(f"/cases/{case.pk}/"))
    assert all(
        words in page
        for words in ("理由その1", "理由その2", "よい", "起案者へ・差し戻した人から", "起案者へ・最初から")
    )
    assert [file.name for file in current_files(case.record_id)] == ["仕様書1.txt", "追加1.txt", "追加2.txt"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE approvals_act SET resume = 'direct' WHERE case_id = %s", [case.pk])


def test_a_changed_level_begins_anew_and_says_why(cast: Cast) -> None:
    case = at_director(cast)
    send_back(cast, case, "羽鳥", resume="direct")
    again(cast, case, level=60)
    assert open_step(case).person_name == "白井 千尋"
    assert StepState.CARRIED not in states(case)
    entry = LedgerEntry.objects.filter(action="case.submitted").last()
    assert entry is not None
    assert (told(entry)["resume"], told(entry)["forced"]) == (
        "restart", "決裁区分が変わったため、最初から回ります。",
    )  # fmt: skip
    assert Act.objects.get(verb="resubmit").resume == "restart"


def test_a_changed_post_of_the_drafter_begins_anew(cast: Cast) -> None:
    case = at_director(cast)
    send_back(cast, case, "羽鳥", resume="direct")
    Case.objects.filter(pk=case.pk).update(drafter_post_name="主任")
    again(cast, case)
    assert open_step(case).person_name == "白井 千尋"
    entry = LedgerEntry.objects.filter(action="case.submitted").last()
    assert entry is not None
    assert told(entry)["forced"] == "起案者の職が変わったため、最初から回ります。"


@pytest.mark.parametrize(
    ("to", "resume", "left", "then"),
    [
        (2, "restart", ["done", "open", "planned"], ["三田村", "羽鳥"]),
        (2, "direct", ["done", "open", "planned"], ["三田村", "羽鳥"]),
        (1, "restart", ["open", "planned", "planned"], ["白井", "三田村", "羽鳥"]),
        (1, "direct", ["open", "done", "planned"], ["白井", "羽鳥"]),
    ],
)
def test_to_somebody_who_has_acted(cast: Cast, to: int, resume: str, left: list[str], then: list[str]) -> None:
    case = at_director(cast)
    target = RouteStep.objects.get(case=case, position=to)
    back = send_back(cast, case, "羽鳥", to_step_id=target.pk, resume=resume)
    assert (back.state, back.version, states(case)) == (CaseState.CIRCULATING, 1, left)
    done = Act.objects.get(verb="return")
    assert (done.to_step, done.resume, done.comment, done.post_name, done.unit_name, done.right) == (
        target, resume, WHY, "部長", "企画戦略部", "main",
    )  # fmt: skip
    entry = LedgerEntry.objects.get(action="case.returned")
    assert (told(entry)["to"], told(entry)["resume"], entry.actor_code) == (target.post_name, resume, "200101")
    for name in then:
        assert open_step(case).person_name.startswith(name)
        act(cast, case, name, "decide" if name == "羽鳥" else "approve")
    assert fresh(case).state == CaseState.DECIDED


@pytest.mark.parametrize(
    ("how", "code", "field"),
    [
        ({"reason": " "}, "reason_missing", "reason"),
        ({"resume": "next"}, "no_such_resume", "resume"),
        ({"to_step_id": 0}, "no_such_target", "to"),
    ],
)
def test_what_is_incomplete_is_refused_with_its_code(cast: Cast, how: dict[str, Any], code: str, field: str) -> None:
    case = at_director(cast)
    with pytest.raises(Invalid) as refused:
        send_back(cast, case, "羽鳥", **how)
    assert (refused.value.code, set(refused.value.fields)) == (code, {field})
    assert states(case) == ["done", "done", "open"]
    assert not Act.objects.filter(verb="return").exists()


def test_it_goes_neither_to_a_later_step_nor_to_a_vacant_post(cast: Cast) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve")
    later = RouteStep.objects.get(case=case, position=3)
    with pytest.raises(Invalid) as refused:
        send_back(cast, case, "三田村", to_step_id=later.pk)
    assert refused.value.code == "no_such_target"
    cast.staff["白井"].appointments.all().delete()
    with pytest.raises(Invalid) as refused:
        send_back(cast, case, "三田村", to_step_id=RouteStep.objects.get(case=case, position=1).pk)
    assert refused.value.code == "target_vacant"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("佐久間", NotAllowed), ("白井", NotAllowed), ("羽鳥", NotAllowed), ("仁科", NotAllowed),
        ("森脇", NotFound), ("管理者", NotFound),
    ],
)  # fmt: skip
def test_only_whose_turn_it_is_returns(cast: Cast, name: str, refusal: type[Exception]) -> None:
    case = submitted(cast)
    act(cast, case, "白井", "approve")
    with pytest.raises(refusal):
        send_back(cast, case, name)
    browser: Client = client(cast, name)
    assert browser.get(f"/cases/{case.pk}/return/").status_code == (403 if refusal is NotAllowed else 404)
    assert 'id="return"' not in text(browser.get(f"/cases/{case.pk}/"))


def test_the_slower_of_two_is_told_and_nothing_is_returned(cast: Cast) -> None:
    case = submitted(cast)
    step, seen = open_step(case), case.revision
    act(cast, case, "白井", "approve")
    with pytest.raises(Conflict) as refused:
        commands.return_case(case_id=case.pk, step_id=step.pk, seen_revision=seen, reason=WHY, actor=cast.actor("白井"))
    assert refused.value.code == "already_done"
    assert not Act.objects.filter(verb="return").exists()


def test_dialog_and_page_ask_the_same(cast: Cast) -> None:
    case = at_director(cast)
    browser = client(cast, "羽鳥")
    for page in (text(browser.get(f"/cases/{case.pk}/")), text(browser.get(f"/cases/{case.pk}/return/"))):
        assert page.count('name="to"') == 3
        for words in (
            "起案者へ・最初から",
            "起案者へ・再開は羽鳥から",
            "三田村課長へ・順にもう一度",
            "第2版になります",
        ):
            assert words in page
    form = page_form(text(browser.get(f"/cases/{case.pk}/")))
    target = RouteStep.objects.get(case=case, position=1)
    sent = form | {"to": str(target.pk), "resume": "direct", "reason": WHY}
    answer = browser.post(f"/cases/{case.pk}/return/", sent)
    assert answer.headers["Location"] == f"/cases/{case.pk}/"
    assert open_step(case) == target
    late = browser.post(f"/cases/{case.pk}/return/", sent)
    assert late.status_code == 409
    assert WHY in text(late)
    assert Act.objects.filter(verb="return").count() == 1


def test_who_had_approved_is_told_of_it(cast: Cast) -> None:
    case = at_director(cast)
    send_back(cast, case, "羽鳥", resume="direct")
    for name in ("佐久間", "白井", "三田村"):
        assert WHY in text(client(cast, name).get("/notices/"))
    assert WHY not in text(client(cast, "森脇").get("/notices/"))
