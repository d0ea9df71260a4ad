"""PDFs made to be shown: every state, what hostile files and missing programs do, and that originals stay as they are."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import shutil
import stat
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings

from config.errors import Conflict, NotAllowed, NotFound
from config.jobs import worker
from config.jobs.models import Job, JobState
from documents import commands, jobs
from documents.commands.renditions import MOST_ATTEMPTS
from documents.convert import process, render
from documents.ledger.models import LedgerEntry
from documents.models import AttachmentVersion, Rendition
from documents.storage import key_of
from tests.documents import makers
from tests.documents import town as place
from tests.documents.town import NOW, SYSTEM, Town, body
from tests.documents.viewer_files import pages_of_tiff

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def one(town: Town, name: str, content: bytes) -> AttachmentVersion:
    return place.files_of(place.circulating(town, "件名", (name, content)))[0]


def shown(town: Town, version: AttachmentVersion, part: str = "colleague") -> str:
    return town.browser(part).get(f"/documents/files/{version.pk}/shown/").content.decode()


def again(town: Town, version: AttachmentVersion, part: str = "colleague") -> str:
    return town.browser(part).post(f"/documents/files/{version.pk}/shown/again/").content.decode()


def made(version: AttachmentVersion) -> Rendition:
    """Do the job that waits, as the worker does."""
    for job in Job.objects.filter(kind="documents.render", state=JobState.WAITING):
        worker.run_job(claimed(job))
    return Rendition.objects.get(version=version)


def claimed(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, locked_by="test", attempts=1)
    return Job.objects.get(pk=job.pk)


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, *modules: str) -> None:
    """A program of the name soffice stands first in the path, and does what the script says."""
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    for module in modules:
        (folder / f"lib{module}lo.so").touch()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_kinds_that_browsers_show_need_none(town: Town) -> None:
    for name, content in (("図.pdf", makers.pdf("図")), ("写真.png", place.picture()), ("メモ.txt", b"memo")):
        version = one(town, name, content)
        assert not Rendition.objects.filter(version=version).exists()
        with pytest.raises(NotFound):
            commands.request_rendition(version_id=version.pk, actor=town.actor("drafter"))


def test_a_word_file_waits_and_the_page_asks_again(town: Town) -> None:
    version = one(town, "伺い.docx", makers.word("伺い"))
    row = Rendition.objects.get(version=version)
    assert (row.state, row.attempts, row.blob) == ("waiting", 1, None)
    job = Job.objects.get(kind="documents.render")
    assert (job.payload, job.queue) == ({"rendition": row.pk}, "heavy")
    page = shown(town, version)
    assert "表示用のPDFを作っています" in page and 'hx-trigger="load delay:2s"' in page and "/download/" in page
    assert town.browser("colleague").get(f"/documents/files/{version.pk}/pdf/").status_code == 404


@needs_office
def test_a_word_file_becomes_a_pdf_beside_the_original(town: Town) -> None:
    version = one(town, "伺い.docx", makers.word("防犯灯の更新について", cell="令和7年度"))
    row = made(version)
    assert (row.state, row.page_count, row.error) == ("ready", 1, "")
    assert row.maker.startswith("LibreOffice") and row.blob is not None
    content = body(town.browser("colleague").get(f"/documents/files/{version.pk}/pdf/"))
    assert content.startswith(b"%PDF-") and hashlib.sha256(content).hexdigest() == row.blob_id
    original = AttachmentVersion.objects.get(pk=version.pk)
    assert (original.blob_id, original.media_type, original.number) == (version.blob_id, WORD, version.number)
    page = shown(town, version)
    assert f'data-content="/documents/files/{version.pk}/pdf/"' in page and "表示用に変換したPDF" in page
    assert f'data-size="{len(content)}"' in page
    entry = LedgerEntry.objects.get(action="documents.rendition.ended")
    assert entry.record_id == version.attachment.record_id and row.blob_id.encode() in bytes(entry.body)


@needs_office
@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (WORD, makers.word("議事録", header="取扱注意")),
        (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            makers.sheets(予算=[["品名", "額"], ["端末", 120_000]], 内訳=[["消耗品"]]),
        ),
    ],
)
def test_office_files_keep_their_words(tmp_path: Path, media_type: str, content: bytes) -> None:
    import pypdfium2

    (tmp_path / render.source_name(media_type)).write_bytes(content)
    result = render.make_pdf(tmp_path, media_type=media_type, progress=lambda *_: None)
    document = pypdfium2.PdfDocument(result.path)
    text = "".join(document[n].get_textpage().get_text_bounded() for n in range(len(document)))
    assert result.pages == len(document) and result.maker.startswith("LibreOffice")
    assert all(word in text for word in (["議事録", "取扱注意"] if media_type == WORD else ["品名", "端末", "消耗品"]))


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK"])
def test_a_fax_becomes_a_pdf_of_its_pages(town: Town, mode: str) -> None:
    version = one(town, "ファクス.tif", pages_of_tiff(4, mode))
    row = made(version)
    assert (row.state, row.page_count) == ("ready", 4) and row.maker.startswith("Pillow")
    job = Job.objects.get(kind="documents.render")
    assert (job.state, job.progress_done, job.progress_total) == ("done", 4, 4)


def test_the_pages_of_a_fax_are_as_large_as_its_resolution_says(tmp_path: Path) -> None:
    import pypdfium2

    (tmp_path / render.source_name("image/tiff")).write_bytes(pages_of_tiff(1))
    result = render.make_pdf(tmp_path, media_type="image/tiff", progress=lambda *_: None)
    width, height = pypdfium2.PdfDocument(result.path)[0].get_size()
    assert (round(width), round(height)) == (144, 202)  # 400 × 560 dots at 200 an inch


def test_without_libreoffice_there_is_a_clear_offer(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    version = one(town, "伺い.docx", makers.word("伺い"))
    place.read(version, "防犯灯の更新")
    monkeypatch.setenv("PATH", str(tmp_path))
    row = made(version)
    assert (row.state, row.error, Job.objects.get(kind="documents.render").state) == (
        "unavailable",
        "no_office",
        "done",
    )
    page = shown(town, version)
    assert "変換ソフト(LibreOffice)が、このシステムに入っていません" in page
    assert "伺い.docx を取り出す" in page and "もう一度作る" in page and f"/documents/files/{version.pk}/text/" in page
    assert town.browser("colleague").get(f"/documents/files/{version.pk}/pdf/").status_code == 404
    download = town.browser("colleague").get(f"/documents/files/{version.pk}/download/")
    assert hashlib.sha256(body(download)).hexdigest() == version.blob_id


def test_without_the_part_for_slides_it_says_so(town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, monkeypatch, "exit 0", "sw", "sc")
    assert render.find_office("sw") == tmp_path / "soffice"
    with pytest.raises(render.Unavailable) as absent:
        render.find_office("sd")
    assert absent.value.code == "no_module"
    version = one(town, "伺い.docx", makers.word("伺い"))
    state = {"state": "unavailable", "error": "no_module", "actor": SYSTEM}
    commands.store_rendition(rendition_id=version.rendition.pk, source=None, **state)
    assert "LibreOfficeの該当する部分" in shown(town, version)


@pytest.mark.parametrize(
    ("script", "code", "said"),
    [
        ("exit 0", "not_made", "対応していない作りです"),
        ("exit 77", "not_made", "対応していない作りです"),
        ("kill -9 $PPID", "killed", "大きすぎるため"),
        (
            "for a in $@; do last=$a; done; echo no pdf > $(dirname $last)/made/source.pdf",
            "PdfiumError",
            "(PdfiumError)",
        ),
    ],
)
def test_a_program_that_fails_is_told(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, code: str, said: str
) -> None:
    program(tmp_path, monkeypatch, script)
    version = one(town, "伺い.docx", makers.word("伺い"))
    row = made(version)
    assert (row.state, row.error, row.blob) == ("failed", code, None)
    job = Job.objects.get(kind="documents.render")
    assert (job.state, job.error_code) == ("failed", code)
    page = shown(town, version)
    assert said in page and "伺い.docx を取り出す" in page
    assert LedgerEntry.objects.filter(action="documents.rendition.ended").count() == 1


def test_a_silent_program_and_its_children_are_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program(tmp_path / "bin", monkeypatch, f"sleep 987 & echo $! > {tmp_path}/grandchild; sleep 986")
    (tmp_path / "source.docx").write_bytes(makers.word("伺い"))
    with pytest.raises(process.Unreadable) as failed:
        render.make_pdf(tmp_path, media_type=WORD, progress=lambda *_: None, wall_seconds=2)
    assert failed.value.code == "timed_out"
    assert ends(int((tmp_path / "grandchild").read_text()))


def test_a_program_that_only_computes_is_ended_by_processor_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    program(tmp_path / "bin", monkeypatch, "while :; do :; done")
    (tmp_path / "source.docx").write_bytes(makers.word("伺い"))
    with pytest.raises(process.Unreadable) as failed:
        render.make_pdf(tmp_path, media_type=WORD, progress=lambda *_: None, cpu_seconds=1, wall_seconds=60)
    assert failed.value.code == "not_made"


def ends(pid: int) -> bool:
    """Whether a process is gone, or killed and not yet waited for; a signal takes a moment to arrive."""
    for _ in range(500):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in ("Z", "X"):
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


def test_a_child_that_ends_early_leaves_nothing_running(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program(tmp_path / "bin", monkeypatch, f"sleep 988 > /dev/null & echo $! > {tmp_path}/left; exit 0")
    (tmp_path / "source.docx").write_bytes(makers.word("伺い"))
    with pytest.raises(process.Unreadable, match="not_made"):
        render.make_pdf(tmp_path, media_type=WORD, progress=lambda *_: None)
    assert ends(int((tmp_path / "left").read_text()))


def test_time_is_told_as_time(town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path, monkeypatch, "sleep 985")
    slow = render.make_pdf
    monkeypatch.setattr(jobs.render, "make_pdf", lambda *a, **k: slow(*a, **k, wall_seconds=1))
    version = one(town, "伺い.docx", makers.word("伺い"))
    assert made(version).error == "timed_out"
    assert "時間がかかりすぎたため" in shown(town, version)


def test_an_attempt_can_be_repeated_but_not_for_ever(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, monkeypatch, "exit 0")
    version = one(town, "伺い.docx", makers.word("伺い"))
    for attempt in range(2, MOST_ATTEMPTS + 1):
        assert made(version).state == "failed"
        assert "表示用のPDFを作っています" in again(town, version)
        assert Rendition.objects.get(version=version).attempts == attempt
    assert made(version).state == "failed"
    page = again(town, version)
    assert "もう一度作る" not in page and "対応していない作りです" in page
    assert Job.objects.filter(kind="documents.render").count() == MOST_ATTEMPTS
    entries = LedgerEntry.objects.filter(action="documents.rendition.requested", actor_code="110003")
    assert entries.count() == MOST_ATTEMPTS - 1


def test_who_may_not_read_asks_for_nothing(town: Town) -> None:
    version = one(town, "伺い.docx", makers.word("伺い"))
    answer = town.browser("outsider").post(f"/documents/files/{version.pk}/shown/again/")
    assert answer.status_code == 404 and Rendition.objects.get(version=version).attempts == 1
    with pytest.raises(NotFound):
        commands.request_rendition(version_id=version.pk, actor=town.actor("outsider"))


def test_a_lost_job_can_be_asked_for_anew(town: Town) -> None:
    version = one(town, "伺い.docx", makers.word("伺い"))
    with pytest.raises(Conflict):
        commands.request_rendition(version_id=version.pk, actor=town.actor("colleague"))
    with time_machine.travel(NOW + dt.timedelta(minutes=16)):
        page = shown(town, version)
        assert "表示用のPDFがまだできません" in page and "もう一度作る" in page
        assert "表示用のPDFを作っています" in again(town, version)
    assert Rendition.objects.get(version=version).attempts == 2


def test_a_file_from_before_is_asked_for_at_the_first_look(town: Town) -> None:
    version = one(town, "伺い.docx", makers.word("伺い"))
    Rendition.objects.all().delete()
    Job.objects.filter(kind="documents.render").delete()
    assert "表示用のPDFを作っています" in shown(town, version)
    assert Rendition.objects.get(version=version).state == "waiting"
    assert Job.objects.filter(kind="documents.render").count() == 1
    entry = LedgerEntry.objects.get(action="documents.rendition.requested")
    assert (entry.actor_code, entry.record_id) == ("110003", version.attachment.record_id)


def test_only_the_system_reports_and_only_once(town: Town) -> None:
    row = one(town, "伺い.docx", makers.word("伺い")).rendition
    with pytest.raises(NotAllowed):
        commands.store_rendition(rendition_id=row.pk, source=None, state="failed", actor=town.actor("drafter"))
    with pytest.raises(NotFound):
        commands.store_rendition(rendition_id=0, source=None, state="failed", actor=SYSTEM)
    commands.store_rendition(rendition_id=row.pk, source=None, state="failed", error="killed", actor=SYSTEM)
    with pytest.raises(Conflict):
        commands.store_rendition(rendition_id=row.pk, source=None, state="failed", actor=SYSTEM)
    assert LedgerEntry.objects.filter(action="documents.rendition.ended").count() == 1


def test_a_damaged_original_is_not_converted(town: Town) -> None:
    version = one(town, "伺い.docx", makers.word("壊れる伺い"))
    path = Path(settings.BLOB_ROOT) / key_of(version.blob_id)
    path.chmod(0o644)
    path.write_bytes(b"#" + path.read_bytes()[1:])
    assert (made(version).state, made(version).error) == ("failed", "integrity")
    page = shown(town, version)
    assert "ハッシュと一致しないため、表示しません" in page and version.blob_id in page and "取り出す</a>" in page
    assert "伺い.docx を取り出す" not in page


def test_a_replaced_file_has_a_pdf_of_its_own(town: Town) -> None:
    row = place.draft(town, "下書き", ("伺い.docx", makers.word("甲")))
    first = place.files_of(row)[0]
    upload = makers.checked("伺い.docx", makers.word("乙"))
    actor = town.actor("drafter")
    second = commands.replace_attachment(attachment_id=first.attachment_id, upload=upload, actor=actor)
    found = Rendition.objects.filter(version__attachment=first.attachment_id).order_by("pk")
    assert [entry.version_id for entry in found] == [first.pk, second.pk]


def test_a_kind_that_nothing_shows_is_offered_to_be_saved(town: Town) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("図面.txt", "甲")
    version = one(town, "一式.zip", out.getvalue())
    page = shown(town, version)
    assert "この種類のファイルは画面に表示できません" in page and "一式.zip を取り出す" in page
    assert "もう一度作る" not in page and not Rendition.objects.exists()
    assert town.browser("colleague").post(f"/documents/files/{version.pk}/shown/again/").status_code == 404
