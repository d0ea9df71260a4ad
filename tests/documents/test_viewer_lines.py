"""Text files in the viewer: encodings, line numbers, long lines, tables, and files too long to be shown whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from documents.convert import plain
from documents.models import AttachmentVersion
from documents.storage import key_of
from documents.views import viewing
from tests.documents import town as place
from tests.documents.town import Town

SAID = "水瀬市の①②㈱、第１号 髙(はしごだか)"


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def one(town: Town, name: str, content: bytes) -> AttachmentVersion:
    return place.files_of(place.circulating(town, "件名", (name, content)))[0]


def text(town: Town, version: AttachmentVersion, query: str = "") -> str:
    return town.browser("colleague").get(f"/documents/files/{version.pk}/text/{query}").content.decode()


@pytest.mark.pure
@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("cp932", "Shift_JIS (CP932)"),
        ("euc_jp", "EUC-JP"),
        ("iso2022_jp", "ISO-2022-JP"),
    ],
)
def test_encodings_are_known(encoding: str, name: str) -> None:
    said = SAID if encoding.startswith(("utf", "cp932")) else "水瀬市の申請書、第１号。カタカナの名前"
    assert plain.decode(said.encode(encoding)) == (said, name)
    assert plain.decode((said * 3).encode(encoding)[:-1])[1] == name  # cut in the middle of a letter


@pytest.mark.pure
def test_bytes_of_no_encoding_are_shown_with_marks() -> None:
    shown, name = plain.decode(b"abc\x81\xff\xa0\xfe\x80 def")
    assert name == "" and "abc" in shown and "def" in shown and "\ufffd" in shown


@pytest.mark.pure
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted(end: str) -> None:
    shown, total = plain.lines(end.join(["甲", "", "乙", ""]), start=2, count=5)
    assert [(line.number, line.text) for line in shown] == [(2, ""), (3, "乙")] and total == 3


@pytest.mark.pure
def test_a_long_line_is_cut_and_says_so() -> None:
    shown, _ = plain.lines("あ" * (plain.LINE + 17), start=1, count=1)
    assert (len(shown[0].text), shown[0].more) == (plain.LINE, 17)


@pytest.mark.pure
def test_rows_of_a_table() -> None:
    found = plain.rows('番号,名前\r\n1,"佐久間, 陽向"\r\n2,"二\n行"\r\n', start=2, count=9)
    assert found is not None and found[1] == 3
    assert [(row.number, row.cells) for row in found[0]] == [(2, ["1", "佐久間, 陽向"]), (3, ["2", "二\n行"])]
    assert plain.rows("番号\t名前\n1\t甲\n", start=1, count=1) == ([plain.Row(1, ["番号", "名前"])], 2)
    wide = plain.rows(",".join(["x"] * 130), start=1, count=1)
    assert wide is not None and (len(wide[0][0].cells), wide[0][0].more) == (100, 30)
    assert plain.rows('1,"開いたまま\n2,3', start=1, count=9) is None


def test_a_text_file_has_numbered_lines_and_nothing_of_it_acts(town: Town) -> None:
    version = one(town, "メモ.txt", "一行目\n<img src=x onerror=alert(1)>\n三行目".encode("cp932"))
    shown = text(town, version)
    assert "Shift_JIS (CP932)" in shown and "3行" in shown and '<li value="3"><span>三行目</span></li>' in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown and "<img" not in shown
    page = town.browser("colleague").get(f"/documents/files/{version.pk}/shown/?q=三行").content.decode()
    assert 'data-find="三行"' in page and 'data-reader="lines"' in page and "行を折り返す" in page


def test_a_long_text_comes_in_parts(town: Town) -> None:
    version = one(town, "長い.txt", "\n".join(f"第{n}行" for n in range(1, 4_501)).encode())
    first = text(town, version)
    assert '<li value="2000"><span>第2000行</span></li>' in first and "第2001行" not in first and "?from=2001" in first
    last = text(town, version, "?from=4001")
    assert '<li value="4500"><span>第4500行</span></li>' in last and "data-more-lines" not in last
    assert "文字コード" not in last
    assert "中身は空です" in text(town, version, "?from=9999")


def test_few_but_long_lines_come_in_parts_too(town: Town) -> None:
    version = one(town, "長い行.txt", ("い" * 19_000 + "\n").encode() * 60)
    first = text(town, version)
    assert len(first) < viewing.FEW_LETTERS + 20_000 and "?from=22" in first


def test_a_csv_is_a_table_and_can_be_lines(town: Town) -> None:
    version = one(town, "一覧.csv", '番号,名前\n1,"佐久間, 陽向"\n'.encode("cp932"))
    assert "<td>佐久間, 陽向</td>" in text(town, version)
    lines = text(town, version, "?as=lines")
    assert "1,&quot;佐久間, 陽向&quot;</span></li>" in lines and "<td>" not in lines
    shown = town.browser("colleague").get(f"/documents/files/{version.pk}/shown/").content.decode()
    assert "表にしない" in shown


def test_a_csv_whose_quotes_do_not_match_is_shown_as_lines(town: Town) -> None:
    shown = text(town, one(town, "一覧.csv", '1,"開いたまま\n2,3'.encode()))
    assert "引用符が合わないため" in shown and "2,3</span></li>" in shown


def test_what_is_too_long_to_show_whole_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "READ", 1024 * 1024)
    version = one(town, "記録.txt", ("あいうえお\n" * 80_000).encode())
    shown = text(town, version)
    assert "はじめの1MBだけを表示しています" in shown and "文字コード UTF-8" in shown


def test_damaged_lines_are_not_shown(town: Town) -> None:
    version = one(town, "壊れた.txt", b"sound bytes")
    path = Path(settings.BLOB_ROOT) / key_of(version.blob_id)
    path.chmod(0o644)
    path.write_bytes(b"other bytes")
    shown = text(town, version)
    assert "ハッシュと一致しないため、表示しません" in shown and version.blob_id in shown and "other" not in shown
