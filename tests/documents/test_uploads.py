"""What may come in is decided by content; what is refused leaves nothing, and says why at the field."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile

from config.errors import Invalid
from documents import commands, uploads
from documents.ledger.models import LedgerEntry
from documents.models import Attachment, AttachmentVersion, Blob
from tests.documents import papers
from tests.documents import town as place
from tests.documents.town import Town

BOMB = b"\0" * (60 * 1024 * 1024)
JS = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/#4AavaScript/JS(x)>>>>endobj\ntrailer<<>>\n%%EOF\n"


def added(name: str, content: bytes) -> bytes:
    return papers.changed(papers.word("本文"), lambda archive: archive.writestr(name, content))


def entity() -> bytes:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'
    return papers.changed(papers.word("本文"), lambda archive: archive.writestr("word/extra.xml", text))


GOOD = [
    ("仕様書.docx", papers.word("本文"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("見積.xlsx", papers.sheet([["品名", 1]]), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("報告.pdf", papers.pdf("本文"), "application/pdf"),
    ("スキャン.PDF", papers.scan(), "application/pdf"),
    ("写真.png", papers.png(), "image/png"),
    ("一覧.csv", "品名,数\r\n".encode("cp932"), "text/csv"),
    ("覚書.txt", "本文".encode("utf-16"), "text/plain"),
]
BAD = [
    ("空.txt", b"", "empty"),
    ("中身違い.pdf", papers.word("本文"), "wrong_ending"),
    ("写真.png", papers.pdf("本文"), "wrong_ending"),
    ("実行.exe", b"MZ" + b"\0" * 200, "unknown_type"),
    ("画面.html", b"<html><script>1</script></html>", "unknown_type"),
    ("偽.txt", b"<html><script>1</script></html>", "wrong_ending"),
    ("鍵付き.pdf", papers.pdf("本文", password="secret"), "encrypted"),
    ("途中.pdf", papers.pdf("本文")[:400], "broken"),
    ("仕掛け.pdf", JS, "active"),
    ("二重.pdf", papers.pdf("本文") + papers.word("本文"), "polyglot"),
    ("マクロ.docx", added("word/vbaProject.bin", b"x"), "macro"),
    ("爆弾.docx", added("word/big.bin", BOMB), "bomb"),
    ("上へ.docx", added("../../etc/passwd", b"x"), "paths"),
    ("実体.docx", entity(), "entity"),
    ("動く.docx", added("word/run.exe", b"MZ"), "active"),
    ("壊れ.docx", papers.word("本文")[:2000], "broken"),
    ("巨大.png", papers.huge_picture(), "bomb"),
]


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


@pytest.mark.parametrize(("name", "content", "media_type"), GOOD, ids=[row[0] for row in GOOD])
def test_a_good_file_is_taken_by_its_content(name: str, content: bytes, media_type: str) -> None:
    checked = uploads.check(ContentFile(content, name=name))
    assert (checked.name, checked.media_type) == (name, media_type)
    assert checked.stream.read() == content


@pytest.mark.parametrize(("name", "content", "code"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_file_is_refused_with_its_reason_at_the_field(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        uploads.check(ContentFile(content, name=name))
    assert refused.value.code == code
    assert list(refused.value.fields) == ["upload"] and str(refused.value.message)


def test_a_file_that_is_too_large_is_refused_with_its_size(settings) -> None:
    settings.MAX_FILE_BYTES, settings.MAX_CASE_BYTES = 1000, 1500
    with pytest.raises(Invalid) as refused:
        uploads.check(ContentFile(b"a" * 1001, name="a.txt"))
    assert refused.value.code == "too_large"
    assert uploads.check(ContentFile(b"a" * 1000, name="a.txt"), already=500).name == "a.txt"
    with pytest.raises(Invalid) as refused:
        uploads.check(ContentFile(b"a" * 1000, name="a.txt"), already=501)
    assert refused.value.code == "case_too_large"


def test_old_office_files_can_be_shut_out(settings) -> None:
    settings.LEGACY_OFFICE_ALLOWED = False
    with pytest.raises(Invalid):
        uploads.check(ContentFile(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, name="旧.doc"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\仕様書.docx", "仕様書.docx"),
        ("/etc/a.txt", "a.txt"),
        ("か\u3099.txt", "が.txt"),
        ("a\u202eb\n.txt", "ab.txt"),
        ("名" * 200 + ".pdf", "名" * 83 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert uploads.clean_name(given) == kept
    assert len(kept.encode()) <= 255


def test_a_refused_file_leaves_nothing_and_the_draft_as_it_was(town: Town) -> None:
    row = place.draft(town, "件名", ("前.txt", b"before"))
    before = (
        Blob.objects.count(),
        Attachment.objects.count(),
        AttachmentVersion.objects.count(),
        LedgerEntry.objects.count(),
    )
    with pytest.raises(Invalid):
        upload = ContentFile(papers.pdf("本文", password="x"), name="鍵付き.pdf")
        commands.attach_file(record_id=row.pk, upload=upload, actor=town.actor("drafter"))
    after = (
        Blob.objects.count(),
        Attachment.objects.count(),
        AttachmentVersion.objects.count(),
        LedgerEntry.objects.count(),
    )
    assert after == before


def test_a_taken_file_is_kept_recorded_and_queued(town: Town) -> None:
    from config.jobs.models import Job

    row = place.draft(town, "件名")
    content = papers.word("本文")
    version = commands.attach_file(
        record_id=row.pk, upload=ContentFile(content, name="仕様書.docx"), actor=town.actor("drafter")
    )
    assert (version.number, version.name, version.blob.size, version.text_state) == (
        1,
        "仕様書.docx",
        len(content),
        "waiting",
    )
    entry = LedgerEntry.objects.get(action="documents.file.attached", subject_id=str(version.pk))
    assert (entry.record_id, entry.actor_code) == (row.pk, town.staff["drafter"].code)
    assert Job.objects.get(key=f"extract-text:{version.pk}").queue == "heavy"


def test_the_zip_of_the_tests_is_one() -> None:
    assert zipfile.is_zipfile(__import__("io").BytesIO(added("word/x.bin", b"x")))
