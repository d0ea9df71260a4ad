"""The token stream: whatever stands in a text is found, however it was typed; nothing typed is an error."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from documents.search.index import quoted, vector
from documents.search.tokens import fold, parse, phrase, tokens

pytestmark = pytest.mark.pure
MIXED = st.text(st.sampled_from("予算決裁第号ー々アあｱﾞ🍣（(）)-—、。 \n\tABcａ1２０'\"\\*:&|!<>^_%"), max_size=60)


def holds(text: str, words: str) -> bool:
    """Whether the tokens of the words stand in a row in the text, as both databases look for them."""
    wanted = phrase(words)
    assert wanted is not None
    there, count = tokens(text), len(wanted.tokens)
    for at in range(len(there) - count + 1):
        piece = there[at : at + count]
        if wanted.prefix:
            if piece[:-1] == list(wanted.tokens[:-1]) and piece[-1].startswith(wanted.tokens[-1]):
                return True
        elif piece == list(wanted.tokens):
            return True
    return False


def whole_words(folded: str, start: int, end: int) -> bool:
    """Whether a piece cuts no run of ASCII letters and digits: those are found as words."""

    def inside(at: int) -> bool:
        return 0 < at < len(folded) and all(c.isascii() and c.isalnum() for c in folded[at - 1 : at + 1])

    return not inside(start) and not inside(end)


@given(MIXED, st.data())
@example("契約書（案）第１２号", None)
def test_every_piece_of_a_text_is_found(text: str, data) -> None:
    folded = fold(text)
    if data is None:
        pieces = [(a, b) for a in range(len(folded)) for b in range(a + 2, len(folded) + 1)]
    else:
        start = data.draw(st.integers(0, max(len(folded) - 1, 0)))
        pieces = [(start, data.draw(st.integers(start, len(folded))))]
    for start, end in pieces:
        piece = folded[start:end]
        if len(piece.strip()) >= 2 and whole_words(folded, start, end) and piece == piece.strip():
            assert holds(text, piece), piece


@given(MIXED, MIXED)
def test_nothing_is_found_in_excess(text: str, words: str) -> None:
    wanted = phrase(words)
    if wanted is not None and len(wanted.text) >= 2 and holds(text, words):
        assert "".join(wanted.text.split()) in "".join(fold(text).split())


@given(st.text())
def test_folding_is_stable_and_hides_nothing_from_databases(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert "\x00" not in folded
    folded.encode()


@given(st.text())
def test_nothing_typed_is_an_error(text: str) -> None:
    query = parse(text)
    for found in (*query.wanted, *query.unwanted):
        assert found.tokens and all(token and not any(c.isspace() for c in token) for token in found.tokens)


@given(st.text())
def test_literals_are_closed(text: str) -> None:
    for token in tokens(text):
        assert len(token.encode()) <= 2_046
        assert quoted(token)[1:-1].replace("\\\\", "").replace("''", "").count("'") == 0
    assert vector(tokens("'a' \\ b"))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ＶＰＮ", "vpn"), ("システム", "ｼｽﾃﾑ"), ("第123号", "第１２３号"), ("髙橋", "高橋"), ("長崎", "⻑﨑"),
        ("渡辺", "渡邊"), ("契約 書", "契約書"), ("契\n 約", "契約"), ("ABC", "abc"), ("1-2", "1−2"), ("㈱水瀬", "(株)水瀬"),
        ("が", "か\u3099"), ("葛城", "葛\U000e0100城"),
    ],
)  # fmt: skip
def test_one_reader_means_both(typed: str, stored: str) -> None:
    assert fold(typed) == fold(stored)


def test_queries() -> None:
    query = parse('契約　-"委託 料" “仕様 書”')
    assert [part.text for part in query.wanted] == ["契約", "仕様書"]
    assert [part.text for part in query.unwanted] == ["委託料"]
    assert parse('"" \x00 \u3000').wanted == ()
