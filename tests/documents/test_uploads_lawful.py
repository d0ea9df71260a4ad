"""Odd but lawful files, one line each: every one becomes an attachment, byte for byte, under its own name and kind."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from documents import blobs, intake
from documents.inspection import KINDS
from documents.inspection.kinds import ending_of
from documents.models import AttachmentVersion
from documents.models.record import ScanOutcome, ScanReason
from tests.documents import hostile, lawful, makers
from tests.documents import town as place
from tests.documents.town import Town

L, M = lawful, makers
Make = Callable[[], bytes]

# What it is, its name, how it is made.
LAWFUL: list[tuple[str, str, Make]] = [
    ("signed PDF with a later revision", "契約書(署名済).pdf", L.signed),
    ("A0 plan", "全体図.pdf", L.large_plan),
    ("landscape sheet", "一覧表.pdf", L.wide_sheet),
    ("PDF with a form", "申請書.pdf", L.form),
    ("PDF/A-3 with an invoice in XML", "請求書.pdf", L.archival),
    ("scan of 200 pages", "台帳の写し.pdf", L.scan_of_200_pages),
    ("PDF in capitals with a blank before its head", "SCAN0001.PDF", lambda: b"\r\n" + M.pdf("資料")),
    ("PDF with padding behind its end", "資料.pdf", lambda: M.pdf("資料") + b"\n" * 100),
    ("archive with names in CP932", "資料一式.zip", L.named_in_cp932),
    ("archive packed on a Mac", "資料.zip", L.packed_on_a_mac),
    ("archive with folders", "図面.zip", L.archive_with_folders),
    ("name with 外字 and a variant", "葛\U000e0100西\ue000町.txt", "本文".encode),
    ("name composed of parts (NFD)", unicodedata.normalize("NFD", "がぎぐげご.txt"), "本文".encode),
    ("name with several dots", "R7.11.11 見積 ver.2.0.txt", lambda: b"text"),
    ("name of 150 characters", "あ" * 80 + "(最終版).txt", lambda: b"text"),
    ("sheet of 100,000 rows", "住民税.xlsx", L.long_sheet),
    ("sheet with a chart, a link and a bar", "集計.xlsx", L.sheet_with_chart),
    ("Word file with pictures, a link and a sheet", "報告.docx", L.word_with_picture_and_link),
    ("presentation", "説明.pptx", L.slides),
    ("OpenDocument text", "通知.odt", L.text_document),
    ("OpenDocument sheet", "通知.ods", lambda: hostile.odf("spreadsheet")),
    ("Ichitaro document", "伺い.jtd", L.ichitaro),
    ("old Word file", "旧様式.doc", L.old_word),
    ("old Excel file", "旧様式.xls", lambda: hostile.old_sheet((0x0085, b"\0\0\0\0\0\0\1\0a"))),
    ("facsimiles in TIFF G4", "受信.tif", L.faxes),
    ("photo that lies on its side", "現場.jpg", L.turned_photo),
    ("photo with a camera's trailer", "現場2.JPG", L.photo_with_trailer),
    ("moving picture", "手順.gif", L.moving_picture),
    ("CSV in CP932 with formulas", "出力.csv", lambda: "款,額\r\n繰出,-1\r\n=SUM(A1:A2),@備考\r\n".encode("cp932")),
    ("CSV with 外字", "名簿.csv", lambda: b"1,\xf0\x40\x81\x40\r\n"),
    ("text in UTF-16", "メモ.txt", lambda: "メモ\n続き".encode("utf-16")),
    ("text in ISO-2022-JP", "電文.txt", lambda: "電文".encode("iso2022_jp")),
    ("text in EUC-JP", "古い.txt", lambda: "古い文書".encode("euc_jp")),
    ("mail with an enclosure", "照会.eml", L.inquiry),
]  # fmt: skip


@pytest.fixture
def town(db: None):
    yield from place.standing()


def attached(town: Town, name: str, content: bytes) -> AttachmentVersion:
    row, actor = place.draft(town, "件名"), town.actor("drafter")
    return intake.receive(record_id=row.pk, upload=ContentFile(content, name=name), actor=actor)


def test_there_are_more_than_25_and_none_twice() -> None:
    titles = [title for title, *_ in LAWFUL]
    assert len(titles) == len(set(titles)) > 30


@pytest.mark.parametrize(("name", "make"), [row[1:] for row in LAWFUL], ids=[row[0] for row in LAWFUL])
def test_accepted_as_it_is(name: str, make: Make, town: Town) -> None:
    content = make()
    version = attached(town, name, content)
    assert version.name == unicodedata.normalize("NFC", name)
    assert version.media_type == KINDS[ending_of(name)].media_type
    assert version.blob_id == hashlib.sha256(content).hexdigest()
    assert b"".join(blobs.open_verified(version.blob)) == content
    assert (version.scan, version.scan_reason) == (ScanOutcome.NOT_SCANNED, ScanReason.UNSET)


@pytest.mark.skipif(not lawful.HAS_OFFICE, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["doc", "odt", "docx", "xls", "ods", "xlsx"])
def test_what_libreoffice_writes(ending: str, town: Town, tmp_path: Path) -> None:
    source = "txt" if ending in ("doc", "odt", "docx") else "csv"
    version = attached(town, f"様式.{ending}", lawful.converted("伺い,1\n".encode(), source, ending, tmp_path))
    assert version.media_type == KINDS[ending].media_type
