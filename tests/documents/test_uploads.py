"""What may come in, decided by content: sound files of every kind, and each reason to refuse one.

The tables of hostile and of lawful files stand beside (test_uploads_hostile.py, test_uploads_lawful.py).
"""

from __future__ import annotations

import os
import zlib

import pytest
from django.core.files.base import ContentFile

from config.errors import Invalid
from documents import uploads
from documents.inspection import KINDS
from tests.documents import makers

pytestmark = pytest.mark.pure
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_088)


def check(name: str, content: bytes, already: int = 0) -> uploads.Checked:
    return uploads.check(ContentFile(content, name=name), already=already)


def refusal(name: str, content: bytes, already: int = 0) -> str:
    with pytest.raises(Invalid) as refused:
        check(name, content, already)
    [sentence] = refused.value.fields["upload"]
    assert refused.value.status == 422 and str(sentence).endswith(("。", "い。"))
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "content", "media_type", "has_text"),
    [
        ("仕様書.pdf", makers.pdf("仕様"), "application/pdf", True),
        ("スキャン.PDF", makers.scan(), "application/pdf", True),
        ("伺い.docx", makers.word("伺い"), KINDS["docx"].media_type, True),
        ("一覧.xlsx", makers.sheets(表=[[1]]), KINDS["xlsx"].media_type, True),
        ("図.png", makers.picture(), "image/png", False),
        ("図.jpg", makers.picture("JPEG"), "image/jpeg", False),
        ("図.tiff", makers.picture("TIFF"), "image/tiff", False),
        ("覚え.txt", "覚え書き".encode(), "text/plain", True),
        ("覚え.txt", "覚え書き".encode("cp932"), "text/plain", True),
        ("覚え.txt", "覚え書き".encode("utf-16"), "text/plain", True),
        ("表.csv", "番号,名前\r\n1,佐久間\r\n".encode("cp932"), "text/csv", True),
    ],
)
def test_sound_files(name: str, content: bytes, media_type: str, has_text: bool) -> None:
    found = check(name, content)
    assert (found.name, found.media_type, found.has_text) == (name, media_type, has_text)
    assert found.stream.read() == content


def test_sizes(settings) -> None:
    settings.MAX_FILE_BYTES, settings.MAX_CASE_BYTES = 1_000, 1_500
    assert refusal("空.txt", b"") == "empty"
    assert refusal("大.txt", b"a" * 1_001) == "too_large"
    assert refusal("多.txt", b"a" * 1_000, already=501) == "case_too_large"
    assert check("丁度.txt", b"a" * 1_000, already=500).name == "丁度.txt"


@pytest.mark.parametrize("name", ["a.exe", "a.docm", "a.xlsm", "a.html", "a.svg", "a.js", "a.7z", "名なし", "a."])
def test_unknown_kinds(name: str) -> None:
    assert refusal(name, b"text") == "unknown_type"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", makers.word("x")),
        ("a.pdf", b"only text"),
        ("a.docx", makers.pdf("x")),
        ("a.docx", b"only text"),
        ("a.png", makers.picture("JPEG")),
        ("a.txt", makers.pdf("x")),
        ("a.txt", b"MZ\x90\x00program"),
        ("a.txt", b"<html><script>alert(1)</script>"),
        ("a.csv", makers.sheets(a=[[1]])),
        ("a.csv", b"a\x00b\x01c"),
    ],
)
def test_the_name_says_another_kind(name: str, content: bytes) -> None:
    assert refusal(name, content) == "wrong_ending"


def test_encrypted() -> None:
    assert refusal("a.pdf", makers.pdf("秘密", encrypt="word")) == "encrypted"
    part = bytearray(makers.archive())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        part[part.index(mark) + at] |= 1
    assert refusal("a.docx", bytes(part)) == "encrypted"


def test_a_container_that_is_no_office_file() -> None:
    assert refusal("a.docx", OLE) == "broken"


@pytest.mark.parametrize(
    "content",
    [
        makers.archive(word__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"),
        makers.archive(xl__macrosheets__a=b"x"),
        makers.archive(
            types=makers.ROOT.replace("/>", ' a="application/vnd.ms-word.document.macroEnabled.main+xml"/>')
        ),
    ],
)
def test_macros(content: bytes) -> None:
    assert refusal("a.docx", content) == "macro"


def test_bombs() -> None:
    assert refusal("a.docx", makers.archive(word__media=bytes(20_000_000))) == "bomb"
    assert refusal("a.docx", makers.archive(**{f"p{n}": b"" for n in range(10_001)})) == "bomb"
    assert refusal("a.png", makers.picture(size=(30_000, 12_000))) == "bomb"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "C:\\evil.xml", "word/../../x"])
def test_names_that_lead_outside(name: str) -> None:
    assert refusal("a.docx", makers.zip_with(name)) == "paths"


def test_parts_that_act_or_reach_out() -> None:
    assert refusal("a.docx", makers.zip_with("word/evil.exe")) == "active"
    declared = "<!DOCTYPE x [<!ENTITY a 'b'>]><w/>"
    assert refusal("a.docx", makers.archive(main=declared)) == "entity"
    assert refusal("a.docx", makers.archive(main=declared.encode("utf-16"))) == "entity"


@pytest.mark.parametrize(
    "objects",
    [
        b"2 0 obj <</S/JavaScript/JS(app.alert(1))>> endobj",
        b"2 0 obj <</S/J#61vaScript/J#53 (x)>> endobj",
        b"2 0 obj <</S/Launch /F(cmd.exe)>> endobj",
        makers.packed(b"8 0 <</S/JavaScript/JS(app.alert(1))>>"),
    ],
)
def test_pdfs_that_act(objects: bytes) -> None:
    assert refusal("a.pdf", makers.raw_pdf(objects)) == "active"


def test_bytes_of_pictures_are_not_read_as_names() -> None:
    noise = zlib.compress(os.urandom(2_000)) + b"/JS (/Launch /Encrypt "
    content = makers.raw_pdf(b"2 0 obj <</Length 1>> stream\n" + noise + b"\nendstream endobj")
    assert check("scan.pdf", content).media_type == "application/pdf"


@pytest.mark.parametrize(
    "content",
    [
        makers.raw_pdf(b"", tail=makers.archive()),
        makers.raw_pdf(b"", tail=b"<html><script>1</script>"),
        makers.raw_pdf(b"", head=b"<html></html>%PDF-1.7\n"),
        makers.picture() + makers.archive(),
    ],
)
def test_two_kinds_in_one(content: bytes) -> None:
    name = "a.png" if content.startswith(b"\x89PNG") else "a.pdf"
    assert refusal(name, content) == "polyglot"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", makers.pdf("x")[:300]),
        ("a.docx", makers.word("x")[:2_000]),
        ("a.docx", makers.sheets(a=[[1]])),
        ("a.png", makers.picture()[:30]),
    ],
)
def test_broken(name: str, content: bytes) -> None:
    assert refusal(name, content) == "broken"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("か\u3099.txt", "が.txt"),
        ("外字\ue000\U000e0100.txt", "外字\ue000\U000e0100.txt"),
        ("a\u200bb\ufeff.txt", "ab.txt"),
        (" 控え. ", "控え"),
        ("あ" * 200 + ".pdf", "あ" * 83 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert uploads.clean_name(given) == kept


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "no_name"),
        ("...", "no_name"),
        ("\u200b", "no_name"),
        ("\x00", "bad_name"),
        ("/", "bad_name"),
        ("C:\\文書\\伺い.docx", "bad_name"),
        ("../../etc/passwd.txt", "bad_name"),
        ("a\u202etxt.pdf", "bad_name"),
        ("a\r\nb.txt", "bad_name"),
        ("con.txt", "bad_name"),
        ("LPT1 .pdf", "bad_name"),
        ("a" * 300 + ".pdf", "name_too_long"),
    ],
)
def test_names_that_are_refused(name: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        uploads.clean_name(name)
    assert refused.value.code == code
    assert not set(str(refused.value)) & set("\x00\r\n\u202e")
