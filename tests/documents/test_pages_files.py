"""Bytes for people: ranges, names, what a browser may show, damage, and the viewer around them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from documents.blobs import BLOCK
from documents.ledger.models import LedgerEntry
from documents.models import AttachmentVersion
from documents.storage import key_of
from tests.documents import makers
from tests.documents import town as place
from tests.documents.town import Town, body

CONTENT = bytes(range(32, 127)) * 23_000  # over two blocks of 1 MiB


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def one(town: Town, name: str, content: bytes) -> AttachmentVersion:
    return place.files_of(place.circulating(town, "件名", (name, content)))[0]


@pytest.fixture
def long(town: Town) -> AttachmentVersion:
    return one(town, "長い一覧.txt", CONTENT)


def test_the_whole_file(town: Town, long: AttachmentVersion) -> None:
    answer = town.browser("colleague").get(f"/documents/files/{long.pk}/content/")
    assert answer.status_code == 200 and body(answer) == CONTENT
    assert answer["Content-Length"] == str(len(CONTENT)) and answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["ETag"] == f'"{long.blob_id}"' and answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        (f"bytes={BLOCK - 3}-{BLOCK + 2}", BLOCK - 3, BLOCK + 3),
        (f"bytes={BLOCK}-{2 * BLOCK - 1}", BLOCK, 2 * BLOCK),
        ("bytes=2000000-", 2_000_000, len(CONTENT)),
        ("bytes=2000000-99999999", 2_000_000, len(CONTENT)),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT)),
        ("bytes=-99999999", 0, len(CONTENT)),
    ],
)
def test_one_range(town: Town, long: AttachmentVersion, asked: str, start: int, end: int) -> None:
    answer = town.browser("colleague").get(f"/documents/files/{long.pk}/content/", HTTP_RANGE=asked)
    assert answer.status_code == 206 and body(answer) == CONTENT[start:end]
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"
    assert answer["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=-0", "bytes=9-5"])
def test_a_range_that_cannot_be_had(town: Town, long: AttachmentVersion, asked: str) -> None:
    answer = town.browser("colleague").get(f"/documents/files/{long.pk}/content/", HTTP_RANGE=asked)
    assert answer.status_code == 416 and answer["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=-", f"bytes=0-{'9' * 5000}"])
def test_what_is_no_single_range_gives_everything(town: Town, long: AttachmentVersion, asked: str) -> None:
    answer = town.browser("colleague").get(f"/documents/files/{long.pk}/content/", HTTP_RANGE=asked)
    assert answer.status_code == 200 and len(body(answer)) == len(CONTENT)


def test_a_range_of_another_content_gives_everything(town: Town, long: AttachmentVersion) -> None:
    browser, url = town.browser("colleague"), f"/documents/files/{long.pk}/content/"
    assert browser.get(url, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"other"').status_code == 200
    assert browser.get(url, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE=f'"{long.blob_id}"').status_code == 206


def test_what_the_browser_has_is_not_sent_again(town: Town, long: AttachmentVersion) -> None:
    url, tag = f"/documents/files/{long.pk}/content/", f'"{long.blob_id}"'
    answer = town.browser("colleague").get(url, HTTP_IF_NONE_MATCH=tag)
    assert answer.status_code == 304 and not answer.content
    assert town.browser("outsider").get(url, HTTP_IF_NONE_MATCH=tag).status_code == 404


def test_only_reading_methods(town: Town, long: AttachmentVersion) -> None:
    browser = town.browser("colleague")
    for tail in ("content/", "text/", "download/"):
        assert browser.post(f"/documents/files/{long.pk}/{tail}").status_code == 405
    head = browser.head(f"/documents/files/{long.pk}/content/", HTTP_RANGE="bytes=0-1")
    assert (head.status_code, head["Content-Length"], body(head)) == (200, str(len(CONTENT)), b"")
    assert browser.get(f"/documents/files/{long.pk}/printed/").status_code == 405


@pytest.mark.parametrize(
    ("name", "content", "way"),
    [
        ("見積書(写し).pdf", place.pdf(), "inline"),
        ("写真.png", place.picture(), "inline"),
        ("一覧.csv", "番号,名称\n1,甲\n".encode(), "attachment"),
        ("メモ.txt", b"<script>alert(1)</script> text", "attachment"),
    ],
)
def test_how_the_browser_takes_a_file(town: Town, name: str, content: bytes, way: str) -> None:
    version = one(town, name, content) if not content.startswith(b"<") else one(town, name, b"memo " + content)
    disposition = town.browser("colleague").get(f"/documents/files/{version.pk}/content/")["Content-Disposition"]
    assert disposition.startswith(way) and "filename*=utf-8''%" in disposition
    assert "\n" not in disposition and all(ord(letter) < 128 for letter in disposition)


def test_a_download_is_saved_and_noted(town: Town) -> None:
    version = one(town, '議事録"案".txt', "議事".encode())
    answer = town.browser("auditor").get(f"/documents/files/{version.pk}/download/")
    assert body(answer) == "議事".encode()
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%AD%B0%E4%BA%8B%E9%8C%B2%22")
    entry = LedgerEntry.objects.get(action="documents.file.downloaded")
    assert (entry.actor_code, entry.record_id) == ("110005", version.attachment.record_id)
    assert version.blob_id.encode() in bytes(entry.body)


def test_a_refused_download_is_not_noted_as_one(town: Town) -> None:
    version = one(town, "a.txt", b"a")
    assert town.browser("outsider").get(f"/documents/files/{version.pk}/download/").status_code == 404
    assert not LedgerEntry.objects.filter(action="documents.file.downloaded").exists()


def test_reading_on_the_screen_is_noted_once(town: Town, long: AttachmentVersion) -> None:
    browser = town.browser("colleague")
    browser.get(f"/documents/files/{long.pk}/")
    for start in (0, 10, 20):
        body(browser.get(f"/documents/files/{long.pk}/content/", HTTP_RANGE=f"bytes={start}-{start + 1}"))
    assert LedgerEntry.objects.filter(action="documents.file.opened", record_id=long.attachment.record_id).count() == 1


@pytest.fixture
def damaged(town: Town, long: AttachmentVersion) -> Iterator[AttachmentVersion]:
    path = Path(settings.BLOB_ROOT) / key_of(long.blob_id)
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[: BLOCK + 10] + b"#" + whole[BLOCK + 11 :])
    yield long
    path.write_bytes(whole)
    path.chmod(0o444)


def test_damage_is_not_handed_out(town: Town, damaged: AttachmentVersion) -> None:
    browser, url = town.browser("colleague"), f"/documents/files/{damaged.pk}/content/"
    assert body(browser.get(url, HTTP_RANGE="bytes=0-99")) == CONTENT[:100]
    answer = browser.get(url, HTTP_RANGE=f"bytes={BLOCK}-{BLOCK + 5}")
    assert answer.status_code == 500 and "内容が一致しません" in answer.content.decode()
    assert damaged.blob_id in answer.content.decode()
    whole = browser.get(url)
    with pytest.raises(Exception, match="is damaged in block 1"):
        body(whole)


def test_damage_is_told_by_verifying(town: Town, damaged: AttachmentVersion) -> None:
    page = town.browser("auditor").get(f"/documents/{damaged.attachment.record_id}/?verify")
    assert page.context["verdict"]["ok"] is False
    assert "一致しないものがあります" in page.content.decode() and "不一致" in page.content.decode()


def test_gone_bytes_are_told(town: Town) -> None:
    version = one(town, "消えるもの.txt", b"bytes that will be gone")
    path = Path(settings.BLOB_ROOT) / key_of(version.blob_id)
    path.unlink()
    answer = town.browser("colleague").get(f"/documents/files/{version.pk}/content/")
    assert answer.status_code == 500 and "内容が一致しません" in answer.content.decode()


def test_the_viewer_of_a_pdf(town: Town) -> None:
    version = one(town, "報告書.pdf", place.pdf())
    answer = town.browser("colleague").get(f"/documents/files/{version.pk}/?page=27&q=水害")
    page = answer.content.decode()
    assert 'data-reader="pdf"' in page and 'data-page="27"' in page and 'data-find="水害"' in page
    assert f'data-content="/documents/files/{version.pk}/content/"' in page and "pdf.worker.min" in page
    for word in (
        "頁の一覧",
        "前の頁",
        "次の頁",
        "小さく",
        "大きく",
        "幅に合わせる",
        "右に90度回す",
        "印刷",
        "取り出す",
    ):
        assert word in page
    assert "'unsafe-eval'" not in answer["Content-Security-Policy"]


def test_the_viewer_of_other_kinds_asks_for_its_inside_or_shows_the_picture(town: Town) -> None:
    version, browser = one(town, "メモ.txt", "防犯灯の一覧".encode()), town.browser("colleague")
    page = browser.get(f"/documents/files/{version.pk}/?q=防犯灯").content.decode()
    assert f'hx-get="/documents/files/{version.pk}/shown/?page=1&amp;q=%E9%98%B2' in page
    assert 'data-reader="pdf"' not in page
    shown = browser.get(f"/documents/files/{one(town, '写真.png', place.picture()).pk}/").content.decode()
    assert "<img" in shown and 'alt="写真.png"' in shown and 'data-reader="image"' in shown


def test_the_text_of_a_file_or_why_there_is_none(town: Town) -> None:
    version, browser = one(town, "伺い.docx", makers.word("防犯灯の一覧")), town.browser("colleague")
    assert "文字を読み取っています" in browser.get(f"/documents/files/{version.pk}/text/").content.decode()
    place.read(version, "防犯灯の一覧 <b>甲</b>", "防犯灯 乙")
    text = browser.get(f"/documents/files/{version.pk}/text/?q=ﾎﾞｳ 防犯灯").content.decode()
    assert "<mark>防犯灯</mark>の一覧 &lt;b&gt;甲&lt;/b&gt;" in text and "<mark>防犯灯</mark> 乙" in text
    assert (
        "文字だけを表示しています" in text and LedgerEntry.objects.filter(action="documents.file.opened").count() == 1
    )
    nothing = one(town, "写真.png", place.picture())
    assert "画面に表示できる文字がありません" in browser.get(f"/documents/files/{nothing.pk}/text/").content.decode()
    assert town.browser("outsider").get(f"/documents/files/{version.pk}/text/").status_code == 404


@pytest.mark.parametrize("asked", ["?page=0", "?page=x", "?page=99999999999", "?q=" + "あ" * 500])
def test_odd_places_do_no_harm(town: Town, asked: str) -> None:
    version = one(town, "報告書.pdf", place.pdf())
    assert town.browser("colleague").get(f"/documents/files/{version.pk}/{asked}").status_code == 200
