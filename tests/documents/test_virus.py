"""The virus check: three outcomes and every reason for the third, kept and shown; nothing of it inside a transaction."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from config.commands import CommandDefect, command, system_actor
from config.errors import Invalid
from documents import intake, uploads, virus
from documents.ledger.models import LedgerEntry
from documents.models import Attachment, AttachmentVersion
from documents.models.record import ScanOutcome, ScanReason
from tests.documents import town as place
from tests.documents.clamd_server import VERSION, Manners, running
from tests.documents.hostile import EICAR, zipped
from tests.documents.town import Town

KIB = 1024
CLAMD = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@pytest.fixture
def town(db: None):
    yield from place.standing()


def scan(url: str, content: bytes, settings) -> virus.Verdict:
    settings.CLAMD_URL, settings.CLAMD_SECONDS = url, 2
    return virus.scan(io.BytesIO(content))


@pytest.mark.pure
def test_clean_and_infected(settings) -> None:
    with running() as url:
        assert scan(url, b"text" * 100_000, settings) == virus.Verdict(ScanOutcome.CLEAN, engine=VERSION)
        found = scan(url, EICAR, settings)
    assert (found.outcome, found.signature) == (ScanOutcome.INFECTED, "Eicar-Test-Signature")


@pytest.mark.pure
@pytest.mark.parametrize(
    ("manners", "content", "reason"),
    [
        (Manners(limit=10 * KIB), b"x" * 11 * KIB, ScanReason.TOO_LARGE),
        (Manners(answer="Heuristics.Limits.Exceeded.MaxFileSize FOUND"), b"x", ScanReason.TOO_LARGE),
        (Manners(answer="Can't allocate memory ERROR"), b"x", ScanReason.FAILED),
        (Manners(answer="what"), b"x", ScanReason.FAILED),
        (Manners(silent=True), b"x", ScanReason.TIMEOUT),
        (Manners(hangs_up=True), b"x", ScanReason.UNREACHABLE),
    ],
)
def test_not_scanned_says_why(manners: Manners, content: bytes, reason: ScanReason, settings) -> None:
    with running(manners) as url:
        found = scan(url, content, settings)
    assert (found.outcome, found.reason) == (ScanOutcome.NOT_SCANNED, reason)


@pytest.mark.pure
def test_nobody_answers_and_nobody_is_set(settings, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert scan(f"tcp://127.0.0.1:{port}", b"x", settings).reason == ScanReason.UNREACHABLE
    assert scan(f"unix://{tmp_path}/none", b"x", settings).reason == ScanReason.UNREACHABLE
    assert scan("", b"x", settings) == virus.NOT_ASKED


def receive(town: Town, name: str = "控え.txt", content: bytes = b"text") -> AttachmentVersion:
    row, actor = place.draft(town, "件名"), town.actor("drafter")
    return intake.receive(record_id=row.pk, upload=ContentFile(content, name=name), actor=actor)


def test_what_the_check_said_is_kept_recorded_and_shown(town: Town, settings) -> None:
    with running() as url:
        settings.CLAMD_URL = url
        version = receive(town)
    assert (version.scan, version.scan_reason, version.scan_engine) == (ScanOutcome.CLEAN, None, VERSION)
    entry = LedgerEntry.objects.order_by("-pk")[0]
    assert entry.action == "documents.file.scanned" and b'"outcome":"clean"' in bytes(entry.body)
    page = town.browser("drafter").get(f"/documents/{version.attachment.record_id}/").content.decode()
    assert "ウイルス検査済" in page
    settings.CLAMD_URL = ""
    unscanned = receive(town)
    assert (unscanned.scan, unscanned.scan_reason) == (ScanOutcome.NOT_SCANNED, ScanReason.UNSET)
    assert LedgerEntry.objects.order_by("-pk")[0].action == "documents.file.attached"
    page = town.browser("drafter").get(f"/documents/{unscanned.attachment.record_id}/").content.decode()
    assert "ウイルス未検査(検査ソフトの設定なし)" in page


def test_an_infected_file_is_never_kept(town: Town, settings, tmp_path: Path) -> None:
    settings.BLOB_ROOT = tmp_path
    with running() as url:
        settings.CLAMD_URL = url
        with pytest.raises(Invalid) as refused:
            receive(town, "資料.zip", zipped(("a.txt", EICAR), deflate=False))
    assert refused.value.code == "virus" and "Eicar-Test-Signature" in str(refused.value)
    assert not Attachment.objects.exists() and list(tmp_path.iterdir()) == []
    assert LedgerEntry.objects.order_by("-pk")[0].action == "documents.file.refused"


def test_not_scanned_may_be_refused_by_setting(town: Town, settings) -> None:
    settings.UNSCANNED_ALLOWED = False
    with pytest.raises(Invalid) as refused:
        receive(town)
    assert refused.value.code == "not_scanned" and "検査ソフトの設定なし" in str(refused.value)
    with running() as url:
        settings.CLAMD_URL = url
        assert receive(town).scan == ScanOutcome.CLEAN


def test_nothing_is_looked_into_inside_a_command(fresh_database: str) -> None:
    @command
    def within(*, what: str, actor: object) -> None:
        if what == "look":
            uploads.check(ContentFile(b"x", name="a.txt"))
        virus.scan(io.BytesIO(b"x"))

    for what in ("look", "scan"):
        with pytest.raises(CommandDefect):
            within(what=what, actor=system_actor("test"))


@pytest.fixture(scope="module")
def real_clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real clamd with one signature, that of EICAR."""
    assert CLAMD, "clamd is needed: install the package clamav-daemon"
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "base").mkdir()
    (folder / "base" / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    path = folder / "socket"
    lines = [f"DatabaseDirectory {folder}/base", f"LocalSocket {path}", "Foreground yes", "StreamMaxLength 1M"]
    (folder / "clamd.conf").write_text("\n".join([*lines, "AlertExceedsMax yes", ""]))
    process = subprocess.Popen([str(CLAMD), "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            if path.exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.services
def test_the_real_clamd(real_clamd: str, settings) -> None:
    clean = scan(real_clamd, b"text" * 10_000, settings)
    assert clean.outcome == ScanOutcome.CLEAN and clean.engine.startswith("ClamAV ")
    for content in (EICAR, zipped(("a.txt", EICAR))):
        found = scan(real_clamd, content, settings)
        assert (found.outcome, found.signature) == (ScanOutcome.INFECTED, "Eicar-Test-Signature.UNOFFICIAL")
    large = scan(real_clamd, b"x" * 3 * KIB * KIB, settings)
    assert (large.outcome, large.reason) == (ScanOutcome.NOT_SCANNED, ScanReason.TOO_LARGE)
