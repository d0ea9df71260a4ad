"""Who reads what: classes, binders and records shared and taken back; confidential records; each with its refusal twin."""

from __future__ import annotations

import json

import pytest

from config.errors import Conflict, Invalid, NotAllowed, NotFound
from documents import access, commands, queries
from documents.ledger.models import LedgerEntry
from documents.models import Binder, Classification, Record
from tests.documents import town as place
from tests.documents.town import Town
from workflow.organization.models import Unit

WHY = "監査の準備のため"
PEOPLE = ("drafter", "officer", "colleague", "outsider", "auditor", "administrator")


@pytest.fixture
def town(db: None):
    yield from place.standing()


@pytest.fixture
def shared(town: Town) -> Record:
    return place.circulating(town, "避難経路の見直し", ("仕様書.txt", "本文".encode()))


def readers(row: Record, town: Town) -> set[str]:
    return {part for part in PEOPLE if access.visible_records(town.actor(part)).filter(pk=row.pk).exists()}


def told(code: str) -> dict[str, object]:
    row = LedgerEntry.objects.filter(action=code).order_by("pk").last()
    assert row is not None, code
    return dict(json.loads(row.body)["details"])


def other_group() -> int:
    return Unit.objects.get(code="2010").group_id


def test_a_class_is_shared_with_a_unit_down_to_its_binders(town: Town, shared: Record) -> None:
    binder = Binder.objects.get(pk=town.binder_id)
    top = binder.classification.parent.parent if binder.classification.parent else binder.classification
    commands.share_class(code=top.code, group_id=other_group(), reason=WHY, actor=town.actor("officer"))
    assert readers(shared, town) == {"drafter", "officer", "colleague", "outsider", "auditor"}
    assert told("documents.class.shared")["reason"] == WHY
    commands.set_apart(binder_id=binder.pk, apart=True, reason=WHY, actor=town.actor("officer"))
    assert "outsider" not in readers(shared, town)
    assert told("documents.binder.apart")["apart"] is True
    commands.set_apart(binder_id=binder.pk, apart=False, reason=WHY, actor=town.actor("officer"))
    commands.unshare_class(code=top.code, group_id=other_group(), reason=WHY, actor=town.actor("officer"))
    assert "outsider" not in readers(shared, town)
    with pytest.raises(NotFound):
        commands.unshare_class(code=top.code, group_id=other_group(), reason=WHY, actor=town.actor("officer"))


def test_a_binder_is_shared_with_a_unit_and_with_a_person(town: Town, shared: Record) -> None:
    officer = town.actor("officer")
    commands.share_binder(binder_id=town.binder_id, group_id=other_group(), reason=WHY, actor=officer)
    assert "outsider" in readers(shared, town)
    with pytest.raises(Invalid, match="入力"):
        commands.share_binder(binder_id=town.binder_id, group_id=other_group(), reason=WHY, actor=officer)
    commands.unshare_binder(binder_id=town.binder_id, group_id=other_group(), reason=WHY, actor=officer)
    assert "outsider" not in readers(shared, town)
    commands.share_binder(binder_id=town.binder_id, person="110004", reason=WHY, actor=officer)
    assert "outsider" in readers(shared, town) and told("documents.binder.shared")["reader"]
    user = town.staff["outsider"].pk
    commands.unshare_binder(binder_id=town.binder_id, user_id=user, reason=WHY, actor=officer)
    assert "outsider" not in readers(shared, town)


@pytest.mark.parametrize("part", ["drafter", "colleague"])
def test_others_share_neither_class_nor_binder(town: Town, shared: Record, part: str) -> None:
    with pytest.raises(NotAllowed):
        commands.share_binder(binder_id=town.binder_id, group_id=other_group(), reason=WHY, actor=town.actor(part))
    code = Classification.objects.filter(level=1).values_list("code", flat=True)[0]
    with pytest.raises(NotAllowed):
        commands.share_class(code=code, group_id=other_group(), reason=WHY, actor=town.actor(part))
    with pytest.raises(NotFound):
        commands.share_binder(
            binder_id=town.binder_id, group_id=other_group(), reason=WHY, actor=town.actor("outsider")
        )
    assert "outsider" not in readers(shared, town)


def test_without_a_reason_or_with_odd_people_nothing_is_shared(town: Town, shared: Record) -> None:
    officer = town.actor("officer")
    for given in ({"group_id": other_group(), "reason": " "}, {"person": "999999", "reason": WHY}, {"reason": WHY}):
        with pytest.raises(Invalid):
            commands.share_binder(binder_id=town.binder_id, actor=officer, **given)
    assert readers(shared, town) == {"drafter", "officer", "colleague", "auditor"}


def test_a_confidential_record_is_its_named_peoples(town: Town, shared: Record) -> None:
    drafter = town.actor("drafter")
    commands.set_secrecy(record_id=shared.pk, secrecy="named", reason=WHY, actor=drafter)
    assert readers(shared, town) == {"drafter"}
    assert told("documents.record.secrecy") | {"reason": ""} == {"before": "", "after": "named", "reason": ""}
    commands.name_reader(record_id=shared.pk, person="110004", reason=WHY, actor=drafter)
    assert readers(shared, town) == {"drafter", "outsider"}
    commands.strike_reader(record_id=shared.pk, user_id=town.staff["outsider"].pk, reason=WHY, actor=drafter)
    assert readers(shared, town) == {"drafter"}
    commands.set_secrecy(record_id=shared.pk, secrecy="", reason=WHY, actor=drafter)
    assert readers(shared, town) == {"drafter", "officer", "colleague", "auditor"}


def test_the_officer_who_makes_it_confidential_stays_on_its_list(town: Town, shared: Record) -> None:
    commands.set_secrecy(record_id=shared.pk, secrecy="hidden", reason=WHY, actor=town.actor("officer"))
    assert readers(shared, town) == {"drafter", "officer"}


@pytest.mark.parametrize("part", ["colleague", "auditor", "outsider"])
def test_others_make_nothing_confidential(town: Town, shared: Record, part: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        commands.set_secrecy(record_id=shared.pk, secrecy="named", reason=WHY, actor=town.actor(part))
    with pytest.raises((NotAllowed, NotFound)):
        commands.name_reader(record_id=shared.pk, person="110004", reason=WHY, actor=town.actor(part))
    shared.refresh_from_db()
    assert shared.secrecy is None and "outsider" not in readers(shared, town)


def test_search_does_not_find_it_by_its_words(town: Town, shared: Record) -> None:
    colleague = town.actor("colleague")
    assert queries.search(actor=colleague, text="避難経路").count == 1
    commands.set_secrecy(record_id=shared.pk, secrecy="named", reason=WHY, actor=town.actor("drafter"))
    found = queries.search(actor=colleague, text="避難経路")
    assert (found.count, found.hits) == (0, [])
    assert queries.search(actor=town.actor("drafter"), text="避難経路").count == 1


def filed(town: Town, secrecy: str) -> Record:
    row = place.completed(town, "入札予定価格")
    commands.set_secrecy(record_id=row.pk, secrecy=secrecy, reason=WHY, actor=town.actor("drafter"))
    return row


@pytest.mark.parametrize(("secrecy", "masked"), [("named", True), ("hidden", False)])
def test_a_binder_masks_the_title_or_hides_the_row(town: Town, secrecy: str, masked: bool) -> None:
    filed(town, secrecy)
    page = town.browser("colleague").get(f"/documents/binders/{town.binder_id}/").content.decode()
    assert "入札予定価格" not in page and ("(秘密文書)" in page) is masked
    own = town.browser("drafter").get(f"/documents/binders/{town.binder_id}/").content.decode()
    assert "入札予定価格" in own


def test_the_ledger_tells_no_texts_of_it(town: Town) -> None:
    row = filed(town, "named")
    auditor = town.browser("auditor")
    assert auditor.get(f"/documents/{row.pk}/").status_code == 404
    page = auditor.get(f"/ledger/?record={row.pk}").content.decode()
    assert "入札予定価格" not in page and "(秘密)" in page
    entry = LedgerEntry.objects.filter(record_id=row.pk, action="documents.record.described").first()
    assert entry is not None
    one = auditor.get(f"/ledger/{entry.pk}/").content.decode()
    assert "入札予定価格" not in one and "(秘密文書)" in one
    sheet = b"".join(auditor.post(f"/ledger/csv/?record={row.pk}").streaming_content).decode()
    assert "入札予定価格" not in sheet


def test_pages_of_readers_tell_the_rule_and_change_it(town: Town, shared: Record) -> None:
    officer = town.browser("officer")
    binder = f"/documents/binders/{town.binder_id}/readers/"
    assert "簿冊を保管する所属にいる" in officer.get(binder).content.decode()
    answer = officer.post(binder, {"act": "add", "group": str(other_group()), "person": "", "reason": WHY})
    assert answer.status_code == 302 and "outsider" in readers(shared, town)
    wrong = officer.post(binder, {"act": "add", "group": "", "person": "", "reason": WHY})
    assert wrong.status_code == 422 and WHY in wrong.content.decode()
    gone = officer.post(binder, {"act": "remove", "kind": "group", "id": str(other_group()), "reason": WHY})
    assert gone.status_code == 302 and "outsider" not in readers(shared, town)
    colleague = town.browser("colleague")
    assert "閲覧者に加える" not in colleague.get(binder).content.decode()
    assert colleague.post(binder, {"act": "apart", "reason": WHY}).status_code == 403
    assert town.browser("outsider").get(binder).status_code == 404
    record = f"/documents/{shared.pk}/readers/"
    assert (
        town.browser("drafter").post(record, {"act": "secrecy", "secrecy": "named", "reason": WHY}).status_code == 302
    )
    assert readers(shared, town) == {"drafter"} and town.browser("officer").get(record).status_code == 404


def test_what_is_told_as_the_reason_is_what_let_the_person_in(town: Town, shared: Record) -> None:
    place.completed(town, "完結した件")
    filed(town, "hidden")
    commands.share_binder(binder_id=town.binder_id, person="110004", reason=WHY, actor=town.actor("officer"))
    for part in PEOPLE:
        actor = town.actor(part)
        explained = {row.pk: queries.reasons(row) for row in queries.records_read_by(actor)}
        assert set(explained) == set(access.visible_records(actor).values_list("pk", flat=True))
        assert all(explained.values()), part
        assert set(queries.binders_read_by(actor).values_list("pk", flat=True)) == set(
            access.visible_binders(actor).values_list("pk", flat=True)
        )
    assert queries.reasons(queries.records_read_by(town.actor("outsider")).first()) == ["簿冊の閲覧者に名前がある"]


def test_a_decided_record_may_still_be_made_confidential_but_stays_as_it_is(town: Town) -> None:
    row = filed(town, "named")
    with pytest.raises(Conflict):
        commands.describe_record(
            record_id=row.pk, title="別の件名", binder_id=town.binder_id, disclosure="open", actor=town.actor("drafter")
        )
    row.refresh_from_db()
    assert (row.secrecy, row.title) == ("named", "入札予定価格")
