"""Text of files, read in child processes with limits: what is found, where, and what becomes of hostile files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from config.jobs import worker
from config.jobs.models import Job, JobState
from documents import commands, queries
from documents.convert.text import PART_CHARACTERS, Unreadable, read_pages, split
from documents.ledger.models import LedgerEntry
from documents.models import AttachmentVersion, PageText
from tests.documents import papers
from tests.documents import town as place
from tests.documents.town import Town

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain",
    "csv": "text/csv",
}


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def read(
    folder: Path, ending: str, content: bytes, **limits: float
) -> tuple[int, dict[int, str], list[tuple[int, int]]]:
    path, said = folder / f"file.{ending}", []
    path.write_bytes(content)
    total, parts = read_pages(path, media_type=TYPES[ending], progress=lambda d, t: said.append((d, t)), **limits)  # type: ignore[arg-type]  # numbers
    pages: dict[int, str] = {}
    for part in parts:
        pages[part.page] = pages.get(part.page, "") + part.text
    return total, pages, said


def test_a_pdf_is_read_page_by_page_with_progress(tmp_path: Path) -> None:
    total, pages, said = read(tmp_path, "pdf", papers.pdf("第一章 読取精度", "第二章", "水害避難経路"))
    assert (total, "読取精度" in pages[1], "水害避難経路" in pages[3]) == (3, True, True)
    assert said == [(1, 3), (2, 3), (3, 3)]


def test_a_scan_has_pages_and_no_text(tmp_path: Path) -> None:
    total, pages, _said = read(tmp_path, "pdf", papers.scan())
    assert (total, [text for text in pages.values() if text.strip()]) == (1, [])


def test_a_word_file_gives_paragraphs_and_tables(tmp_path: Path) -> None:
    _total, pages, _said = read(tmp_path, "docx", papers.word("伺い", "理由", cells=("点検支援", "4.5月")))
    text = " ".join(pages.values())
    assert all(word in text for word in ("伺い", "理由", "点検支援", "4.5月"))
    assert text.index("伺い") < text.index("理由") < text.index("点検支援")


def test_an_excel_file_gives_its_cells(tmp_path: Path) -> None:
    _total, pages, _said = read(tmp_path, "xlsx", papers.sheet([["品名", "金額"], ["封筒", 495000]]))
    text = " ".join(pages.values())
    assert all(word in text for word in ("品名", "封筒", "495000"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_plain_text_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    _total, pages, _said = read(tmp_path, "txt", "①読取精度は月ごとに報告する。".encode(encoding))
    assert "読取精度" in pages[1]


def test_long_pages_are_cut_with_overlap_and_joined_again() -> None:
    text = "".join(f"{n:05d}" for n in range(2_000))
    parts = split(7, text)
    assert [part.page for part in parts] == [7] * len(parts) and max(len(p.text) for p in parts) <= PART_CHARACTERS
    assert parts[0].text[-50:] == parts[1].text[:50]
    assert parts[0].text + "".join(part.text[50:] for part in parts[1:]) == text


def test_a_file_that_is_none_is_an_answer_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read(tmp_path, "docx", b"PK\x03\x04 no zip at all")
    with pytest.raises(Unreadable):
        read(tmp_path, "pdf", b"%PDF-1.7 and nothing else")


def test_a_reader_that_says_nothing_is_killed(tmp_path: Path) -> None:
    pipe = tmp_path / "endless.txt"
    os.mkfifo(pipe)
    with pytest.raises(Unreadable) as gave_up:
        read_pages(pipe, media_type="text/plain", progress=lambda done, total: None, wall_seconds=1.0)
    assert gave_up.value.code == "timed_out"


def test_a_reader_that_burns_its_processor_time_is_killed(tmp_path: Path) -> None:
    rows = [[f"{row}-{column}" for column in range(40)] for row in range(15_000)]
    with pytest.raises(Unreadable) as gave_up:
        read(tmp_path, "xlsx", papers.sheet(rows), cpu_seconds=1)
    assert gave_up.value.code in ("timed_out", "killed")


def attach(town: Town, name: str, content: bytes) -> AttachmentVersion:
    row = place.draft(town, "件名")
    return commands.attach_file(record_id=row.pk, upload=ContentFile(content, name=name), actor=town.actor("drafter"))


def test_the_job_stores_the_text_by_page_and_records_it(town: Town) -> None:
    version = attach(town, "報告.pdf", papers.pdf("一頁", "水害避難経路"))
    assert worker.run_once(worker="test") == 1
    version.refresh_from_db()
    assert (version.text_state, version.page_count, version.text_error) == ("done", 2, "")
    job = Job.objects.get(key=f"extract-text:{version.pk}")
    assert (job.state, job.progress_done, job.progress_total) == (JobState.DONE, 2, 2)
    assert [number for number, _text in queries.pages_of(version.pk)] == [1, 2]
    entry = LedgerEntry.objects.get(action="documents.text.extracted", subject_id=str(version.pk))
    assert entry.actor_kind == "system"
    hits = queries.search(actor=town.actor("drafter"), text="水害避難経路").hits
    assert [(hit.record.pk, hit.place.page if hit.place else 0) for hit in hits] == [(version.attachment.record_id, 2)]


def test_the_job_notes_a_scan_as_empty_and_no_error(town: Town) -> None:
    version = attach(town, "見積.pdf", papers.scan())
    worker.run_once(worker="test")
    version.refresh_from_db()
    assert (version.text_state, version.page_count, version.text_error) == ("empty", 1, "")
    assert not PageText.objects.filter(version=version).exists()


def test_the_job_gives_up_on_what_cannot_be_read_and_says_so(town: Town) -> None:
    version = attach(town, "報告.pdf", b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    worker.run_once(worker="test")
    version.refresh_from_db()
    assert version.text_state in ("failed", "empty")
    assert LedgerEntry.objects.filter(action="documents.text.extracted", subject_id=str(version.pk)).count() == 1
    assert Job.objects.get(key=f"extract-text:{version.pk}").state in (JobState.FAILED, JobState.DONE)
