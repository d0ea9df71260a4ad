"""Search against the plain truth: what a person may see and what holds the words, and nothing else; on this database."""

from __future__ import annotations

import random

import pytest

from documents import commands, queries
from documents.convert.text import split
from documents.models import Record
from documents.search.tokens import fold
from tests.documents import town as place
from tests.documents.town import Town

SIGNS = "予算決裁契約水瀬市ーアイ🍣（）・、'\\&|!:*\"<>%_"
HOSTILE = [
    "'", '"', "\\", "%", "_", "*", ":*", "&", "|", "!", "<->", "()", "'; DROP TABLE x; --", "NEAR(a b)", "a OR b", "AND",
    "🍣", "👩‍👩‍👧", "\x00", "予\x00算", "\ud800", "-", "--", '"開いたまま', "^a", "{body}:a", "a" * 3_000,
    "あ" * 500, "\u3000",
]  # fmt: skip


@pytest.fixture
def town(db: None):
    yield from place.standing()


def found(town: Town, text: str, part: str = "colleague") -> set[int]:
    return {hit.record.pk for hit in queries.search(actor=town.actor(part), text=text).hits}


def with_text(town: Town, title: str, *pages: str) -> Record:
    row = place.circulating(town, title, (f"{title[:10]}.txt", "本文".encode()))
    place.read(place.files_of(row)[0], *pages)
    return row


def test_every_piece_is_found_and_nothing_else(town: Town) -> None:
    chance = random.Random(20251111)
    texts = {}
    for number in range(20):
        text = "".join(chance.choice(SIGNS) for _ in range(60))
        texts[with_text(town, f"第{number}件", text).pk] = fold(text)
    for _ in range(60):
        text = chance.choice(list(texts.values()))
        start = chance.randrange(len(text) - 6)
        piece = text[start : start + chance.randint(2, 6)]
        if '"' in piece or not piece.strip():
            continue
        truth = {pk for pk, whole in texts.items() if piece in whole}
        assert found(town, f'"{piece}"') == truth, piece


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_typed_breaks_the_search(town: Town, typed: str) -> None:
    row = with_text(town, "予算の件", "本文")
    found(town, typed)
    assert row.pk in found(town, "予算")


def test_hostile_texts_and_titles_are_kept_and_found(town: Town) -> None:
    row = with_text(town, "件名 '\\\" :* 🍣寿司", "本文 '\\ <-> \" | 🍣🍣 " + "k" * 3_900)
    for typed in ("🍣寿司", "🍣🍣", "件名", "k" * 3_900):
        assert found(town, typed) == {row.pk}


def test_widths_and_spellings(town: Town) -> None:
    row = with_text(town, "ｼｽﾃﾑ更新", "渡邊　髙志　第１２３号")
    for typed in ("システム", "ｼｽﾃﾑ", "渡辺高志", "渡邊", "第123号", "第１２３号"):
        assert found(town, typed) == {row.pk}, typed


def test_a_page_that_repeats_a_sign_is_found_to_its_end(town: Town) -> None:
    row = place.circulating(town, "数表", ("表.txt", b"0"))
    parts = split(1, "0\t" * 3_000 + "第0号の表")
    commands.store_page_texts(
        version_id=place.files_of(row)[0].pk, pages=parts, page_count=1, error="", actor=place.SYSTEM
    )
    assert found(town, "第0号の表") == {row.pk}


def test_the_number_is_found_in_any_width(town: Town) -> None:
    row = place.circulating(town, "番号の件", number="起-R07-デジ-00131")
    assert found(town, "起-r07-ﾃﾞｼﾞ-００１３１") == {row.pk}


def test_only_what_the_person_may_see(town: Town) -> None:
    shared, draft = with_text(town, "共有の秘密計画", "秘密"), place.draft(town, "下書きの秘密計画")
    sees = {
        part: found(town, "秘密計画", part) for part in ("drafter", "colleague", "outsider", "auditor", "administrator")
    }
    assert sees == {
        "drafter": {shared.pk, draft.pk},
        "colleague": {shared.pk},
        "outsider": set(),
        "auditor": {shared.pk},
        "administrator": set(),
    }


def test_words_are_all_needed_and_minus_excludes(town: Town) -> None:
    one, two = with_text(town, "防犯灯の補助金", "本文"), with_text(town, "補助金の返還", "本文")
    assert found(town, "補助金") == {one.pk, two.pk}
    assert found(town, "補助金 防犯灯") == {one.pk}
    assert found(town, "補助金 -防犯灯") == {two.pk}


def test_a_title_changed_is_found_by_the_new_words_only(town: Town) -> None:
    row = place.draft(town, "旧い件名")
    actor = town.actor("drafter")
    commands.describe_record(
        record_id=row.pk, title="新しい表題", binder_id=town.binder_id, disclosure="open", actor=actor
    )
    assert found(town, "表題", "drafter") == {row.pk} and found(town, "旧い", "drafter") == set()


def test_a_removed_file_is_not_found(town: Town) -> None:
    row = place.draft(town, "添付の件", ("特別仕様.txt", b"x"))
    [version] = place.files_of(row)
    place.read(version, "特別な仕様")
    assert found(town, "特別な仕様", "drafter") == {row.pk}
    commands.remove_attachment(attachment_id=version.attachment_id, actor=town.actor("drafter"))
    assert found(town, "特別な仕様", "drafter") == set()
