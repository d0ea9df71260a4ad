"""台帳: for auditors only; what it is narrowed by, one entry, and CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from documents.ledger import sheet
from documents.ledger.models import LedgerEntry
from documents.ledger.writer import build
from documents.ledger_actions import RecordCreated
from documents.models import Record
from tests.documents import town as place
from tests.documents.town import Town, body

# Who asks and his menu, one page of entries, the names of their records.
QUERIES = 8


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def entries(town: Town, record: Record | None, count: int) -> None:
    """So many entries of the colleague."""
    for _ in range(count):
        build(
            RecordCreated,
            subject=record,
            actor=town.actor("colleague"),
            record_id=record.pk if record else None,
            details={},
        ).save()


def listed(town: Town, query: str = "") -> list[LedgerEntry]:
    answer = town.browser("auditor").get(f"/ledger/{query}")
    assert answer.status_code == 200
    return [line.entry for line, _ in answer.context["rows"]]


def rows_of(answer) -> list[list[str]]:
    text = body(answer).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


@pytest.mark.parametrize("part", ["drafter", "officer", "outsider", "administrator"])
def test_for_others_there_is_no_such_page(town: Town, part: str) -> None:
    browser = town.browser(part)
    absent = browser.get("/ledgers-that-are-not/")
    before = LedgerEntry.objects.count()
    for path in ("/ledger/", f"/ledger/{LedgerEntry.objects.latest('pk').pk}/", "/ledger/csv/"):
        refused = browser.get(path)
        assert refused.status_code == 404 == absent.status_code
        assert plain(refused, path) == plain(absent, "/ledgers-that-are-not/")
    assert browser.post("/ledger/csv/").status_code == 404
    assert LedgerEntry.objects.count() == before


def plain(answer, path: str) -> str:
    page = re.sub(r'(csrfmiddlewaretoken" value=)"[^"]+"', r"\1", answer.content.decode())
    page = re.sub(r'<b class="code">\d{4}-\w{6}</b>', "", page)  # the reference number
    return page.replace(path, "").replace(' aria-current="page"', "")


def test_nobody_sees_it_without_logging_in(town: Town) -> None:
    assert town.browser().get("/ledger/").status_code == 302


def test_a_line_says_who_did_what_to_which_record(town: Town) -> None:
    row = place.circulating(town, "委託契約の締結", number="起-R07-デジ-00131")
    page = town.browser("auditor").get("/ledger/").content.decode()
    assert "文書の状態を 作成中 から 回議中 にしました" in page
    assert "試験 drafter" in page and "デジタル推進課 主事110001" in page
    assert f'<a href="/documents/{row.pk}/">起-R07-デジ-00131</a>' in page and "委託契約の締結" in page
    assert "一致" in page and "不一致" not in page and "2025/11/11" in page


def test_the_title_of_a_draft_is_not_shown(town: Town) -> None:
    row = place.draft(town, "見えない下書き")
    rows = town.browser("auditor").get("/ledger/").context["rows"]
    assert all(called is None for line, called in rows if line.entry.record_id == row.pk)


@pytest.mark.parametrize("count", [1, 3, 50])
def test_as_many_queries_for_one_row_as_for_fifty(town: Town, count: int, django_assert_num_queries) -> None:
    for number in range(count):
        entries(town, place.circulating(town, f"件名{number}"), 1)
    browser = town.browser("auditor")
    with django_assert_num_queries(QUERIES):
        answer = browser.get("/ledger/?who=110003")
    assert (
        len(answer.context["rows"]) == count and answer.content.decode().count("文書の作成を始めました</td>") == count
    )


def test_the_list_goes_on_after_fifty_without_gaps(town: Town) -> None:
    entries(town, None, 103)
    browser, seen, after = town.browser("auditor"), [], ""
    while True:
        answer = browser.get(f"/ledger/?who=110003&after={after}")
        seen += [line.entry.pk for line, _ in answer.context["rows"]]
        entries(town, None, 1)  # what comes in meanwhile does not move the list
        after = answer.context["next_after"]
        if after is None:
            break
        assert f"who=110003&amp;after={after}" in answer.content.decode()
    assert len(seen) == len(set(seen)) == 103 and seen == sorted(seen, reverse=True)


def test_narrowed_by_person_act_record_and_days(town: Town) -> None:
    first = place.circulating(town, "一", number="起-R07-デジ-00001")
    with time_machine.travel(place.NOW + dt.timedelta(days=3)):
        second = place.circulating(town, "二", number="起-R07-デジ-00002")
        entries(town, second, 2)
    assert {entry.actor_code for entry in listed(town, "?who=110003")} == {"110003"}
    assert {entry.action for entry in listed(town, "?action=documents.record.state")} == {"documents.record.state"}
    assert {entry.record_id for entry in listed(town, "?record=起-R07-デジ-00001")} == {first.pk}
    assert {entry.record_id for entry in listed(town, "?record=起－Ｒ０７－デジ－００００２")} == {second.pk}
    assert {entry.record_id for entry in listed(town, f"?record={second.pk}")} == {second.pk}
    assert {entry.record_id for entry in listed(town, "?first=2025-11-12")} >= {second.pk}
    assert first.pk not in {entry.record_id for entry in listed(town, "?first=2025-11-12")}
    assert second.pk not in {entry.record_id for entry in listed(town, "?last=2025-11-13")}
    assert {entry.record_id for entry in listed(town, "?first=2025-11-14&last=2025-11-14")} == {second.pk}


def test_a_day_is_a_japanese_day(town: Town) -> None:
    with time_machine.travel(dt.datetime(2025, 11, 13, 15, 30, tzinfo=dt.UTC)):  # half past midnight, the 14th
        entries(town, None, 1)
    assert len(listed(town, "?first=2025-11-14&who=110003")) == 1
    assert listed(town, "?last=2025-11-13&who=110003") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?first=2025-11-14&last=2025-11-13", "「いつまで」は「いつから」より後にしてください。"),
        ("?first=2025-99-99", "いつから"),
        ("?record=起-R07-デジ-99999", "その番号の文書はありません。"),
        ("?action=nothing", "行為"),
    ],
)
def test_what_cannot_be_is_explained(town: Town, query: str, sentence: str) -> None:
    answer = town.browser("auditor").get(f"/ledger/{query}")
    assert answer.status_code == 422 and sentence in answer.content.decode() and answer.context["rows"] == []


@pytest.mark.parametrize("query", ["?after=x", "?after=-5", f"?after={'9' * 60}", f"?record={'9' * 30}", "?who=%00"])
def test_odd_values_do_no_harm(town: Town, query: str) -> None:
    assert town.browser("auditor").get(f"/ledger/{query}").status_code in (200, 422)


def test_nothing_found_says_so(town: Town) -> None:
    assert "当てはまる記録はありません" in town.browser("auditor").get("/ledger/?who=999999").content.decode()


def test_an_entry_shows_all_that_was_stored(town: Town) -> None:
    row = place.completed(town, "委託契約", number="起-R07-デジ-00131")
    entry = LedgerEntry.objects.get(action="documents.record.completed")
    page = town.browser("auditor").get(f"/ledger/{entry.pk}/").content.decode()
    for words in ("満了日", "令和13年3月31日", "委託契約綴", "起-R07-デジ-00131", "documents.record.completed"):
        assert words in page
    assert bytes(entry.leaf).hex() in page and f'href="/documents/{row.pk}/"' in page and "令和7年11月11日" in page
    assert "一致" in page and "&quot;canonical" not in page and "&quot;action&quot;" in page
    assert town.browser("auditor").get("/ledger/999999/").status_code == 404


def test_an_entry_that_was_altered_is_told(town: Town) -> None:
    entries(town, None, 1)
    entry = LedgerEntry.objects.latest("pk")
    forged = LedgerEntry(**{f.attname: getattr(entry, f.attname) for f in LedgerEntry._meta.fields})
    forged.pk, forged.actor_name = None, "別の人"
    forged.save(force_insert=True)
    page = town.browser("auditor").get(f"/ledger/{forged.pk}/").content.decode()
    assert "不一致" in page
    assert "不一致" not in town.browser("auditor").get(f"/ledger/{entry.pk}/").content.decode()


def test_csv_holds_what_the_list_holds_and_is_noted(town: Town) -> None:
    place.circulating(town, "委託契約", number="起-R07-デジ-00131")
    before = LedgerEntry.objects.latest("pk").pk
    answer = town.browser("auditor").post("/ledger/csv/?action=documents.record.state")
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and answer.streaming
    assert re.fullmatch(r'attachment; filename="ledger-20251111-\d+\.csv"', answer["Content-Disposition"])
    head, *rows = rows_of(answer)
    assert head == list(sheet.HEAD) and len(rows) == 1
    line = dict(zip(head, rows[0], strict=True))
    assert line["内容"] == "文書の状態を 作成中 から 回議中 にしました" and line["職員番号"] == "110001"
    assert (line["文書番号"], line["件名"], line["検証"]) == ("起-R07-デジ-00131", "委託契約", "一致")
    assert line["日時"] == "2025-11-11T10:00:00+09:00"
    noted = LedgerEntry.objects.get(action="ledger.exported")
    assert noted.actor_code == "110005" and noted.pk > before
    assert b'"act":"documents.record.state"' in bytes(noted.body)


def test_csv_is_whole_and_in_order(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.ledger.queries.EXPORT_PIECE", 10)
    entries(town, None, 35)
    answer = town.browser("auditor").post("/ledger/csv/?who=110003")
    numbers = [int(row[0]) for row in rows_of(answer)[1:]]
    assert len(numbers) == 35 and numbers == sorted(numbers)


def test_csv_under_an_event_loop_comes_in_pieces(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.ledger.queries.EXPORT_PIECE", 10)
    entries(town, None, 25)
    client = AsyncClient()
    client.force_login(town.staff["auditor"])

    async def take() -> list[bytes]:
        answer = await client.post("/ledger/csv/?who=110003")
        return [part async for part in answer.streaming_content]

    parts = async_to_sync(take)()
    assert len(parts) == 4 and len(list(csv.reader(io.StringIO(b"".join(parts).decode())))) == 26


def test_a_title_is_no_formula(town: Town) -> None:
    place.circulating(town, '=HYPERLINK("http://x","y")')
    answer = town.browser("auditor").post("/ledger/csv/?action=documents.record.state")
    assert rows_of(answer)[1][sheet.HEAD.index("件名")] == '\'=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝１", "－1", "\n=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert sheet.harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["委託契約", "起-R07", "2025-11-11", "", "a=b"])
def test_other_cells_stay(cell: str) -> None:
    assert sheet.harmless(cell) == cell


def test_csv_of_an_odd_condition_is_refused_and_not_noted(town: Town) -> None:
    browser = town.browser("auditor")
    assert browser.post("/ledger/csv/?first=x").status_code == 422
    assert browser.get("/ledger/csv/").headers["Location"] == "/ledger/"
    assert not LedgerEntry.objects.filter(action="ledger.exported").exists()
