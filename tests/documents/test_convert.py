"""Reading text in a child process: each kind of file, and what it does to hostile ones."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.convert.text import (
    FAMILIES,
    MOST_REPEATED,
    OVERLAP,
    PART_CHARACTERS,
    Unreadable,
    read_pages,
    split,
    tidy,
)
from documents.search.tokens import tokens
from tests.documents import makers

pytestmark = pytest.mark.pure
TYPES = {family: media_type for media_type, family in FAMILIES.items()} | {"txt": "text/plain", "csv": "text/csv"}


def read(tmp_path: Path, ending: str, content: bytes, **limits) -> tuple[int, str, list]:
    path = tmp_path / f"content.{ending}"
    path.write_bytes(content)
    seen: list[tuple[int, int]] = []
    total, parts = read_pages(path, media_type=TYPES[ending], progress=lambda *at: seen.append(at), **limits)
    return total, "\n".join(part.text for part in parts), seen


def test_pdf_page_by_page(tmp_path) -> None:
    total, text, seen = read(tmp_path, "pdf", makers.pdf("契約の目的", "履行期間", "委託料"))
    assert total == 3 and seen == [(1, 3), (2, 3), (3, 3)]
    assert [word in text for word in ("契約の目的", "履行期間", "委託料")] == [True] * 3


def test_a_scan_has_pages_and_no_text(tmp_path) -> None:
    total, text, _ = read(tmp_path, "pdf", makers.scan(3))
    assert (total, text.strip()) == (3, "")


def test_word_with_table_and_header(tmp_path) -> None:
    content = makers.word("伺い文", "理由", cell="表の中", header="取扱注意")
    _, text, _ = read(tmp_path, "docx", content)
    assert all(word in text for word in ("伺い文", "理由", "表の中", "取扱注意"))


def test_sheets(tmp_path) -> None:
    total, text, _ = read(tmp_path, "xlsx", makers.sheets(予算=[["品名", "額"], ["端末", 120_000]], 内訳=[["消耗品"]]))
    assert total == 2 and all(word in text for word in ("予算", "端末\t120000", "内訳", "消耗品"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings(tmp_path, encoding: str) -> None:
    said = "水瀬市の①②㈱髙﨑、第１号"
    if encoding == "cp932":
        said = "水瀬市の①②㈱髙、第１号"
    assert said in read(tmp_path, "txt", said.encode(encoding))[1]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv(tmp_path, end: str) -> None:
    content = end.join(["番号,名前", '1,"佐久間, 陽向"', ""]).encode("cp932")
    assert read(tmp_path, "csv", content)[1] == "番号\t名前\n1\t佐久間, 陽向"


def test_a_csv_whose_quotes_do_not_match_is_text_all_the_same(tmp_path) -> None:
    assert "最後の行" in read(tmp_path, "csv", ('1,"開いたまま\n' + "行,\n" * 60_000 + "最後の行").encode())[1]


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        ("pdf", b"%PDF-1.4 nothing %%EOF"),
        ("docx", b"PK\x03\x04 nothing"),
        ("xlsx", makers.word("not a workbook")),
        ("txt", bytes([0x81, 0xFF, 0xA0, 0xFE, 0x80])),
    ],
)
def test_what_cannot_be_read_says_so(tmp_path, ending: str, content: bytes) -> None:
    with pytest.raises(Unreadable) as failed:
        read(tmp_path, ending, content)
    assert failed.value.code


def test_a_page_without_end_is_killed_by_processor_time(tmp_path) -> None:
    with pytest.raises(Unreadable) as failed:
        read(tmp_path, "pdf", makers.endless_pdf(), cpu_seconds=2)
    assert failed.value.code in ("timed_out", "too_much_memory")


def test_a_silent_reader_is_killed_by_the_clock(tmp_path) -> None:
    with pytest.raises(Unreadable) as failed:
        read(tmp_path, "pdf", makers.endless_pdf(), wall_seconds=1.5)
    assert failed.value.code == "timed_out"


def test_memory_is_bounded(tmp_path) -> None:
    body = "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 3_000_000
    source, out = io.BytesIO(makers.word("x")), io.BytesIO()
    with zipfile.ZipFile(source) as sound, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in sound.namelist():
            part = sound.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:body>", b"<w:body>" + body.encode(), 1)
            bomb.writestr(name, part)
    with pytest.raises(Unreadable) as failed:
        read(tmp_path, "docx", out.getvalue(), cpu_seconds=60)
    assert failed.value.code in ("too_much_memory", "XMLSyntaxError", "killed")


def test_text_beyond_the_limit_is_cut(tmp_path) -> None:
    _, text, _ = read(tmp_path, "txt", b"abcdefghi\n" * 250_000)
    assert 1_900_000 < len(text) < 2_100_000 + OVERLAP * 600


def test_a_failing_progress_leaves_no_child(tmp_path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(makers.pdf(*["頁"] * 50))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_pages(path, media_type="application/pdf", progress=stop)
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline")]
    assert [line for line in lines if b"documents.convert.child" in line and str(path).encode() in line] == []


def test_marks_of_fonts_without_a_table_are_left_out() -> None:
    assert tidy("契約(cid:12)の\x00目的 と 理由 です") == "契約の目的 と 理由 です"
    assert tidy("(cid:1)(cid:2)(cid:3) a") == ""


@given(st.text(st.sampled_from("0 \nあ契約a\ufdfa"), max_size=9_000))
def test_parts_hold_everything_and_fit_the_database(text: str) -> None:
    parts = split(1, text)
    joined = parts[0].text + "".join(part.text[OVERLAP:] for part in parts[1:])
    assert joined == text and [part.part for part in parts] == list(range(len(parts)))
    for part in parts:
        found = tokens(part.text)
        assert len(part.text) <= PART_CHARACTERS and len(found) < 16_383
        assert max((found.count(token) for token in set(found)), default=0) <= MOST_REPEATED


def test_a_long_row_of_the_same_sign_is_cut_small() -> None:
    parts = split(1, "0\t" * 4_000 + "第0号")
    assert len(parts) > 8 and parts[-1].text.endswith("第0号")
