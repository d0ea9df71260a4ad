"""Served files: what a browser may do with them, who gets them, and what the ledger says of printing."""

from __future__ import annotations

import io
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from documents import commands
from documents.blobs import BLOCK
from documents.ledger.models import LedgerEntry
from documents.models import AttachmentVersion, Rendition
from documents.storage import key_of
from tests.documents import makers, papers
from tests.documents import town as place
from tests.documents.town import SYSTEM, Town, body

CONTENT = bytes(range(32, 127)) * 40_000  # over three blocks of 1 MiB
TAILS = ("", "content/", "shown/", "pdf/", "text/", "download/")


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def one(town: Town, name: str, content: bytes) -> AttachmentVersion:
    return place.files_of(place.circulating(town, "件名", (name, content)))[0]


def ready(version: AttachmentVersion, content: bytes = b"%PDF-1.4 made %%EOF") -> Rendition:
    """As the job leaves it."""
    row = Rendition.objects.get(version=version)
    source = io.BytesIO(content)
    return commands.store_rendition(rendition_id=row.pk, source=source, pages=1, maker="LibreOffice 7", actor=SYSTEM)


@pytest.mark.parametrize("tail", ["content/", "download/"])
@pytest.mark.parametrize(
    ("name", "content"), [("図.pdf", place.pdf()), ("写真.png", place.picture()), ("メモ.txt", b"memo")]
)
def test_nothing_that_is_served_can_act(town: Town, tail: str, name: str, content: bytes) -> None:
    answer = town.browser("colleague").get(f"/documents/files/{one(town, name, content).pk}/{tail}")
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "allow-" not in policy and "script-src" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


def test_a_rendition_is_served_as_carefully(town: Town) -> None:
    version = one(town, "伺い.docx", makers.word("伺い"))
    ready(version)
    answer = town.browser("colleague").get(f"/documents/files/{version.pk}/pdf/")
    assert answer["Content-Security-Policy"].startswith("sandbox;") and answer["Content-Type"] == "application/pdf"
    said = answer["Content-Disposition"]
    assert said.startswith("inline; filename*=utf-8''") and urllib.parse.unquote(said).endswith("伺い.docx.pdf")
    assert body(answer) == b"%PDF-1.4 made %%EOF"
    part = town.browser("colleague").get(f"/documents/files/{version.pk}/pdf/", HTTP_RANGE="bytes=0-7")
    assert part.status_code == 206 and body(part) == b"%PDF-1.4"


def test_japanese_names_survive(town: Town) -> None:
    name = "令和7年度 見積書(押印・写し) ①髙﨑①.pdf"
    answer = town.browser("colleague").get(f"/documents/files/{one(town, name, place.pdf()).pk}/download/")
    said = answer["Content-Disposition"]
    assert all(ord(letter) < 128 for letter in said)
    assert urllib.parse.unquote(said.partition("filename*=utf-8''")[2]) == name


def test_every_block_of_a_range_is_verified(town: Town) -> None:
    version = one(town, "大きい一覧.txt", CONTENT)
    browser, url = town.browser("colleague"), f"/documents/files/{version.pk}/content/"
    across = browser.get(url, HTTP_RANGE=f"bytes={BLOCK - 5}-{2 * BLOCK + 4}")
    assert across.status_code == 206 and body(across) == CONTENT[BLOCK - 5 : 2 * BLOCK + 5]
    path = Path(settings.BLOB_ROOT) / key_of(version.blob_id)
    path.chmod(0o644)
    path.write_bytes(CONTENT[: 2 * BLOCK + 7] + b"#" + CONTENT[2 * BLOCK + 8 :])
    assert body(browser.get(url, HTTP_RANGE=f"bytes=0-{2 * BLOCK - 1}")) == CONTENT[: 2 * BLOCK]
    refused = browser.get(url, HTTP_RANGE=f"bytes={2 * BLOCK}-{2 * BLOCK + 1}")
    assert refused.status_code == 500 and refused["X-Content-Damaged"] == version.blob_id
    assert "ハッシュと一致しないため、表示しません" in refused.content.decode()
    with pytest.raises(Exception, match="is damaged in block 2"):
        body(browser.get(url, HTTP_RANGE=f"bytes={BLOCK - 5}-{2 * BLOCK + 4}"))


def test_ranges_of_another_version_are_not_mixed(town: Town) -> None:
    version = one(town, "一覧.txt", CONTENT)
    browser, url = town.browser("colleague"), f"/documents/files/{version.pk}/content/"
    for stale in ('"other"', f'W/"{version.blob_id}"', "Tue, 11 Nov 2025 01:00:00 GMT"):
        answer = browser.get(url, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=stale)
        assert answer.status_code == 200 and answer["Content-Length"] == str(len(CONTENT))
    weak = browser.get(url, HTTP_IF_NONE_MATCH=f'"x", W/"{version.blob_id}"')
    assert weak.status_code == 304


@pytest.mark.parametrize("tail", TAILS)
def test_who_may_not_read_learns_nothing(town: Town, tail: str) -> None:
    version = one(town, "伺い.docx", makers.word("伺い"))
    ready(version)
    for part, status in (("colleague", 200), ("auditor", 200), ("outsider", 404), ("administrator", 404)):
        answer = town.browser(part).get(f"/documents/files/{version.pk}/{tail}", HTTP_RANGE="bytes=0-1")
        assert answer.status_code in ((200, 206) if status == 200 else (status,)), part
    assert town.browser().get(f"/documents/files/{version.pk}/{tail}").status_code == 302


@pytest.mark.parametrize("tail", TAILS)
def test_a_draft_is_shown_to_its_writer_alone(town: Town, tail: str) -> None:
    version = place.files_of(place.draft(town, "下書き", ("伺い.docx", makers.word("伺い"))))[0]
    ready(version)
    found = {
        part: town.browser(part).get(f"/documents/files/{version.pk}/{tail}").status_code
        for part in ("drafter", "colleague", "auditor")
    }
    assert found == {"drafter": 200, "colleague": 404, "auditor": 404}


def test_printing_is_noted(town: Town) -> None:
    version = one(town, "図.pdf", place.pdf())
    assert town.browser("colleague").post(f"/documents/files/{version.pk}/printed/").status_code == 204
    entry = LedgerEntry.objects.get(action="documents.file.printed")
    assert (entry.actor_code, entry.record_id) == ("110003", version.attachment.record_id)
    assert town.browser("outsider").post(f"/documents/files/{version.pk}/printed/").status_code == 404
    assert LedgerEntry.objects.filter(action="documents.file.printed").count() == 1


def test_files_may_be_kept_with_those_responsible(town: Town, settings) -> None:
    settings.FILES_TAKEN_BY_READERS = False
    version = one(town, "図.pdf", place.pdf())
    for part, may in (("drafter", True), ("colleague", True), ("auditor", False)):
        browser = town.browser(part)
        page = browser.get(f"/documents/files/{version.pk}/").content.decode()
        assert ("data-print-dialog" in page, "/download/" in page) == (may, may), part
        assert ("閲覧のみ" in page) is not may
        assert browser.get(f"/documents/files/{version.pk}/download/").status_code == (200 if may else 403)
        assert browser.post(f"/documents/files/{version.pk}/printed/").status_code == (204 if may else 403)
        assert browser.get(f"/documents/files/{version.pk}/content/").status_code == 200
    raw = one(town, "表.xlsx", papers.sheet([["額"]]))
    assert town.browser("auditor").get(f"/documents/files/{raw.pk}/content/").status_code == 403
    assert town.browser("colleague").get(f"/documents/files/{raw.pk}/content/").status_code == 200


def test_a_refused_print_is_no_print(town: Town, settings) -> None:
    settings.FILES_TAKEN_BY_READERS = False
    version = one(town, "図.pdf", place.pdf())
    answer = town.browser("auditor").post(f"/documents/files/{version.pk}/printed/")
    assert answer.status_code == 403 and "画面での閲覧だけ" in answer.content.decode()
    assert not LedgerEntry.objects.filter(action="documents.file.printed").exists()


def test_bytes_alone_are_noted_as_reading(town: Town) -> None:
    """The page of a case shows files without the viewer's own page."""
    version = one(town, "図.pdf", place.pdf())
    browser = town.browser("colleague")
    for _ in range(3):
        body(browser.get(f"/documents/files/{version.pk}/content/", HTTP_RANGE="bytes=0-1"))
    entry = LedgerEntry.objects.get(action="documents.file.opened")
    assert (entry.actor_code, entry.record_id) == ("110003", version.attachment.record_id)
