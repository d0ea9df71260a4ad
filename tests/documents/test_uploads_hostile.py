"""Hostile files, one line each: refused with a sentence that names the file; nothing is left but a line of the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from config.errors import Invalid
from documents import intake
from documents.ledger.models import LedgerEntry
from documents.models import Attachment, Blob, PartialUpload
from tests.documents import clamd_server, hostile, makers
from tests.documents import town as place
from tests.documents.town import Town

H, M = hostile, makers
BIG = "x" * 300
Make = Callable[[], bytes]

# What it is, its name, how it is made, why it is refused.
HOSTILE: list[tuple[str, str, Make, str]] = [
    # names
    ("right-to-left override in the name", "見積\u202efdp.exe.pdf", M.pdf, "bad_name"),
    ("NUL in the name", "a.pdf\x00.exe", M.pdf, "bad_name"),
    ("line break in the name", "a\r\nContent-Type: text/html.pdf", M.pdf, "bad_name"),
    ("a device of Windows as name", "CON.pdf", M.pdf, "bad_name"),
    ("a name beyond every file system", f"{BIG}.pdf", M.pdf, "name_too_long"),
    ("a name that climbs up", "../../../etc/cron.d/job.txt", lambda: b"x", "bad_name"),
    ("a name with a drive", "C:\\Windows\\win.txt", lambda: b"x", "bad_name"),
    ("an alternate data stream", "paper.txt:run.exe", lambda: b"x", "bad_name"),
    ("no name at all", " . ", lambda: b"x", "no_name"),
    ("double ending", "請求書.pdf.exe", lambda: H.EXE, "unknown_type"),
    # kinds that are not admitted
    ("program of Windows", "setup.exe", lambda: H.EXE, "unknown_type"),
    ("program of Linux", "setup.elf", lambda: H.ELF, "unknown_type"),
    ("program of macOS", "setup.macho", lambda: b"\xcf\xfa\xed\xfe" + bytes(99), "unknown_type"),
    ("shortcut", "会議.lnk", lambda: b"L\0\0\0\x01\x14\x02\0" + bytes(99), "unknown_type"),
    ("HTML application", "a.hta", lambda: b"<hta:application><script>", "unknown_type"),
    ("script of a browser", "a.js", lambda: b"WScript.Shell", "unknown_type"),
    ("batch file", "a.bat", lambda: b"@echo off", "unknown_type"),
    ("disk image", "a.iso", lambda: bytes(32_769) + b"CD001" + bytes(99), "unknown_type"),
    ("installer", "a.msi", lambda: H.compound({"Property": b"x"}), "unknown_type"),
    ("Java archive", "a.jar", H.java_archive, "unknown_type"),
    ("SVG with a script", "a.svg", lambda: b"<svg><script>alert(1)</script></svg>", "unknown_type"),
    ("page of HTML", "a.html", lambda: b"<script>alert(1)</script>", "unknown_type"),
    ("RTF with an object", "a.rtf", lambda: b"{\\rtf1{\\object\\objdata 0105}}", "unknown_type"),
    ("Word file that says macros", "a.docm", M.word, "unknown_type"),
    ("binary Excel file", "a.xlsb", lambda: M.sheets(a=[[1]]), "unknown_type"),
    # the ending says otherwise than the content
    ("program named PDF", "通知.pdf", lambda: H.EXE, "wrong_ending"),
    ("RTF named Word", "a.doc", lambda: b"{\\rtf1{\\object\\objdata 0105}}", "wrong_ending"),
    ("HTML named text", "a.txt", lambda: b"<!DOCTYPE html><script>alert(1)</script>", "wrong_ending"),
    ("JPEG 2000 bomb named JPEG", "a.jpg", H.jpeg2000, "wrong_ending"),
    ("shell script named CSV", "a.csv", lambda: b"#!/bin/sh\nrm -rf /", "wrong_ending"),
    ("Java archive named Word", "a.docx", H.java_archive, "broken"),
    ("installer named Word", "a.doc", lambda: H.compound({"Property": b"x"}), "broken"),
    ("spreadsheet named text document", "a.odt", lambda: H.odf("spreadsheet"), "wrong_ending"),
    # archives
    ("nested zip bomb", "a.zip", H.nested_bomb, "unknown_type"),
    ("flat zip bomb", "a.zip", H.flat_bomb, "bomb"),
    ("overlapping zip bomb", "a.zip", H.overlapping_bomb, "bomb"),
    ("archive of 10,001 files", "a.zip", lambda: H.zipped(*((f"{n}.txt", b"x") for n in range(10_001))), "bomb"),
    ("zip slip", "a.zip", lambda: H.zipped(("../../evil.txt", b"x")), "paths"),
    ("absolute name in an archive", "a.zip", lambda: H.zipped(("/etc/passwd.txt", b"x")), "paths"),
    ("drive in an archive", "a.zip", lambda: H.zipped(("C:\\evil.txt", b"x")), "paths"),
    ("link in an archive", "a.zip", H.symlink, "paths"),
    ("NUL in a name of an archive", "a.zip", lambda: H.renamed_entry("a.txt_.exe", b"a.txt\0.exe"), "paths"),
    ("two names for one entry", "a.zip", H.two_names, "paths"),
    ("program in an archive", "a.zip", H.archive_with_program, "unknown_type"),
    ("program named PDF in an archive", "a.zip", lambda: H.zipped(("通知.pdf", H.EXE)), "wrong_ending"),
    ("encrypted archive", "a.zip", H.encrypted_zip, "encrypted"),
    ("archive cut short", "a.zip", lambda: H.zipped(("a.txt", b"x" * 999), deflate=False)[:600], "broken"),
    ("archive with something behind it", "a.zip", lambda: H.zipped(("a.txt", b"x")) + H.EXE, "polyglot"),
    ("archive with a damaged part", "a.zip", H.damaged_part, "broken"),
    # PDF
    ("PDF with JavaScript", "a.pdf", lambda: H.pdf_of(b"<</S/JavaScript/JS(app.alert(1))>>"), "active"),
    ("PDF with a name spelt in codes", "a.pdf", lambda: H.pdf_of(b"<</S/J#61vaScript/J#53(x)>>"), "active"),
    ("PDF with JavaScript in an object stream", "a.pdf", H.pdf_with_packed_script, "active"),
    ("PDF whose script hides in comments", "a.pdf", H.pdf_hidden_from_searchers, "active"),
    ("PDF that starts a program", "a.pdf", lambda: H.pdf_of(b"<</S/Launch/F(cmd.exe)>>"), "active"),
    ("PDF that sends its form", "a.pdf", lambda: H.pdf_of(b"<</S/SubmitForm/F(x)>>"), "active"),
    ("PDF with an XFA form", "a.pdf", lambda: H.pdf_of(b"<</XFA[(a)4 0 R]/Fields[]>>"), "active"),
    ("PDF with a program in it", "a.pdf", H.pdf_with_program, "active"),
    ("PDF with an object-stream bomb", "a.pdf", H.pdf_with_packed_bomb, "bomb"),
    ("PDF packed twice", "a.pdf", M.endless_pdf, "bomb"),
    ("PDF of 6,000 pages", "a.pdf", H.pdf_of_many_pages, "bomb"),
    ("PDF page of a kilometre", "a.pdf", lambda: H.pdf_of(page=b"/MediaBox[0 0 2834645 2834645]"), "bomb"),
    ("PDF with a picture of 10 gigapixels", "a.pdf", H.pdf_with_large_picture, "bomb"),
    ("encrypted PDF", "a.pdf", lambda: M.pdf("秘密", encrypt="word"), "encrypted"),
    ("PDF cut short", "a.pdf", lambda: M.pdf("x" * 99)[:900], "broken"),
    ("PDF that is an archive too", "a.pdf", lambda: H.pdf_of() + b"\n" + H.zipped(("run.exe", H.EXE)), "polyglot"),
    ("PDF behind a page of HTML", "a.pdf", lambda: b"<html><script>alert(1)</script></html>" + H.pdf_of(), "polyglot"),
    ("PDF before a program", "a.pdf", lambda: H.pdf_of() + b"\n" + H.EXE, "polyglot"),
    # pictures
    ("PNG bomb", "a.png", H.png_bomb, "bomb"),
    ("TIFF bomb", "a.tif", H.tiff_bomb, "bomb"),
    ("GIF bomb", "a.gif", H.gif_bomb, "bomb"),
    ("GIF that is a Java archive", "a.gif", lambda: M.picture("GIF") + H.zipped(("A.class", b"\xca\xfe")), "polyglot"),
    ("HTML in the notes of a PNG", "a.png", H.png_with_page, "polyglot"),
    ("JPEG that is an archive too", "a.jpg", lambda: H.jpeg() + H.zipped(("a.exe", H.EXE)), "polyglot"),
    ("PHP in the comment of a JPEG", "a.jpg", H.jpeg_with_php, "polyglot"),
    ("bytes behind the end of a PNG", "a.png", lambda: M.picture() + b"leaked", "polyglot"),
    ("JPEG cut short", "a.jpg", lambda: H.jpeg()[:3_000], "broken"),
    ("TIFF cut short", "a.tif", lambda: H.tiff()[:-3_000], "broken"),
    # Office
    ("Word file with a macro", "a.docx", lambda: H.office(("word/vbaProject.bin", b"x")), "macro"),
    ("Excel 4 macro", "a.xlsx", H.excel_4_macro, "macro"),
    ("template fetched from afar", "a.docx", H.remote_template, "remote"),
    ("picture fetched from afar", "a.docx", H.remote_picture, "remote"),
    ("OLE package in a Word file", "a.docx", H.ole_package, "active"),
    ("program as a part", "a.docx", lambda: H.office(("word/media/run.exe", H.EXE)), "active"),
    ("ActiveX control", "a.docx", lambda: H.office(("word/activeX/activeX1.bin", b"x")), "active"),
    ("DDE field cut into runs", "a.docx", H.dde_field, "active"),
    ("DDE link of a book", "a.xlsx", H.dde_link, "active"),
    ("encrypted package", "a.xlsx", H.encrypted_package, "encrypted"),
    ("external entity", "a.docx", H.external_entity_part, "entity"),
    ("billion laughs in UTF-16", "a.docx", H.laughs_in_utf16, "entity"),
    ("entities behind a long comment", "a.docx", H.laughs_behind_a_comment, "entity"),
    ("OpenDocument with Basic", "a.odt", lambda: H.odf("text", ("Basic/Standard/Module1.xml", b"<a/>")), "macro"),
    ("OpenDocument with a script on opening", "a.odt", H.odf_with_listener, "macro"),
    ("encrypted OpenDocument", "a.ods", H.encrypted_odf, "encrypted"),
    ("old Word file with macros", "a.doc", lambda: H.old_word(Macros__VBA__dir=b"x"), "macro"),
    ("old Word file with a password", "a.doc", lambda: H.compound({"WordDocument": H.fib(0x01)}), "encrypted"),
    ("old Word file with a package", "a.doc", H.old_word_with_package, "active"),
    ("old Word file with a DDE field", "a.doc", H.old_word_with_dde, "active"),
    ("old Excel file with Excel 4 macros", "a.xls", lambda: H.old_sheet((0x0085, b"\0\0\0\0\0\x01\x01\0a")), "macro"),
    ("old Excel file with a password", "a.xls", lambda: H.old_sheet((0x002F, bytes(6))), "encrypted"),
    ("old presentation with a password", "a.ppt", H.encrypted_show, "encrypted"),
    ("compound file cut short", "a.doc", lambda: H.old_word()[:700], "broken"),
    # texts and mails
    ("CSV that asks a program", "a.csv", lambda: b"name,value\r\na,=cmd|'/c calc'!A0\r\n", "active"),
    ("program behind a page of text", "a.txt", lambda: b"text\n" * 2_000 + H.EXE, "polyglot"),
    ("mail with a program", "照会.eml", lambda: H.mail("run.exe", H.EXE), "unknown_type"),
    ("mail with a macro file named otherwise", "照会.eml", H.mail_with_macro, "macro"),
    ("sealed mail", "照会.eml", lambda: H.mail("smime.p7m", b"x", "pkcs7-mime"), "encrypted"),
    ("empty file", "a.txt", lambda: b"", "empty"),
    ("EICAR in a text", "a.txt", lambda: H.EICAR, "virus"),
    ("EICAR in an archive", "a.zip", lambda: H.zipped(("a.txt", H.EICAR), deflate=False), "virus"),
]  # fmt: skip


@pytest.fixture
def town(db: None):
    yield from place.standing()


@pytest.fixture(scope="module")
def scanner():
    with clamd_server.running() as url:
        yield url


def test_there_are_more_than_fifty_and_none_twice() -> None:
    titles = [title for title, *_ in HOSTILE]
    assert len(titles) == len(set(titles)) > 100


@pytest.mark.parametrize(("name", "make", "code"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_refused_with_a_sentence_and_nothing_left(
    name: str, make: Make, code: str, town: Town, scanner: str, settings, tmp_path: Path
) -> None:
    settings.CLAMD_URL = scanner
    settings.BLOB_ROOT = tmp_path / "blobs"
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    row = place.draft(town, "件名")
    before = LedgerEntry.objects.count()
    with pytest.raises(Invalid) as refused:
        intake.receive(record_id=row.pk, upload=ContentFile(make(), name=name), actor=town.actor("drafter"))

    assert refused.value.code == code
    sentence = str(refused.value.fields["upload"][0])
    shown = re.split("[\r\0\u202e]", name)[0][:20]
    assert sentence.endswith("。") and (code == "no_name" or shown in sentence)
    assert not Attachment.objects.exists() and not Blob.objects.exists() and not PartialUpload.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    entry = LedgerEntry.objects.order_by("-pk")[0]
    assert (LedgerEntry.objects.count(), entry.action, entry.record_id) == (
        before + 1,
        "documents.file.refused",
        row.pk,
    )
