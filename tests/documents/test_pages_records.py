"""The page of a record: what it shows, to whom, and to whom not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpResponse

from documents.ledger.models import LedgerEntry
from tests.documents import town as place
from tests.documents.town import Town


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def plain(answer: HttpResponse, path: str) -> str:
    """A page without what differs at every request."""
    page = re.sub(r'<b class="code">\d{4}-\w{6}</b>', "", answer.content.decode())  # the reference number
    return re.sub(r'(csrfmiddlewaretoken" value=)"[^"]+"', r"\1", page).replace(path, "")


def acts(code: str) -> int:
    return LedgerEntry.objects.filter(action=code).count()


def test_a_filed_record_shows_its_filing_its_files_and_its_end(town: Town) -> None:
    row = place.completed(town, "運用支援業務委託契約の締結", ("仕様書.txt", "本文".encode()))
    page = town.browser("colleague").get(f"/documents/{row.pk}/").content.decode()
    assert "運用支援業務委託契約の締結" in page
    assert row.number in page
    assert "完結" in page and "綴り番号 1" in page
    assert "令和13年3月31日" in page and "あと5年4か月" in page
    assert "令和8年4月1日" in page and "5年" in page
    assert "委託契約綴" in page and "03-02-05 契約" in page and "部分公開" in page
    assert "原議(確定した内容)" in page and row.original_id in page
    version = place.files_of(row)[0]
    assert "仕様書.txt" in page and version.blob_id in page and f"/documents/files/{version.pk}/" in page


def test_a_draft_shows_what_is_to_come(town: Town) -> None:
    row = place.draft(town, "これからの文書")
    page = town.browser("drafter").get(f"/documents/{row.pk}/").content.decode()
    assert "これからの文書" in page and "番号なし" in page and "これから" in page
    assert "完結のときに決まります" in page and "添付はありません。" in page
    assert "原議(確定した内容)" not in page


@pytest.mark.parametrize("part", ["drafter", "officer", "colleague", "auditor"])
def test_who_may_read_a_record_on_its_way(town: Town, part: str) -> None:
    row = place.circulating(town, "回議中の文書")
    assert town.browser(part).get(f"/documents/{row.pk}/").status_code == 200


@pytest.mark.parametrize("part", ["outsider", "administrator"])
def test_for_others_it_is_as_if_it_were_not_there(town: Town, part: str) -> None:
    row = place.completed(town, "見えてはならない件名", ("秘密.txt", b"x"))
    browser = town.browser(part)
    version = place.files_of(row)[0]
    pages = [f"/documents/{row.pk}/", f"/documents/{row.pk}/original/", f"/documents/binders/{town.binder_id}/"]
    pages += [f"/documents/files/{version.pk}/{tail}" for tail in ("", "content/", "text/", "download/")]
    for forbidden in pages:
        absent = forbidden.replace(f"/{row.pk}/", "/999999/").replace(f"/{version.pk}/", "/999999/")
        absent = absent.replace(f"binders/{town.binder_id}/", "binders/999999/")
        refused, missing = browser.get(forbidden), browser.get(absent)
        assert (refused.status_code, missing.status_code) == (404, 404), forbidden
        assert plain(refused, forbidden) == plain(missing, absent)
        assert "見えてはならない件名" not in refused.content.decode()
    assert acts("documents.record.opened") == acts("documents.file.downloaded") == 0


@pytest.mark.parametrize("part", ["officer", "colleague", "auditor", "administrator"])
def test_a_draft_is_its_writers_alone(town: Town, part: str) -> None:
    row = place.draft(town, "下書き")
    assert town.browser(part).get(f"/documents/{row.pk}/").status_code == 404


def test_nobody_reads_without_logging_in(town: Town) -> None:
    row = place.circulating(town, "件名")
    answer = town.browser().get(f"/documents/{row.pk}/")
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize(
    ("part", "sees"), [("drafter", True), ("officer", True), ("auditor", True), ("colleague", False)]
)
def test_who_sees_the_ledger_of_a_record(town: Town, part: str, sees: bool) -> None:
    row = place.circulating(town, "件名")
    page = town.browser(part).get(f"/documents/{row.pk}/").content.decode()
    assert ("台帳の記録" in page) is sees
    assert ("文書の状態を 作成中 から 回議中 にしました" in page) is sees


def test_the_chief_acts_come_first_and_all_on_demand(town: Town) -> None:
    row = place.completed(town, "件名", ("a.txt", b"a"))
    auditor = town.browser("auditor")
    page = auditor.get(f"/documents/{row.pk}/")
    assert "記録「件名」を閲覧しました" not in page.content.decode()
    assert f"主な{len(page.context['ledger_lines'])}件" in page.content.decode()
    everything = auditor.get(f"/documents/{row.pk}/?all").content.decode()
    assert "記録「件名」を閲覧しました" in everything and "文書の作成を始めました" in everything


def test_reading_is_noted_once_an_hour(town: Town) -> None:
    row = place.completed(town, "件名")
    auditor = town.browser("auditor")
    for _ in range(3):
        auditor.get(f"/documents/{row.pk}/")
    entry = LedgerEntry.objects.get(action="documents.record.opened")
    assert (entry.record_id, entry.actor_code) == (row.pk, "110005")
    town.browser("officer").get(f"/documents/{row.pk}/")
    assert acts("documents.record.opened") == 2
    with time_machine.travel(place.NOW + dt.timedelta(hours=2)):
        town.browser("auditor").get(f"/documents/{row.pk}/")
    assert acts("documents.record.opened") == 3


def test_the_writer_of_a_draft_is_not_noted(town: Town) -> None:
    row = place.draft(town, "下書き")
    town.browser("drafter").get(f"/documents/{row.pk}/")
    assert acts("documents.record.opened") == 0


def test_verifying_reads_every_byte(town: Town) -> None:
    row = place.completed(town, "件名", ("仕様.txt", "検証する中身 甲".encode()))
    page = town.browser("auditor").get(f"/documents/{row.pk}/?verify")
    assert page.context["verdict"]["ok"] is True and page.context["verdict"]["files"] == 2
    assert "照合したものは保存のときと一致しました" in page.content.decode()


def test_the_original_is_shown_as_it_was_hashed(town: Town) -> None:
    row = place.completed(town, "原議の件名")
    page = town.browser("colleague").get(f"/documents/{row.pk}/original/").content.decode()
    assert "原議の件名" in page and "課長専決" in page and row.original_id in page
    undecided = place.circulating(town, "未決")
    assert town.browser("colleague").get(f"/documents/{undecided.pk}/original/").status_code == 404
