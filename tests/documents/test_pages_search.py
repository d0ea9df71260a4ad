"""さがす: where a word is found, who finds it, and what is said when nothing can be found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from documents.ledger.models import LedgerEntry
from tests.documents import town as place
from tests.documents.town import Town

# Whoever asks and his menu, the count, one page of records, the places in attachments, their text, the note in the
# ledger; PostgreSQL is told how long it may take.
QUERIES = {"sqlite": 14, "postgresql": 15}


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    yield from place.standing()


def found(town: Town, part: str, text: str, **more: str) -> str:
    return town.browser(part).get("/documents/search/", {"q": text, **more}).content.decode()


def test_a_word_of_the_title_is_marked_there(town: Town) -> None:
    row = place.circulating(town, "自治会防犯灯の設置について")
    page = found(town, "colleague", "防犯灯")
    assert f"/documents/{row.pk}/" in page and "自治会<mark>防犯灯</mark>の設置について" in page
    assert "「防犯灯」で1件見つかりました。" in page


def test_a_word_inside_an_attachment_leads_to_its_page(town: Town) -> None:
    row = place.circulating(town, "委託契約の締結", ("仕様書.txt", b"a"))
    version = place.files_of(row)[0]
    place.read(version, "前書き", "ここに<水害避難経路>の図がある")
    page = found(town, "colleague", "水害避難経路")
    assert f"/documents/files/{version.pk}/?page=2&amp;q=%E6%B0%B4" in page
    assert "仕様書.txt 2頁" in page and "…ここに&lt;<mark>水害避難経路</mark>&gt;の図がある…" in page.replace("　", "…")


@pytest.mark.parametrize("typed", ["起-R07-デジ-00131", "起－Ｒ０７－ﾃﾞｼﾞ－００１３１", "起-r07-デジ-00131"])
def test_a_number_in_any_width(town: Town, typed: str) -> None:
    place.circulating(town, "委託契約", number="起-R07-デジ-00131")
    assert "<mark>起-R07-デジ-00131</mark>" in found(town, "colleague", typed)


@pytest.mark.parametrize(
    ("stored", "typed"), [("ＡＩ－ＯＣＲの導入", "ai-ocr"), ("ﾃﾞｼﾞﾀﾙ化", "デジタル"), ("第7回", "第７回")]
)
def test_widths_do_not_matter(town: Town, stored: str, typed: str) -> None:
    place.circulating(town, stored)
    assert "1件見つかりました" in found(town, "colleague", typed)


def test_all_words_are_needed_wherever_they_stand(town: Town) -> None:
    row = place.circulating(town, "防犯灯の設置", ("一覧.txt", b"a"))
    place.read(place.files_of(row)[0], "緑町自治会")
    place.circulating(town, "防犯灯の撤去")
    page = found(town, "colleague", "防犯灯 緑町")
    assert "1件見つかりました" in page and "<mark>防犯灯</mark>の設置" in page and "<mark>緑町</mark>自治会" in page
    assert "防犯灯</mark>の撤去" in found(town, "colleague", "防犯灯 -緑町")


@pytest.mark.parametrize(
    ("part", "sees"), [("drafter", True), ("auditor", True), ("outsider", False), ("administrator", False)]
)
def test_only_what_the_person_may_see(town: Town, part: str, sees: bool) -> None:
    row = place.circulating(town, "秘密の件名", ("秘密.txt", b"a"))
    place.read(place.files_of(row)[0], "秘密の本文")
    for text in ("秘密の件名", "秘密の本文", row.number):
        page = found(town, part, text)
        assert ("1件見つかりました" in page) is sees and (f"/documents/{row.pk}/" in page) is sees
        assert ("0件" in page and "見つかりません。語を減らすか" in page) is not sees


def test_a_draft_is_found_by_its_writer_only(town: Town) -> None:
    place.draft(town, "書きかけの件名")
    assert "書きかけの件名</mark>" in found(town, "drafter", "書きかけの件名")
    for part in ("colleague", "auditor"):
        assert "見つかりません" in found(town, part, "書きかけの件名")


def test_a_taken_out_file_is_not_found(town: Town) -> None:
    row = place.draft(town, "件名", ("外す.txt", b"a"))
    version = place.files_of(row)[0]
    place.read(version, "外した本文")
    place.commands.remove_attachment(attachment_id=version.attachment_id, actor=town.actor("drafter"))
    assert "見つかりません" in found(town, "drafter", "外した本文")


@pytest.mark.parametrize("count", [1, 3, 50])
def test_as_many_queries_for_one_row_as_for_fifty(town: Town, count: int, django_assert_num_queries) -> None:
    for number in range(count):
        row = place.circulating(town, f"防犯灯の設置{number}", ("一覧.txt", b"a"))
        place.read(place.files_of(row)[0], "自治会名と灯数")
    browser = town.browser("colleague")
    with django_assert_num_queries(QUERIES[connection.vendor]):
        page = browser.get("/documents/search/", {"q": "自治会"}).content.decode()
    assert page.count("<mark>自治会</mark>名と灯数") == count


def test_fifty_at_a_time(town: Town) -> None:
    for number in range(53):
        place.circulating(town, f"防犯灯{number:02d}")
    browser = town.browser("colleague")
    first = browser.get("/documents/search/", {"q": "防犯灯"})
    assert len(first.context["found"].hits) == 50 and "53件見つかりました" in first.content.decode()
    assert "続きを見る" in first.content.decode() and "先頭へ" not in first.content.decode()
    second = browser.get("/documents/search/", {"q": "防犯灯", "after": first.context["found"].next_after})
    assert [hit.record.title for hit in second.context["found"].hits] == ["防犯灯02", "防犯灯01", "防犯灯00"]
    assert "先頭へ" in second.content.decode() and "続きを見る" not in second.content.decode()


def test_nothing_typed_is_explained(town: Town) -> None:
    browser = town.browser("colleague")
    assert "さがす語を入力してください" not in browser.get("/documents/search/").content.decode()
    for typed in ("", "   "):
        answer = browser.get("/documents/search/", {"q": typed})
        assert answer.status_code == 200 and "さがす語を入力してください。" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("あ" * 201, "200字まで"), ("-防犯灯", "さがす語がありません"), ('""', "さがす語がありません")],
)
def test_what_cannot_be_searched_is_explained_and_kept(town: Town, typed: str, sentence: str) -> None:
    answer = town.browser("colleague").get("/documents/search/", {"q": typed})
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert answer.context["search_text"] == typed and "aria-invalid" in answer.content.decode()
    assert not LedgerEntry.objects.filter(action="documents.searched").exists()


@pytest.mark.parametrize(
    "typed", ['"', "'; DROP TABLE", "%", "* OR *", "NEAR(a b)", "a & b | c", "\\", "<b>", "\x00あ"]
)
def test_nothing_typed_is_taken_for_a_command(town: Town, typed: str) -> None:
    place.circulating(town, "防犯灯")
    answer = town.browser("colleague").get("/documents/search/", {"q": typed})
    assert answer.status_code in (200, 422) and "「<b>" not in answer.content.decode()
    assert not answer.context.get("found") or answer.context["found"].hits == []


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "１２"])
def test_an_odd_place_in_the_list_does_no_harm(town: Town, after: str) -> None:
    place.circulating(town, "防犯灯")
    assert town.browser("colleague").get("/documents/search/", {"q": "防犯灯", "after": after}).status_code == 200


def test_a_search_is_noted_and_its_words_kept_apart(town: Town) -> None:
    place.circulating(town, "防犯灯")
    for _ in range(2):
        found(town, "auditor", "防犯灯")
    entry = LedgerEntry.objects.get(action="documents.searched")
    assert entry.actor_code == "110005" and entry.record_id is None
    assert "防犯灯".encode() in bytes(entry.personal) and "防犯灯".encode() not in bytes(entry.body)
